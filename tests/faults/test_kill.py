"""Kill everywhere: a real process dies before and after each write in turn; the next one ends where it would have."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

import pytest

from ramstack.account.lists import LOCK_PREFIX
from ramstack.cli.exits import Exit
from ramstack.emulator import EmbeddedAccount, Fault
from ramstack.emulator.errors import Refusal
from ramstack.model.owner import KEYS_TAG
from tests.faults.processes import SOAK, VAULT, Forker, Photograph, is_struck, shell_at, until, writes
from tests.faults.story import (
    ADOPTED,
    ADOPTING,
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

COMMANDS = {
    "apply": ("apply", "second.yaml", "--yes"),
    "destroy": ("destroy", "second.yaml", "--yes", "--allow", "in-use"),
    "adopt": ("adopt", *ADOPTED, "--stack", "adopting.yaml", "--yes"),
}
NEXT = {
    "apply": ("apply", "first.yaml", "--yes", "--allow", "in-use"),
    "destroy": ("apply", "second.yaml", "--yes"),
    "adopt": ("release", *ADOPTED, "--stack", "adopting.yaml", "--yes"),
}
"""Something else to write, for the same stack."""
SAMPLES = {"apply": 8, "destroy": 2, "adopt": 2}
STACKS = {"first": FIRST, "second": SECOND, "adopting": ADOPTING}


@dataclass(frozen=True)
class Stage:
    """An account before a command, and what it holds when the command was left in peace."""

    photograph: Photograph
    folder: Path
    amount: dict[str, int]
    peaceful: dict[str, dict]
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
    amount, peaceful = {}, {}
    for name, argv in COMMANDS.items():
        with photograph.open(folder) as account:
            result = shell_at(account, folder / "shell", **STACKS).run(*argv)
            assert result.code == Exit.DONE, result
            if name == "apply":
                assert {call.action for call in writes(account)} == WRITES
            amount[name], peaceful[name] = len(writes(account)), picture(account, known)
    return Stage(photograph, folder, amount, peaceful, known)


@pytest.mark.parametrize("command", COMMANDS)
def test_a_killed_run_is_taken_up_where_it_was(
    stage: Stage, forker: Forker, command: str, tmp_path: Path
) -> None:
    """Whatever the write, before or after: from a fresh checkout the next run converges, and leaves nothing behind."""
    for nth, effect in positions(stage.amount[command], SAMPLES[command]):
        with stage.photograph.open(tmp_path) as account:
            account.set_faults(Fault(effect, kind="write", nth=nth))
            shell = shell_at(account, tmp_path / "checkout", **STACKS)
            child = forker.start(shell, *COMMANDS[command])
            until(lambda account=account: is_struck(account))
            child.kill()
            account.set_faults()
            fresh = shell_at(account, tmp_path / "checkout", **STACKS)
            account.forget_calls()
            result = fresh.run(*COMMANDS[command])
            assert result.code == Exit.DONE, (nth, effect, result)
            left = [] if writes(account) else locks_of(account)  # a run with nothing to write locks nothing
            assert len(left) <= 1, left
            assert without(picture(account, stage.known), left) == stage.peaceful[command], (nth, effect)
            check_held(account, VAULT, *HOLDERS)
            account.forget_calls()
            assert fresh.run(*COMMANDS[command]).code == Exit.DONE
            assert writes(account) == [], (nth, effect)
            if left:
                assert fresh.run(*NEXT[command]).code == Exit.DONE
                assert locks_of(account) == []


def test_a_write_in_flight_that_lands_after_the_next_run(
    stage: Stage, forker: Forker, tmp_path: Path
) -> None:
    """The service carries out what the killed run had sent when nobody expects it any more: what was wished stays."""
    for nth, _ in (
        list(positions(stage.amount["apply"], 6))[::2] if SOAK else positions(stage.amount["apply"], 6)
    ):
        with stage.photograph.open(tmp_path) as account:
            account.set_faults(Fault("freeze-before", kind="write", nth=nth))
            shell = shell_at(account, tmp_path / "checkout", **STACKS)
            child = forker.start(shell, *COMMANDS["apply"])
            until(lambda account=account: is_struck(account))
            child.kill()
            account.set_faults()
            (late,) = [call for call in account.calls() if call.fault == "freeze-before"]
            fresh = shell_at(account, tmp_path / "checkout", **STACKS)
            assert fresh.run(*COMMANDS["apply"]).code == Exit.DONE
            with suppress(Refusal):
                account.edit(late.action, late.version, **late.params)
            assert fresh.run(*COMMANDS["apply"]).code == Exit.DONE, late
            account.forget_calls()
            assert fresh.run(*COMMANDS["apply"]).code == Exit.DONE, late
            assert writes(account) == [], late
            left = without(picture(account, stage.known), locks_of(account))
            assert unmarked(left["state"]) == unmarked(stage.peaceful["apply"]["state"]), late


def unmarked(state: dict) -> dict:
    """Without the marks of keys under way: one that lands late is left for the next run that makes a key."""
    users = [
        {**user, "tags": {k: v for k, v in user["tags"].items() if k != KEYS_TAG}} for user in state["users"]
    ]
    return {**state, "users": users}


def locks_of(account: EmbeddedAccount) -> list[str]:
    """Locks and markers."""
    names = [policy["name"] for policy in account.state()["policies"]]
    return [name for name in names if name.startswith(LOCK_PREFIX)]


def without(held: dict, policies: list[str]) -> dict:
    """The picture as it would be without these policies."""
    rows = [policy for policy in held["state"]["policies"] if policy["name"] not in policies]
    versions = {name: rows for name, rows in held["versions"].items() if name not in policies}
    return {**held, "state": {**held["state"], "policies": rows}, "versions": versions}


def positions(amount: int, sample: int) -> Iterator[tuple[int, str]]:
    """Each write, before and after; or a sample that is spread over all of them, and has the first and the last."""
    every = [(nth, effect) for nth in range(1, amount + 1) for effect in ("freeze-before", "freeze")]
    if SOAK:
        return iter(every)
    step = (len(every) - 1) / (sample - 1)
    return iter([every[round(number * step)] for number in range(sample)])
