"""Blocks: the changes of a plan, together by the principal or policy that they belong to, most dangerous first."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

from ramstack.model.address import Address, Kind
from ramstack.model.change import Change, Risk
from ramstack.model.problem import Origin
from ramstack.views.signs import RISKS, SIGNS

ORDER: tuple[Kind, ...] = (
    "password_policy",
    "security_preference",
    "account_alias",
    "user",
    "group",
    "role",
    "policy",
)


@dataclass(frozen=True)
class Block:
    """Everything that changes at and below one user, group, role or policy; never empty."""

    root: Address
    changes: tuple[Change, ...]

    @property
    def own(self) -> Change | None:
        """The change of the root itself, if it changes."""
        return next((change for change in self.changes if change.address == self.root), None)

    @property
    def parts(self) -> tuple[Change, ...]:
        """The changes below the root: what comes, what changes, what goes."""
        below = (change for change in self.changes if change.address != self.root)
        return tuple(sorted(below, key=lambda c: (list(SIGNS).index(c.action), c.address)))

    @property
    def risks(self) -> tuple[Risk, ...]:
        """Each risk once, the worst first."""
        found = {risk for change in self.changes for risk in change.risk}
        return tuple(risk for risk in RISKS if risk in found)

    @property
    def origin(self) -> Origin | None:
        """Where the root was written, else the first of what hangs below it."""
        places = [change.origin for change in self.changes if change.origin]
        return self.own.origin if self.own and self.own.origin else min(places, default=None)

    @property
    def rank(self) -> tuple[int, int, Address]:
        """By the worst risk, then users, groups, roles, policies, then by name."""
        return RISKS.index(self.risks[0]), ORDER.index(self.root.kind), self.root


def blocks_of(changes: Iterable[Change]) -> tuple[Block, ...]:
    """Every change in exactly one block."""
    by_root: dict[Address, list[Change]] = defaultdict(list)
    for change in changes:
        by_root[change.address.root].append(change)
    blocks = (Block(root, tuple(some)) for root, some in by_root.items())
    return tuple(sorted(blocks, key=lambda block: block.rank))
