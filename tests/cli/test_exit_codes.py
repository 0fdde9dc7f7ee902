"""Every exit code of the table is produced here, and the page that documents them is the table."""

from __future__ import annotations

import io
import re
import socket
from pathlib import Path

import pytest

from ramstack.cli.exits import Exit
from ramstack.cli.main import main
from ramstack.cli.world import World
from ramstack.emulator import EmbeddedAccount, Fault
from tests.cli.shell import Result, Shell, Terminal, writes
from tests.cli.stacks import TEAM, WITHOUT_BOB

ROOT = Path(__file__).resolve().parents[2]


def test_done(shell: Shell) -> None:
    """0: applied; then nothing to do, for apply and for plan with a detailed exit code."""
    shell.write("x.yaml", TEAM)
    assert shell.run("apply", "x.yaml", "--yes").code == Exit.DONE
    assert shell.run("apply", "x.yaml", "--yes").code == Exit.DONE
    assert shell.run("plan", "x.yaml", "--detailed-exitcode").code == Exit.DONE


def test_error(shell: Shell, account: EmbeddedAccount) -> None:
    """1: a bad stack, with every place named and nothing called."""
    shell.write("x.yaml", TEAM.replace("display_name", "displayname").replace("readers]", "12: 3"))
    result = shell.run("plan", "x.yaml")
    assert result.code == Exit.ERROR
    assert result.out == ""
    assert re.search(r"x\.yaml:\d+:\d+", result.err)
    assert account.calls() == ()


def test_unreachable(shell: Shell) -> None:
    """1: nobody listens at the endpoint: one sentence, no traceback."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        port = listener.getsockname()[1]
    shell.write("x.yaml", TEAM)
    result = shell.run("plan", "x.yaml", "--endpoint", f"http://127.0.0.1:{port}")
    assert result.code == Exit.ERROR
    assert len(result.err.strip().splitlines()) == 1
    assert "Traceback" not in result.err


def test_damaged_plan(shell: Shell) -> None:
    """1: a plan file that is not what was written."""
    shell.write("x.yaml", TEAM)
    shell.run("plan", "x.yaml", "--out", "p.json")
    shell.write(
        "p.json", (shell.cwd / "p.json").read_text().replace("AliyunOSSFullAccess", "AdministratorAccess")
    )
    assert shell.run("apply", "p.json", "--yes").code == Exit.ERROR


def test_changes(shell: Shell) -> None:
    """2: changes are present, and plan was asked to say so; without the flag it is 0."""
    shell.write("x.yaml", TEAM)
    assert shell.run("plan", "x.yaml", "--detailed-exitcode").code == Exit.CHANGES
    assert shell.run("plan", "x.yaml").code == Exit.DONE


def test_refused(shell: Shell, account: EmbeddedAccount) -> None:
    """3: a rail; the plan is still shown and saved, and nothing is written."""
    account.edit("CreateUser", UserName="alice")
    shell.write("x.yaml", TEAM)
    result = shell.run("plan", "x.yaml", "--out", "p.json")
    assert result.code == Exit.REFUSED
    assert "user/bob" in result.out
    assert (shell.cwd / "p.json").exists()
    assert shell.run("apply", "p.json", "--yes").code == Exit.REFUSED
    applied = shell.run("apply", "x.yaml", "--yes", "--format", "json")
    assert applied.code == applied.json["exit_code"] == Exit.REFUSED
    assert applied.json["outcomes"] == []
    assert only_reads(account)


def test_stale_plan_file(shell: Shell, account: EmbeddedAccount) -> None:
    """4: the account moved after the plan was saved; what moved is named and nothing is written."""
    shell.write("x.yaml", TEAM)
    shell.run("apply", "x.yaml", "--yes")
    shell.write("x.yaml", TEAM.replace("env: prod", "env: test"))
    shell.run("plan", "x.yaml", "--out", "p.json")
    account.edit(
        "DetachPolicyFromUser", UserName="alice", PolicyType="System", PolicyName="AliyunOSSFullAccess"
    )
    account.forget_calls()
    result = shell.run("apply", "p.json", "--yes")
    assert result.code == Exit.STALE
    assert "user/alice/policy/system/AliyunOSSFullAccess vanished" in result.err
    assert only_reads(account)


def test_moved_while_the_prompt_waits(shell: Shell, account: EmbeddedAccount) -> None:
    """4: an edit in the console between plan and yes; what moved is named and nothing is written."""
    shell.write("x.yaml", TEAM)
    shell.run("apply", "x.yaml", "--yes")
    shell.write("x.yaml", WITHOUT_BOB)
    account.forget_calls()
    edit = {"UserName": "bob", "PolicyType": "System", "PolicyName": "AliyunOSSFullAccess"}
    answer = Terminal("yes\n", before_answer=lambda: account.edit("AttachPolicyToUser", **edit))
    result = shell.run("apply", "x.yaml", stdin=answer)
    assert result.code == Exit.STALE
    assert "user/bob/policy/system/AliyunOSSFullAccess appeared" in result.err
    assert only_reads(account)


def test_expired(shell: Shell) -> None:
    """4: a plan file past its expiry."""
    shell.write("x.yaml", TEAM)
    shell.run("plan", "x.yaml", "--out", "p.json", "--expires", "0s")
    result = shell.run("apply", "p.json", "--yes")
    assert result.code == Exit.STALE
    assert "expired" in result.err


def test_partial(shell: Shell, account: EmbeddedAccount) -> None:
    """5: one grant is refused; the rest is done, and a second run finishes the work."""
    shell.write("x.yaml", TEAM)
    account.set_faults(Fault("internal", action="CreateGroup"))
    result = shell.run("apply", "x.yaml", "--yes", "--format", "json")
    assert result.code == result.json["exit_code"] == Exit.PARTIAL
    assert len(result.json["outcomes"]) == sum(result.json["summary"].values())
    account.set_faults()
    assert shell.run("apply", "x.yaml", "--yes").code == Exit.DONE


def test_locked(shell: Shell, account: EmbeddedAccount) -> None:
    """6: a second run while the first one writes; it says who, and leaves the first one alone."""
    shell.write("x.yaml", TEAM)
    second: list[Result] = []

    class Watching(io.StringIO):
        def write(self, text: str) -> int:
            if "CreatePolicy" in account.call_counts() and not second:
                second.append(shell.run("apply", "x.yaml", "--yes"))
            return super().write(text)

    world = World(io.StringIO(), io.StringIO(), Watching(), shell.environ, shell.cwd)
    assert main(["apply", "x.yaml", "--yes"], world) == Exit.DONE
    assert [result.code for result in second] == [Exit.LOCKED]
    assert "locked by run" in second[0].err
    assert shell.run("plan", "x.yaml", "--detailed-exitcode").code == Exit.DONE


@pytest.mark.parametrize("name", ["ALIBABA_CLOUD_ACCESS_KEY_ID", "ALIBABA_CLOUD_ACCESS_KEY_SECRET"])
def test_wrong_credentials(shell: Shell, name: str) -> None:
    """7: an unknown key or a wrong secret: one sentence."""
    shell.write("x.yaml", TEAM)
    shell.environ[name] = "LTAI0000000000000000"
    result = shell.run("plan", "x.yaml")
    assert result.code == Exit.DENIED
    assert len(result.err.strip().splitlines()) == 1


def test_usage(shell: Shell) -> None:
    """64: what click would call 2; also apply without a terminal and without --yes, before anything is called."""
    shell.write("x.yaml", TEAM)
    assert shell.run("plan", "--no-such-option").code == Exit.USAGE
    assert shell.run("no-such-command").code == Exit.USAGE
    assert shell.run("plan", "x.yaml", "--target", "nonsense").code == Exit.USAGE
    assert shell.run("plan", "x.yaml", "--allow", "everything").code == Exit.USAGE
    assert shell.run("apply", "x.yaml").code == Exit.USAGE


def test_the_answer_no(shell: Shell, account: EmbeddedAccount) -> None:
    """1: a person said no, and nothing was written."""
    shell.write("x.yaml", TEAM)
    assert shell.run("apply", "x.yaml", stdin=Terminal("no\n")).code == Exit.ERROR
    assert only_reads(account)


def test_the_page_is_the_table() -> None:
    """docs/exit-codes.md lists exactly the codes of the program, with their meaning."""
    page = (ROOT / "docs" / "exit-codes.md").read_text()
    rows = dict(re.findall(r"^\| (\d+) \| (.*) \|$", page, re.MULTILINE))
    assert rows == {str(int(code)): code.meaning for code in Exit}


def only_reads(account: EmbeddedAccount) -> bool:
    return not writes(account)
