"""What a run must know beyond the bulk, from the stacks it plans or from a plan it has."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from ramstack.gateway.port import PolicyRow
from ramstack.model.address import Address, group_address, policy_address, user_address
from ramstack.model.change import Plan
from ramstack.model.owner import OWNER_TAG
from ramstack.model.resource import User
from ramstack.model.stack import Stack


@dataclass(frozen=True)
class Scope:
    """Documents of these policies and of those with these marks, tags of these users, credentials of those that leave.

    `whole`: everybody's memberships and grants, as questions about anybody need them; otherwise those near the named roots
    and the owned ones are enough. `targets`: of all these, only what concerns these roots.
    """

    owners: frozenset[str] = frozenset()
    users: frozenset[str] = frozenset()
    groups: frozenset[str] = frozenset()
    policies: frozenset[str] = frozenset()
    leaving: frozenset[str] = frozenset()
    whole: bool = True
    targets: frozenset[Address] = frozenset()

    def concerns(self, root: Address, owner: str) -> bool:
        """Declared by name, or ours by its mark; with targets, only where they ask for it."""
        named = {"user": self.users, "group": self.groups, "policy": self.policies}.get(
            root.kind, frozenset()
        )
        return root.name in named or (owner in self.owners and (not self.targets or root in self.targets))

    def loses(self, user: User) -> bool:
        """A user that leaves takes keys, logon and second factor with it, and each is a change that is shown."""
        undeclared = user.name not in self.users and self.concerns(user_address(user.name), user.owner)
        return user.name in self.leaving or undeclared

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
        whole=whole,
        targets=asked,
    )


def scope_of_plan(plan: Plan, *, whole: bool = False) -> Scope:
    """Enough to recompute the plan's fingerprints. Where something leaves, everything that may hang on it is read."""
    roots = {change.address.root for change in plan.changes}
    roots |= {Address((c.address.kind, c.renamed_from)) for c in plan.changes if c.renamed_from}
    leaving = {c.address for c in plan.changes if c.address.is_root and c.action == "delete"}
    return Scope(
        users=_names(roots, "user"),
        groups=_names(roots, "group"),
        policies=_names(roots, "policy"),
        leaving=_names(leaving, "user"),
        whole=whole,
        targets=frozenset() if leaving or whole else frozenset(roots),
    )


def _names(roots: Iterable[Address], kind: str) -> frozenset[str]:
    return frozenset(root.name for root in roots if root.kind == kind)


def _declared(stack: Stack) -> Iterable[Address]:
    """Every root that the stack names, former names too."""
    for user in stack.users.values():
        yield from (user_address(name) for name in (user.name, user.renamed_from) if name)
    for group in stack.groups.values():
        yield from (group_address(name) for name in (group.name, group.renamed_from) if name)
    yield from map(policy_address, stack.policies)


def _references(stack: Stack, root: Address) -> Iterable[Address]:
    """What the block of `root` refers to, and the name that it had."""
    user = stack.users.get(root.name) if root.kind == "user" else None
    group = stack.groups.get(root.name) if root.kind == "group" else None
    if wish := user or group:
        yield from (policy_address(one.value.name) for one in wish.policies or ())
        yield from (Address((root.kind, name)) for name in (wish.renamed_from,) if name)
    yield from (group_address(one.value) for one in (user and user.groups) or ())
