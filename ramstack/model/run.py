"""Run: what a journal tells of one apply: what was planned, each write and its answer, and what became of each change."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from ramstack.model.address import Address
from ramstack.model.change import Change, Plan
from ramstack.model.outcome import Fault, Outcome, Status

Answer = Literal["done", "refused", "uncertain", "unsent", "none"]
MAYBE_DONE: tuple[Answer, ...] = ("done", "uncertain", "none")


@dataclass(frozen=True)
class Write:
    """One call as it left. `answer` is `none` when the journal ends before an answer came: nobody knows then."""

    number: int
    at: str
    step: int | None
    call: str
    fields: Mapping[str, object]
    covers: tuple[Address, ...]
    answer: Answer = "none"
    request_id: str = ""
    fault: Fault | None = None
    key_id: str = ""


@dataclass(frozen=True)
class Run:
    """`owners` holds the mark of each root of the plan that existed before the run, by the plan's addresses; `ids` the
    service's id of each user among them.

    `outcomes` has exactly one for each change; where the journal was cut short they are derived from the writes.
    `exit_code` is None for a run that was killed, or is still under way.
    """

    id: str
    path: str
    started_at: str
    caller: str
    version: str
    pipeline_url: str
    plan: Plan
    digest: str
    owners: Mapping[Address, str]
    ids: Mapping[Address, str] = field(default_factory=dict)
    writes: tuple[Write, ...] = ()
    outcomes: tuple[Outcome, ...] = ()
    exit_code: int | None = None
    ended_at: str = ""

    @property
    def is_finished(self) -> bool:
        return self.exit_code is not None

    def count(self, status: Status) -> int:
        return sum(outcome.status == status for outcome in self.outcomes)

    @property
    def touched(self) -> tuple[Change, ...]:
        """The changes that were made, may have been made, or were made in part."""
        sent = {a for write in self.writes if write.answer in MAYBE_DONE for a in write.covers}
        made = {o.change.address for o in self.outcomes if o.status in ("done", "uncertain")}
        return tuple(change for change in self.plan.changes if change.address in sent | made)
