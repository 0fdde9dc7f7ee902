"""Rails: reasons not to apply a plan that is otherwise sound. Each is lifted by its own `--allow NAME[=N]`, or never."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping

from ramstack.model.account import Account
from ramstack.model.address import Address
from ramstack.model.change import Change
from ramstack.model.problem import Problem, error
from ramstack.model.resource import User

IN_USE = "in-use"
PROTECTED = "protected"
LIFTABLE = (
    IN_USE,
    "takeover",
    "max-deletes",
    "max-delete-percent",
    PROTECTED,
    "admin-grant",
    "self",
    "min-admins",
)

SHAPING = (IN_USE, "takeover")
"""Lifted, they add changes to a plan: of a saved one it is too late."""

Allowed = Mapping[str, int | None]


def lifted(refused: Iterable[Problem], allowed: Allowed) -> tuple[Problem, ...]:
    """What still stands after `--allow`: of each rule all, or nothing where it is lifted for so much."""
    problems = tuple(refused)
    sizes: Counter[str] = Counter()
    for problem in problems:
        sizes[problem.rule] += problem.size
    limits = {
        rule: sizes[rule] if limit is None else limit for rule, limit in allowed.items() if rule in LIFTABLE
    }
    return tuple(p for p in problems if p.rule not in limits or sizes[p.rule] > limits[p.rule])


def protected(changes: Iterable[Change]) -> tuple[Problem, ...]:
    """`protect: true` is stored on the user, so it holds after the YAML block is gone; no `--allow` lifts it."""
    return tuple(
        error(
            PROTECTED,
            "Protected user",
            f"{change.address} is protected and would be deleted. Declare it with protect: false, apply, and delete it in a "
            "later apply.",
            address=change.address,
            origin=change.origin,
        )
        for change in changes
        if change.action == "delete" and isinstance(change.before, User) and change.before.protect
    )


def in_use(leaving: frozenset[Address], dependents: Iterable[Address]) -> tuple[Problem, ...]:
    """Groups and policies of ours that leave while principals that are not ours still use them."""
    users: dict[Address, list[Address]] = {}
    for dependent in dependents:
        users.setdefault(dependent.target, []).append(dependent.root)
    return tuple(
        error(
            IN_USE,
            "Still used by others",
            f"{target} would be deleted, and {', '.join(map(str, sorted(users[target])))} still "
            f"use{'s' if len(users[target]) == 1 else ''} it. Take it from them first, or lift this rail, which takes it "
            f"from them too: --allow {IN_USE}",
            address=target,
        )
        for target in sorted(users)
        if target in leaving
    )


def dependents_of(leaving: frozenset[Address], live: Account) -> frozenset[Address]:
    """Memberships and attachments, whoever holds them, that refer to a root that leaves."""
    return (
        frozenset(a for a in live.resources if not a.is_root and a.target in leaving) if leaving else leaving
    )
