"""Reading in parts: what the service refuses to show is a gap, never an empty answer; what vanished meanwhile is neither."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable
from dataclasses import dataclass
from typing import Generic, TypeVar

from ramstack.model.errors import NotFound, Refused, Unreachable
from ramstack.model.unread import Unread

T = TypeVar("T")
T_co = TypeVar("T_co", covariant=True)

TRIES = 3


@dataclass(frozen=True)
class Part(Generic[T_co]):
    """One answer. `value` is None when the object is gone by now, or when `gap` says that it could not be read."""

    value: T_co | None
    gap: Unread | None = None


def part(read: Callable[[], T], gap: Unread) -> Part[T]:
    """What it reads. Raises Throttled and Unreachable: a service that does not answer has not refused."""
    try:
        return Part(read())
    except NotFound:
        return Part(None)
    except Refused:
        return Part(None, gap)


def gaps_of(parts: Iterable[Part[object]]) -> tuple[Unread, ...]:
    return tuple(one.gap for one in parts if one.gap)


def each_once(read: Callable[[], Iterable[T]], key: Callable[[T], Hashable]) -> tuple[T, ...]:
    """All rows of a list. A row on two pages shows that rows moved while they were read, and others may have slipped
    through: the list is read again, at most three times in all. Raises Unreachable when it goes on moving.
    """
    for _ in range(TRIES):
        rows = tuple(read())
        if len({key(row) for row in rows}) == len(rows):
            return rows
    raise Unreachable("AccountMoving", f"the account changed during each of {TRIES} attempts to list it")
