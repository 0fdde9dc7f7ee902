"""Tables: columns under headings. Only the last column wraps, and goes below its row where the page is narrow."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from rich.cells import cell_len

from ramstack.views.layout import Line
from ramstack.views.words import Word, split, visible

GAP = 2
INDENT = 4
MIN_ROOM = 24


def table_lines(headings: Sequence[str], rows: Sequence[Sequence[str]], *, width: int) -> Iterator[Line]:
    """Every cell whole, so that a name can be copied; the last column is prose."""
    cells = [[visible(cell) for cell in row] for row in (headings, *rows)]
    widths = [max(map(cell_len, column)) for column in zip(*cells, strict=True)][:-1]
    start = sum(widths) + GAP * len(widths)
    for number, row in enumerate(cells):
        style = "" if number else "bold"
        yield from _row(row, widths, start if width - start >= MIN_ROOM else 0, style)


def _row(cells: Sequence[str], widths: Sequence[int], start: int, style: str) -> Iterator[Line]:
    """One line when the last column starts at `start`; two when there is no room for it (`start` is 0)."""
    *names, text = cells
    gaps = [0, *(GAP + size - cell_len(name) for name, size in zip(names, widths, strict=True))]
    columns = [Word(name, style, gap) for name, gap in zip(names, gaps[:-1], strict=True)]
    prose = split(text, style, gap=gaps[-1])
    if start or not prose:
        yield Line([*columns, *prose], hang=start or INDENT)
    else:
        yield Line(columns, hang=INDENT)
        yield Line([replace(prose[0], gap=0), *prose[1:]], INDENT, INDENT)
