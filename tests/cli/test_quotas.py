"""Quotas at the command line: what an account has no room for is refused before anything is written."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from ramstack.emulator import EmbeddedAccount, Fault, Quotas
from ramstack.emulator.settings import Settings
from tests.cli.shell import Shell, writes
from tests.cli.stacks import TEAM, WITHOUT_BOB

JUST_ENOUGH = Quotas(
    users=2, groups=1, policies=2, groups_per_user=1, system_attachments=2, custom_attachments=1
)


@pytest.fixture(name="account")
def _account() -> Iterator[EmbeddedAccount]:
    with EmbeddedAccount(settings=Settings(limits=JUST_ENOUGH)) as account:
        yield account


@pytest.fixture(name="stack")
def _stack(tmp_path: Path) -> Path:
    path = tmp_path / "team.yaml"
    path.write_text(TEAM)
    return path


def test_what_just_fits_is_applied(shell: Shell, stack: Path) -> None:
    """Two users of two, a policy and the lock of two, and so on: nothing is refused, by the plan or by the service."""
    assert shell.run("apply", str(stack), "--yes").code == 0


@pytest.mark.parametrize(
    ("less", "told"),
    [
        ({"users": 1}, "The account has 0 users, would have 2 of at most 1."),
        ({"policies": 1}, "The account has 0 custom policies, would have 2 of at most 1."),
        ({"system_attachments": 1}, "user/alice has 0 system policies, would have 2 of at most 1."),
        ({"document_length": 60}, "The document of policy/read-media has 85 characters"),
    ],
)
def test_what_does_not_fit_is_refused_by_the_plan(stack: Path, less: dict[str, int], told: str) -> None:
    """Exit 1 with the numbers and the place, and the account's own log shows only reads."""
    limits = replace(JUST_ENOUGH, **less)
    with EmbeddedAccount(settings=Settings(limits=limits)) as account:
        result = Shell(stack.parent, account.environment).run(
            "apply", str(stack), "--yes", "--format", "json"
        )
        plan = Shell(stack.parent, account.environment).run("plan", str(stack), "--format", "json")
        assert {call.kind for call in account.calls()} == {"read"}
    (problem,) = [p for p in plan.json["problems"] if p["rule"] == "over-quota"]
    assert problem["detail"].startswith(told)
    assert problem["origin"].startswith(f"{stack}:")
    assert (result.code, plan.code) == (1, 1)


def test_an_undo_that_does_not_fit_is_refused_before_it_writes(
    shell: Shell, account: EmbeddedAccount, stack: Path
) -> None:
    """Bob left, and somebody else took his place: 1 with the numbers, as any plan, and not one write."""
    shell.run("apply", str(stack), "--yes")
    stack.write_text(WITHOUT_BOB)
    shell.run("apply", str(stack), "--yes")
    account.edit("CreateUser", UserName="carol")
    account.forget_calls()
    result = shell.run("undo", "--yes")
    assert (result.code, writes(account)) == (1, [])
    assert "The account has 2 users, would have 3 of at most 2." in " ".join(result.out.split())


def test_quotas_that_are_not_told_are_the_documented_ones(
    shell: Shell, account: EmbeddedAccount, stack: Path
) -> None:
    """No plan fails because the account does not say what its quotas are."""
    account.set_faults(Fault("internal", action="GetAccountSummary"))
    stack.write_text(TEAM.replace("  bob:", "  carl: {}\n  bob:"))
    assert not shell.run("plan", str(stack), "--format", "json").json["problems"]


def test_a_name_in_the_recycle_bin_is_warned_of(shell: Shell, stack: Path) -> None:
    """Bob leaves and is declared again: he would be somebody else."""
    shell.run("apply", str(stack), "--yes")
    stack.write_text(WITHOUT_BOB)
    shell.run("apply", str(stack), "--yes")
    stack.write_text(TEAM)
    plan = shell.run("plan", str(stack), "--format", "json")
    assert [p["rule"] for p in plan.json["problems"]] == ["name-in-recycle-bin"]
    assert plan.code == 0
