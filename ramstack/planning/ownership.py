"""Ownership: which declared names are ours to change, and what is said about those that are not."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import fields

from ramstack.model.account import Account
from ramstack.model.address import Address
from ramstack.model.change import Change
from ramstack.model.problem import Problem
from ramstack.model.resource import in_words
from ramstack.model.settings import SETTINGS
from ramstack.model.stack import Stack
from ramstack.planning.diff import diff
from ramstack.planning.refusal import kept_elsewhere, refusal
from ramstack.planning.wish import Wish


def declared_roots(stack: Stack) -> frozenset[Address]:
    """The users, groups, policies, roles and settings that a stack names."""
    names = (
        ("user", stack.users),
        ("group", stack.groups),
        ("policy", stack.policies),
        ("role", stack.roles),
    )
    return frozenset(Address((kind, name)) for kind, declared in names for name in declared) | {
        *stack.settings
    }


def owned_by(live: Account, owner: str) -> frozenset[Address]:
    """The roots that carry exactly this mark."""
    return frozenset(address for address, root in live.roots() if root.owner == owner)


def refusals(stack: Stack, live: Account, wish: Wish) -> tuple[Problem, ...]:
    """One for each declared name that exists without the stack's own mark, or that another system keeps."""
    there = sorted(a for a in wish.roots if a in live)
    return tuple(refused for a in there if (refused := _refusal(a, stack, live, wish)))


def _refusal(address: Address, stack: Stack, live: Account, wish: Wish) -> Problem | None:
    owner, origin = live.owner_of(address), wish.origins.get(address)
    if kept := kept_elsewhere(live.get(address), origin):
        return kept
    if owner == stack.owner or address in SETTINGS:
        return None
    return refusal(address, stack, owner, origin, _difference(address, live, wish))


def _difference(address: Address, live: Account, wish: Wish) -> str:
    """What would change if it were ours, the mark aside."""
    here = live.only(lambda a: a.root == address)
    there = wish.desired.only(lambda a: a.root == address)
    told = [text for change in diff(here, there) for text in _tell(change)]
    return f"It differs from what is declared: {'; '.join(told)}." if told else "It is just as declared."


def _tell(change: Change) -> Iterable[str]:
    if change.action != "update" or not change.address.is_root:
        sign = {"create": "+", "update": "~", "delete": "-"}[change.action]
        return [f"{sign} {'/'.join(str(change.address).split('/')[2:])}"]
    told = [name for name in changed_fields(change) if name != "owner"]
    return [f"~ {in_words(change.after, name)}" for name in told if change.after]


def changed_fields(change: Change) -> tuple[str, ...]:
    """The names of the fields in which before and after differ."""
    before, after = change.before, change.after
    if before is None or after is None:
        return ()
    compared = (f.name for f in fields(after) if f.compare)
    return tuple(name for name in compared if getattr(before, name) != getattr(after, name))
