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
    """Those of the roots that exist, or may exist, and of which nobody can tell whose they are or what they hold."""
    return frozenset(r for r in roots if any(_is_behind(part, r, live) for part in live.unread))


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
    leaves = change.address.is_root and change.action == "delete"
    hangs = leaves and change.address in live and part.may_hang_on(change.address)
    return hangs or _is_behind(part, change.address, live)


def _is_behind(part: Unread, address: Address, live: Account) -> bool:
    """What is seen not to exist is hidden by nothing but the list that it would be in."""
    return part.hides(address) and (part.is_list or address.root in live)


def _told(part: Unread, hidden: Sequence[Address]) -> str:
    shown = ", ".join(map(str, hidden[:SHOWN])) + (
        f" and {len(hidden) - SHOWN} more" if hidden[SHOWN:] else ""
    )
    verbs = ("depend", "are") if hidden[1:] else ("depends", "is")
    depends = (
        f"{shown} {verbs[0]} on it and {verbs[1]}"
        if hidden
        else "What the stacks own and no longer declare is"
    )
    return f"{part.what[0].upper()}{part.what[1:]} could not be read. {depends} not planned. Give the credentials {part.permission}."
