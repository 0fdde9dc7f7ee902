"""What stacks alone say of who has which policy: an account that nobody asked, and where the real one may have more.

Policies written by name are those of the stacks, published system policies, or unknown; what is unknown may allow and deny
anything. Grants within resource groups are never declared, so they are not seen here: the plan sees them.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from ramstack.model.account import Account
from ramstack.model.address import Address, group_address, role_address, user_address
from ramstack.model.resource import Resource
from ramstack.model.stack import GroupWish, PolicyName, RoleWish, Sited, Stack, UserWish
from ramstack.planning.names import Catalogue, Names
from ramstack.planning.published import PUBLISHED
from ramstack.planning.wish import wish_of

Gaps = Mapping[Address, str]
"""Why a principal may have more than the stacks say."""


ANY_MOMENT = datetime(2000, 1, 1, tzinfo=UTC)  # no key is held, so that no date counts


@dataclass(frozen=True)
class Offline:
    """The account as the stacks alone make it, and the principals of which they do not say everything."""

    account: Account
    gaps: Gaps


def offline(stacks: Sequence[Stack], system: frozenset[str]) -> Offline:
    """`system`: the names of system policies that are known without the account."""
    written = frozenset(sited.value.name for _, sited in granted(stacks))
    joined = frozenset(group.value for user in _users(stacks) for group in user.groups or ())
    names = Names(Catalogue(system, written), joined)
    resources: dict[Address, Resource] = {}
    for stack in stacks:
        resources |= wish_of(stack, Account(), names, ANY_MOMENT).desired.resources
    account = Account(resources=resources, system_policies=system, editions=PUBLISHED)
    return Offline(account, dict(_gaps(stacks)))


def granted(stacks: Iterable[Stack]) -> Iterator[tuple[Address, Sited[PolicyName]]]:
    """Every policy that a stack gives to somebody, as written."""
    for stack in stacks:
        for user in stack.users.values():
            yield from ((user_address(user.name), policy) for policy in user.policies or ())
        for group in stack.groups.values():
            yield from ((group_address(group.name), policy) for policy in group.policies or ())
        for role in stack.roles.values():
            yield from ((role_address(role.name), policy) for policy in role.policies or ())


def _users(stacks: Iterable[Stack]) -> Iterator[UserWish]:
    return (user for stack in stacks for user in stack.users.values())


def _gaps(stacks: Sequence[Stack]) -> Iterator[tuple[Address, str]]:
    groups = {group.name: group for stack in stacks for group in stack.groups.values()}
    for group in groups.values():
        if why := _own_gap(group):
            yield group_address(group.name), why
    for role in (role for stack in stacks for role in stack.roles.values()):
        if why := _own_gap(role):
            yield role_address(role.name), why
    for user in _users(stacks):
        if why := _own_gap(user) or _group_gap(user, groups):
            yield user_address(user.name), why


def _own_gap(wish: UserWish | GroupWish | RoleWish) -> str:
    if wish.additive:
        return "additive: true leaves what else is attached"
    return "" if wish.policies is not None else "`policies:` is left out (write [] for none)"


def _group_gap(user: UserWish, groups: Mapping[str, GroupWish]) -> str:
    if user.groups is None:
        return "`groups:` is left out (write [] for none)"
    for name in (group.value for group in user.groups):
        if name not in groups:
            return f"group/{name} is not of these stacks"
        if why := _own_gap(groups[name]):
            return f"group/{name}: {why}"
    return ""
