"""What somebody else changed in the account, as plans and `drift` tell it: a line for each address."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import groupby

from ramstack.model.change import Change, Drift
from ramstack.model.resource import Resource, Tag, in_words
from ramstack.planning.ownership import changed_fields
from ramstack.views.layout import BLANK, Line, prose, title
from ramstack.views.signs import SIGNS, STYLES
from ramstack.views.words import Word, in_quotes, split

DRIFT = "Changed in the account since the last run, by somebody else"
LONGEST = 120


def drift_lines(drift: Iterable[Drift]) -> Iterator[Line]:
    """A heading, and the changes by the run since which they came; nothing where there are none."""
    some = sorted(drift, key=lambda one: (one.since, one.run_id, one.address))
    if some:
        yield title(DRIFT)
    for (since, run_id), those in groupby(some, key=lambda one: (one.since, one.run_id)):
        yield prose(f"since run {run_id} of {since}", 2, "dim")
        yield from (_line(one) for one in those)
    if some:
        yield BLANK


def _line(drift: Drift) -> Line:
    style = STYLES[drift.action]
    told = split(_detail(drift), gap=2) if _detail(drift) else []
    return Line([Word(f"{SIGNS[drift.action]} {drift.address}", style), *told], 4, 8)


def drift_text(drift: Drift) -> str:
    """`~ user/alice  comments "a" → "b"`."""
    return "  ".join(filter(None, (f"{SIGNS[drift.action]} {drift.address}", _detail(drift))))


def _detail(drift: Drift) -> str:
    """What moved, as far as the run knew what it was before."""
    if drift.action != "update":
        return ""
    if drift.before is None:
        return _value(drift.after) or "changed; the run had not written it"
    names = changed_fields(Change(drift.address, drift.before, drift.after))
    return ", ".join(f"{in_words(drift.before, name)}{_sides(drift, name)}" for name in names)


def _value(held: Resource | None) -> str:
    return f"now {in_quotes(held.value)}" if isinstance(held, Tag) else ""


def _sides(drift: Drift, name: str) -> str:
    if name == "document" or drift.before is None or drift.after is None:
        return ""
    return " " + " → ".join(_short(getattr(side, name)) for side in (drift.before, drift.after))


def _short(value: object) -> str:
    text = ("yes" if value else "no") if isinstance(value, bool) else str(value or "")
    return in_quotes(text if len(text) <= LONGEST else text[:LONGEST] + "…")
