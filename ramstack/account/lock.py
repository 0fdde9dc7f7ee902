"""Locks: the stacks of a run, taken in sorted order, renewed while it lasts, given up in reverse.

with Locks(claimant, stacks, say) as locks:
    …                     # as long as not locks.are_lost()
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from types import TracebackType
from typing import Self

from ramstack.account.claimant import Claimant, lock_name
from ramstack.account.lists import LOCK_PREFIX
from ramstack.model.errors import Denied, GatewayError, LimitExceeded, RamstackError
from ramstack.model.holder import Holder

RENEWALS = 3
"""A lock is renewed every third of its time."""
NEEDED = "ram:CreatePolicy, ram:GetPolicy, ram:UpdatePolicyDescription and ram:DeletePolicy"


@dataclass
class Locks:
    """All or nothing: while entered, no other run holds any of the stacks.

    Whoever writes under them must ask `are_lost` before each write. `say` takes warnings for a person.
    """

    claimant: Claimant
    stacks: Iterable[str]
    say: Callable[[str], None]
    held: dict[str, Holder] = field(default_factory=dict)
    _displaced: threading.Event = field(default_factory=threading.Event)
    _over: threading.Event = field(default_factory=threading.Event)
    _thread: threading.Thread = field(init=False)

    def __post_init__(self) -> None:
        self._thread = threading.Thread(target=self._keep, name="lock", daemon=True)

    def __enter__(self) -> Self:
        """Raises Locked, and what the gateway raises; then nothing is held."""
        try:
            for stack in sorted(set(self.stacks)):
                self.held[stack] = self._take(stack)
            self._thread.start()
        except BaseException:
            self._over.set()
            self._give_up()
            raise
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._over.set()
        self._thread.join()
        if self.are_lost():
            self.say(
                "warning: a lock was lost while the run was under way; what was not written yet was left alone"
            )
        self._give_up()

    def are_lost(self) -> bool:
        """Somebody else may hold one of them by now: nothing more may be written."""
        return self._displaced.is_set() or any(map(self.claimant.has_run_out, self.held.values()))

    def renew(self) -> None:
        """Once for each lock. What cannot be renewed now is tried again; the clock decides when that is too late."""
        for stack, mine in self.held.items():
            try:
                fresh = self.claimant.renew(stack, mine)
            except RamstackError:
                continue
            if fresh is None:
                self._displaced.set()
            else:
                self.held[stack] = fresh

    def _keep(self) -> None:
        """Ends with the run, or when a lock is lost."""
        interval = self.claimant.ttl.total_seconds() / RENEWALS
        while not self._over.wait(interval) and not self.are_lost():
            self.renew()

    def _take(self, stack: str) -> Holder:
        try:
            return self.claimant.take(stack)
        except LimitExceeded as full:
            raise LimitExceeded(full.code, _no_room(stack), full.request_id) from None
        except Denied as denied:
            raise Denied(denied.code, _not_permitted(denied.message), denied.request_id) from None

    def _give_up(self) -> None:
        """Never raises what the gateway raises."""
        for stack in reversed(self.held):
            try:
                self.claimant.give_up(lock_name(stack), self.held[stack])
            except GatewayError as error:
                self.say(_not_released(stack, self.held[stack], error))
        self.held = {}


def _no_room(stack: str) -> str:
    return (
        f"the account has no room for one more custom policy, and the lock {lock_name(stack)} is one. "
        "Delete a policy that nobody needs, or run with --no-lock while no other run is under way"
    )


def _not_permitted(message: str) -> str:
    return (
        f"{message} (the lock needs {NEEDED} on policy/{LOCK_PREFIX}*; without them, run with --no-lock "
        "while no other run is under way)"
    )


def _not_released(stack: str, mine: Holder, error: GatewayError) -> str:
    return (
        f"warning: the lock of stack {stack} could not be released ({error.code}). It expires by itself at "
        f"{mine.until:%H:%M:%S} UTC; `ramstack unlock {stack}` removes it before"
    )
