"""The nouns of a policy: kinds, effects, conditions, principals and statements, in their normal form.

A Statement compares by meaning of its parts as written: lists are sets, a bare value is a list of one, actions have no
case. How it was written (order, spelling, place) is kept beside, and does not count.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum

from ramstack.policy.finding import NOWHERE, Place


class Kind(StrEnum):
    """Which elements a document may hold, and how long it may be."""

    IDENTITY = "identity"
    TRUST = "trust"
    CONTROL = "control"
    SESSION = "session"
    RESOURCE = "resource"
    """A bucket policy and its like: Principal beside Resource, in whatever form the service takes."""


class Effect(StrEnum):
    ALLOW = "Allow"
    DENY = "Deny"


@dataclass(frozen=True, slots=True, order=True)
class Condition:
    """One operator on one key: met by any of its values, or, negated, by none of them."""

    operator: str
    key: str
    values: tuple[str, ...]
    """Sorted, without duplicates."""

    def __str__(self) -> str:
        return f"{self.operator} {self.key} {' or '.join(self.values)}"


@dataclass(frozen=True, slots=True, order=True)
class Principal:
    """Who a trust policy speaks of: kind ``RAM``, ``Service`` or ``Federated``; ``*`` for anybody."""

    kind: str
    value: str


SCOPE = "(resource group)"
"""The operator of the condition that stands for the resource group of a grant; no real operator has brackets."""


@dataclass(frozen=True, slots=True)
class Statement:
    """One statement. ``but`` means NotAction: everything except ``actions``."""

    effect: Effect
    actions: frozenset[str]
    """In lower case: the service compares them without case."""
    resources: frozenset[str]
    but: bool = False
    conditions: frozenset[Condition] = frozenset()
    principals: frozenset[Principal] | None = None
    sid: str | None = None
    index: int = field(default=0, compare=False)
    place: Place = field(default=NOWHERE, compare=False)
    spelled: tuple[str, ...] = field(default=(), compare=False)
    """The actions as written, for messages and for the spelling rules."""
    targets: tuple[str, ...] = field(default=(), compare=False)
    """The resources as written."""

    _hash: int = field(init=False, compare=False, repr=False)
    """Kept: statements are looked up more often than anything else is done with them."""

    def __post_init__(self) -> None:
        meant = (
            self.effect,
            self.actions,
            self.resources,
            self.but,
            self.conditions,
            self.principals,
            self.sid,
        )
        object.__setattr__(self, "_hash", hash(meant))

    def __hash__(self) -> int:
        return self._hash

    @property
    def is_scoped(self) -> bool:
        """Whether it comes of a grant within a resource group."""
        return any(condition.operator == SCOPE for condition in self.conditions)
