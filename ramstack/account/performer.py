"""One step on the wire: performed, settled where the answer is in doubt, and split where it was refused as a group."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace

from ramstack.account.settle import GIVING, is_done, is_ending
from ramstack.gateway.port import Reader, Writer
from ramstack.model.address import Address
from ramstack.model.call import (
    Call,
    CreatePolicyVersion,
    Step,
    TagPolicies,
    TagRoles,
    TagUsers,
    UntagPolicies,
    UntagRoles,
    UntagUsers,
)
from ramstack.model.errors import Conflict, GatewayError, NotFound, Refused, Uncertain
from ramstack.model.outcome import Fault, Status

GROUPED = (TagUsers, UntagUsers, TagPolicies, UntagPolicies, TagRoles, UntagRoles)
ATTEMPTS = 5
LIMIT = 60.0
"""Seconds after which a step is not tried again, and so the deadline of a batch: its steps run side by side. What is under
way then ends by the timeouts of its own call."""
WAITS = (0.1, 0.2, 0.4, 0.8, 1.6, 3.2, 6.4)  # seconds between looks for what may not be visible yet


@dataclass(frozen=True)
class Part:
    """What one step did for one of the changes it covers.

    `alone` is false when the step's call was grouped over several principals: then it only matters to this one.
    """

    address: Address
    status: Status
    request_id: str = ""
    caused_by: Address | None = None
    fault: Fault | None = None
    alone: bool = True
    key_id: str = ""
    sink: str = ""


@dataclass(frozen=True)
class Performer:
    """Performs steps with a writer, and settles with a reader. Safe to use from several threads."""

    writer: Writer
    reader: Reader
    sleep: Callable[[float], None] = time.sleep
    clock: Callable[[], float] = time.monotonic

    def await_turn(self, step: Step) -> None:
        """Wait for the account's rate. Asked in order of issue, so that two runs of one plan issue alike."""
        self.writer.await_turn(step.call)

    def perform(self, step: Step, *, has_turn: bool = True) -> list[Part]:
        """One part for every covered change; raises nothing that the gateway raises."""
        try:
            request_id = self.settled(step, has_turn=has_turn)
        except Refused as refusal:
            if halves := split(step):
                return [part for half in halves for part in self.perform(half, has_turn=False)]
            return _all(step, "failed", refusal)
        except Uncertain as doubt:
            return _all(step, "uncertain", doubt)
        except GatewayError as error:
            return _all(step, "failed", error)
        return [Part(address, "done", request_id) for address in step.covers]

    def settled(self, step: Step, *, has_turn: bool) -> str:
        """The request id of the answer that counts. Raises the last error when there is none within bounds.

        A refusal after a lost attempt is no answer while nothing shows whose doing it was: then the doubt is raised.
        """
        doubt, end = None, self.clock() + LIMIT
        last: GatewayError = GatewayError("Unsettled", "no attempt was made")
        for wait in WAITS[:ATTEMPTS]:
            try:
                return self.writer.perform(step.call, has_turn=has_turn).request_id
            except (Uncertain, Conflict, NotFound) as error:
                found = self._found(step.call, error, was_lost=doubt is not None)
                if found:
                    return error.request_id
                if not may_repeat(step, error):
                    raise doubt if doubt and found is None else error from None
                last, has_turn = error, False
                doubt = error if isinstance(error, Uncertain) else doubt
            if self.clock() + wait > end:
                break
            self.sleep(wait)
        raise last

    def _found(self, call: Call, error: GatewayError, *, was_lost: bool) -> bool | None:
        """Whether an error hides that what the call wanted is there: done by a lost attempt, or by somebody else.

        An attempt that was lost may have renamed what is not found any more: then it is looked for patiently, too.
        """
        match error:
            case NotFound() if is_ending(call):
                return True
            case NotFound() | Conflict() if isinstance(call, GIVING):
                is_likely = isinstance(error, Conflict) or was_lost
                return self._looks(call, WAITS if is_likely else (), was_lost=was_lost)
            case NotFound() | Conflict():
                return False
            case _:
                return self._looks(call, WAITS if isinstance(call, CreatePolicyVersion) else ())

    def _looks(self, call: Call, waits: tuple[float, ...], *, was_lost: bool = False) -> bool | None:
        """Look once, and again after each wait while nothing of it is seen.

        After a lost attempt also while something else is seen: our own may be shown in parts, or the past before it.
        """
        found = None
        for _ in self._moments(waits):
            found = is_done(self.reader, call)
            if found or (found is False and not was_lost):
                break
        return found

    def _moments(self, waits: tuple[float, ...]) -> Iterator[None]:
        yield
        for wait in waits:
            self.sleep(wait)
            yield


def may_repeat(step: Step, error: GatewayError) -> bool:
    """A lost attempt may be repeated once it was looked for; so may a giving one that does not find what was just made."""
    lagging = isinstance(error, NotFound) and bool(step.needs) and isinstance(step.call, (*GIVING, TagUsers))
    return lagging or isinstance(error, Uncertain)


def split(step: Step) -> tuple[Step, Step] | None:
    """A grouped call as two, so that in the end the guilty name stands alone; None when it names only one."""
    call = step.call
    if not isinstance(call, GROUPED) or len(call.names) == 1:
        return None
    middle = len(call.names) // 2
    return _only(step, call.names[:middle]), _only(step, call.names[middle:])


def _only(step: Step, names: tuple[str, ...]) -> Step:
    assert isinstance(step.call, GROUPED)
    covers = tuple(address for address in step.covers if address.name in names)
    return replace(step, call=replace(step.call, names=names), covers=covers)


def _all(step: Step, status: Status, error: GatewayError) -> list[Part]:
    fault = Fault(error.code, error.message)
    alone = not isinstance(step.call, GROUPED)
    return [Part(address, status, error.request_id, fault=fault, alone=alone) for address in step.covers]
