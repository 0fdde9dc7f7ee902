"""Room: what is counted against which quota, and where a quota forbids granting first, so that taking away comes first."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from types import MappingProxyType

from ramstack.model.account import Account
from ramstack.model.address import Address
from ramstack.model.change import Change
from ramstack.model.limits import is_service_tag
from ramstack.model.quotas import Quotas

Shelf = tuple[Address, str]  # who holds it, and what is counted

ACCOUNT = Address(())  # holds users, groups, roles and custom policies, whoever owns them

_QUOTAS: Mapping[tuple[str, str], str] = MappingProxyType(
    {
        ("", "users"): "UsersQuota",
        ("", "groups"): "GroupsQuota",
        ("", "roles"): "RolesQuota",
        ("", "custom policies"): "PoliciesQuota",
        ("user", "groups"): "GroupsPerUserQuota",
        ("user", "access keys"): "AccessKeysPerUserQuota",
        ("user", "tags"): "TagsQuota",
        ("role", "tags"): "TagsQuota",
        ("user", "custom policies"): "AttachedPoliciesPerUserQuota",
        ("group", "custom policies"): "AttachedPoliciesPerGroupQuota",
        ("role", "custom policies"): "AttachedPoliciesPerRoleQuota",
        ("user", "system policies"): "AttachedSystemPoliciesPerUserQuota",
        ("group", "system policies"): "AttachedSystemPoliciesPerGroupQuota",
        ("role", "system policies"): "AttachedSystemPoliciesPerRoleQuota",
    }
)
_ROOTS: Mapping[str, str] = MappingProxyType(
    {"user": "users", "group": "groups", "role": "roles", "policy": "custom policies"}
)
_TAKEN_FIRST = ("membership", "attachment")


def shelf_of(address: Address) -> Shelf | None:
    """What an address takes room on; None where nothing is counted.

    Grants at resource-group scope are counted apart by the service; its own tags are not counted.
    """
    match address.kind:
        case "membership":
            return address.root, "groups"
        case "attachment":
            return None if address.resource_group else (address.root, f"{address.policy.type} policies")
        case "access_key":
            return address.root, "access keys"
        case "tag":
            return None if is_service_tag(address.tag_key) else (address.root, "tags")
        case kind:
            return (ACCOUNT, _ROOTS[kind]) if kind in _ROOTS else None


def room_on(shelf: Shelf, quotas: Quotas) -> int:
    """How many fit."""
    holder, what = shelf
    return quotas.of(_QUOTAS[holder.kind if holder else "", what])


def crowded(changes: Iterable[Change], live: Account) -> frozenset[Shelf]:
    """The shelves of principals that would overflow if every grant and membership came before any left."""
    edges = (c.address for c in changes if c.action == "create" and c.address.kind in _TAKEN_FIRST)
    arriving = Counter(shelf for address in edges if (shelf := shelf_of(address)))
    held = held_on(arriving.keys(), live)
    return frozenset(s for s, count in arriving.items() if held[s] + count > room_on(s, live.quotas))


def held_on(shelves: Iterable[Shelf], live: Account) -> Counter[Shelf]:
    """How many are on each of these shelves."""
    asked = frozenset(shelves)
    return Counter(s for a in live.resources if (s := shelf_of(a)) in asked) if asked else Counter()
