"""A plan as the comment on a pull request: what matters in the open, the rest folded.

    marker ─ headline ─ look first, cannot be applied ─ problems ─ table ─ what it means ─ details ─ calls

The marker is the first line: a comment that nobody sees, by which a bot finds the comment that it wrote before. It depends
on the account and the stacks alone.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from hashlib import sha256
from urllib.parse import quote

from ramstack.model.call import Batch
from ramstack.model.change import Plan
from ramstack.model.problem import Problem
from ramstack.views.calls_text import call_lines
from ramstack.views.drift_text import DRIFT, drift_text
from ramstack.views.gfm import code, fenced, folded, html_code
from ramstack.views.layout import Line, render
from ramstack.views.parts import Part, fitted
from ramstack.views.problems_text import problem_lines
from ramstack.views.rows import Row, Section
from ramstack.views.senses import Sense
from ramstack.views.sheet import Sheet, sheet_of
from ramstack.views.signs import ITEM_RISKS, SIGNS, dangers_in, warn
from ramstack.views.words import Word, listed, split, visible

CAP = 60_000
"""Bytes, and so at most as many characters; GitHub refuses a comment of more than 65,536."""
SHORTENED = "_Shortened to fit in a comment; `ramstack plan` shows everything._"
WIDTH = 100
ROOM = 14
_FEW = 8
_LONGEST_MARK = 400


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
        _fence("", _problem_pieces(plan), share=0.4, glue="\n\n"),
        _table(sheet.sections),
        _fence(
            "What this means", ["\n".join(_text(_sense_lines(sense))) for sense in sheet.senses], share=0.3
        ),
        Part(
            tuple(_details(section) for section in sheet.sections if section.rows),
            more="_and the details of {} more_",
        ),
        _fence(DRIFT, [drift_text(one) for one in plan.drift], share=0.5),
        _fence("Kept", [f"{note.address}  {visible(note.text)}" for note in plan.notes]),
        _fence("Calls, in this order", _call_pieces(sheet)),
    )
    return fitted(head, parts, SHORTENED, CAP)


def marker(plan: Plan) -> str:
    """`<!-- ramstack-plan account=1234567890123456 stacks=media,ops -->`; many stacks are told by their digest."""
    stacks = ",".join(map(_harmless, plan.stacks))
    return f"<!-- ramstack-plan account={_short(_harmless(plan.account))} stacks={_short(stacks)} -->"


def _harmless(text: str) -> str:
    """Names of the service as they are; of anything else nothing that could end a comment."""
    return quote(visible(text), safe="")


def _short(text: str) -> str:
    return text if len(text) <= _LONGEST_MARK else sha256(text.encode()).hexdigest()


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
    facts = [f"{label} {_codes(values)}" for label, values in told if any(values)]
    return " · ".join((*facts, *filter(None, [sheet.cost])))


def _codes(values: Sequence[str]) -> str:
    more = [f"and {len(values) - _FEW} more"] if len(values) > _FEW else []
    return ", ".join((*map(code, values[:_FEW]), *more))


def _table(sections: Sequence[Section]) -> Part:
    heading = "| | what changes | look twice |\n| --- | --- | --- |"
    return Part(tuple(map(_table_row, sections)), heading, more="| and {} more | | |", share=0.5)


def _table_row(section: Section) -> str:
    tally = section.tally.replace("~", r"\~")
    risks = ", ".join(f"**{risk}**" for risk in section.risks)
    return f"| {code(_name(section))} | {tally} | {risks} |"


def _name(section: Section) -> str:
    return f"{section.sign} {section.root}".strip()


def _details(section: Section) -> str:
    """Folded under its name; lines that begin with a sign are coloured where `diff` is."""
    risks = f" <b>{', '.join(section.risks)}</b>" if section.risks else ""
    origin = [Line(split(str(section.origin)), 2, 2)] if section.origin else []
    lines = [*origin, *(line for row in section.rows for line in _row_lines(row))]
    return folded(f"{html_code(_name(section))}{risks}", fenced(_text(lines), "diff"))


def _row_lines(row: Row) -> Iterator[Line]:
    """A line for each item, its sign in the first column."""
    for number, item in enumerate(row.items):
        label = "" if number else row.label
        risks = [word for risk in item.risks if risk in ITEM_RISKS for word in warn(risk)]
        yield Line(
            [Word(f"{item.sign} {label:<{ROOM - 1}} "), *split(item.text, gap=0), *risks], hang=ROOM + 4
        )


def _sense_lines(sense: Sense) -> Iterator[Line]:
    yield Line(listed(sense.names), 2, 2)
    for heading, what in sense.warnings:
        yield Line(split(f"! {heading}: {what}"), hang=2)
    for power in sense.powers:
        yield Line(split(f"{SIGNS[power.action]} {power.text}"), hang=2)
        yield from (Line(split(f"{level.label}: {', '.join(level.actions)}"), 6, 8) for level in power.levels)


def _text(lines: Iterable[Line]) -> list[str]:
    return render(lines, color=False, width=WIDTH).splitlines()


def _problem_pieces(plan: Plan) -> list[str]:
    """What forbids applying first: warnings are the first to give way."""
    warnings = [problem for problem in plan.problems if not problem.is_error]
    told = (*_labelled(plan.errors), *_labelled(plan.rails, "rail"), *_labelled(warnings))
    return ["\n".join(_text(lines)).rstrip("\n") for lines in told]


def _labelled(problems: Iterable[Problem], label: str = "") -> Iterator[Iterator[Line]]:
    return (problem_lines([problem], label) for problem in problems)


def _call_pieces(sheet: Sheet) -> list[str]:
    if not sheet.calls:
        return []
    return _text(call_lines(sheet.batches))


def _fence(summary: str, pieces: Iterable[str], share: float = 1.0, glue: str = "\n") -> Part:
    """Texts in one fenced block, folded where it has a summary."""
    texts = tuple(pieces)
    lines = [line for text in texts for line in text.splitlines()]
    opening, *_, closing = fenced(lines, "diff").split("\n")
    if summary:
        opening = f"<details><summary>{summary}</summary>\n\n{opening}"
        closing = f"{closing}\n\n</details>"
    return Part(texts, opening, closing, glue=glue, share=share)
