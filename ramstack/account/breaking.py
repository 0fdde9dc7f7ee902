"""Breaking locks by hand: what is there is found, shown to a person, and removed as it was shown."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from ramstack.account.claimant import is_marker_of, lock_name
from ramstack.gateway.port import PolicyRow, Reader, Writer
from ramstack.model.address import PolicyRef
from ramstack.model.call import DeletePolicy
from ramstack.model.errors import NotFound, StalePlan
from ramstack.model.holder import Holder, read_holder


@dataclass(frozen=True)
class Lock:
    """A stack's lock, or the marker of a takeover under way, with its holder."""

    stack: str
    ref: PolicyRef
    holder: Holder

    @property
    def is_marker(self) -> bool:
        return self.ref.name != lock_name(self.stack)


def find_locks(reader: Reader, stacks: Iterable[str]) -> tuple[Lock, ...]:
    """Locks and markers of these stacks, each lock before its markers."""
    rows = sorted((row for row in reader.policies() if row.ref.type == "custom"), key=lambda row: row.ref)
    return tuple(
        Lock(stack, row.ref, read_holder(row.description))
        for stack in stacks
        for row in rows
        if _is_of(stack, row)
    )


def break_lock(reader: Reader, writer: Writer, lock: Lock) -> None:
    """Remove it, whoever holds it. Raises StalePlan when it changed hands since it was found."""
    row = reader.policy(lock.ref)
    if row is None:
        return
    holder = read_holder(row.description)
    if holder.run != lock.holder.run:
        raise StalePlan([f"the lock of stack {lock.stack} is held by {holder} now"])
    try:
        writer.perform(DeletePolicy(lock.ref.name))
    except NotFound:
        return


def _is_of(stack: str, row: PolicyRow) -> bool:
    return row.ref.name == lock_name(stack) or is_marker_of(stack, row.ref.name)
