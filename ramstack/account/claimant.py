"""One lock is taken, renewed and given up: by names, because creating a name that exists fails atomically.

    create ─► mine
      └ exists ─► who? ─► still valid ─► Locked
                    └ over ─► take the marker `…-after-<old run>` by this same rule
                                └ mine ─► the lock is still the old run's ─► its description becomes mine ─► mine

Whoever first creates the marker may replace the lock. A winner that crashes leaves a marker with a holder and an expiry of
its own, so nothing blocks longer than that. Reads may lag behind writes: with the marker in hand the account is read
until it shows the marker, and what it shows of the lock after that is not older than the election.

A lock is replaced and not deleted and created, so there is no moment in which a third one could slip in. Whoever takes a
lock sweeps the markers that crashed contenders left, also those that came too late and found no lock any more.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from hashlib import sha256

from ramstack.account.lists import LOCK_PREFIX
from ramstack.gateway.port import Reader, Writer
from ramstack.model.address import PolicyRef
from ramstack.model.call import CreatePolicy, DeletePolicy, UpdatePolicyDescription
from ramstack.model.errors import Conflict, GatewayError, Locked, NotFound, Uncertain
from ramstack.model.holder import RUN_ID, Holder, Runner, read_holder
from ramstack.model.limits import POLICY_NAME

DOCUMENT = '{"Version":"1","Statement":[{"Effect":"Deny","Action":"ramstack:Lock","Resource":"acs:ramstack:*:*:lock"}]}'
"""Attached to nobody, and would deny what does not exist."""

MARKER = "-after-"
PATIENCE = (0.0, 0.05, 0.1, 0.2, 0.4, 0.8, 1.6, 1.6, 1.6)
"""Waits in seconds between looks at an account that does not show yet what was written: about six together."""
DELETE_TRIES = 3
MARGIN = 6
"""The last sixth of a lock's time is not used: clocks differ a little, and calls in flight take a while."""


def lock_name(stack: str) -> str:
    return f"{LOCK_PREFIX}{stack}"


def marker_name(name: str, run: str) -> str:
    """The right to replace the lock or marker `name` once `run` is over; shortened where nesting makes it too long."""
    full = f"{name}{MARKER}{run}"
    if POLICY_NAME.fullmatch(full):
        return full
    return f"{full[:90]}-{sha256(full.encode()).hexdigest()[:32]}"


def is_marker_of(stack: str, name: str) -> bool:
    """A stack may be called `x-after-y`: only what follows with a run's id is a marker of stack `x`."""
    rest = name.removeprefix(lock_name(stack) + MARKER)
    return rest != name and RUN_ID.fullmatch(rest.partition("-")[0]) is not None


def has_displaced(seen: Holder | None, mine: Holder) -> bool:
    """Whether somebody took what was mine. An older holder than me is only an account that lags."""
    return seen is not None and seen.run != mine.run and not seen.is_older_than(mine)


@dataclass(frozen=True)
class Claimant:
    """Takes locks for one runner. Clock, waiting and the look at processes are handed in."""

    reader: Reader
    writer: Writer
    runner: Runner
    ttl: timedelta
    now: Callable[[], datetime]
    pause: Callable[[float], None]
    is_known_dead: Callable[[str], bool]

    def take(self, stack: str) -> Holder:
        """The lock of a stack. Raises Locked when somebody else holds it, else what the gateway raises."""
        with self._withdrawn_if_interrupted(lock_name(stack)):
            mine = self._elect(lock_name(stack), stack)
            self._sweep(stack)
        return mine

    def seen(self, name: str) -> Holder | None:
        """Who holds `name`, as far as the account shows."""
        row = self.reader.policy(PolicyRef("custom", name))
        return read_holder(row.description) if row else None

    def is_over(self, holder: Holder) -> bool:
        """Expired, or its process is known to be dead."""
        return holder.until <= self.now() or self.is_known_dead(holder.runner.process)

    def has_run_out(self, mine: Holder) -> bool:
        """Whether it is too late to rely on what is mine."""
        return self.now() >= mine.until - self.ttl / MARGIN

    def renew(self, stack: str, mine: Holder) -> Holder | None:
        """The same lock with a later expiry; None when it is lost. Raises GatewayError when that cannot be told now.

        An answer that comes after the old expiry is too late: somebody may have taken over in between.
        """
        name, fresh = lock_name(stack), replace(mine, until=self.now() + self.ttl)
        if has_displaced(self.seen(name), mine) or self.has_run_out(mine):
            return None
        try:
            self.writer.perform(UpdatePolicyDescription(name, fresh.text))
        except NotFound:
            return None
        return fresh if self.now() < mine.until else None

    def give_up(self, name: str, mine: Holder, tries: int = DELETE_TRIES) -> None:
        """Delete what is mine, and nothing else: what expired in my hands may be another's by now.

        Raises GatewayError.
        """
        if self.now() >= mine.until or has_displaced(self.seen(name), mine):
            return
        try:
            self.writer.perform(DeletePolicy(name))
        except NotFound:
            return
        except Uncertain:
            if tries == 1:
                raise
            self.give_up(name, mine, tries - 1)

    @contextmanager
    def _withdrawn_if_interrupted(self, name: str) -> Iterator[None]:
        """Interrupted, by Ctrl-C or by the network, it may be mine all the same: then it is given up."""
        try:
            yield
        except Locked:
            raise
        except BaseException:
            self._withdraw(name)
            raise

    def _withdraw(self, name: str) -> None:
        with suppress(GatewayError):
            seen = self.seen(name)
            if seen is not None and seen.run == self.runner.run:
                self.give_up(name, seen)

    def _elect(self, name: str, stack: str) -> Holder:
        held = None
        for wait in PATIENCE:
            self.pause(wait)
            mine = self.runner.holder(self.now(), self.ttl)
            if self._create(name, mine):
                return mine
            held = self.seen(name)
            if held is None:
                continue
            if held.run == mine.run:
                return held  # the answer to an earlier try was lost
            if not self.is_over(held):
                break
            if taken := self._take_over(name, held, stack):
                return taken
        raise Locked(stack, held)

    def _create(self, name: str, mine: Holder) -> bool:
        """False: it exists, or the answer was lost; a look at the holder tells which."""
        try:
            self.writer.perform(CreatePolicy(name, DOCUMENT, mine.text, ()))
        except (Conflict, Uncertain):
            return False
        return True

    def _take_over(self, name: str, old: Holder, stack: str) -> Holder | None:
        """Replace a holder that is over; None when it is not there any more, or when the answer was lost."""
        with self._marker(name, old, stack) as (marker, right):
            if not self._shows(marker):
                return None
            seen = self.seen(name)
            if seen is None or seen.run != old.run or not self.is_over(seen):
                return None
            mine = self.runner.holder(self.now(), self.ttl)
            if self.has_run_out(right) or not self._replace(name, mine):
                return None
        return mine

    @contextmanager
    def _marker(self, name: str, old: Holder, stack: str) -> Iterator[tuple[str, Holder]]:
        """While entered, nobody else may replace `old`. Raises Locked when somebody is at it."""
        marker = marker_name(name, old.run)
        with self._withdrawn_if_interrupted(marker):
            right = self._elect(marker, stack)
        try:
            yield marker, right
        finally:
            with suppress(GatewayError):  # it expires by itself
                self.give_up(marker, right)

    def _shows(self, marker: str) -> bool:
        """Wait until reads have caught up with the creation of my marker."""
        for wait in PATIENCE:
            self.pause(wait)
            seen = self.seen(marker)
            if seen is not None and seen.run == self.runner.run:
                return True
        return False

    def _replace(self, name: str, mine: Holder) -> bool:
        try:
            self.writer.perform(UpdatePolicyDescription(name, mine.text))
        except (NotFound, Uncertain):
            return False
        return True

    def _sweep(self, stack: str) -> None:
        """Markers that crashed winners left. Whoever holds the lock may: a marker only speaks of locks before it.

        What cannot be swept now blocks nobody; the next one who takes the lock sweeps.
        """
        with suppress(GatewayError):
            rows = [row for row in self.reader.policies() if is_marker_of(stack, row.ref.name)]
            for row in rows:
                if self.is_over(read_holder(row.description)):
                    self.writer.perform(DeletePolicy(row.ref.name))
