"""What a plan means, as a person reads it at a terminal."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from ramstack.views.layout import BLANK, Line, title
from ramstack.views.senses import Power, Sense
from ramstack.views.signs import SIGNS, STYLES
from ramstack.views.words import Word, listed, split


def permission_lines(senses: Sequence[Sense]) -> Iterator[Line]:
    """Principals for whom the plan means the same are told together."""
    if not senses:
        return
    yield title("What this means")
    for sense in senses:
        yield from sense_lines(sense)
    yield BLANK


def sense_lines(sense: Sense) -> Iterator[Line]:
    """Who, then what to look at twice, then what comes and what goes."""
    yield Line(listed(sense.names, "bold"), 2, 4)
    for heading, what in sense.warnings:
        yield Line([Word(f"! {heading}:", STYLES["admin-grant"]), *split(what)], 4, 6)
    for power in sense.powers:
        yield from _power_lines(power)


def _power_lines(power: Power) -> Iterator[Line]:
    """`+ can ice (Intelligent Media Service), 400 operations`, then a line for each level."""
    yield Line([Word(SIGNS[power.action], STYLES[power.action]), *split(power.text)], 4, 6)
    for level in power.levels:
        style = level.style if power.action == "create" else ""
        yield Line([*split(f"{level.label}:", style), *listed(level.actions)], 8, 10)
