"""Room: where a quota forbids granting first, so that taking away must come first and the plan says so."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from types import MappingProxyType

from ramstack.model.account import Account
from ramstack.model.address import Address
from ramstack.model.change import Change
from ramstack.model.limits import MAX_CUSTOM_POLICIES, MAX_GROUPS_OF_USER, MAX_SYSTEM_POLICIES

Shelf = tuple[Address, str]  # a principal, and what is counted on it

QUOTAS: Mapping[str, int] = MappingProxyType(
    {
        "system policies": MAX_SYSTEM_POLICIES,
        "custom policies": MAX_CUSTOM_POLICIES,
        "groups": MAX_GROUPS_OF_USER,
    }
)


def shelf_of(address: Address) -> Shelf | None:
    """What a membership or account-scope attachment takes room on; None for anything else.

    Grants at resource-group scope are counted apart by the service.
    """
    match address.kind:
        case "membership":
            return address.root, "groups"
        case "attachment" if not address.resource_group:
            return address.root, f"{address.policy.type} policies"
        case _:
            return None


def crowded(changes: Iterable[Change], live: Account) -> frozenset[Shelf]:
    """The shelves that would overflow if everything new came before anything left."""
    coming = (shelf_of(change.address) for change in changes if change.action == "create")
    arriving = Counter(shelf for shelf in coming if shelf)
    if not arriving:
        return frozenset()
    roots = {root for root, _ in arriving}
    held = Counter(shelf_of(address) for address in live.resources if address.root in roots)
    return frozenset(shelf for shelf, count in arriving.items() if held[shelf] + count > QUOTAS[shelf[1]])
