"""Moments and durations as text: how stacks, plans and the service write them, and how people say them."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from types import MappingProxyType

STAMP = "%Y-%m-%dT%H:%M:%SZ"
_UNITS: Mapping[str, timedelta] = MappingProxyType(
    {
        "s": timedelta(seconds=1),
        "m": timedelta(minutes=1),
        "h": timedelta(hours=1),
        "d": timedelta(days=1),
    }
)
_DURATION = re.compile(r"([0-9]{1,6})([smhd])")


def stamp(moment: datetime) -> str:
    """A moment as plans write it; stamps sort like moments."""
    return moment.strftime(STAMP)


def read_stamp(text: str) -> datetime | None:
    """The moment that a stamp tells; None for what is none."""
    try:
        return datetime.strptime(text, STAMP).replace(tzinfo=UTC)
    except ValueError:
        return None


def read_duration(text: str) -> timedelta | None:
    """`90s`, `30m`, `24h`, `7d`; None for anything else."""
    match = _DURATION.fullmatch(text)
    return int(match.group(1)) * _UNITS[match.group(2)] if match else None


def in_words(span: timedelta) -> str:
    """`3 h`, `9 d`: the largest unit of which it holds at least two, rounded down."""
    seconds = max(int(span.total_seconds()), 0)
    for unit, size in (("d", 86_400), ("h", 3_600), ("min", 60)):
        if seconds >= 2 * size:
            return f"{seconds // size} {unit}"
    return f"{seconds} s"
