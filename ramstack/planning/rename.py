"""Renames: the old subtree moves to its new address before anything is compared, so the diff knows nothing of them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace

from ramstack.model.account import Account
from ramstack.model.address import Address, group_address, membership_address, user_address
from ramstack.model.change import Change
from ramstack.model.problem import Origin, Problem, error
from ramstack.model.stack import Stack
from ramstack.planning.refusal import refusal

Moves = Mapping[Address, Address]


@dataclass(frozen=True)
class Renames:
    """Old root → new root for every `renamed_from` that still has to happen; what stands against others.

    `hands_off` are roots that must stay out of the plan until a person has decided.
    """

    moves: Moves
    problems: tuple[Problem, ...] = ()
    refused: tuple[Problem, ...] = ()
    hands_off: frozenset[Address] = frozenset()


def find_renames(stack: Stack, live: Account) -> Renames:
    """Old name only: rename, the id is kept. New name only: it happened before. Neither: create. Both: error.

    An old name without our mark is refused like any other name that is not ours.
    """
    pairs = [pair for pair in _declared(stack) if pair.old in live]
    both = [pair for pair in pairs if pair.new in live]
    alone = [pair for pair in pairs if pair.new not in live]
    taken = [pair for pair in alone if live.owner_of(pair.old) != stack.owner]
    return Renames(
        moves={pair.old: pair.new for pair in alone if pair not in taken},
        problems=tuple(_both(pair) for pair in both),
        refused=tuple(refusal(pair.old, stack, live.owner_of(pair.old), pair.origin) for pair in taken),
        hands_off=frozenset(a for pair in both for a in (pair.old, pair.new)) | {pair.new for pair in taken},
    )


def rename(live: Account, renames: Moves) -> Account:
    """The account under its new names; resources still carry the old ones, which is the change."""
    if not renames:
        return live
    return replace(live, resources={renamed(a, renames): r for a, r in live.resources.items()})


def renamed(address: Address, renames: Moves) -> Address:
    """Where something is once the roots have their new names."""
    moved = address.under(renames.get(address.root, address.root))
    if moved.kind == "membership" and moved.group in renames:
        return membership_address(moved.root, renames[moved.group].name)
    return moved


def renames_of(changes: Iterable[Change]) -> Moves:
    """Old root → new root of every change that is a rename."""
    return {Address((c.address.kind, c.renamed_from)): c.address for c in changes if c.renamed_from}


@dataclass(frozen=True)
class Pair:
    old: Address
    new: Address
    origin: Origin


def _declared(stack: Stack) -> Iterator[Pair]:
    for user in stack.users.values():
        if user.renamed_from:
            yield Pair(user_address(user.renamed_from), user_address(user.name), user.origin)
    for group in stack.groups.values():
        if group.renamed_from:
            yield Pair(group_address(group.renamed_from), group_address(group.name), group.origin)


def _both(pair: Pair) -> Problem:
    return error(
        "rename-both-exist",
        "Rename is ambiguous",
        f"{pair.new} is declared as renamed from {pair.old}, and both exist in the account. Remove renamed_from to keep "
        f"both names apart (then {pair.old} is deleted if it is this stack's), or delete one of them by hand.",
        address=pair.new,
        origin=pair.origin,
    )


def under_both_names(stacks: Iterable[Stack], addresses: Iterable[Address]) -> tuple[Address, ...]:
    """The addresses, and those that they have or will have once what stacks rename has its new name."""
    moves = {pair.old: pair.new for stack in stacks for pair in _declared(stack)}
    return tuple(dict.fromkeys(one for address in addresses for one in (address, renamed(address, moves))))


def old_names(stack: Stack) -> frozenset[Address]:
    """The roots that a stack knows under their former name."""
    return frozenset(pair.old for pair in _declared(stack))
