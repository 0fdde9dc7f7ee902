"""What can go wrong at the edges is told in a sentence, never in a traceback."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from ramstack.emulator import EmbeddedAccount, Settings
from tests.cli.shell import Shell, Terminal, writes
from tests.cli.stacks import TEAM

ROOT = Path(__file__).resolve().parents[2]


def test_a_plan_can_only_be_saved_where_there_is_a_folder(shell: Shell, account: EmbeddedAccount) -> None:
    """Said before anything is called."""
    shell.write("x.yaml", TEAM)
    assert shell.run("plan", "x.yaml", "--out", "nowhere/p.json").code == 64
    assert account.calls() == ()


@pytest.mark.parametrize(
    "damage",
    ["[" * 200_000, '{"format_version": "1.0", "a": "\ud800"}', "{}", "", '{"format_version": "2.0"}'],
)
def test_damaged_plans_are_told(shell: Shell, damage: str) -> None:
    """Whatever a plan file holds, it is one sentence and exit 1."""
    (shell.cwd / "p.json").write_bytes(damage.encode("utf-8", "surrogatepass"))
    result = shell.run("apply", "p.json", "--yes")
    assert result.code == 1
    assert len(result.err.strip().splitlines()) == 1


def test_flags_that_a_saved_plan_cannot_follow_are_refused(shell: Shell) -> None:
    """A saved plan is applied as it is."""
    shell.write("x.yaml", TEAM)
    shell.run("plan", "x.yaml", "--out", "p.json")
    for flags in (["--target", "user/alice"], ["--var", "A=b"]):
        assert shell.run("apply", "p.json", "--yes", *flags).code == 64


def test_every_end_of_apply_is_one_document(shell: Shell, account: EmbeddedAccount) -> None:
    """With --format json stdout holds a report also for exit 1, 4 and 7."""
    shell.write("x.yaml", TEAM)
    shell.run("plan", "x.yaml", "--out", "p.json")
    account.edit("CreateUser", UserName="alice")
    stale = shell.run("apply", "p.json", "--yes", "--format", "json")
    assert stale.code == stale.json["exit_code"] == 4
    shell.write("y.yaml", "ramstack: 2\n")
    bad = shell.run("apply", "y.yaml", "--yes", "--format", "json")
    assert bad.code == bad.json["exit_code"] == 1
    shell.environ["ALIBABA_CLOUD_ACCESS_KEY_SECRET"] = "wrong"
    denied = shell.run("apply", "x.yaml", "--yes", "--format", "json")
    assert denied.code == denied.json["exit_code"] == 7
    assert denied.json["error"]["code"]


def test_bad_input_is_listed_before_a_missing_terminal_matters(shell: Shell) -> None:
    """Without --yes and without a terminal: problems first; nothing to do is done; only a question needs --yes."""
    shell.write("x.yaml", TEAM)
    shell.write("y.yaml", TEAM.replace("display_name", "displayname"))
    assert shell.run("apply", "y.yaml").code == 1
    assert shell.run("apply", "x.yaml").code == 64
    assert shell.run("apply", "x.yaml", "--yes").code == 0
    assert shell.run("apply", "x.yaml").code == 0


def test_more_than_the_service_allows_is_found_before_it_fails(
    shell: Shell, account: EmbeddedAccount
) -> None:
    """What is kept counts: an additive user with 20 system policies cannot get another one."""
    names = [
        "ECS",
        "RDS",
        "SLB",
        "VPC",
        "Log",
        "CDN",
        "VOD",
        "Live",
        "MNS",
        "KMS",
        "FC",
        "ESS",
        "OTS",
        "NAS",
        "EIP",
        "DNS",
        "MQ",
        "ACM",
        "EMR",
        "DRDS",
    ]
    shell.write(
        "x.yaml",
        TEAM.replace(
            "policies: [AliyunICEFullAccess, AliyunOSSFullAccess]",
            f"policies: [{', '.join(f'Aliyun{n}FullAccess' for n in names)}]",
        ),
    )
    assert shell.run("apply", "x.yaml", "--yes").code == 0
    shell.write(
        "x.yaml",
        TEAM.replace(
            "policies: [AliyunICEFullAccess, AliyunOSSFullAccess]",
            "policies: [AliyunICEFullAccess]\n    additive: true",
        ),
    )
    result = shell.run("plan", "x.yaml", "--format", "json")
    assert result.code == 1
    assert "would have 21 of at most 20" in result.out


def test_a_rename_of_what_is_not_ours_is_refused(shell: Shell, account: EmbeddedAccount) -> None:
    """The old name exists without the mark: adopt it first; nothing new is created beside it."""
    account.edit("CreateUser", UserName="al")
    shell.write("x.yaml", TEAM.replace("  alice:\n", "  alice:\n    renamed_from: al\n"))
    result = shell.run("plan", "x.yaml", "--format", "json")
    assert result.code == 3
    assert not [c for c in result.json["changes"] if c["address"].startswith("user/al")]
    assert shell.run("adopt", "user/al", "--stack", "x.yaml").code == 0
    assert shell.run("apply", "x.yaml", "--yes").code == 0
    assert shell.run("plan", "x.yaml", "--detailed-exitcode").code == 0


def test_ctrl_c_lets_calls_in_flight_finish(tmp_path: Path) -> None:
    """SIGINT to a real process during apply: exit 5, what is left is named, and the next run finishes the work."""
    with EmbeddedAccount(settings=Settings(latency_ms=100)) as account:
        shell = Shell(tmp_path, {**os.environ, **account.environment, "PYTHONPATH": str(ROOT)})
        shell.write("x.yaml", TEAM)
        command = [sys.executable, "-m", "ramstack", "apply", "x.yaml", "--yes", "--format", "json"]
        pipes = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE}
        with subprocess.Popen(command, cwd=tmp_path, env=shell.environ, text=True, **pipes) as process:
            deadline = time.monotonic() + 60
            while not writes(account) and time.monotonic() < deadline:
                os.sched_yield()
            process.send_signal(signal.SIGINT)
            out, err = process.communicate(timeout=60)
        assert process.returncode == 5, err
        assert "Interrupted" in out
        assert "Traceback" not in err
        shell = Shell(tmp_path, {**account.environment, "RAMSTACK_RATE_SCALE": "100"})
        assert shell.run("apply", str(tmp_path / "x.yaml"), "--yes").code == 0


def test_no_answer_is_no(shell: Shell, account: EmbeddedAccount) -> None:
    """An empty answer, or the end of input, writes nothing."""
    shell.write("x.yaml", TEAM)
    assert shell.run("apply", "x.yaml", stdin=Terminal("")).code == 1
    assert writes(account) == []


def test_after_the_deadline_nothing_new_starts(shell: Shell, account: EmbeddedAccount) -> None:
    """A run that is out of time names what is left, exits 5, and the next one goes on."""
    shell.write("x.yaml", TEAM)
    result = shell.run("apply", "x.yaml", "--yes", "--deadline", "0s", "--format", "json")
    assert result.code == 5
    assert {o["status"] for o in result.json["outcomes"]} == {"skipped"}
    assert writes(account) == []
    assert shell.run("apply", "x.yaml", "--yes").code == 0


def test_rates_can_be_given(shell: Shell) -> None:
    """A rate of one API, and a word that is none."""
    shell.write("x.yaml", TEAM)
    shell.environ |= {"RAMSTACK_RATE_SCALE": "1", "RAMSTACK_RATES": "ram:AttachPolicyToUser=0.5"}
    assert shell.run("plan", "x.yaml", "--format", "json").json["summary"]["estimated_seconds"] == 6.0
    shell.environ["RAMSTACK_RATES"] = "ram:AttachPolicyToUser=often"
    assert shell.run("plan", "x.yaml").code == 1
