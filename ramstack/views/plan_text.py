"""A plan as a person reads it before approving: what changes, the dangerous first, what stands against it, what it costs."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import groupby

from ramstack.model.call import Batch
from ramstack.model.change import Plan
from ramstack.views.block_text import block_lines
from ramstack.views.calls_text import call_lines
from ramstack.views.drift_text import drift_lines
from ramstack.views.layout import BLANK, Line, render, row, title
from ramstack.views.permissions_text import permission_lines
from ramstack.views.problems_text import problem_lines
from ramstack.views.rows import Section
from ramstack.views.sheet import Sheet, sheet_of
from ramstack.views.signs import STYLES
from ramstack.views.words import Word, listed, split

ROOM = 9


def plan_text(
    plan: Plan,
    batches: Sequence[Batch],
    seconds: float,
    *,
    color: bool,
    width: int,
    calls: bool = False,
    concise: bool = False,
    unchanged: str = "",
) -> str:
    """The whole plan: one sign for each change, every problem and rail in full; `calls` adds what goes over the wire.

    `concise` and `unchanged` are those of `sheet_of`.
    """
    sheet = sheet_of(plan, batches, seconds, calls=calls, concise=concise, unchanged=unchanged)
    lines = (
        *_heading(plan),
        *drift_lines(plan.drift),
        *_changes(sheet.sections),
        *_notes(plan),
        *permission_lines(sheet.senses),
        *_calls(sheet),
        *problem_lines(plan.problems),
        *problem_lines(plan.rails, "rail"),
        *_closing(sheet),
    )
    return render(lines, color=color, width=width)


def _heading(plan: Plan) -> Iterator[Line]:
    yield title(f"Plan for account {plan.account}")
    told = (("stacks", plan.stacks), ("caller", (plan.caller,)), ("targets", plan.targets))
    for label, values in told:
        if any(values):
            yield row(label, listed(values), indent=2, room=ROOM)
    yield BLANK


def _changes(sections: Sequence[Section]) -> Iterator[Line]:
    """An empty line after each; those of which only the heading is told stand together."""
    for folded, some in groupby(sections, key=lambda section: section.folded):
        for section in some:
            yield from block_lines(section)
            if not folded:
                yield BLANK
        if folded:
            yield BLANK


def _notes(plan: Plan) -> Iterator[Line]:
    """What stays as it is, and why."""
    if plan.notes:
        yield title("Kept")
        for note in plan.notes:
            yield row(str(note.address), split(note.text), indent=2, room=len(str(note.address)) + 2)
        yield BLANK


def _calls(sheet: Sheet) -> Iterator[Line]:
    if sheet.calls and sheet.batches:
        yield title("Calls, in this order")
        yield from call_lines(sheet.batches)
        yield BLANK


def _closing(sheet: Sheet) -> Iterator[Line]:
    yield Line(split(": ".join(filter(None, (sheet.counts, sheet.cost))), "bold"))
    if dangers := [f"{count} {risk}" for risk, count in sheet.dangers]:
        yield Line([Word("! look twice:", STYLES["destructive"]), *listed(dangers)])
    if sheet.against:
        yield Line([Word("! cannot be applied:", STYLES["error"]), *split(", ".join(sheet.against))])
