"""Where values come from: a table for people, JSON for programs."""

from __future__ import annotations

from collections.abc import Sequence

from ramstack.planning.why import Reason
from ramstack.views.layout import BLANK, Line, render, title
from ramstack.views.rows import below_root
from ramstack.views.tables import table_lines

HEADINGS = ("WHAT", "LAYER", "PLACE", "VALUE")


def why_text(found: Sequence[tuple[str, Sequence[Reason]]], *, color: bool, width: int) -> str:
    """A table for each address that was asked about."""
    lines: list[Line] = []
    for address, reasons in found:
        lines += [BLANK] * bool(lines) + [title(address)]
        lines += table_lines(HEADINGS, [_row(one) for one in reasons], width=width)
    return render(lines, color=color, width=width)


def why_document(found: Sequence[tuple[str, Sequence[Reason]]]) -> dict[str, object]:
    return {
        "format_version": "1.0",
        "reasons": [
            {
                "address": str(one.address),
                "field": one.field or None,
                "value": one.value,
                "layer": one.layer,
                "origin": str(one.origin) if one.origin else None,
            }
            for _, reasons in found
            for one in reasons
        ],
    }


def _row(one: Reason) -> tuple[str, ...]:
    return _what(one), one.layer, str(one.origin or ""), "" if one.field == "document" else one.value


def _what(one: Reason) -> str:
    """As stacks call it: the document of a role is its trust."""
    match one.address.kind, one.field:
        case "role", "document":
            return "trust"
        case kind, "":
            part = f"{kind.replace('_', ' ')} {below_root(one.address)}"
            return str(one.address) if one.address.is_root else part
        case _, field:
            return field.replace("_", " ")
