"""Adoption and release: which owner marks an explicit command may set, and what stands against the others."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from ramstack.model.account import Account
from ramstack.model.address import Address
from ramstack.model.limits import MAX_COMMENTS
from ramstack.model.owner import group_comments_room, write_group_comments
from ramstack.model.problem import Problem, error
from ramstack.model.resource import Group, Root
from ramstack.model.stack import Stack
from ramstack.planning.ownership import declared_roots
from ramstack.planning.refusal import FOREIGN, kept_elsewhere
from ramstack.planning.rename import old_names


@dataclass(frozen=True)
class Marks:
    """The mark that each address shall carry, errors in what was asked, and refusals."""

    owners: Mapping[Address, str]
    problems: tuple[Problem, ...] = ()
    rails: tuple[Problem, ...] = ()

    def __or__(self, other: Marks) -> Marks:
        return Marks(
            {**self.owners, **other.owners}, self.problems + other.problems, self.rails + other.rails
        )


NONE = Marks({})


def adoption(stacks: Sequence[Stack], live: Account, addresses: Iterable[Address]) -> Marks:
    """The mark of the stack that declares each address. What no stack declares would be deleted by the next apply."""
    owners = {a: stack.owner for stack in stacks for a in declared_roots(stack) | old_names(stack)}
    marks = NONE
    for address in addresses:
        marks |= _adopt(address, live, owners.get(address))
    return marks


def release(stacks: Sequence[Stack], live: Account, addresses: Iterable[Address]) -> Marks:
    """No mark any more, for what carries the mark of one of the stacks."""
    owners = {stack.owner for stack in stacks}
    marks = NONE
    for address in addresses:
        root = live.get(address)
        if not isinstance(root, Root):
            marks |= _error("absent", "Does not exist", f"{address} does not exist in the account.", address)
        elif root.owner and root.owner not in owners:
            marks |= _foreign(address, root.owner, "only that stack can release it")
        else:
            marks |= Marks({address: ""})
    return marks


def marked(live: Account, marks: Marks) -> Account:
    """The account with the marks set and nothing else changed."""
    roots = {address: root for address, root in live.roots() if address in marks.owners}
    changed = {address: replace(root, owner=marks.owners[address]) for address, root in roots.items()}
    return replace(live, resources={**live.resources, **changed})


def _adopt(address: Address, live: Account, owner: str | None) -> Marks:
    root = live.get(address)
    if owner is None:
        detail = f"No stack declares {address}, so the next apply would delete it. Declare it first, then adopt it."
        return _error("undeclared", "Not declared", detail, address)
    if not isinstance(root, Root):
        detail = (
            f"{address} does not exist in the account: there is nothing to adopt. ramstack apply creates it."
        )
        return _error("absent", "Does not exist", detail, address)
    if kept := kept_elsewhere(root, None):
        return Marks({}, rails=(kept,))
    if root.owner not in ("", owner):
        return _foreign(address, root.owner, f"let it give it up first: ramstack release {address}")
    if isinstance(root, Group) and len(write_group_comments(root.comments or "", owner)) > MAX_COMMENTS:
        room = group_comments_room(owner)
        detail = f"The comments of {address} leave no room for the owner mark. Shorten them to {room} characters first."
        return _error("no-room-for-mark", "No room for the owner mark", detail, address)
    return Marks({address: owner})


def _error(rule: str, summary: str, detail: str, address: Address) -> Marks:
    return Marks({}, problems=(error(rule, summary, detail, address=address),))


def _foreign(address: Address, owner: str, then: str) -> Marks:
    detail = f"{address} carries the owner mark of {owner}; {then}."
    return Marks({}, rails=(error(FOREIGN, "Owned by another stack", detail, address=address),))
