"""Layout: lines of words, wrapped with a hanging indent and rendered with or without colour. Nothing is ever cut."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cache
from itertools import groupby

from rich.cells import cell_len
from rich.color import ColorSystem
from rich.style import Style

from ramstack.views.words import Word, split

MIN_ROOM = 20
"""Columns that a hanging indent leaves for text, however narrow the page."""


@dataclass(frozen=True, slots=True)
class Line:
    """Words from column `indent` on; what does not fit continues at column `hang`. No words: an empty line."""

    words: Sequence[Word] = ()
    indent: int = 0
    hang: int = 0


BLANK = Line()


def prose(text: str, indent: int = 0, style: str = "") -> Line:
    """A paragraph."""
    return Line(split(text, style), indent, indent)


def title(text: str) -> Line:
    return Line([Word(text, "bold")])


def row(label: str, words: Sequence[Word], *, indent: int, room: int, hang: int = 0) -> Line:
    """A label in a column of `room`, then the words; they hang below the first of them, `hang` deeper."""
    start = indent + room
    if not label:
        return Line(words, start, start + hang)
    first = replace(words[0], gap=max(room - cell_len(label), 2)) if words else Word("")
    return Line([Word(label, "dim"), first, *words[1:]], indent, start + hang)


def render(lines: Iterable[Line], *, color: bool, width: int) -> str:
    """The text of the lines, each ended by a newline. Law: no line is wider than `width` but for a single wider word."""
    rows = (part for line in lines for part in _wrap(line, width))
    return "".join(f"{_paint(part, color=color)}\n" for part in rows)


def _wrap(line: Line, width: int) -> Iterator[Line]:
    hang = max(0, min(line.hang, width - MIN_ROOM))
    part: list[Word] = []
    indent = used = line.indent
    for word in line.words:
        size = cell_len(word.text)
        if part and used + word.gap + size > width:
            yield Line(part, indent)
            part, indent, used = [], hang, hang
        used += size + (word.gap if part else 0)
        part.append(word)
    yield Line(part, indent)


def _paint(line: Line, *, color: bool) -> str:
    """Neighbours of one style share their escape codes."""
    text = " " * line.indent if line.words else ""
    for style, words in groupby(line.words, key=lambda word: word.style):
        first, *others = words
        text += " " * first.gap if first is not line.words[0] else ""
        run = first.text + "".join(" " * word.gap + word.text for word in others)
        text += _style(style).render(run, color_system=ColorSystem.STANDARD) if color else run
    return text


@cache
def _style(name: str) -> Style:
    return Style.parse(name)
