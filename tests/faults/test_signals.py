"""SIGINT and SIGTERM to a real process: calls in flight finish, all is told, the lock goes; a second one ends at once."""

from __future__ import annotations

import signal
from collections.abc import Iterator
from pathlib import Path

import pytest

from ramstack.account.runs import list_runs
from ramstack.cli.exits import Exit
from ramstack.emulator import EmbeddedAccount, Fault, Settings
from tests.cli.shell import Shell
from tests.faults.processes import Forker, shell_at, until, writes
from tests.faults.story import FIRST
from tests.faults.trust import check_journal, logged

BOTH = pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM], ids=lambda number: number.name)
APPLY = ("apply", "first.yaml", "--yes")
SLOW_MS = 60.0


@pytest.fixture(name="account")
def _account() -> Iterator[EmbeddedAccount]:
    with EmbeddedAccount(settings=Settings(latency_ms=SLOW_MS)) as account:
        yield account


@pytest.fixture(name="shell")
def _shell(account: EmbeddedAccount, tmp_path: Path) -> Shell:
    return shell_at(account, tmp_path / "shell", first=FIRST)


def locks_of(account: EmbeddedAccount) -> list[str]:
    names = [policy["name"] for policy in account.state()["policies"]]
    return [name for name in names if name.startswith("ramstack-lock-")]


def journal_of(shell: Shell) -> Path:
    return shell.cwd / ".ramstack" / "journal"


@BOTH
def test_the_first_signal_ends_in_order(
    account: EmbeddedAccount, shell: Shell, forker: Forker, number: signal.Signals
) -> None:
    """5: what is left is named, the journal is closed and agrees with the log, the lock is gone, the rest is done next."""
    child = forker.start(shell, *APPLY, "--format", "json")
    until(lambda: len(logged(account)) >= 4)
    child.send(number)
    assert child.wait() == Exit.PARTIAL
    assert "Stopping" in child.err
    assert locks_of(account) == []
    check_journal(account, journal_of(shell))
    (run,) = list_runs(journal_of(shell)).runs
    assert run.exit_code == Exit.PARTIAL
    assert {write.answer for write in run.writes} == {"done"}
    assert {outcome.status for outcome in run.outcomes} == {"done", "skipped"}
    skipped = [str(o.change.address) for o in run.outcomes if o.status == "skipped"]
    assert all(f'"{address}"' in child.out for address in skipped)
    assert shell.run(*APPLY).code == Exit.DONE
    account.forget_calls()
    assert shell.run(*APPLY).code == Exit.DONE
    assert writes(account) == []


@BOTH
def test_the_second_signal_ends_at_once(
    account: EmbeddedAccount, shell: Shell, forker: Forker, number: signal.Signals
) -> None:
    """Without waiting for an answer that does not come; the next run takes over."""
    account.set_faults(Fault("freeze", action="CreateGroup"))
    child = forker.start(shell, *APPLY)
    until(lambda: any(call.fault for call in account.calls()))
    child.send(number)
    until(lambda: "Stopping" in child.err)
    assert child.is_alive()
    child.send(number)
    assert child.wait() == Exit.PARTIAL
    account.set_faults()
    assert shell.run(*APPLY).code == Exit.DONE
    assert locks_of(account) == []


@BOTH
def test_while_planning_nothing_is_written(
    account: EmbeddedAccount, shell: Shell, forker: Forker, number: signal.Signals
) -> None:
    """1, and the account's log shows only reads."""
    account.set_faults(Fault("slow", action="ListPolicies", delay_ms=500))
    child = forker.start(shell, *APPLY)
    until(lambda: any(call.action == "ListPolicies" for call in account.calls()))
    child.send(number)
    assert child.wait() == Exit.ERROR
    assert "Nothing was written" in child.err
    assert writes(account) == []


@BOTH
def test_while_the_prompt_waits_nothing_is_written(
    account: EmbeddedAccount, shell: Shell, forker: Forker, number: signal.Signals
) -> None:
    """1: no lock was taken yet, so none is left."""
    child = forker.start(shell, *APPLY[:2], asking=True)
    until(lambda: "taken as yes" in child.err)
    child.send(number)
    assert child.wait() == Exit.ERROR
    assert "Nothing was written" in child.err
    assert writes(account) == []


@BOTH
def test_while_reading_again_under_the_lock(
    account: EmbeddedAccount, shell: Shell, forker: Forker, number: signal.Signals
) -> None:
    """1: the lock is the only thing that was written, and it is gone."""
    child = forker.start(shell, *APPLY)
    until(lambda: len(writes(account)) == 1)
    child.send(number)
    assert child.wait() == Exit.ERROR
    assert logged(account) == []
    assert locks_of(account) == []


@BOTH
def test_while_reading_back_nothing_is_denied(
    account: EmbeddedAccount, shell: Shell, forker: Forker, number: signal.Signals
) -> None:
    """0 or 5, never "nothing was written": the report and the journal tell what was done."""
    child = forker.start(shell, *APPLY)
    until(lambda: reads_back(account))
    child.send(number)
    assert child.wait() in (Exit.DONE, Exit.PARTIAL)
    assert "Nothing was written" not in child.err
    assert list_runs(journal_of(shell)).runs[-1].is_finished
    assert locks_of(account) == []


def reads_back(account: EmbeddedAccount) -> bool:
    """Whether a list was asked for after the last write."""
    calls = account.calls()
    last = max((n for n, call in enumerate(calls) if call.kind == "write"), default=len(calls))
    done = len(logged(account)) > 20
    return done and any(call.action == "ListUsers" for call in calls[last:])
