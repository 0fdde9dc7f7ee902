"""Runs: journals read back. A line counts once its newline is there: what a kill tore off the end never happened.

Lines of a type that is not known here are ignored, so that later versions may add to journals.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from types import MappingProxyType

from pydantic import BaseModel, ConfigDict, ValidationError

from ramstack.account.applier import INTERRUPTED
from ramstack.account.journal import FORMAT_VERSION, SUFFIX
from ramstack.model.address import Address
from ramstack.model.change import Change
from ramstack.model.errors import DamagedJournal, DamagedPlan, RamstackError
from ramstack.model.outcome import Fault, Outcome, Status
from ramstack.model.problem import Origin, Problem, warning
from ramstack.model.run import MAYBE_DONE, Answer, Run, Write
from ramstack.planning.planfile import read_plan

LAST = "last"
UNFINISHED = Fault("Unfinished", "the journal ends before it says what became of this change")


class _Line(BaseModel):
    model_config = ConfigDict(extra="ignore", frozen=True)


class _Error(_Line):
    code: str
    message: str

    def fault(self) -> Fault:
        return Fault(self.code, self.message)


class _Header(_Line):
    format_version: str
    run_id: str
    started_at: str
    caller: str
    ramstack_version: str
    pipeline_url: str
    owners: dict[str, str]
    ids: dict[str, str] = {}
    digest: str
    plan: dict[str, object]


class _Write(_Line):
    write: int
    at: str
    step: int | None
    call: str
    fields: dict[str, object]
    covers: tuple[str, ...]


class _Answer(_Line):
    write: int
    answer: Answer
    request_id: str
    error: _Error | None
    key_id: str = ""


class _Outcome(_Line):
    address: str
    status: Status
    request_id: str
    caused_by: str | None
    error: _Error | None
    key_id: str | None = None
    sink: str | None = None


class _End(_Line):
    at: str
    exit_code: int


_SHAPES: Mapping[str, type[_Line]] = MappingProxyType(
    {"run": _Header, "write": _Write, "answer": _Answer, "outcome": _Outcome, "end": _End}
)


@dataclass(frozen=True)
class History:
    """The runs of a folder, oldest first, and what stands against reading the others."""

    folder: Path
    runs: tuple[Run, ...] = ()
    problems: tuple[Problem, ...] = ()


def list_runs(folder: Path) -> History:
    """Every run that got as far as its first write. Journals that cannot be read are told, not raised."""
    runs: list[Run] = []
    problems: list[Problem] = []
    for path in sorted(folder.glob(f"*{SUFFIX}")):
        raw = _bytes_of(path)
        try:
            runs += [_run_of(path, raw)] if b"\n" in raw else []
        except DamagedJournal as error:
            place = Origin(str(path))
            problems.append(warning("damaged-journal", "A journal cannot be read", str(error), origin=place))
    return History(folder, tuple(runs), tuple(problems))


def read_journal(path: Path) -> Run:
    """The run that `path` tells of. Raises DamagedJournal, naming the line, for what no run writes."""
    return _run_of(path, _bytes_of(path))


def find_run(history: History, wanted: str) -> Run:
    """By id, by the beginning of an id that no other run has, or `last`. Raises RamstackError."""
    if not history.runs:
        raise RamstackError(f"no run is recorded in {history.folder}")
    if wanted == LAST:
        return _last(history)
    exact = [run for run in history.runs if run.id == wanted]
    found = exact or [run for run in history.runs if wanted and run.id.startswith(wanted)]
    if len(found) != 1:
        which = f"{len(found)} runs begin with" if found else "no run is, or begins with,"
        raise RamstackError(f"{which} {wanted!r} in {history.folder}; ramstack history lists them")
    return found[0]


def _last(history: History) -> Run:
    """Not guessed: where a later journal cannot be read, the run must be named."""
    last = history.runs[-1]
    for problem in history.problems:
        if problem.origin and problem.origin.path > last.path:
            raise RamstackError(f"{problem.detail}. It may be the last run, so name the run that you mean")
    return last


def _bytes_of(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise RamstackError(f"cannot read {path}: {error.strerror}") from None


def _run_of(path: Path, raw: bytes) -> Run:
    whole = raw.split(b"\n")[:-1]
    if not whole:
        raise DamagedJournal(f"{path}: its first line is not whole, so its run ended before the first write")
    first, *rest = (_parsed(path, number, text) for number, text in enumerate(whole, 1))
    run = _begun(path, first)
    tale = _Tale({change.address: change for change in run.plan.changes})
    for number, line in enumerate(rest, 2):
        try:
            tale.add(line)
        except (KeyError, ValueError) as error:
            raise DamagedJournal(
                f"{path}:{number}: it tells of {error}, which this run does not know"
            ) from None
    return tale.told(run)


def _parsed(path: Path, number: int, text: bytes) -> _Line | None:
    """None for a line of an unknown type."""
    try:
        raw = json.loads(text)
        shape = _SHAPES.get(str(raw["type"]))
        return shape.model_validate(raw) if shape else None
    except ValidationError as error:
        places = ", ".join(".".join(map(str, e["loc"])) for e in error.errors()[:5])
        raise DamagedJournal(
            f"{path}:{number}: it lacks what a line of its type holds (see {places})"
        ) from None
    except (ValueError, TypeError, KeyError, RecursionError):
        raise DamagedJournal(f"{path}:{number}: it is not a line of a journal") from None


def _begun(path: Path, header: _Line | None) -> Run:
    """The run as its first line tells it."""
    if not isinstance(header, _Header):
        raise DamagedJournal(f"{path}:1: it is not the first line of a journal")
    if header.format_version.partition(".")[0] != FORMAT_VERSION.partition(".")[0]:
        version = header.format_version
        raise DamagedJournal(
            f"{path}:1: it has format version {version}; this ramstack reads {FORMAT_VERSION}"
        )
    try:
        plan = read_plan(json.dumps(header.plan))
        owners, ids = (
            {Address.parse(address): value for address, value in held.items()}
            for held in (header.owners, header.ids)
        )
    except (DamagedPlan, ValueError) as error:
        raise DamagedJournal(f"{path}:1: the plan in it cannot be read: {error}") from None
    return Run(
        id=header.run_id,
        path=str(path),
        started_at=header.started_at,
        caller=header.caller,
        version=header.ramstack_version,
        pipeline_url=header.pipeline_url,
        plan=plan,
        digest=header.digest,
        owners=owners,
        ids=ids,
    )


@dataclass
class _Tale:
    """What the lines after the first one have told so far."""

    changes: Mapping[Address, Change]
    writes: dict[int, Write] = field(default_factory=dict)
    outcomes: dict[Address, Outcome] = field(default_factory=dict)
    end: _End | None = None

    def add(self, line: _Line | None) -> None:
        """Raises KeyError for a write or a change that this run does not have, ValueError for what is no address."""
        match line:
            case _Write():
                covers = tuple(map(Address.parse, line.covers))
                self.writes[line.write] = Write(
                    line.write, line.at, line.step, line.call, line.fields, covers
                )
            case _Answer():
                fault = line.error.fault() if line.error else None
                sent = self.writes[line.write]
                self.writes[line.write] = replace(
                    sent, answer=line.answer, request_id=line.request_id, fault=fault, key_id=line.key_id
                )
            case _Outcome():
                change = self.changes[Address.parse(line.address)]
                self.outcomes[change.address] = _outcome_of(change, line)
            case _End():
                self.end = line

    def told(self, run: Run) -> Run:
        writes = tuple(self.writes.values())
        outcomes = tuple(self.outcomes.get(c.address) or _derived(c, writes) for c in run.plan.changes)
        code, at = (self.end.exit_code, self.end.at) if self.end else (None, "")
        return replace(run, writes=writes, outcomes=outcomes, exit_code=code, ended_at=at)


def _outcome_of(change: Change, line: _Outcome) -> Outcome:
    cause = Address.parse(line.caused_by) if line.caused_by else None
    fault = line.error.fault() if line.error else None
    return Outcome(change, line.status, line.request_id, cause, fault, line.key_id or "", line.sink or "")


def _derived(change: Change, writes: Iterable[Write]) -> Outcome:
    """What is known of a change whose outcome the journal does not hold."""
    covering = [write for write in writes if change.address in write.covers]
    if any(write.answer in MAYBE_DONE for write in covering):
        key_id = next((write.key_id for write in reversed(covering) if write.key_id), "")
        return Outcome(change, "uncertain", fault=UNFINISHED, key_id=key_id)
    if covering:
        return Outcome(change, "failed", covering[-1].request_id, fault=covering[-1].fault)
    return Outcome(change, "skipped", fault=INTERRUPTED)
