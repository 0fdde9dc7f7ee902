"""The journal: a file for each run, one JSON object a line. The audit record, and the base of undo.

    run      who, when, with what: the plan document itself, which holds no secret by construction
    write    a call is about to leave
    answer   what came back for it
    outcome  what became of a change
    end      the exit code

Append only. A call leaves only after its line is on the disk. Recovery never needs the journal.
"""

from __future__ import annotations

import io
import json
import os
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from itertools import count
from pathlib import Path
from threading import Lock
from types import TracebackType
from typing import Self

from ramstack import __version__
from ramstack.account.call_fields import call_fields
from ramstack.account.performer import split
from ramstack.gateway.port import Receipt, Writer
from ramstack.model.account import Account
from ramstack.model.call import Batch, Call, Step
from ramstack.model.change import Plan
from ramstack.model.errors import GatewayError, RamstackError, Refused, Uncertain, Unreachable
from ramstack.model.outcome import Fault, Outcome
from ramstack.model.resource import User
from ramstack.model.run import Answer
from ramstack.planning.rename import rename, renames_of

FORMAT_VERSION = "1.0"
SUFFIX = ".jsonl"
NOT_NOTED = "JournalNotWritten"
LONGEST_NAME = 100

Record = Mapping[str, object]


class Journal:
    """The lines of one run. May be used by many threads at once.

    After a line that could not be written nothing more is appended, so that only the last line of a file can be torn;
    `failure` then says why.
    """

    def __init__(self, file: io.FileIO, now: Callable[[], datetime]) -> None:
        self.failure = ""
        self._file = file
        self._now = now
        self._numbers = count(1)
        self._writing = Lock()
        self._syncing = Lock()
        self._written = self._synced = 0

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._file.close()

    @property
    def has_failed(self) -> bool:
        return bool(self.failure)

    def sending(self, call: Call, step: Step | None) -> int:
        """Note a call that is about to leave; its number. Raises Unreachable, for then it must not leave."""
        number = next(self._numbers)
        said = {
            "write": number,
            "at": self._at(),
            "step": step.id if step else None,
            "call": type(call).__name__,
        }
        covers = [str(address) for address in step.covers] if step else []
        record = {"type": "write", **said, "api": call.api, "fields": call_fields(call), "covers": covers}
        if not self._append(record, durable=True):
            raise Unreachable(
                NOT_NOTED, f"the journal cannot be written: {self.failure}; the call was not sent"
            )
        return number

    def answered(
        self, number: int, answer: Answer, request_id: str, error: Fault | None = None, key_id: str = ""
    ) -> None:
        """`key_id` is the id of a key that was made; its secret is never handed to a journal."""
        made = {"key_id": key_id} if key_id else {}
        said = {"write": number, "at": self._at(), "answer": answer, "request_id": request_id, **made}
        self._append({"type": "answer", **said, "error": _error(error)}, durable=True)

    def outcome(self, outcome: Outcome) -> None:
        """Not waited for: the writes that it follows from are on the disk, and it gets there with the next line."""
        change = outcome.change
        said = {"address": str(change.address), "kind": change.address.kind, "action": change.action}
        became = {"status": outcome.status, "request_id": outcome.request_id, "error": _error(outcome.fault)}
        became |= {"key_id": outcome.key_id or None, "sink": outcome.sink or None}
        cause = str(outcome.caused_by) if outcome.caused_by else None
        self._append({"type": "outcome", **said, **became, "caused_by": cause}, durable=False)

    def end(self, exit_code: int) -> None:
        self._append({"type": "end", "at": self._at(), "exit_code": exit_code}, durable=True)

    def begin(self, header: Record) -> bool:
        return self._append({"type": "run", **header}, durable=True)

    def _at(self) -> str:
        return instant(self._now())

    def _append(self, record: Record, *, durable: bool) -> bool:
        """Whether the line was written; `durable`: and is on the disk."""
        line = json.dumps(record, separators=(",", ":")).encode() + b"\n"
        with self._writing:
            if not self.failure:
                self._guarded(lambda: self._write(line))
            mine = self._written
        if durable:
            with self._syncing:
                self._guarded(lambda: self._sync(mine))
        return not self.failure

    def _write(self, line: bytes) -> None:
        while line:
            line = line[self._file.write(line) or 0 :]
        self._written += 1

    def _sync(self, mine: int) -> None:
        """Lines that were written side by side reach the disk together."""
        if self._synced < mine:
            written = self._written
            os.fsync(self._file.fileno())
            self._synced = written

    def _guarded(self, act: Callable[[], None]) -> None:
        try:
            act()
        except OSError as error:
            self.failure = error.strerror or str(error)


@dataclass(frozen=True)
class JournalingWriter:
    """A writer that notes each call before it leaves, and what came back. What cannot be noted does not leave."""

    writer: Writer
    journal: Journal
    steps: Mapping[Call, Step]

    def calls_made(self) -> int:
        return self.writer.calls_made()

    def await_turn(self, call: Call) -> None:
        self.writer.await_turn(call)

    def perform(self, call: Call, *, has_turn: bool = False) -> Receipt:
        number = self.journal.sending(call, self.steps.get(call))
        try:
            receipt = self.writer.perform(call, has_turn=has_turn)
        except GatewayError as error:
            fault = Fault(error.code, error.message)
            self.journal.answered(number, answer_of(error), error.request_id, fault)
            raise
        key_id = receipt.key.id if receipt.key else ""
        self.journal.answered(number, "done", receipt.request_id, key_id=key_id)
        return receipt


def answer_of(error: GatewayError) -> Answer:
    """Throttled and unreachable ones were not processed: that is the port's promise."""
    match error:
        case Refused():
            return "refused"
        case Uncertain():
            return "uncertain"
        case _:
            return "unsent"


def steps_by_call(batches: Iterable[Batch]) -> dict[Call, Step]:
    """Which step each call belongs to, also where a grouped call has to be split."""
    return {part.call: part for batch in batches for step in batch.steps for part in _with_halves(step)}


def _with_halves(step: Step) -> Iterator[Step]:
    yield step
    for half in split(step) or ():
        yield from _with_halves(half)


def open_journal(folder: Path, header: Record, stacks: Iterable[str], now: Callable[[], datetime]) -> Journal:
    """A new journal with its first line on the disk. Raises RamstackError: without it, nothing may be written."""
    started = now()
    name = f"{started.strftime('%Y%m%dT%H%M%S.%fZ')}-{_joined(stacks)}"
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        journal = Journal(_created(folder, name), now)
        _sync_folder(folder)
    except OSError as error:
        raise _cannot_write(folder, error.strerror or str(error)) from None
    if not journal.begin({**header, "started_at": instant(started)}):
        raise _cannot_write(folder, journal.failure)
    return journal


def header_of(
    plan: Plan, document: Record, live: Account, *, run_id: str, pipeline_url: str = ""
) -> dict[str, object]:
    """The first line: everything that is known before the first write."""
    here = rename(live, renames_of(plan.changes))
    roots = sorted({change.address.root for change in plan.changes})
    held = {root: here.get(root) for root in roots}
    return {
        "format_version": FORMAT_VERSION,
        "run_id": run_id,
        "account": plan.account,
        "caller": plan.caller,
        "ramstack_version": __version__,
        "stacks": list(plan.stacks),
        "pipeline_url": pipeline_url,
        "owners": {str(root): here.owner_of(root) for root in roots if root in here},
        "ids": {str(root): user.id for root, user in held.items() if isinstance(user, User)},
        "digest": document["digest"],
        "plan": document,
    }


def instant(moment: datetime) -> str:
    return moment.strftime("%Y-%m-%dT%H:%M:%S.%fZ")


def _joined(stacks: Iterable[str]) -> str:
    """Stack names as a file may have them: a saved plan may name its stacks anything."""
    return re.sub(r"[^a-z0-9+-]", "_", "+".join(stacks))[:LONGEST_NAME] or "none"


def _created(folder: Path, name: str) -> io.FileIO:
    """A file of this name that was not there before: two runs may start at one moment."""
    for number in count(1):
        path = folder / (f"{name}.{number}{SUFFIX}" if number > 1 else f"{name}{SUFFIX}")
        try:
            return io.FileIO(path, "x", opener=lambda file, flags: os.open(file, flags | os.O_APPEND, 0o600))
        except FileExistsError:
            continue
    raise AssertionError  # count never ends


def _sync_folder(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _cannot_write(folder: Path, why: str) -> RamstackError:
    return RamstackError(
        f"the journal cannot be written in {folder}: {why}. Nothing was changed in the account. Make room, or name "
        "another folder with --journal-dir"
    )


def _error(fault: Fault | None) -> dict[str, str] | None:
    return {"code": fault.code, "message": fault.message} if fault else None
