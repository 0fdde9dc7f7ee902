"""The fault matrix: each fault at each write, its first, last or every call; and then one more run, without faults."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from ramstack.cli.exits import Exit
from ramstack.emulator import EmbeddedAccount, Fault
from tests.faults.processes import SOAK, VAULT, Photograph, shell_at, writes
from tests.faults.story import (
    FIRST,
    HOLDERS,
    SECOND,
    WRITES,
    check_held,
    meddle,
    picture,
    settle_others,
    user_ids,
)
from tests.faults.trust import check_journal, check_report

EFFECTS = (
    "throttle",
    "internal",
    "unavailable",
    "bad-gateway",
    "slow",
    "drop-before",
    "drop-after",
    "truncate",
)
STACKS = {"first": FIRST, "second": SECOND}
APPLY = ("apply", "second.yaml", "--yes", "--format", "json")
NOT_THE_LOCK = {"PolicyName": "[!r]*"}
"""A lock that can never be taken or given up is another story."""
Case = tuple[str, str, str]


@dataclass(frozen=True)
class Stage:
    photograph: Photograph
    counts: dict[str, int]
    peaceful: dict
    known: frozenset[str]


@pytest.fixture(name="stage", scope="module")
def _stage(tmp_path_factory: pytest.TempPathFactory) -> Stage:
    folder = tmp_path_factory.mktemp("stage")

    def arrange(account: EmbeddedAccount) -> None:
        settle_others(account)
        assert shell_at(account, folder / "shell", **STACKS).run("apply", "first.yaml", "--yes").code == 0
        meddle(account)

    photograph = Photograph.take(folder / "photograph.db", arrange)
    with photograph.open(folder) as account:
        known = frozenset(user_ids(account).values())
        assert shell_at(account, folder / "shell", **STACKS).run(*APPLY).code == 0
        counts = dict.fromkeys(sorted(WRITES), 0)
        for call in writes(account):
            counts[call.action] += 1
        return Stage(photograph, counts, picture(account, known), known)


def cases() -> Iterator[Case]:
    """All of them; or a sample in which each action meets a fault or two, and each fault several actions."""
    for row, action in enumerate(sorted(WRITES)):
        for column, effect in enumerate(EFFECTS):
            for number, place in enumerate(("first", "last", "every")):
                if SOAK or ((row + column) % len(EFFECTS) == 3 * number and (row + number) % 2):
                    yield action, effect, place


@pytest.mark.parametrize(("action", "effect", "place"), tuple(cases()))
def test_one_fault(stage: Stage, tmp_path: Path, action: str, effect: str, place: str) -> None:
    """One outcome a change, a journal that agrees with the account's log, and convergence."""
    nth = {"first": 1, "last": stage.counts[action], "every": None}[place]
    with stage.photograph.open(tmp_path) as account:
        shell = shell_at(account, tmp_path / "shell", **STACKS)
        where = NOT_THE_LOCK if place == "every" and action in ("CreatePolicy", "DeletePolicy") else {}
        account.set_faults(Fault(effect, action=action, nth=nth, where=where, delay_ms=30))
        result = shell.run(*APPLY)
        assert result.code in {Exit.DONE} | ({Exit.PARTIAL} if place == "every" else set()), result
        check_report(result)
        struck = [call.fault for call in account.calls() if call.fault]
        assert struck == [effect] if nth else set(struck) == {effect}
        check_journal(account, shell.cwd / ".ramstack" / "journal")
        account.set_faults()
        assert shell.run(*APPLY).code == Exit.DONE
        assert picture(account, stage.known) == stage.peaceful
        check_held(account, VAULT, *HOLDERS)
        account.forget_calls()
        assert shell.run(*APPLY).code == Exit.DONE
        assert writes(account) == []
