"""Renames: the old subtree moves to its new address before anything is compared, so the diff knows nothing of them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace

from ramstack.model.account import Account
from ramstack.model.address import Address, group_address, membership_address, user_address
from ramstack.model.change import Change
from ramstack.model.problem import Problem, error
from ramstack.model.stack import GroupWish, Stack, UserWish

Renames = Mapping[Address, Address]


def find_renames(stack: Stack, live: Account) -> tuple[Renames, tuple[Problem, ...]]:
    """Old root → new root for every `renamed_from` that still has to happen, and what stands against one.

    Old name only: rename, the id is kept. New name only: it happened before. Neither: create. Both: error.
    An old name without our mark is not ours to rename, so the new one is simply created.
    """
    renames: dict[Address, Address] = {}
    problems: list[Problem] = []
    for wish, old, new in _declared(stack):
        if old not in live or live.owner_of(old) != stack.owner:
            continue
        if new in live:
            problems.append(_both(wish, old, new))
        else:
            renames[old] = new
    return renames, tuple(problems)


def rename(live: Account, renames: Renames) -> Account:
    """The account under its new names; resources still carry the old ones, which is the change."""
    moved = {_move(address, renames): resource for address, resource in live.resources.items()}
    return replace(live, resources=moved) if renames else live


def renames_of(changes: Iterable[Change]) -> Renames:
    """Old root → new root of every change that is a rename."""
    return {Address((c.address.kind, c.renamed_from)): c.address for c in changes if c.renamed_from}


def _move(address: Address, renames: Renames) -> Address:
    moved = address.under(renames.get(address.root, address.root))
    if moved.kind == "membership" and moved.group in renames:
        return membership_address(moved.root, renames[moved.group].name)
    return moved


def _declared(stack: Stack) -> Iterator[tuple[UserWish | GroupWish, Address, Address]]:
    for user in stack.users.values():
        if user.renamed_from:
            yield user, user_address(user.renamed_from), user_address(user.name)
    for group in stack.groups.values():
        if group.renamed_from:
            yield group, group_address(group.renamed_from), group_address(group.name)


def _both(wish: UserWish | GroupWish, old: Address, new: Address) -> Problem:
    return error(
        "rename-both-exist",
        "Rename is ambiguous",
        f"{new} is declared as renamed from {old}, and both exist in the account. Remove renamed_from to keep both names "
        f"apart (then {old} is deleted because it left the stack), or delete one of them by hand.",
        address=new,
        origin=wish.origin,
    )
