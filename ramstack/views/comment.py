"""Pieces of a comment on a pull request: nothing in them that anybody wrote is read as markdown.

The marker is the first line: a comment that nobody sees, by which a bot finds the comment that it wrote before. It depends
on the account and the stacks alone.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from hashlib import sha256
from urllib.parse import quote

from ramstack.model.change import Plan
from ramstack.model.problem import Problem
from ramstack.views.gfm import code, fenced, folded, html_code
from ramstack.views.layout import Line, render
from ramstack.views.parts import Part
from ramstack.views.problems_text import problem_lines
from ramstack.views.rows import Row, Section
from ramstack.views.signs import ITEM_RISKS, warn
from ramstack.views.words import Word, split, visible

CAP = 60_000
"""Bytes, and so at most as many characters; GitHub refuses a comment of more than 65,536."""
WIDTH = 100
ROOM = 14
_FEW = 8
_LONGEST_MARK = 400


def marker(plan: Plan, what: str = "plan") -> str:
    """`<!-- ramstack-plan account=1234567890123456 stacks=media,ops -->`; many stacks are told by their digest."""
    stacks = ",".join(map(_harmless, plan.stacks))
    return f"<!-- ramstack-{what} account={_short(_harmless(plan.account))} stacks={_short(stacks)} -->"


def _harmless(text: str) -> str:
    """Names of the service as they are; of anything else nothing that could end a comment."""
    return quote(visible(text), safe="")


def _short(text: str) -> str:
    return text if len(text) <= _LONGEST_MARK else sha256(text.encode()).hexdigest()


def codes(values: Sequence[str]) -> str:
    more = [f"and {len(values) - _FEW} more"] if len(values) > _FEW else []
    return ", ".join((*map(code, values[:_FEW]), *more))


def table(sections: Sequence[Section], heading: str = "what changes", share: float = 0.5) -> Part:
    """A row for each section; Markdown knows no table without a heading."""
    columns = f"| | {heading} | look twice |\n| --- | --- | --- |"
    return Part(tuple(map(_table_row, sections)), columns, more="| and {} more | | |", share=share)


def _table_row(section: Section) -> str:
    tally = section.tally.replace("~", r"\~")
    risks = ", ".join(f"**{risk}**" for risk in section.risks)
    return f"| {code(_name(section))} | {tally} | {risks} |"


def _name(section: Section) -> str:
    return f"{section.sign} {section.root}".strip()


def details(sections: Iterable[Section]) -> Part:
    """What each section holds, where there is more than its heading."""
    told = tuple(_details(section) for section in sections if section.rows)
    return Part(told, more="_and the details of {} more_")


def _details(section: Section) -> str:
    """Folded under its name; lines that begin with a sign are coloured where `diff` is."""
    risks = f" <b>{', '.join(section.risks)}</b>" if section.risks else ""
    origin = [Line(split(str(section.origin)), 2, 2)] if section.origin else []
    lines = [*origin, *(line for row in section.rows for line in _row_lines(row))]
    return folded(f"{html_code(_name(section))}{risks}", fenced(rendered(lines), "diff"))


def _row_lines(row: Row) -> Iterator[Line]:
    """A line for each item, its sign in the first column."""
    for number, item in enumerate(row.items):
        label = "" if number else row.label
        risks = [word for risk in item.risks if risk in ITEM_RISKS for word in warn(risk)]
        yield Line(
            [Word(f"{item.sign} {label:<{ROOM - 1}} "), *split(item.text, gap=0), *risks], hang=ROOM + 4
        )


def rendered(lines: Iterable[Line]) -> list[str]:
    return render(lines, color=False, width=WIDTH).splitlines()


def problem_pieces(problems: Iterable[Problem], rails: Iterable[Problem]) -> list[str]:
    """What forbids applying first: warnings are the first to give way."""
    some = tuple(problems)
    errors, warnings = ([p for p in some if p.is_error is kind] for kind in (True, False))
    told = (*_labelled(errors), *_labelled(rails, "rail"), *_labelled(warnings))
    return ["\n".join(rendered(lines)).rstrip("\n") for lines in told]


def _labelled(problems: Iterable[Problem], label: str = "") -> Iterator[Iterator[Line]]:
    return (problem_lines([problem], label) for problem in problems)


def fence(summary: str, pieces: Iterable[str], share: float = 1.0, glue: str = "\n") -> Part:
    """Texts in one fenced block, folded where it has a summary."""
    texts = tuple(pieces)
    lines = [line for text in texts for line in text.splitlines()]
    opening, *_, closing = fenced(lines, "diff").split("\n")
    if summary:
        opening = f"<details><summary>{summary}</summary>\n\n{opening}"
        closing = f"{closing}\n\n</details>"
    return Part(texts, opening, closing, glue=glue, share=share)
