"""Outlook: a plan's two sides, and whom its changes touch.

Principals that a change touches: who gets or loses a policy or a membership, the members of such groups, the holders of
policies whose document changes, and roles that others may assume than before. Only their policies' documents are needed.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property

from ramstack.model.account import Account
from ramstack.model.address import Address, PolicyRef
from ramstack.model.change import Change, Plan
from ramstack.model.resource import Policy
from ramstack.planning.holdings import Holdings, live_of, planned
from ramstack.planning.remarks import changes_document
from ramstack.planning.trusts import lets_in

GRANTS = ("attachment", "membership")


@dataclass(frozen=True)
class Outlook:
    """Both sides of a plan, under the names that it gives."""

    changes: tuple[Change, ...]
    before: Holdings
    after: Holdings

    @classmethod
    def of(cls, plan: Plan, live: Account) -> Outlook:
        return cls(plan.changes, Holdings(live_of(plan, live)), Holdings(planned(plan, live)))

    @cached_property
    def needs(self) -> frozenset[PolicyRef]:
        """The documents that the permissions of this plan need and nobody has read; none where no grant changes."""
        before = self.before.missing(self.before.policies(self.touched))
        return before | self.after.missing(self.after.policies(self.touched))

    @cached_property
    def touched(self) -> tuple[Address, ...]:
        """Principals whose policies change, groups and their members alike; not those whose policies stay the same."""
        return tuple(sorted(self.causes))

    @cached_property
    def causes(self) -> Mapping[Address, tuple[Change, ...]]:
        """Principal → the changes that touch it."""
        found: dict[Address, list[Change]] = defaultdict(list)
        for change in self.changes:
            for principal in self._touched_by(change):
                found[principal].append(change)
        return {principal: tuple(changes) for principal, changes in found.items()}

    def _touched_by(self, change: Change) -> frozenset[Address]:
        if change.address.kind in GRANTS:
            return self._with_members([change.address.root])
        if isinstance(change.before, Policy) and changes_document(change):
            ref = PolicyRef("custom", change.address.name)
            return self._with_members(holder for side in self._sides for holder in side.holders(ref))
        return frozenset([change.address]) if lets_in(change) else frozenset()

    @property
    def _sides(self) -> tuple[Holdings, Holdings]:
        return self.before, self.after

    def _with_members(self, principals: Iterable[Address]) -> frozenset[Address]:
        all_of_them = frozenset(principals)
        members = {user for side in self._sides for group in all_of_them for user in side.members(group)}
        return all_of_them | members
