"""One step on the wire: a call that is performed, told apart by what came back, and split where it was refused as a group."""

from __future__ import annotations

from dataclasses import dataclass, replace

from ramstack.gateway.port import Writer
from ramstack.model.address import Address
from ramstack.model.call import (
    DeleteGroup,
    DeletePolicy,
    DeletePolicyVersion,
    DeleteUser,
    DetachPolicy,
    RemoveUserFromGroup,
    Step,
    TagPolicies,
    TagUsers,
    UntagPolicies,
    UntagUsers,
)
from ramstack.model.errors import GatewayError, NotFound, Refused, Uncertain
from ramstack.model.outcome import Fault, Status

GROUPED = (TagUsers, UntagUsers, TagPolicies, UntagPolicies)
ENDING = (DetachPolicy, RemoveUserFromGroup, DeleteUser, DeleteGroup, DeletePolicy, DeletePolicyVersion)


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


@dataclass(frozen=True)
class Performer:
    """Performs steps with a writer. Safe to use from several threads."""

    writer: Writer

    def await_turn(self, step: Step) -> None:
        """Wait for the account's rate. Asked in order of issue, so that two runs of one plan issue alike."""
        self.writer.await_turn(step.call)

    def perform(self, step: Step, *, has_turn: bool = True) -> list[Part]:
        """One part for every covered change; raises nothing that the gateway raises."""
        try:
            request_id = self.writer.perform(step.call, has_turn=has_turn).request_id
        except Refused as refusal:
            if halves := split(step):
                return [part for half in halves for part in self.perform(half, has_turn=False)]
            return self._refused(step, refusal)
        except Uncertain as doubt:
            return _all(step, "uncertain", doubt)
        except GatewayError as error:
            return _all(step, "failed", error)
        return [Part(address, "done", request_id) for address in step.covers]

    def _refused(self, step: Step, refusal: Refused) -> list[Part]:
        """What was to go and is not there is gone."""
        if isinstance(refusal, NotFound) and isinstance(step.call, ENDING):
            return [Part(address, "done", refusal.request_id) for address in step.covers]
        return _all(step, "failed", refusal)


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
