"""Sheets: everything a plan has to tell, said but not styled. Text, markdown and HTML are three looks of one sheet.

plan, batches ─► sheet: sections, senses, problems, rails, counts ─► text | markdown | HTML
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from ramstack.model.call import Batch
from ramstack.model.change import Change, Plan, Risk
from ramstack.planning.timing import count_writes
from ramstack.views.blocks import blocks_of
from ramstack.views.problems_text import count_problems
from ramstack.views.rows import Section, section_of
from ramstack.views.senses import Sense, senses_of
from ramstack.views.signs import RISKS, dangers_in
from ramstack.views.words import counted

NO_CHANGES = "No changes. The account is what the stacks say."
AT_TARGETS = "No changes at these targets. The rest was not looked at."
NOT_PLANNED = "No changes could be planned."
INCOMPLETE = "a part of the account could not be read"


@dataclass(frozen=True)
class Sheet:
    """Sections hold every change of the plan exactly once, the most dangerous first."""

    plan: Plan
    sections: tuple[Section, ...]
    senses: tuple[Sense, ...]
    batches: tuple[Batch, ...]
    seconds: float
    calls: bool
    unchanged: str

    @property
    def counts(self) -> str:
        """`7 to create, 4 to update, 8 to delete`; of an empty plan what that means."""
        if self.plan.is_empty:
            return NOT_PLANNED if self.against else self.unchanged
        return ", ".join(
            f"{self.plan.count(action)} to {action}" for action in ("create", "update", "delete")
        )

    @property
    def cost(self) -> str:
        """`34 writes in 9 batches, about 5 s`; empty for an empty plan."""
        if self.plan.is_empty:
            return ""
        writes = counted(count_writes(self.batches), "write")
        batches = counted(len(self.batches), "batch", "batches")
        return f"{writes} in {batches}, about {duration(self.seconds)}"

    @property
    def dangers(self) -> tuple[tuple[Risk, int], ...]:
        """How many changes carry which risk, the worst first; what is routine is left out."""
        tally = Counter(risk for change in self.plan.changes for risk in dangers_in(change.risk))
        return tuple((risk, tally[risk]) for risk in RISKS if tally[risk])

    @property
    def worst(self) -> Change | None:
        """The change to look at first; None where all is routine."""
        risky = [change for change in self.plan.changes if dangers_in(change.risk)]
        return min(risky, key=lambda c: (RISKS.index(dangers_in(c.risk)[0]), c.address), default=None)

    @property
    def against(self) -> tuple[str, ...]:
        """What must be cleared before this plan may be applied."""
        told = (
            (not self.plan.complete, INCOMPLETE),
            (bool(self.plan.errors), count_problems(self.plan.errors)),
            (bool(self.plan.rails), counted(len(self.plan.rails), "rail")),
        )
        return tuple(text for applies, text in told if applies)


def sheet_of(
    plan: Plan,
    batches: Sequence[Batch],
    seconds: float,
    *,
    calls: bool = False,
    concise: bool = False,
    unchanged: str = "",
) -> Sheet:
    """`concise` counts what is routine instead of telling it; nothing dangerous is ever left out.

    `unchanged` is what an empty plan means, where it does not come from stacks.
    """
    return Sheet(
        plan=plan,
        sections=tuple(section_of(block, concise=concise) for block in blocks_of(plan.changes)),
        senses=senses_of(plan.permissions, concise=concise),
        batches=tuple(batches),
        seconds=seconds,
        calls=calls,
        unchanged=unchanged or (AT_TARGETS if plan.targets else NO_CHANGES),
    )


_MINUTE, _HOUR = 60, 3600
_EXACT = 10  # seconds below which tenths matter


def duration(seconds: float) -> str:
    """`0.2 s`, `5 s`, `48 s`, `3 min`, `2.5 h`: no more digits than an estimate has."""
    if seconds < _EXACT:
        return f"{max(round(seconds, 1), 0.1):g} s"
    if seconds < 2 * _MINUTE:
        return f"{seconds:.0f} s"
    if seconds < 2 * _HOUR:
        return f"{seconds / _MINUTE:.0f} min"
    return f"{seconds / _HOUR:.1f} h"
