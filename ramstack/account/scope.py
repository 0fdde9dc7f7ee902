"""What a run must know beyond the bulk, from the stacks it plans or from a plan it has."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from ramstack.gateway.port import PolicyRow
from ramstack.model.address import Address, Kind, group_address, policy_address, role_address, user_address
from ramstack.model.change import Plan
from ramstack.model.owner import OWNER_TAG
from ramstack.model.resource import AccessKey, User
from ramstack.model.settings import SETTINGS
from ramstack.model.stack import Stack, UserWish


@dataclass(frozen=True)
class Scope:
    """Documents of these policies and of those with these marks, tags of these users, keys and logons of those that declare
    some, all credentials of those that leave.

    `whole`: everybody's memberships and grants, as questions about anybody need them; otherwise those near the named roots
    and the owned ones are enough. `targets`: of all these, only what concerns these roots.
    """

    owners: frozenset[str] = frozenset()
    users: frozenset[str] = frozenset()
    groups: frozenset[str] = frozenset()
    policies: frozenset[str] = frozenset()
    roles: frozenset[str] = frozenset()
    settings: frozenset[Address] = frozenset()
    leaving: frozenset[str] = frozenset()
    keys: frozenset[str] = frozenset()
    logons: frozenset[str] = frozenset()
    whole: bool = True
    targets: frozenset[Address] = frozenset()

    def concerns(self, root: Address, owner: str) -> bool:
        """Declared by name, or ours by its mark; with targets, only where they ask for it."""
        named = {"user": self.users, "group": self.groups, "policy": self.policies, "role": self.roles}
        return root.name in named[root.kind] or (
            owner in self.owners and (not self.targets or root in self.targets)
        )

    def credentials_of(self, user: User) -> frozenset[Kind]:
        """What must be read of one user; of one that declares nothing, nothing.

        A user that leaves takes keys, logon and second factor with it, and each is a change that is shown. One of ours whose
        mark says that something is under way may hold what a killed run left.
        """
        is_ours = self.concerns(user_address(user.name), user.owner) and user.owner in self.owners
        if user.name in self.leaving or (is_ours and user.name not in self.users):
            return frozenset({"access_key", "console", "mfa"})
        wanted: dict[Kind, bool] = {
            "access_key": user.name in self.keys or (is_ours and user.mark.under_way is not None),
            "console": user.name in self.logons or (is_ours and user.mark.has_password_under_way),
        }
        return frozenset(kind for kind, is_wanted in wanted.items() if is_wanted)

    def needs_document(self, row: PolicyRow) -> bool:
        """Ours to compare with what is wished."""
        owner = dict(row.tags).get(OWNER_TAG, "")
        return row.ref.type == "custom" and self.concerns(policy_address(row.ref.name), owner)


def scope_of_stacks(
    stacks: Iterable[Stack], targets: Iterable[Address] = (), *, whole: bool = False
) -> Scope:
    """Documents of declared and owned policies, tags of declared users under their old and new names.

    Access tests are judged on everybody they name, so stacks with such tests are read as if there were no targets.
    """
    all_stacks = tuple(stacks)
    subjects = {e.subject for stack in all_stacks for e in stack.expects if e.subject}
    tested = any(stack.expects for stack in all_stacks)
    asked = frozenset() if tested else frozenset(target.root for target in targets)
    named = {a for stack in all_stacks for a in _declared(stack)} | subjects
    needed = asked | {a for stack in all_stacks for root in asked for a in _references(stack, root)}
    known = named & needed if asked else named
    return Scope(
        owners=frozenset(stack.owner for stack in all_stacks),
        users=_names(known, "user"),
        groups=_names(known, "group"),
        policies=_names(known, "policy"),
        roles=_names(known, "role"),
        settings=frozenset(a for a in known if a in SETTINGS),
        keys=_declaring(all_stacks, lambda wish: wish.access_keys) & _names(known, "user"),
        logons=_declaring(all_stacks, lambda wish: wish.console) & _names(known, "user"),
        whole=whole,
        targets=asked,
    )


def scope_of_plan(plan: Plan, *, whole: bool = False) -> Scope:
    """Enough to recompute the plan's fingerprints, whatever was read for it. Where something leaves, everything that may hang
    on it is read.
    """
    read = {change.address for change in plan.changes} | {Address.parse(text) for text in plan.fingerprints}
    roots = {change.address.root for change in plan.changes}
    roots |= {Address((c.address.kind, c.renamed_from)) for c in plan.changes if c.renamed_from}
    leaving = {c.address for c in plan.changes if c.address.is_root and c.action == "delete"}
    return Scope(
        users=_names(roots, "user"),
        groups=_names(roots, "group"),
        policies=_names(roots, "policy"),
        roles=_names(roots, "role"),
        settings=frozenset(a for a in roots if a in SETTINGS),
        leaving=_names(leaving, "user"),
        keys=frozenset(address.name for address in read if address.kind == "access_key"),
        logons=frozenset(address.name for address in read if address.kind == "console"),
        whole=whole,
        targets=frozenset() if leaving or whole else frozenset(roots),
    )


def retired_by(plan: Plan) -> frozenset[Address]:
    """Keys that the plan disables for good: none may have been used since."""
    return frozenset(
        change.address
        for change in plan.changes
        if isinstance(change.after, AccessKey) and change.after.is_retired and change.action == "update"
    )


def _declaring(stacks: Iterable[Stack], part: Callable[[UserWish], object]) -> frozenset[str]:
    """The users of which this is declared, under their old names too."""
    wishes = (wish for stack in stacks for wish in stack.users.values() if part(wish))
    return frozenset(name for wish in wishes for name in (wish.name, wish.renamed_from) if name)


def _names(roots: Iterable[Address], kind: str) -> frozenset[str]:
    return frozenset(root.name for root in roots if root.kind == kind)


def _declared(stack: Stack) -> Iterable[Address]:
    """Every root that the stack names, former names too."""
    for user in stack.users.values():
        yield from (user_address(name) for name in (user.name, user.renamed_from) if name)
    for group in stack.groups.values():
        yield from (group_address(name) for name in (group.name, group.renamed_from) if name)
    yield from map(policy_address, stack.policies)
    yield from map(role_address, stack.roles)
    yield from stack.settings


def _references(stack: Stack, root: Address) -> Iterable[Address]:
    """What the block of `root` refers to, and the name that it had."""
    user = stack.users.get(root.name) if root.kind == "user" else None
    group = stack.groups.get(root.name) if root.kind == "group" else None
    role = stack.roles.get(root.name) if root.kind == "role" else None
    if wish := user or group or role:
        yield from (policy_address(one.value.name) for one in wish.policies or ())
    if named := user or group:
        yield from (Address((root.kind, name)) for name in (named.renamed_from,) if name)
    yield from (group_address(one.value) for one in (user and user.groups) or ())
