"""The life of access keys, computed from their own dates: what shall become of one user's keys now, and why.

    (none) ─create, deliver─► active ─old enough: successor─► surplus ─idle─► retired ─overlap─► deleted

One step a run. A key is retired (disabled for good) only when another delivered key works and it was idle for the whole
overlap since that one was delivered; where its last use is not known, it counts as in use. A key that did not prove itself when it was
delivered counts as one that works once it was used. RAM allows two keys: where both are
wanted for good, an old one that is idle goes first and its successor follows.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from ramstack.model.address import Address, access_key_address
from ramstack.model.credential import MAX_KEYS, KeysWish
from ramstack.model.moment import in_words, read_stamp
from ramstack.model.resource import AccessKey

Keys = Mapping[Address, AccessKey]


@dataclass(frozen=True)
class Course:
    """What the slots shall hold; why they change; what is said of keys that stay; whose last use would decide, and is unknown."""

    keys: Keys
    reasons: Mapping[Address, str] = field(default_factory=dict)
    notes: Mapping[Address, str] = field(default_factory=dict)
    asks: frozenset[Address] = frozenset()


def course_of(user: Address, wish: KeysWish | None, keys: Keys, now: datetime) -> Course:
    """The next step of each key of a user. Without a wish only what nobody holds is taken away."""
    lost = {slot: key for slot, key in keys.items() if key.standing == "lost"}
    there = {slot: key for slot, key in keys.items() if slot not in lost}
    reasons = {slot: _why_lost(key) for slot, key in lost.items()}
    if wish is None:
        return Course(there, reasons)
    return _Life(user, wish, there, now).course(tuple(lost), reasons)


def _why_lost(key: AccessKey) -> str:
    return f"{key.id} was made by a run that ended before its secret was delivered: nobody holds it, so it is deleted"


@dataclass(frozen=True)
class _Fate:
    """What a surplus key meets now: another state (None: deleted) and why, or nothing yet and why."""

    why: str
    after: AccessKey | None = None
    is_over: bool = False
    asks: frozenset[Address] = frozenset()


class _Life:
    """The keys of one user that somebody holds."""

    def __init__(self, user: Address, wish: KeysWish, keys: Keys, now: datetime) -> None:
        self.wish, self.keys, self.now = wish, keys, now
        self.slots = [access_key_address(user, n) for n in range(1, MAX_KEYS + 1)]
        ours = [slot for slot, key in keys.items() if key.standing == "delivered"]
        self.ours = sorted(ours, key=lambda slot: (keys[slot].created, keys[slot].id))
        self.foreign = [slot for slot in keys if slot not in ours]
        self.kept = self.ours[max(len(self.ours) - wish.count, 0) :]
        self.surplus = [slot for slot in self.ours if slot not in self.kept]
        self.surplus += self.foreign if wish.exclusive else []
        self.room = MAX_KEYS - len(keys)

    def course(self, freed: tuple[Address, ...], reasons: dict[Address, str]) -> Course:
        """`freed` are slots whose lost keys go."""
        notes = {
            slot: f"{self._named(slot)} was not delivered by ramstack: left alone" for slot in self._left
        }
        if fixed := self._with_status():
            return Course({**self.keys, **fixed}, reasons, notes)
        wanted = self._wanted()
        slots = [*freed, *(slot for slot in self.slots if slot not in {*self.keys, *freed})]
        new = slots[: min(len(wanted), self.room)]
        if new:
            key = AccessKey(sink=self.wish.deliver)
            said = {slot: why for slot, why in zip(new, wanted, strict=False) if why}
            reasons = {**said, **reasons}  # that a lost key goes is reason enough for the one that follows
            return Course({**self.keys, **dict.fromkeys(new, key)}, reasons, notes)
        return self._retiring(Course(self.keys, reasons, notes), wanted)

    @property
    def _left(self) -> list[Address]:
        return [] if self.wish.exclusive else self.foreign

    def _with_status(self) -> dict[Address, AccessKey]:
        """Kept keys whose status is another one than declared. A retired one of two stays so while it is due."""
        status = self.wish.status
        wrong = [s for s in self.kept if self.keys[s].status != status and not self._is_leaving(s)]
        return {slot: replace(self.keys[slot], status=status, is_retired=False) for slot in wrong}

    def _is_leaving(self, slot: Address) -> bool:
        return self.wish.count == MAX_KEYS and self.keys[slot].is_retired and self._is_due(slot)

    def _wanted(self) -> list[str]:
        """New keys, each by its reason where the declaration does not give it."""
        if self.wish.status != "Active":
            return []
        missing = [""] * (self.wish.count - len(self.ours))
        due = [slot for slot in self.kept if self._is_due(slot)]
        if missing or not due or self.wish.count == MAX_KEYS:
            return missing
        return [f"{self._named(due[0])} is {self._age(due[0])} old: due after {in_words(self._rotate_after)}"]

    def _retiring(self, course: Course, blocked: list[str]) -> Course:
        """The first surplus key that may go takes its next step; of the others it is said why they stay."""
        for slot in self.surplus or self._due_of_two():
            fate = self._fate(slot)
            if fate.is_over:
                keys = {s: k for s, k in course.keys.items() if s != slot}
                changed = {slot: fate.after} if fate.after else {}
                return replace(course, keys={**keys, **changed}, reasons={**course.reasons, slot: fate.why})
            course = replace(course, notes={**course.notes, slot: fate.why}, asks=course.asks | fate.asks)
        if blocked and self.foreign and not self.surplus:
            slot = self.foreign[0]
            why = f"{course.notes[slot]}, and there is no room for a new key beside it"
            why += f" ({blocked[0]})" if blocked[0] else ""
            return replace(course, notes={**course.notes, slot: why})
        return course

    def _due_of_two(self) -> list[Address]:
        """Where both keys are wanted for good: the oldest that is due, unless the other one is on its way out."""
        if self.wish.count < MAX_KEYS or len(self.ours) < MAX_KEYS or self.wish.status != "Active":
            return []
        leaving = [slot for slot in self.kept if self._is_leaving(slot)]
        return leaving or [slot for slot in self.kept if self._is_due(slot)][:1]

    def _fate(self, slot: Address) -> _Fate:
        return (
            self._fate_of_active(slot) if self.keys[slot].status == "Active" else self._fate_of_disabled(slot)
        )

    def _fate_of_active(self, slot: Address) -> _Fate:
        key, name = self.keys[slot], self._named(slot)
        if not self._others_work(slot) and self.wish.count and not self._makes_room(slot):
            return _Fate(f"{name} is kept: no other delivered key works")
        since = self._idle_since(slot, "")
        if self.now < since + self.wish.overlap:
            return _Fate(f"{name} is kept: {self._told(slot)}, and the overlap is {self._overlap}")
        unproven = self._unproven(slot)
        asks = frozenset(asked for asked in (slot, *unproven) if self.keys[asked].used is None)
        if unproven and not any(self.keys[other].used for other in unproven):
            why = f"{self._told(slot)}, did not prove itself then, and has no use to show: {self._use(unproven[-1])}"
            return _Fate(f"{name} is kept: {why}", asks=asks)
        if key.used is None:
            return _Fate(f"{name} is kept: it is not known when it was last used", asks=asks)
        if self.now < self._idle_since(slot, key.used) + self.wish.overlap:
            return _Fate(f"{name}: {self._use(slot)}: kept")
        why = f"{name} is disabled: {self._told(slot)}; {self._use(slot)}"
        return _Fate(why, replace(key, status="Inactive", is_retired=True), is_over=True)

    def _fate_of_disabled(self, slot: Address) -> _Fate:
        """Disabled by ramstack at a known moment, else by somebody: then not before it could have been by ramstack."""
        key, name = self.keys[slot], self._named(slot)
        if not key.retired and key.used is None:
            return _Fate(
                f"{name} is disabled, and kept: it is not known when it was last used", asks=frozenset({slot})
            )
        began = read_stamp(key.retired) or self._idle_since(slot, key.used or "") + self.wish.overlap
        if self.now < began + self.wish.overlap:
            return _Fate(f"{name} is disabled, and deleted after {self._overlap}")
        since = f"{in_words(self.now - began)} ago" if key.retired else f"by somebody; {self._use(slot)}"
        return _Fate(f"{name} is deleted: it was disabled {since}", is_over=True)

    def _others_work(self, slot: Address) -> list[Address]:
        """Delivered keys that work, the newest last."""
        return [other for other in self.ours if other != slot and self.keys[other].status == "Active"]

    def _unproven(self, slot: Address) -> list[Address]:
        """The other keys that seem to work, where none of them has proven it."""
        others = self._others_work(slot)
        return [] if any(self.keys[other].is_proven for other in others) else others

    def _makes_room(self, slot: Address) -> bool:
        """Two keys of others fill both slots: one has to go before the first can be delivered."""
        return slot in self.foreign and not self.ours

    def _idle_since(self, slot: Address, used: str) -> datetime:
        """From when on a key counts as idle: its successor is there, and nothing has used it."""
        others = self._others_work(slot)
        dates = (self.keys[others[-1] if others else slot].created, used)
        return max((m for date in dates if (m := read_stamp(date))), default=self.now)

    def _is_due(self, slot: Address) -> bool:
        created = read_stamp(self.keys[slot].created)
        return (
            self.wish.rotate_after is not None and bool(created) and self._span(created) >= self._rotate_after
        )

    def _span(self, since: datetime | None) -> timedelta:
        return self.now - since if since else timedelta(0)

    @property
    def _rotate_after(self) -> timedelta:
        return self.wish.rotate_after or timedelta.max

    @property
    def _overlap(self) -> str:
        return in_words(self.wish.overlap)

    def _named(self, slot: Address) -> str:
        return self.keys[slot].id

    def _age(self, slot: Address) -> str:
        return in_words(self._span(read_stamp(self.keys[slot].created)))

    def _told(self, slot: Address) -> str:
        others = self._others_work(slot)
        if not others:
            return f"it is {self._age(slot)} old, and not to be there"
        return f"{self._named(others[-1])} was delivered {self._age(others[-1])} ago"

    def _use(self, slot: Address) -> str:
        used = self.keys[slot].used
        if used is None:
            return "last use unknown"
        moment = read_stamp(used)
        return f"last used {in_words(self.now - moment)} ago" if moment else "never used"
