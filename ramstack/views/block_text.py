"""One principal or policy in a plan as text: its heading, the fields that change, and what it gains and loses.

    ~ user/analyst  ! destructive  stacks/media.yaml:31:3
        display name  "Analyst" → "Media Analyst"
        tags          + env=prod  ~ team=media → ops
        policies      + custom/ice-read-office  - system/AliyunICEFullAccess

Law: each sign is one change of the plan, and each change has one sign; statements of a document aside.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import chain, repeat

from ramstack.views.layout import Line, row
from ramstack.views.rows import DOCUMENT, NOTE, Item, Row, Section
from ramstack.views.signs import ITEM_RISKS, STYLES, warn
from ramstack.views.words import Word, quoted, split

INDENT = 4
ROOM = 14


def block_lines(section: Section) -> Iterator[Line]:
    """The lines of one block, heading first."""
    yield _heading(section)
    for one in section.rows:
        yield from _row_lines(one)


def _heading(section: Section) -> Line:
    style = STYLES[section.action] if section.action else ""
    risks = [word for risk in section.risks for word in warn(risk)]
    rest = split(f"with {section.rest}", gap=2) if section.rest else []
    origin = split(quoted(str(section.origin)), "dim", gap=2) if section.origin else []
    return Line(
        [Word(f"{section.sign} {section.root}", f"bold {style}"), *risks, *rest, *origin], hang=INDENT
    )


def _row_lines(one: Row) -> Iterator[Line]:
    """A document has a line for each statement; anything else is one line, wrapped."""
    if one.label == DOCUMENT:
        labels = chain((DOCUMENT,), repeat(""))
        for label, item in zip(labels, one.items, strict=False):
            yield _labelled(label, _words(item, gap=1), hang=2)
    else:
        style = "italic" if one.label == NOTE else ""
        yield _labelled(one.label, [word for item in one.items for word in _words(item, style)])


def _labelled(label: str, words: Sequence[Word], hang: int = 0) -> Line:
    return row(label, words, indent=INDENT, room=ROOM, hang=hang)


def _words(item: Item, style: str = "", gap: int = 2) -> list[Word]:
    """`+ env=prod`: the sign stays with the first word, and with the last what a sign alone does not tell."""
    if item.action is None:
        return split(item.text, style)
    colour = STYLES[item.action]
    first, *more = split(item.text, colour)
    words = [Word(f"{item.sign} {first.text}", colour, gap), *more]
    if marks := [risk for risk in item.risks if risk in ITEM_RISKS]:
        told = "".join(f"  ! {risk}" for risk in marks)
        words[-1] = replace(words[-1], text=words[-1].text + told, style=STYLES[marks[0]])
    return words
