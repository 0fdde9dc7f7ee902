"""Blind spots: what could not be read is not planned, and neither is anything that depends on it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from ramstack.model.account import Account
from ramstack.model.address import Address
from ramstack.model.change import Change
from ramstack.model.problem import Problem, error
from ramstack.model.unread import Unread

SHOWN = 5


def hidden_roots(live: Account, roots: Iterable[Address]) -> frozenset[Address]:
    """Those of the roots that exist and of which nobody can tell whose they are or what they hold."""
    return frozenset(r for r in roots if r in live and any(part.hides(r) for part in live.unread))


def plannable(changes: Sequence[Change], live: Account) -> tuple[Change, ...]:
    """The changes that rest on nothing unread. What is below a root that is yet to come is known: there is nothing."""
    if not live.unread:
        return tuple(changes)
    kept = {c.address for c in changes if c.address.is_root and c.action == "delete" and _rests_on(c, live)}
    return tuple(c for c in changes if c.address.root not in kept and not _rests_on(c, live))


def blind_spots(wanted: Iterable[Address], changes: Sequence[Change], live: Account) -> Iterator[Problem]:
    """One for each part that is unread and matters: to roots that the stacks want, or to changes."""
    roots = hidden_roots(live, wanted)
    for part in live.unread:
        hidden = {root for root in roots if part.hides(root)}
        hidden |= {c.address for c in changes if _hidden(part, c, live)}
        if hidden or part.hides_owners:
            yield error("incomplete-read", "The account could not be read whole", _told(part, sorted(hidden)))


def _rests_on(change: Change, live: Account) -> bool:
    return any(_hidden(part, change, live) for part in live.unread)


def _hidden(part: Unread, change: Change, live: Account) -> bool:
    if change.address.root not in live:
        return False
    leaves = change.address.is_root and change.action == "delete"
    return part.hides(change.address) or (leaves and part.may_hang_on(change.address))


def _told(part: Unread, hidden: Sequence[Address]) -> str:
    shown = ", ".join(map(str, hidden[:SHOWN])) + (
        f" and {len(hidden) - SHOWN} more" if hidden[SHOWN:] else ""
    )
    depends = f"{shown} depend on it and are" if hidden else "What the stacks own and no longer declare is"
    return f"{part.what[0].upper()}{part.what[1:]} could not be read. {depends} not planned. Give the credentials {part.permission}."
