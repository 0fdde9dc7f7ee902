"""Needs: which earlier drafts must be done before a draft may leave."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TypeVar

from ramstack.model.account import Account
from ramstack.model.address import Address
from ramstack.planning.room import Shelf, shelf_of
from ramstack.planning.steps import Draft, Phase

GIVING = (Phase.JOIN, Phase.ATTACH)
MAKING = (Phase.PRUNE_VERSIONS, Phase.POLICIES, Phase.PRINCIPALS, Phase.DETAILS, Phase.REWRITE)
TAKING = (Phase.DETACH, Phase.LEAVE)
NARROWING = (Phase.PRUNE_REWRITTEN, Phase.REWRITE, Phase.PRUNE_NARROWED, Phase.NARROW)
ENDING = (Phase.MAKE_ROOM, *TAKING, Phase.CONSOLE_OFF, Phase.MFA_OFF, Phase.DISABLE_KEYS, Phase.DELETE_KEYS)

T = TypeVar("T")
Index = dict[Address, list[int]]


@dataclass(frozen=True)
class Needs:
    """Which earlier drafts each draft waits for. `after` and `live` tell who is in which group and holds which policy."""

    drafts: Sequence[Draft]
    after: Account
    live: Account

    def of(self, number: int) -> frozenset[int]:
        """Always of an earlier phase, so the schedule has no cycle and a batch needs nothing of itself."""
        draft = self.drafts[number]
        wanted = {n for address in draft.covers for n in self._covering[address]} | self._by_phase(draft)
        return frozenset(n for n in wanted if self.drafts[n].phase < draft.phase)

    def _by_phase(self, draft: Draft) -> set[int]:
        ends = {end for address in draft.covers for end in (address.root, address.target)}
        making = {n for end in ends for n in self._making[end]}
        if draft.phase is Phase.TAG:
            return making | {n for address in draft.covers for n in self._untagging[address.root]}
        if draft.phase in GIVING:
            shelves = (shelf_of(address) for address in draft.covers)
            return making | {n for shelf in shelves if shelf for n in self._making_room[shelf]}
        if draft.phase in TAKING:
            return making | {n for address in draft.covers for n in self._grants(address.root)}
        if draft.phase in NARROWING:
            return {n for holder in self._holders[draft.covers[0]] for n in self._grants(holder)}
        if draft.phase in (Phase.DELETE, Phase.DELETE_POLICIES):
            return {n for end in ends for n in self._ending[end]}
        return making

    def _grants(self, principal: Address) -> set[int]:
        """What gives `principal` something: directly, by a policy it will hold, or by a group it will be in."""
        groups = self._groups[principal]
        return {n for p in (principal, *groups) for n in (*self._giving[p], *self._held_policies(p))}

    def _held_policies(self, principal: Address) -> list[int]:
        return [n for policy in self._holdings[principal] for n in self._making[policy]]

    @cached_property
    def _covering(self) -> Index:
        """Address → drafts that cover it."""
        return _index((address, n) for n, draft in enumerate(self.drafts) for address in draft.covers)

    @cached_property
    def _making(self) -> Index:
        """Root → drafts that create, rename or edit it."""
        return _index((d.covers[0].root, n) for n, d in enumerate(self.drafts) if d.phase in MAKING)

    @cached_property
    def _untagging(self) -> Index:
        """User → drafts that drop tags of it, and so make room for new ones."""
        covers = ((n, a) for n, d in enumerate(self.drafts) if d.phase is Phase.UNTAG for a in d.covers)
        return _index((address.root, n) for n, address in covers)

    @cached_property
    def _giving(self) -> Index:
        """Principal → drafts that attach to it or let it join."""
        return _index((d.covers[0].root, n) for n, d in enumerate(self.drafts) if d.phase in GIVING)

    @cached_property
    def _ending(self) -> Index:
        """Root → drafts that detach from it, detach it, or leave it."""
        ends = ((n, d.covers[0]) for n, d in enumerate(self.drafts) if d.phase in ENDING)
        return _index((end, n) for n, address in ends for end in (address.root, address.target))

    @cached_property
    def _making_room(self) -> dict[Shelf, list[int]]:
        """Shelf → drafts that take something off it first."""
        room: dict[Shelf, list[int]] = defaultdict(list)
        for n, draft in enumerate(self.drafts):
            shelf = shelf_of(draft.covers[0])
            if draft.phase is Phase.MAKE_ROOM and shelf:
                room[shelf].append(n)
        return room

    @cached_property
    def _groups(self) -> dict[Address, list[Address]]:
        """User → the groups it will be in."""
        return _index((a.root, a.group) for a in self.after.resources if a.kind == "membership")

    @cached_property
    def _holdings(self) -> dict[Address, list[Address]]:
        """Principal → the custom policies it will hold."""
        return _index((a.root, a.target) for a in self.after.resources if a.kind == "attachment")

    @cached_property
    def _holders(self) -> dict[Address, list[Address]]:
        """Custom policy → who holds it now."""
        return _index((a.target, a.root) for a in self.live.resources if a.kind == "attachment")


def _index(pairs: Iterable[tuple[Address, T]]) -> dict[Address, list[T]]:
    index: dict[Address, list[T]] = defaultdict(list)
    for key, value in pairs:
        index[key].append(value)
    return index
