"""The journal: what is written when, what it never holds, and that it is understood wherever it was cut."""

from __future__ import annotations

import io
import json
import stat
from collections import Counter
from dataclasses import dataclass, fields
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ramstack.account.applier import INTERRUPTED, apply
from ramstack.account.call_fields import HIDDEN, PLAIN, call_fields
from ramstack.account.journal import NOT_NOTED, Journal, JournalingWriter, open_journal, steps_by_call
from ramstack.account.performer import Performer
from ramstack.account.reader import read_account
from ramstack.account.runs import find_run, list_runs, read_journal
from ramstack.account.scope import scope_of_plan
from ramstack.model.call import Call, TagUsers
from ramstack.model.errors import DamagedJournal, RamstackError
from ramstack.planning.schedule import schedule
from tests.converge import NOW, plan_of
from tests.journaled import EVERYTHING, Shaky, journaled
from tests.memory import MemoryGateway
from tests.strategies import accounts, stacks

GARBAGE = (b"garbage", b"[]", b'"x"', b"\xff\xfe", b"", b'{"type":"write"}')


@given(
    stacks(), accounts(), st.dictionaries(st.integers(0, 12), st.sampled_from(["lost before", "lost after"]))
)
def test_the_journal_is_what_happened(stack: object, account: MemoryGateway, fates: dict[int, str]) -> None:
    """Each call that the account got is noted with its answer, and each change has the outcome that apply gave it."""
    with TemporaryDirectory() as name:
        run = journaled(plan_of([stack], account, EVERYTHING), account, Path(name), Shaky(account, fates))
    lost = sum(fate == "lost before" and n < len(run.writes) for n, fate in fates.items())
    assert len(run.writes) == len(account.calls) + lost
    done = Counter(type(call).__name__ for call in account.calls)
    assert Counter(w.call for w in run.writes if w.answer == "done") <= done
    assert [o.change for o in run.outcomes] == list(run.plan.changes)
    assert all(write.covers for write in run.writes)
    assert run.is_finished


@given(stacks(), accounts(), st.integers(0, 1_000_000))
def test_a_journal_cut_anywhere_is_understood_or_named(
    stack: object, account: MemoryGateway, where: int
) -> None:
    """Cut at any byte it tells less and nothing else: fewer writes, outcomes less certain, the same plan."""
    with TemporaryDirectory() as name:
        run = journaled(plan_of([stack], account, EVERYTHING), account, Path(name))
        whole = Path(run.path).read_bytes()
        cut = Path(name, "cut.jsonl")
        cut.write_bytes(whole[: where % len(whole)])
        if b"\n" not in cut.read_bytes():
            with pytest.raises(DamagedJournal, match="first line is not whole"):
                read_journal(cut)
            return
        part = read_journal(cut)
    assert part.plan == run.plan
    assert not part.is_finished
    assert all(p.call == w.call and p.answer in (w.answer, "none") for p, w in zip(part.writes, run.writes))  # noqa: B905
    assert {c.address for c in part.touched} <= {c.address for c in run.touched}


@given(stacks(), accounts(), st.integers(0, 100), st.sampled_from(GARBAGE))
def test_damage_in_the_middle_names_its_line(
    stack: object, account: MemoryGateway, where: int, garbage: bytes
) -> None:
    """A line that no run writes is an error with file and line; a type that is not known is not."""
    with TemporaryDirectory() as name:
        run = journaled(plan_of([stack], account, EVERYTHING), account, Path(name))
        lines = Path(run.path).read_bytes().splitlines(keepends=True)
        number = where % len(lines)
        damaged = Path(name, "damaged.jsonl")
        damaged.write_bytes(b"".join((*lines[:number], garbage + b"\n", *lines[number + 1 :])))
        with pytest.raises(DamagedJournal, match=rf"damaged\.jsonl:{number + 1}: "):
            read_journal(damaged)
        damaged.write_bytes(b"".join((*lines, b'{"type":"weather","sky":"blue"}\n')))
        assert read_journal(damaged).outcomes == run.outcomes


def test_only_its_owner_reads_it(tmp_path: Path) -> None:
    """Mode 0600 in a folder of mode 0700, and two runs at one moment have two files."""
    folder = tmp_path / "deep" / "journal"
    for _ in range(2):
        open_journal(folder, {}, ["media", "../../ops"], lambda: NOW).__exit__(None, None, None)
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    assert {stat.S_IMODE(file.stat().st_mode) for file in folder.iterdir()} == {0o600}
    assert sorted(file.name for file in folder.iterdir()) == [
        "20261123T120000.000000Z-media+______ops.2.jsonl",
        "20261123T120000.000000Z-media+______ops.jsonl",
    ]


def test_a_journal_that_cannot_be_begun_stops_the_run(tmp_path: Path) -> None:
    """The error says where and what to do."""
    (tmp_path / "file").write_text("")
    with pytest.raises(RamstackError, match="--journal-dir"):
        open_journal(tmp_path / "file", {}, ["media"], lambda: NOW)


class FullDisk(io.FileIO):
    """A file that takes only so many bytes, and then tears a line."""

    room = 0

    def write(self, data: bytes) -> int:
        if self.room <= 0:
            raise OSError(28, "No space left on device")
        size = super().write(data[: self.room])
        self.room -= size
        return size


@given(stacks(), accounts(), st.integers(0, 4000))
def test_a_full_disk_stops_new_writes(stack: object, account: MemoryGateway, room: int) -> None:
    """No call leaves that is not noted; every change still has its outcome; what the file holds is understood."""
    plan = plan_of([stack], account, EVERYTHING)
    live = read_account(account, scope_of_plan(plan))
    batches = schedule(plan.changes, live)
    with TemporaryDirectory() as name:
        file = FullDisk(Path(name, "x.jsonl"), "x")
        file.room = room
        with Journal(file, lambda: NOW) as journal:
            writer = JournalingWriter(account, journal, steps_by_call(batches))
            outcomes = list(
                apply(
                    batches,
                    plan.changes,
                    Performer(writer, account, lambda _: None),
                    lambda: INTERRUPTED if journal.has_failed else None,
                )
            )
        lines = Path(name, "x.jsonl").read_bytes().split(b"\n")[:-1]
    noted = Counter(json.loads(line)["call"] for line in lines if json.loads(line)["type"] == "write")
    assert Counter(type(call).__name__ for call in account.calls) <= noted
    assert len(outcomes) == len(plan.changes)
    assert journal.has_failed or all(o.status == "done" for o in outcomes)
    codes = {outcome.fault.code for outcome in outcomes if outcome.fault}
    assert codes <= {NOT_NOTED, "Interrupted"}


def test_every_field_of_every_call_is_decided(tmp_path: Path) -> None:
    """The list holds exactly the fields that calls have today; a field of a later call is hidden until it is listed."""
    assert {f.name for kind in get_args(Call) for f in fields(kind)} == PLAIN | {"password"}

    @dataclass(frozen=True)
    class CreateLoginProfile:
        name: str
        password: str

    assert call_fields(CreateLoginProfile("alice", "hunter2")) == {"name": "alice", "password": HIDDEN}


def test_halves_of_a_grouped_call_know_their_step() -> None:
    """A grouped call that is refused is split; each part still covers its own users."""
    account = MemoryGateway()
    from ramstack.model.address import user_address
    from ramstack.model.call import Batch, Step

    names = ("a", "b", "c")
    step = Step(7, TagUsers(names, (("k", "v"),)), tuple(map(user_address, names)))
    parts = steps_by_call([Batch("tag", (step,))])
    assert {part.id for part in parts.values()} == {7}
    assert parts[TagUsers(("c",), (("k", "v"),))].covers == (user_address("c"),)
    assert account.calls == []


def test_runs_are_found_by_what_is_unique(tmp_path: Path) -> None:
    """By id, by a prefix of only one, or `last`; anything else is an error that says so."""
    from tests.strategies import HERE, Stack, UserWish

    account, runs = MemoryGateway(), []
    for name in ("alice", "bob"):
        stack = Stack("media", "3f9a2c1b", "", HERE, {name: UserWish(name, HERE)})
        runs.append(journaled(plan_of([stack], account, EVERYTHING), account, tmp_path))
    history = list_runs(tmp_path)
    assert {run.id for run in history.runs} == {run.id for run in runs}
    assert find_run(history, runs[0].id).id == runs[0].id
    assert find_run(history, "last") == history.runs[-1]
    for wanted in ("run-", "nothing", ""):
        with pytest.raises(RamstackError):
            find_run(history, wanted)
    with pytest.raises(RamstackError):
        find_run(list_runs(tmp_path / "nowhere"), "last")


def test_the_last_run_is_not_guessed(tmp_path: Path) -> None:
    """Where a later journal cannot be read, `last` asks for a name; one that is empty was never a run."""
    from tests.strategies import HERE, Stack, UserWish

    account = MemoryGateway()
    stack = Stack("media", "3f9a2c1b", "", HERE, {"alice": UserWish("alice", HERE)})
    run = journaled(plan_of([stack], account, EVERYTHING), account, tmp_path)
    (tmp_path / "29990101T000000Z-media.jsonl").write_bytes(b'{"type":"run","format_ver')
    assert find_run(list_runs(tmp_path), "last").id == run.id
    (tmp_path / "29990101T000001Z-media.jsonl").write_bytes(b"garbage\n")
    history = list_runs(tmp_path)
    assert [problem.rule for problem in history.problems] == ["damaged-journal"]
    with pytest.raises(RamstackError, match="name the run"):
        find_run(history, "last")
    assert find_run(history, run.id).id == run.id
