"""Runs that leave a journal, and their undoing, as the laws need them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path

from ramstack.account.applier import apply
from ramstack.account.journal import JournalingWriter, header_of, open_journal, steps_by_call
from ramstack.account.performer import Performer
from ramstack.account.reader import read_account
from ramstack.account.recyclebin import read_recycled
from ramstack.account.runs import list_runs
from ramstack.account.scope import Scope, scope_of_plan
from ramstack.gateway.port import Receipt, Writer
from ramstack.model.address import Address
from ramstack.model.call import Call
from ramstack.model.change import Plan
from ramstack.model.errors import Uncertain
from ramstack.model.limits import Rates
from ramstack.model.resource import Resource
from ramstack.model.run import Run
from ramstack.planning.plan import Request
from ramstack.planning.planfile import plan_document
from ramstack.planning.schedule import schedule
from ramstack.planning.undo import plan_undo
from tests.converge import NOW
from tests.memory import MemoryGateway
from tests.strategies import POLICIES

EVERYTHING = Request(NOW, allowed={"in-use": None, "takeover": None})
DOCUMENTED = Scope(policies=frozenset((*POLICIES, "other")))
IDS = count(1)


class Killed(BaseException):
    """What a kill looks like from inside."""


@dataclass
class Shaky:
    """A writer whose calls may be lost before or after they are processed, or die with the process."""

    writer: Writer
    fates: Mapping[int, str] = field(default_factory=dict)
    numbers: Iterator[int] = field(default_factory=count)

    def calls_made(self) -> int:
        return self.writer.calls_made()

    def await_turn(self, call: Call) -> None:
        self.writer.await_turn(call)

    def perform(self, call: Call, *, has_turn: bool = False) -> Receipt:
        fate = self.fates.get(next(self.numbers), "")
        if fate == "lost before":
            raise Uncertain("NoAnswer", "no answer came")
        if fate == "killed before":
            raise Killed
        receipt = self.writer.perform(call, has_turn=has_turn)
        if fate == "lost after":
            raise Uncertain("NoAnswer", "no answer came")
        if fate == "killed after":
            raise Killed
        return receipt


def journaled(plan: Plan, account: MemoryGateway, folder: Path, writer: Writer | None = None) -> Run:
    """Carry out a plan, and read what its journal tells of it."""
    live = read_account(account, scope_of_plan(plan))
    batches = schedule(plan.changes, live)
    document = plan_document(plan, batches, Rates())
    header = header_of(plan, document, live, run_id=f"run-{next(IDS)}")
    with open_journal(folder, header, plan.stacks, lambda: NOW) as journal:
        writing = JournalingWriter(writer or account, journal, steps_by_call(batches))
        try:
            for outcome in apply(batches, plan.changes, Performer(writing, account, lambda _: None)):
                journal.outcome(outcome)
            journal.end(0)
        except Killed:
            pass
    return next(run for run in list_runs(folder).runs if run.id == header["run_id"])


def plan_of_undo(run: Run, account: MemoryGateway, request: Request = EVERYTHING) -> Plan:
    live = read_account(account, scope_of_plan(run.plan, whole=True))
    return plan_undo(run, live, request, read_recycled(account, run, live))


def held(account: MemoryGateway) -> Mapping[Address, Resource]:
    """Everything, documents included."""
    return read_account(account, DOCUMENTED).resources


def differing(one: Mapping[Address, Resource], other: Mapping[Address, Resource]) -> set[Address]:
    return {a for a in one.keys() | other.keys() if one.get(a) != other.get(a)}


def told(plan: Plan) -> set[Address | None]:
    return {problem.address for problem in plan.problems}
