"""Hygiene: how old and how idle credentials are, what is to be rotated when, and what is beyond the limits that were set."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

from ramstack.model.inventory import HeldCredentials, HeldKey, HeldLogon
from ramstack.model.stack import Stack

Fault = Literal["too-old", "unused"]


@dataclass(frozen=True, slots=True)
class Limits:
    """`max_age` is about access keys, `unused` about keys and logons; None: no limit. Both are about what is active."""

    max_age: timedelta | None = None
    unused: timedelta | None = None


@dataclass(frozen=True, slots=True)
class Entry:
    """One credential as it stands. `age` and `idle` are None where the service does not tell."""

    user: str
    has_mfa: bool
    held: HeldKey | HeldLogon
    age: timedelta | None
    idle: timedelta | None
    rotation_due: datetime | None = None
    faults: tuple[Fault, ...] = ()


def entries_of(
    users: Iterable[HeldCredentials], now: datetime, limits: Limits, rotations: Mapping[str, timedelta]
) -> tuple[Entry, ...]:
    """One entry for each logon and key. `rotations` says by user at which age a key is to be replaced."""
    return tuple(
        _entry(one, held, now, limits, rotations.get(one.user)) for one in users for held in _held(one)
    )


def _held(one: HeldCredentials) -> Iterator[HeldKey | HeldLogon]:
    if one.logon:
        yield one.logon
    yield from one.keys


def _entry(
    one: HeldCredentials,
    held: HeldKey | HeldLogon,
    now: datetime,
    limits: Limits,
    rotate_after: timedelta | None,
) -> Entry:
    born = held.created if isinstance(held, HeldKey) else held.since
    last = held.last_used or born  # what was never used has been idle all its life
    age, idle = (None if at is None else max(now - at, timedelta(0)) for at in (born, last))
    rotates = isinstance(held, HeldKey) and held.is_active and born is not None and rotate_after is not None
    due = born + rotate_after if rotates and born and rotate_after else None
    max_age = limits.max_age if isinstance(held, HeldKey) else None
    faults = tuple(_faults(age, idle, max_age, limits.unused)) if held.is_active else ()
    return Entry(one.user, one.has_mfa, held, age, idle, due, faults)


def _faults(
    age: timedelta | None, idle: timedelta | None, max_age: timedelta | None, unused: timedelta | None
) -> Iterator[Fault]:
    """What nobody knows is beyond any limit."""
    if max_age is not None and (age is None or age > max_age):
        yield "too-old"
    if unused is not None and (idle is None or idle > unused):
        yield "unused"


def rotations_of(stacks: Iterable[Stack]) -> dict[str, timedelta]:
    """By user, the age at which a stack has its keys replaced."""
    wishes = ((wish.name, wish.access_keys) for stack in stacks for wish in stack.users.values())
    return {name: keys.rotate_after for name, keys in wishes if keys and keys.rotate_after}
