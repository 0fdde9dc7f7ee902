"""What a plan means for a principal: what it can newly do and no longer do."""

from __future__ import annotations

from dataclasses import dataclass

from ramstack.model.address import Address


@dataclass(frozen=True, slots=True)
class Ability:
    """Operations of one service that share resources and conditions.

    `actions` are known operations: by name, and by pattern where every known operation that it matches is meant. `patterns`
    are about operations that nobody has listed. `access` counts the known ones by the most dangerous thing that each can do,
    the most dangerous first.
    """

    service: str
    name: str
    actions: tuple[str, ...]
    count: int
    patterns: tuple[str, ...] = ()
    access: tuple[tuple[str, int], ...] = ()
    resources: tuple[str, ...] = ("*",)
    when: str = ""


UNDECIDED = "(too much to compare)"
"""Among the names of unknown policies: the documents were read, and comparing them was given up."""


@dataclass(frozen=True, slots=True)
class Meaning:
    """One principal's abilities that come and go, the most dangerous first.

    `unknown` names policies that come or go and could not be read, or is `UNDECIDED`: there may be more than is listed.
    `escalations` are the operations, newly allowed, that lead to administrator level.
    """

    principal: Address
    gains: tuple[Ability, ...] = ()
    loses: tuple[Ability, ...] = ()
    unknown: tuple[str, ...] = ()
    escalations: tuple[str, ...] = ()

    @property
    def is_empty(self) -> bool:
        return not (self.gains or self.loses or self.unknown)
