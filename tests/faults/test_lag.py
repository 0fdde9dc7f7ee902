"""Eventual consistency: reads that show the past make no duplicates, no false refusals and no false doubts."""

from __future__ import annotations

from pathlib import Path

import pytest

from ramstack.cli.exits import Exit
from ramstack.emulator import EmbeddedAccount, Fault, Settings
from tests.cli.shell import Result, Shell
from tests.faults.processes import SOAK, VAULT, Photograph, shell_at, writes
from tests.faults.story import FIRST, HOLDERS, SECOND, check_held, meddle, picture, settle_others, user_ids
from tests.faults.trust import check_journal, check_report

LAGS = (200, 500, 1000, 2000, 5000) if SOAK else (200, 700)
LOST = (
    None,
    Fault("drop-after", kind="write", chance=0.3, seed=1),
    Fault("drop-before", kind="write", chance=0.3, seed=1),
    Fault("truncate", kind="write", chance=0.3, seed=2),
)
APPLY = ("apply", "second.yaml", "--yes")
STACKS = {"first": FIRST, "second": SECOND}
RUNS = 3


@pytest.fixture(name="photograph", scope="module")
def _photograph(tmp_path_factory: pytest.TempPathFactory) -> Photograph:
    folder = tmp_path_factory.mktemp("stage")

    def arrange(account: EmbeddedAccount) -> None:
        settle_others(account)
        assert shell_at(account, folder / "shell", **STACKS).run("apply", "first.yaml", "--yes").code == 0
        meddle(account)

    return Photograph.take(folder / "photograph.db", arrange)


@pytest.mark.parametrize("fault", LOST, ids=lambda fault: fault.effect if fault else "none")
@pytest.mark.parametrize("lag", LAGS)
def test_reads_that_lag(photograph: Photograph, tmp_path: Path, lag: int, fault: Fault | None) -> None:
    """Everything is done and seen, nothing is written twice, and the next run, begun at once, has nothing to do.

    Only where answers are lost five times running may something be left in doubt, and then the next runs end it.
    """
    with photograph.open(tmp_path) as account:
        known = frozenset(user_ids(account).values())
        assert shell_at(account, tmp_path / "shell", **STACKS).run("apply", "second.yaml", "--yes").code == 0
        peaceful = picture(account, known)
    with photograph.open(tmp_path, Settings(stale_ms=lag)) as account:
        shell = shell_at(account, tmp_path / "shell", patient=True, **STACKS)
        account.set_faults(*([fault] if fault else []))
        result = shell.run(*APPLY, "--format", "json")
        check_report(result)
        check_journal(account, shell.cwd / ".ramstack" / "journal")
        account.set_faults()
        assert {o["status"] for o in result.json["outcomes"]} <= {"done", "uncertain", "skipped"}, troubles(
            result
        )
        assert "NotSeen" not in result.out, troubles(result)
        if result.code == Exit.PARTIAL:
            assert fault, troubles(result)
            assert converges(shell)
        account.forget_calls()
        assert shell.run(*APPLY).code == Exit.DONE
        assert writes(account) == []
        assert picture(account, known) == peaceful
        check_held(account, VAULT, *HOLDERS)


def converges(shell: Shell) -> bool:
    """A run that begins on what is past already may end before its first write, or in part."""
    return any(shell.run(*APPLY).code == Exit.DONE for _ in range(RUNS))


def troubles(result: Result) -> list[tuple]:
    """What was not done, and why."""
    outcomes = [o for o in result.json["outcomes"] if o["status"] != "done"]
    return [(o["address"], o["action"], o["status"], o["caused_by"], o["error"]) for o in outcomes]
