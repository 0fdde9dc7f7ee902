"""Tables: rows of figures under stable columns, as aligned text and as JSON."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

Cell = str | int | float | Mapping[str, int] | None

GAP = "  "


@dataclass(frozen=True)
class Table:
    """Every row has a cell for every column."""

    title: str
    columns: tuple[str, ...]
    rows: Sequence[Sequence[Cell]]
    notes: tuple[str, ...] = ()

    def document(self) -> dict[str, object]:
        """For JSON: a row is an object, its keys the columns."""
        rows = [dict(zip(self.columns, row, strict=True)) for row in self.rows]
        return {"title": self.title, "columns": self.columns, "rows": rows, "notes": self.notes}

    def text(self) -> str:
        lines = [self.columns, *([_shown(cell) for cell in row] for row in self.rows)]
        widths = [max(map(len, column)) for column in zip(*lines, strict=True)]
        numeric = [any(isinstance(cell, int | float) for cell in column) for column in self._by_column()]
        body = [GAP.join(map(_placed, line, widths, numeric)).rstrip() for line in lines]
        return "\n".join([self.title, "", *body, "", *self.notes, ""])

    def _by_column(self) -> list[tuple[Cell, ...]]:
        return list(zip(*self.rows, strict=True)) or [()] * len(self.columns)


def _placed(text: str, width: int, right: bool) -> str:
    return text.rjust(width) if right else text.ljust(width)


def _shown(cell: Cell) -> str:
    match cell:
        case None:
            return "-"
        case str():
            return cell
        case float():
            return f"{cell:,.2f}"
        case int():
            return f"{cell:,}"
        case _:
            return ", ".join(f"{name} {n:,}" for name, n in sorted(cell.items()))
