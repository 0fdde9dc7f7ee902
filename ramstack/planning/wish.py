"""The wish as an account: what a stack's own roots shall hold, every unmanaged part copied from what they hold now.

"If you do not want it deleted, copy it to the desired side": hands-off tags, additive lists and keys that were left out
never reach the diff.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, fields, replace
from datetime import datetime
from itertools import chain

from ramstack.model.account import Account
from ramstack.model.address import (
    Address,
    PolicyRef,
    attachment_address,
    group_address,
    membership_address,
    policy_address,
    role_address,
    tag_address,
    user_address,
)
from ramstack.model.problem import Origin, Problem, error
from ramstack.model.resource import (
    Attachment,
    Group,
    Membership,
    Policy,
    R,
    Resource,
    Role,
    Tag,
    User,
    complete,
)
from ramstack.model.settings import SETTINGS, AccountAlias, PasswordRules, SecurityPreference
from ramstack.model.stack import GroupWish, PolicyName, RoleWish, Sited, Stack, UserWish, ignores_tag
from ramstack.planning.credentials import KINDS as CREDENTIALS
from ramstack.planning.credentials import Credentials
from ramstack.planning.names import Catalogue, Names

NO_ACCOUNT = "0000000000000000"  # offline, where no `account:` says which
UNKNOWN_POLICY = "unknown-policy"  # offline a guess of the loader, here a fact

Keeps = Callable[[Address], bool]
Granted = tuple[Address, Sited[PolicyName], PolicyRef | None]  # who is to get what, and which policy that is


@dataclass(frozen=True)
class Wish:
    """One stack's desired account, where each part was written, and which names could not be resolved."""

    desired: Account
    origins: Mapping[Address, Origin]
    problems: tuple[Problem, ...]
    credentials: Credentials

    @property
    def roots(self) -> frozenset[Address]:
        """Settings of the account are nobody's: those that the stack writes."""
        settings = frozenset(address for address in self.origins if address in SETTINGS)
        return settings | {address for address, _ in self.desired.roots()}


@dataclass(frozen=True)
class Sighted:
    """A wished resource and the place that asks for it."""

    address: Address
    resource: Resource
    origin: Origin


def wish_of(stack: Stack, live: Account, names: Names, now: datetime) -> Wish:
    """What `stack` wants of `live` at the moment `now`, of what there will be."""
    credentials = Credentials(stack, live, now)
    wished = [*_policies(stack, live), *_groups(stack, live), *_users(stack, live), *_roles(stack, live)]
    wished += _settings(stack, live)
    granted = tuple(_granted(stack, names.catalogue))
    problems = [
        *_untrusted(stack, live),
        *_unknown_policies(granted, names.catalogue),
        *_unknown_groups(stack, names.groups),
    ]
    wished += _attachments(granted)
    wished += _memberships(stack, names.groups)
    wished += [Sighted(address, *what) for address, what in credentials.wished.items()]
    resources = {s.address: s.resource for s in wished}
    origins = {s.address: s.origin for s in wished}
    kept = _kept(stack, live, roots={a for a in resources if a.is_root})
    return Wish(replace(live, resources=kept | resources), origins, tuple(problems), credentials)


def _users(stack: Stack, live: Account) -> Iterator[Sighted]:
    for wish in stack.users.values():
        address = user_address(wish.name)
        user = User(
            wish.name, wish.display_name, wish.comments, wish.email, wish.mobile, wish.protect, stack.owner
        )
        yield Sighted(address, complete(user, _live(live, address, User)), wish.origin)
        yield from _tags(address, wish)


def _groups(stack: Stack, live: Account) -> Iterator[Sighted]:
    for wish in stack.groups.values():
        address = group_address(wish.name)
        group = Group(wish.name, wish.comments, stack.owner)
        yield Sighted(address, complete(group, _live(live, address, Group)), wish.origin)


def _roles(stack: Stack, live: Account) -> Iterator[Sighted]:
    for wish in stack.roles.values():
        address = role_address(wish.name)
        trust = wish.trust.document_in(live.id or stack.account or NO_ACCOUNT) if wish.trust else None
        role = Role(wish.name, wish.description, trust, wish.max_session_duration, stack.owner)
        yield Sighted(address, complete(role, _live(live, address, Role)), wish.origin)
        yield from _tags(address, wish)


def _tags(address: Address, wish: UserWish | RoleWish) -> Iterator[Sighted]:
    """Of the declared tags those that are not to be left alone."""
    for key, tag in (wish.tags or {}).items():
        if not ignores_tag(key, wish.ignore_tags):
            yield Sighted(tag_address(address, key), Tag(tag.value), tag.origin)


def _untrusted(stack: Stack, live: Account) -> Iterator[Problem]:
    """A role cannot be made without saying who may assume it."""
    for wish in stack.roles.values():
        address = role_address(wish.name)
        if wish.trust is None and address not in live:
            detail = f"{address} does not exist, and nothing says who may assume it. Write `trust:`, such as {{service: ecs.aliyuncs.com}}."
            yield error("no-trust", "Nobody to trust", detail, address=address, origin=wish.origin)


def _settings(stack: Stack, live: Account) -> Iterator[Sighted]:
    """Field by field: what is not written stays as it is."""
    for address, wish in stack.settings.items():
        held = live.get(address)
        if isinstance(held, PasswordRules | SecurityPreference | AccountAlias):
            written = {
                f.name: value
                for f in fields(wish.value)
                if (value := getattr(wish.value, f.name)) is not None
            }
            yield Sighted(address, replace(held, **written), wish.origin)


def _policies(stack: Stack, live: Account) -> Iterator[Sighted]:
    for wish in stack.policies.values():
        address = policy_address(wish.name)
        policy = Policy(wish.name, wish.description, wish.document, stack.owner)
        yield Sighted(address, complete(policy, _live(live, address, Policy)), wish.origin)


def _attachments(granted: Iterable[Granted]) -> Iterator[Sighted]:
    for principal, written, ref in granted:
        if ref:
            yield Sighted(attachment_address(principal, ref), Attachment(), written.origin)


def _memberships(stack: Stack, groups: frozenset[str]) -> Iterator[Sighted]:
    for wish in stack.users.values():
        for group in wish.groups or ():
            if group.value in groups:
                address = membership_address(user_address(wish.name), group.value)
                yield Sighted(address, Membership(), group.origin)


def _granted(stack: Stack, catalogue: Catalogue) -> Iterator[Granted]:
    users = ((user_address(user.name), user.policies) for user in stack.users.values())
    groups = ((group_address(group.name), group.policies) for group in stack.groups.values())
    roles = ((role_address(role.name), role.policies) for role in stack.roles.values())
    for principal, policies in chain(users, groups, roles):
        for written in policies or ():
            yield principal, written, catalogue.resolve(written.value, stack.policies)


def _unknown_policies(granted: Iterable[Granted], catalogue: Catalogue) -> Iterator[Problem]:
    for principal, written, ref in granted:
        if ref is None:
            yield error(
                UNKNOWN_POLICY,
                "Unknown policy",
                f"{principal} is to get {written.value}. There is no such policy in this stack, among the system "
                f"policies, or in the account (or this plan deletes it).{catalogue.suggest(written.value)}",
                address=principal,
                origin=written.origin,
            )


def _unknown_groups(stack: Stack, groups: frozenset[str]) -> Iterator[Problem]:
    for wish in stack.users.values():
        for group in wish.groups or ():
            if group.value not in groups:
                yield error(
                    "unknown-group",
                    "Unknown group",
                    f"{user_address(wish.name)} is to join {group.value}. There is no such group in the stacks or in the "
                    "account (or this plan deletes it). Declare it under groups: or correct the name.",
                    address=user_address(wish.name),
                    origin=group.origin,
                )


def _kept(stack: Stack, live: Account, roots: set[Address]) -> dict[Address, Resource]:
    """What hangs below our roots now and is not ours to take away."""
    keeps = {user_address(u.name): _user_keeps(u) for u in stack.users.values()}
    keeps |= {group_address(g.name): _group_keeps(g) for g in stack.groups.values()}
    keeps |= {role_address(r.name): _role_keeps(r) for r in stack.roles.values()}
    return {
        address: resource
        for address, resource in live.resources.items()
        if not address.is_root and address.root in roots and keeps[address.root](address)
    }


def _user_keeps(wish: UserWish) -> Keeps:
    declared = {"tag": wish.tags, "membership": wish.groups, "attachment": wish.policies}
    unmanaged = {"mfa", *(kind for kind, written in declared.items() if wish.additive or written is None)}

    def keeps(address: Address) -> bool:
        if address.kind in CREDENTIALS:
            return False  # what stays of them is in the wish itself
        if address.kind == "tag" and ignores_tag(address.tag_key, wish.ignore_tags):
            return True
        return address.kind in unmanaged or _at_resource_group(address)

    return keeps


def _role_keeps(wish: RoleWish) -> Keeps:
    declared = {"tag": wish.tags, "attachment": wish.policies}
    unmanaged = {kind for kind, written in declared.items() if wish.additive or written is None}

    def keeps(address: Address) -> bool:
        is_ignored = address.kind == "tag" and ignores_tag(address.tag_key, wish.ignore_tags)
        return is_ignored or address.kind in unmanaged or _at_resource_group(address)

    return keeps


def _group_keeps(wish: GroupWish) -> Keeps:
    return lambda address: wish.additive or wish.policies is None or _at_resource_group(address)


def _at_resource_group(address: Address) -> bool:
    """`policies:` governs account scope only."""
    return address.kind == "attachment" and bool(address.resource_group)


def _live(live: Account, address: Address, kind: type[R]) -> R | None:
    resource = live.get(address)
    return resource if isinstance(resource, kind) else None
