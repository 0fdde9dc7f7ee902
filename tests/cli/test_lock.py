"""The lock through the command line: one run at a time, taken over when it is over, broken by hand."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from ramstack.account.claimant import DOCUMENT, lock_name, marker_name
from ramstack.account.process import this_process
from ramstack.cli.exits import Exit
from ramstack.cli.pipeline import pipeline_url
from ramstack.emulator import EmbeddedAccount, Fault, Quotas, Settings
from ramstack.model.holder import Holder, Runner
from tests.cli.shell import Shell, Terminal
from tests.cli.stacks import TEAM

ROOT = Path(__file__).resolve().parents[2]
TRIES = 200 if os.environ.get("RAMSTACK_SOAK") else 12
LOCK = lock_name("team")
OLD = "ab" * 8
AT = datetime.now(UTC)
TTL = timedelta(minutes=10)
LATER = AT + timedelta(days=1)
VALID = Runner(OLD, "acs:ram::1:user/ci", "builder", "https://ci/7").holder(LATER, TTL)
EXPIRED = Runner(OLD).holder(AT - 2 * TTL, TTL)


def leave(account: EmbeddedAccount, holder: Holder, name: str = LOCK) -> None:
    account.edit("CreatePolicy", PolicyName=name, PolicyDocument=DOCUMENT, Description=holder.text)


def locks(account: EmbeddedAccount) -> list[str]:
    names = [
        policy["PolicyName"] for policy in account.edit("ListPolicies", MaxItems="1000")["Policies"]["Policy"]
    ]
    return [name for name in names if name.startswith("ramstack-lock-")]


def test_every_writing_command_locks_before_it_reads_again(shell: Shell, account: EmbeddedAccount) -> None:
    """apply, adopt, release, destroy: taken, read, written, given up; the lock is gone afterwards."""
    shell.write("x.yaml", TEAM)
    for argv in (
        ["apply", "x.yaml", "--yes"],
        ["release", "user/alice", "--stack", "x.yaml"],
        ["adopt", "user/alice", "--stack", "x.yaml"],
        ["destroy", "x.yaml", "--yes"],
    ):
        account.forget_calls()
        assert shell.run(*argv).code == Exit.DONE
        calls = [(call.action, call.params.get("PolicyName")) for call in account.calls()]
        taken, given = calls.index(("CreatePolicy", LOCK)), calls.index(("DeletePolicy", LOCK))
        assert "ListUsers" in [action for action, _ in calls[:taken]]
        assert "ListUsers" in [action for action, _ in calls[taken:given]]
        writes = [n for n, call in enumerate(account.calls()) if call.kind == "write"]
        assert (writes[0], writes[-1]) == (taken, given)
        assert locks(account) == []


def test_nothing_is_locked_where_nothing_is_written(shell: Shell, account: EmbeddedAccount) -> None:
    """An empty plan, a refused one, the answer no, and --no-lock; a valid lock of another does not matter to them."""
    shell.write("x.yaml", TEAM)
    leave(account, VALID)
    assert shell.run("apply", "x.yaml", "--yes", "--no-lock").code == Exit.DONE
    assert shell.run("apply", "x.yaml", "--yes").code == Exit.DONE
    shell.write("x.yaml", TEAM.replace("3f9a2c1b", "00000000"))
    assert shell.run("apply", "x.yaml", "--yes").code == Exit.REFUSED
    assert not [call for call in account.calls() if call.params.get("PolicyName") == LOCK]


def test_who_holds_it_is_told(shell: Shell, account: EmbeddedAccount) -> None:
    """6: who, since when, until when, and how to break it; nothing is written."""
    shell.write("x.yaml", TEAM)
    leave(account, VALID)
    result = shell.run("apply", "x.yaml", "--yes")
    assert result.code == Exit.LOCKED
    moments = (f"{VALID.since:%Y-%m-%dT%H:%M:%SZ}", f"{VALID.until:%Y-%m-%dT%H:%M:%SZ}")
    for needle in (OLD, "acs:ram::1:user/ci", "builder", "https://ci/7", *moments, "ramstack unlock team"):
        assert needle in result.err
    assert {call.code for call in account.calls() if call.kind == "write"} == {"EntityAlreadyExists.Policy"}


def test_expired_is_taken_over(shell: Shell, account: EmbeddedAccount) -> None:
    """Also with the marker that a crashed winner left: nothing blocks longer than its expiry, nothing is left."""
    shell.write("x.yaml", TEAM)
    leave(account, EXPIRED)
    leave(account, Runner("cd" * 8).holder(AT - 2 * TTL, TTL), marker_name(LOCK, OLD))
    assert shell.run("apply", "x.yaml", "--yes").code == Exit.DONE
    assert locks(account) == []


def test_a_killed_run_blocks_nobody_on_its_machine(shell: Shell, account: EmbeddedAccount) -> None:
    """Killed with the lock in hand: the next run here need not wait for the expiry."""
    if not this_process():
        pytest.skip("no /proc here")
    shell.write("x.yaml", TEAM)
    account.set_faults(Fault("freeze", action="CreateGroup"))
    with command(shell, "apply", "x.yaml", "--yes") as child:
        wait_for(account, "CreateGroup")
        child.kill()
    account.set_faults()
    assert locks(account) == [LOCK]
    assert shell.run("apply", "x.yaml", "--yes").code == Exit.DONE
    assert locks(account) == []


def test_sigterm_before_the_first_write_gives_up_the_lock(shell: Shell, account: EmbeddedAccount) -> None:
    """A cancelled pipeline does not leave a lock, also while the account is read again."""
    shell.write("x.yaml", TEAM)
    account.set_faults(Fault("slow", action="ListUsers", nth=2, delay_ms=1500))
    with command(shell, "apply", "x.yaml", "--yes") as child:
        wait_for(account, "CreatePolicy")
        child.send_signal(signal.SIGTERM)
    assert child.returncode == Exit.ERROR
    assert locks(account) == []
    assert {call.params["PolicyName"] for call in account.calls() if call.kind == "write"} == {LOCK}


def test_no_room_for_one_more_policy(shell: Shell) -> None:
    """A full account says so before anything is written, and names --no-lock, which works."""
    with EmbeddedAccount(settings=Settings(limits=Quotas(policies=1))) as account:
        shell.environ.update(account.environment)
        shell.write("x.yaml", "ramstack: 1\nstack: team\nusers: {alice: {}}\n")
        account.edit("CreatePolicy", PolicyName="p", PolicyDocument=DOCUMENT)
        result = shell.run("apply", "x.yaml", "--yes")
        assert result.code == Exit.ERROR
        assert "--no-lock" in result.err
        assert [call.code for call in account.calls() if call.kind == "write"] == ["LimitExceeded.Policy"]
        assert shell.run("apply", "x.yaml", "--yes", "--no-lock").code == Exit.DONE


def test_unlock_shows_asks_and_removes(shell: Shell, account: EmbeddedAccount) -> None:
    """The holder is shown; no leaves it, yes removes lock and markers of that stack and of no other."""
    other = lock_name("team-after-dinner")
    for name in (LOCK, marker_name(LOCK, OLD), other):
        leave(account, VALID, name)
    assert shell.run("unlock", "team", stdin=Terminal("no\n")).code == Exit.ERROR
    assert len(locks(account)) == 3
    result = shell.run("unlock", "team", stdin=Terminal("yes\n"))
    assert result.code == Exit.DONE
    assert "acs:ram::1:user/ci" in result.err
    assert locks(account) == [other]
    assert shell.run("unlock", "team", "--yes").code == Exit.DONE


def test_unlock_takes_stacks_from_files(shell: Shell, account: EmbeddedAccount) -> None:
    """Without a name: the stacks that plan would take; what ramstack cannot read is removed as well."""
    shell.write("x.yaml", TEAM)
    account.edit("CreatePolicy", PolicyName=LOCK, PolicyDocument=DOCUMENT, Description="hands off!")
    assert shell.run("apply", "x.yaml", "--yes").code == Exit.LOCKED
    assert shell.run("unlock", "--stack", "x.yaml", "--yes").code == Exit.DONE
    assert locks(account) == []
    assert "not locked: team" in shell.run("unlock", "--yes").err


def test_unlock_removes_what_was_shown(shell: Shell, account: EmbeddedAccount) -> None:
    """Another run took the lock while the prompt waited: 4, and it keeps it. Without a terminal and --yes: 64."""
    leave(account, VALID)
    newer = Runner("cd" * 8).holder(LATER, TTL).text
    change = lambda: account.edit("UpdatePolicyDescription", PolicyName=LOCK, NewDescription=newer)  # noqa: E731
    assert shell.run("unlock", "team", stdin=Terminal("yes\n", before_answer=change)).code == Exit.STALE
    assert shell.run("unlock", "team").code == Exit.USAGE
    assert locks(account) == [LOCK]


def test_a_lock_that_cannot_be_kept_is_told(shell: Shell, account: EmbeddedAccount) -> None:
    """5, and what was not written says why and what to do; the next run does it."""
    shell.write("x.yaml", TEAM)
    account.set_faults(
        Fault("slow", action="CreateUser", delay_ms=2000),
        Fault("drop-before", action="UpdatePolicyDescription"),
    )
    result = shell.run("apply", "x.yaml", "--yes", "--lock-ttl", "1s", "--format", "json")
    assert (result.code, "a lock was lost" in result.err) == (Exit.PARTIAL, True)
    skipped = [o for o in result.json["outcomes"] if o["status"] == "skipped"]
    assert {o["error"]["code"] for o in skipped} == {"LockLost"}
    assert {o["caused_by"] for o in skipped} == {None}
    account.set_faults()
    assert shell.run("apply", "x.yaml", "--yes").code == Exit.DONE


def test_unlock_as_json(shell: Shell, account: EmbeddedAccount) -> None:
    """One document on stdout: who held what, and whether it was removed; also when nothing is locked."""
    leave(account, VALID)
    refused = shell.run("unlock", "team", "--format", "json")
    assert (refused.code, refused.out, locks(account)) == (Exit.USAGE, "", [LOCK])
    told = shell.run("unlock", "team", "--yes", "--format", "json").json
    (lock,) = told["locks"]
    assert (lock["stack"], lock["name"], lock["run_id"], lock["is_marker"]) == ("team", LOCK, OLD, False)
    assert (lock["caller"], lock["pipeline_url"]) == ("acs:ram::1:user/ci", "https://ci/7")
    assert (lock["removed"], locks(account)) == (True, [])
    again = shell.run("unlock", "team", "--yes", "--format", "json")
    assert (again.code, again.json["stacks"], again.json["locks"]) == (Exit.DONE, ["team"], [])


def test_a_lock_needs_a_time(shell: Shell) -> None:
    """64: a lock that is over at once, or for no time at all."""
    shell.write("x.yaml", TEAM)
    assert shell.run("apply", "x.yaml", "--yes", "--lock-ttl", "0s").code == Exit.USAGE
    assert shell.run("apply", "x.yaml", "--yes", "--lock-ttl", "soon").code == Exit.USAGE
    assert shell.run("apply", "x.yaml", "--yes", "--lock-ttl", "30s").code == Exit.DONE


@pytest.mark.parametrize(
    ("environ", "url"),
    [
        ({}, ""),
        ({"GITHUB_SERVER_URL": "https://gh", "GITHUB_REPOSITORY": "o/r"}, ""),
        (
            {"GITHUB_SERVER_URL": "https://gh", "GITHUB_REPOSITORY": "o/r", "GITHUB_RUN_ID": "7"},
            "https://gh/o/r/actions/runs/7",
        ),
        ({"CI_JOB_URL": "https://me:secret@lab/job/1"}, "https://lab/job/1"),
        ({"BUILD_URL": "https://jenkins/1"}, "https://jenkins/1"),
    ],
)
def test_the_pipelines_page(environ: dict[str, str], url: str) -> None:
    """From the variables of common CI systems, without a login."""
    assert pipeline_url(environ) == url


class Forker:
    """Runs one command in several processes at the same moment."""

    def __init__(self, shell: Shell, process: subprocess.Popen[str]) -> None:
        self._shell = shell
        self._process = process

    def run(self, *argv: str, count: int = 2) -> list[dict]:
        environ = dict(self._shell.environ)
        order = {"argv": argv, "count": count, "cwd": str(self._shell.cwd), "environ": environ}
        self._process.stdin.write(json.dumps(order) + "\n")
        self._process.stdin.flush()
        return json.loads(self._process.stdout.readline())


@pytest.fixture(name="slow")
def _slow() -> Iterator[EmbeddedAccount]:
    """So slow that two runs overlap."""
    with EmbeddedAccount(settings=Settings(latency_ms=5)) as account:
        yield account


@pytest.fixture(name="forker")
def _forker(shell: Shell, slow: EmbeddedAccount) -> Iterator[Forker]:
    shell.environ.update(slow.environment)
    argv = [sys.executable, "-m", "tests.cli.forker"]
    with subprocess.Popen(
        argv, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, cwd=ROOT
    ) as process:
        yield Forker(shell, process)


def left_behind() -> dict[str, tuple[tuple[Holder, str], ...]]:
    """What runs before may have left, by name: holders, and where."""
    dead = Runner(OLD, process=f"{this_process().rpartition('/')[0]}/0").holder(AT, timedelta(days=1))
    crashed = Runner("cd" * 8).holder(AT - 2 * TTL, TTL), marker_name(LOCK, OLD)
    return {
        "free": (),
        "expired": ((EXPIRED, LOCK),),
        "expired marker": ((EXPIRED, LOCK), crashed),
        "holder known to be dead": ((dead, LOCK),),
    }


@pytest.mark.timeout(3600)
@pytest.mark.parametrize("left", left_behind())
def test_two_processes_at_the_same_moment(
    shell: Shell, slow: EmbeddedAccount, forker: Forker, left: str
) -> None:
    """Exactly one proceeds. The other is locked out, or, when it came late, finds a moved account or nothing to do."""
    if "dead" in left and not this_process():
        pytest.skip("no /proc here")
    together = 0
    for n in range(TRIES):
        shell.write("x.yaml", TEAM.replace("env: prod", f"env: v{n}"))
        for holder, name in left_behind()[left]:
            leave(slow, holder, name)
        results = forker.run("apply", "x.yaml", "--yes", "--format", "json")
        proceeded = [r for r in results if r["out"] and json.loads(r["out"])["outcomes"]]
        assert [r["code"] for r in proceeded] == [Exit.DONE], results
        assert {r["code"] for r in results} <= {Exit.DONE, Exit.LOCKED, Exit.STALE}, results
        together += any(r["code"] == Exit.LOCKED for r in results)
        assert locks(slow) == []
    assert together > TRIES // 10
    assert shell.run("plan", "x.yaml", "--detailed-exitcode").code == Exit.DONE


def command(shell: Shell, *argv: str) -> subprocess.Popen[bytes]:
    script = "from ramstack.cli.main import run; run()"
    environ = {**shell.environ, "PYTHONPATH": str(ROOT)}
    return subprocess.Popen(
        [sys.executable, "-c", script, *argv], cwd=shell.cwd, env=environ, stderr=subprocess.DEVNULL
    )


def wait_for(account: EmbeddedAccount, action: str) -> None:
    """Until the account has decided such a call."""
    while account.call_counts().get(action, 0) == 0:
        threading.Event().wait(0.005)
