"""A plan as a person reads it before approving: what changes, the dangerous first, what stands against it, what it costs."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence

from ramstack.model.call import Batch
from ramstack.model.change import Plan
from ramstack.views.block_text import block_lines
from ramstack.views.blocks import blocks_of
from ramstack.views.calls_text import call_lines
from ramstack.views.layout import BLANK, Line, render, row, title
from ramstack.views.permissions_text import permission_lines
from ramstack.views.problems_text import count_problems, problem_lines
from ramstack.views.signs import RISKS, STYLES
from ramstack.views.words import Word, counted, listed, split

ROOM = 9
NO_CHANGES = "No changes. The account is what the stacks say."


def plan_text(
    plan: Plan,
    batches: Sequence[Batch],
    seconds: float,
    *,
    color: bool,
    width: int,
    calls: bool = False,
    unchanged: str = "",
) -> str:
    """The whole plan: one sign for each change, every problem and rail in full; `calls` adds what goes over the wire.

    `unchanged` is what an empty plan means, where it does not come from stacks.
    """
    lines = (
        *_heading(plan),
        *_changes(plan),
        *permission_lines(plan.permissions),
        *(_calls(batches) if calls else ()),
        *problem_lines(plan.problems),
        *problem_lines(plan.rails, "rail"),
        *_closing(plan, batches, seconds, unchanged or NO_CHANGES),
    )
    return render(lines, color=color, width=width)


def _heading(plan: Plan) -> Iterator[Line]:
    yield title(f"Plan for account {plan.account}")
    told = (("stacks", plan.stacks), ("caller", (plan.caller,)), ("targets", plan.targets))
    for label, values in told:
        if any(values):
            yield row(label, listed(values), indent=2, room=ROOM)
    yield BLANK


def _changes(plan: Plan) -> Iterator[Line]:
    for block in blocks_of(plan.changes):
        yield from block_lines(block)
        yield BLANK


def _calls(batches: Sequence[Batch]) -> Iterator[Line]:
    if batches:
        yield title("Calls, in this order")
        yield from call_lines(batches)
        yield BLANK


def _closing(plan: Plan, batches: Sequence[Batch], seconds: float, unchanged: str) -> Iterator[Line]:
    yield Line(split(_summary(plan, batches, seconds, unchanged), "bold"))
    tally = Counter(risk for change in plan.changes for risk in change.risk)
    dangers = [f"{tally[risk]} {risk}" for risk in RISKS if tally[risk] and risk != "routine"]
    if dangers:
        yield Line([Word("! look twice:", STYLES["destructive"]), *listed(dangers)])
    if against := _against(plan):
        yield Line([Word("! cannot be applied:", STYLES["error"]), *split(against)])


def _summary(plan: Plan, batches: Sequence[Batch], seconds: float, unchanged: str) -> str:
    if plan.is_empty:
        return "No changes could be planned." if _against(plan) else unchanged
    counts = ", ".join(f"{plan.count(action)} to {action}" for action in ("create", "update", "delete"))
    writes = counted(sum(len(batch.steps) for batch in batches), "write")
    return f"{counts}: {writes} in {counted(len(batches), 'batch', 'batches')}, about {seconds:.1f} s"


def _against(plan: Plan) -> str:
    """What must be cleared before this plan may be applied; empty when nothing must."""
    told = (
        (not plan.complete, "a part of the account could not be read"),
        (bool(plan.errors), count_problems(plan.errors)),
        (bool(plan.rails), counted(len(plan.rails), "rail")),
    )
    return ", ".join(text for applies, text in told if applies)
