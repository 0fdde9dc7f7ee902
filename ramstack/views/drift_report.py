"""What `ramstack drift` says: who moved, as far as journals know, and what the YAML asks for besides."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from ramstack.model.change import Change, Plan
from ramstack.model.problem import Problem
from ramstack.planning.planfile import digest_of
from ramstack.planning.refusal import FOREIGN, PROVISIONED, TAKEOVER
from ramstack.views.block_text import block_lines
from ramstack.views.blocks import blocks_of
from ramstack.views.drift_text import drift_lines
from ramstack.views.layout import BLANK, Line, prose, render, title
from ramstack.views.problems_text import problem_lines
from ramstack.views.rows import section_of

BLIND = (
    "No journal here tells of a run of these stacks in this account, so nobody can tell which side moved: all that differs is "
    "shown. Give the journals of the last apply with --journal-dir."
)
BACK = "The next apply would take back"
AT_TARGETS = "No difference at these targets. The rest was not looked at."
SAME = "No difference. The account is what the stacks say."


@dataclass(frozen=True)
class Comparison:
    """A plan that nobody is to apply. `is_journaled`: there is a run to tell by which side moved."""

    plan: Plan
    is_journaled: bool

    @property
    def not_ours(self) -> tuple[Problem, ...]:
        """Declared names that belong to somebody else: they differ, though no plan may change them."""
        return tuple(rail for rail in self.plan.rails if rail.rule in (TAKEOVER, FOREIGN, PROVISIONED))

    @property
    def differs(self) -> bool:
        return bool(self.plan.changes or self.plan.drift or self.not_ours)

    @property
    def back(self) -> tuple[Change, ...]:
        """Changes that take drift back: of the same address, or of what went with its root."""
        moved = {one.address for one in self.plan.drift}
        gone = {one.address for one in self.plan.drift if one.action == "delete" and one.address.is_root}
        return tuple(c for c in self.plan.changes if c.address in moved or c.address.root in gone)

    @property
    def asked(self) -> tuple[Change, ...]:
        """What the YAML asks for besides; without journals all that differs."""
        back = {change.address for change in self.back}
        return tuple(change for change in self.plan.changes if change.address not in back)

    @property
    def rest(self) -> str:
        """The heading of what is asked."""
        return "Asked by the YAML" if self.is_journaled else "Different"


def drift_report(told: Comparison, *, color: bool, width: int) -> str:
    """Both sides apart, and which of the drift the next apply would take back."""
    plan = told.plan
    lines = (
        title(f"Drift of account {plan.account}: {', '.join(plan.stacks)}"),
        BLANK,
        *([] if told.is_journaled else [prose(BLIND), BLANK]),
        *drift_lines(plan.drift),
        *_block(BACK, told.back),
        *_block(told.rest, told.asked),
        *problem_lines(plan.problems),
        *problem_lines(told.not_ours, "rail"),
        prose(closing(told)),
    )
    return render(lines, color=color, width=width)


def drift_document(told: Comparison, document: Mapping[str, object]) -> dict[str, object]:
    """The plan's own document, with what tells both sides apart."""
    more = {
        "journaled": told.is_journaled,
        "differs": told.differs,
        "taken_back": [str(change.address) for change in told.back],
        "asked": [str(change.address) for change in told.asked],
    }
    whole = {**document, **more}
    return {**whole, "digest": digest_of(whole)}


def _block(heading: str, changes: Iterable[Change]) -> Iterator[Line]:
    some = tuple(changes)
    if some:
        yield title(heading)
    for block in blocks_of(some):
        yield from block_lines(section_of(block))
    if some:
        yield BLANK


def closing(told: Comparison) -> str:
    """What all of it comes to."""
    if not told.plan.complete or told.plan.errors:
        return "What differs could not be told whole."
    if not told.differs:
        return AT_TARGETS if told.plan.targets else SAME
    moved = f"{len(told.plan.drift)} changed by somebody else, " if told.is_journaled else ""
    asked = "asked by the YAML" if told.is_journaled else "different"
    return f"{moved}{len(told.asked)} {asked}. Nothing was written."
