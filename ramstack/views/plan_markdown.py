"""A plan as the comment on a pull request: what matters in the open, the rest folded.

marker ─ headline ─ look first, cannot be applied ─ problems ─ table ─ what it means ─ details ─ calls
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from ramstack.model.call import Batch
from ramstack.model.change import Plan
from ramstack.views.calls_text import call_lines
from ramstack.views.comment import CAP, codes, details, fence, marker, problem_pieces, rendered, table
from ramstack.views.drift_text import DRIFT, drift_text
from ramstack.views.gfm import code
from ramstack.views.layout import Line
from ramstack.views.parts import fitted
from ramstack.views.senses import Sense
from ramstack.views.sheet import Sheet, sheet_of
from ramstack.views.signs import SIGNS, dangers_in
from ramstack.views.words import listed, split, visible

SHORTENED = "_Shortened to fit in a comment; `ramstack plan` shows everything._"


def plan_markdown(
    plan: Plan,
    batches: Sequence[Batch],
    seconds: float,
    *,
    calls: bool = False,
    concise: bool = False,
) -> str:
    """GitHub-flavoured markdown of at most `CAP` bytes, in which nothing that anybody wrote is read as markdown.

    What does not fit is left out from the end of each part, routine first; the table and the counts tell what is missing.
    """
    sheet = sheet_of(plan, batches, seconds, calls=calls, concise=concise)
    head = "\n\n".join(filter(None, (marker(plan), _headline(sheet), _warnings(sheet), _facts(sheet))))
    parts = (
        fence("", problem_pieces(plan.problems, plan.rails), share=0.4, glue="\n\n"),
        table(sheet.sections),
        fence(
            "What this means", ["\n".join(rendered(_sense_lines(sense))) for sense in sheet.senses], share=0.3
        ),
        details(sheet.sections),
        fence(DRIFT, [drift_text(one) for one in plan.drift], share=0.5),
        fence("Kept", [f"{note.address}  {visible(note.text)}" for note in plan.notes]),
        fence("Calls, in this order", _call_pieces(sheet)),
    )
    return fitted(head, parts, SHORTENED, CAP)


def _headline(sheet: Sheet) -> str:
    return f"### Plan: {sheet.counts}"


def _warnings(sheet: Sheet) -> str:
    """The most dangerous change and how many there are, and what stands against applying."""
    lines = []
    if worst := sheet.worst:
        counts = ", ".join(f"{count} {risk}" for risk, count in sheet.dangers)
        what = code(f"{SIGNS[worst.action]} {worst.address}")
        lines.append(f"> **Look first:** {what} ({', '.join(dangers_in(worst.risk))}). In all {counts}.")
    if sheet.against:
        lines.append(f"> **Cannot be applied:** {', '.join(sheet.against)}.")
    return "\n>\n".join(lines)


def _facts(sheet: Sheet) -> str:
    plan = sheet.plan
    told = (
        ("Account", [plan.account]),
        ("stacks", plan.stacks),
        ("targets", plan.targets),
        ("caller", [plan.caller]),
    )
    facts = [f"{label} {codes(values)}" for label, values in told if any(values)]
    return " · ".join((*facts, *filter(None, [sheet.cost])))


def _sense_lines(sense: Sense) -> Iterator[Line]:
    yield Line(listed(sense.names), 2, 2)
    for heading, what in sense.warnings:
        yield Line(split(f"! {heading}: {what}"), hang=2)
    for power in sense.powers:
        yield Line(split(f"{SIGNS[power.action]} {power.text}"), hang=2)
        yield from (Line(split(f"{level.label}: {', '.join(level.actions)}"), 6, 8) for level in power.levels)


def _call_pieces(sheet: Sheet) -> list[str]:
    if not sheet.calls:
        return []
    return rendered(call_lines(sheet.batches))
