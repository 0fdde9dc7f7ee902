"""The diff: total, without edge cases, because an account is a flat map."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from ramstack.model.account import Account
from ramstack.model.address import Address
from ramstack.model.change import Change
from ramstack.model.problem import Origin


def diff(
    live: Account, desired: Account, origins: Mapping[Address, Origin] | None = None
) -> tuple[Change, ...]:
    """What turns `live` into `desired`, in order of address. Foreign things must be left out of both beforehand."""
    places = origins or {}
    before, after = live.resources, desired.resources
    changed = (a for a in before.keys() | after.keys() if before.get(a) != after.get(a))
    return tuple(Change(a, before.get(a), after.get(a), places.get(a)) for a in sorted(changed))


def patch(live: Account, changes: tuple[Change, ...]) -> Account:
    """The account as it is after the changes: the inverse of `diff`."""
    after = {change.address: change.after for change in changes}
    kept = {a: r for a, r in live.resources.items() if a not in after}
    made = {a: r for a, r in after.items() if r is not None}
    return replace(live, resources=kept | made)
