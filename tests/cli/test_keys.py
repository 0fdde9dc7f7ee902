"""keys: what the account itself tells of its users' credentials."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from ramstack.emulator import EmbeddedAccount, Settings
from ramstack.emulator.mfa import totp
from ramstack.emulator.world import utc_now
from tests.cli.shell import Shell

PASSWORD = "Correct-horse-9"
DAYS = 100
AGO = timedelta(days=DAYS, hours=1)


@pytest.fixture(name="old")
def _old() -> Iterator[EmbeddedAccount]:
    """An account in which everything was done a hundred days ago."""
    with EmbeddedAccount(settings=Settings(date_offset=-AGO)) as account:
        yield account


@pytest.fixture(name="there")
def _there(tmp_path: Path, old: EmbeddedAccount, monkeypatch: pytest.MonkeyPatch) -> Shell:
    monkeypatch.chdir(tmp_path)
    return Shell(tmp_path, {**old.environment, "RAMSTACK_RATE_SCALE": "100"})


def fill(account: EmbeddedAccount) -> tuple[str, str]:
    """ann has a logon, a device and two keys, the second of them disabled; bob a key; carl nothing. The ids of ann's keys."""
    for user in ("carl", "bob", "ann"):
        account.edit("CreateUser", UserName=user)
    account.edit("CreateLoginProfile", UserName="ann", Password=PASSWORD)
    device = account.edit("CreateVirtualMFADevice", VirtualMFADeviceName="phone")["VirtualMFADevice"]
    then = utc_now() - AGO
    codes = {f"AuthenticationCode{n}": totp(device["Base32StringSeed"], then, n - 2) for n in (1, 2)}
    account.edit("BindMFADevice", UserName="ann", SerialNumber=device["SerialNumber"], **codes)
    made = []
    for user in ("ann", "ann", "bob"):
        made.append(account.edit("CreateAccessKey", UserName=user)["AccessKey"]["AccessKeyId"])
        account.shift(timedelta(minutes=1))  # keys are told apart by their age
    first, second, _ = made
    account.edit("UpdateAccessKey", UserName="ann", UserAccessKeyId=second, Status="Inactive")
    return first, second


def test_both_sources_tell_the_same(there: Shell, old: EmbeddedAccount) -> None:
    """But for the ids, which the report does not hold; users without credentials are there too."""
    ids = fill(old)
    report = there.run("keys", "--format", "json").json
    users = there.run("keys", "--source", "users", "--format", "json").json
    assert (report.pop("source"), users.pop("source")) == ("report", "users")
    assert (report.pop("taken_at") is None, users.pop("taken_at") is None) == (False, True)
    told = [key.pop("key_id") for user in users["users"] for key in user["access_keys"]]
    assert tuple(told[:2]) == ids
    assert {key.pop("key_id") for user in report["users"] for key in user["access_keys"]} == {None}
    assert report == users
    ann, bob, carl = report["users"]
    assert [one["user"] for one in (ann, bob, carl)] == ["ann", "bob", "carl"]
    assert (ann["mfa"], bob["mfa"], ann["console"]["status"]) == (True, False, "active")
    assert [key["status"] for key in ann["access_keys"]] == ["active", "inactive"]
    assert {key["age_days"] for user in (ann, bob) for key in user["access_keys"]} == {DAYS}
    assert (carl["console"], carl["access_keys"]) == (None, [])


def test_the_report_costs_two_calls(there: Shell, old: EmbeddedAccount) -> None:
    """However many users; nothing is written but the report."""
    fill(old)
    old.forget_calls()
    assert there.run("keys").code == 0
    assert [call.action for call in old.calls()] == ["GenerateCredentialReport", "GetCredentialReport"]
    old.forget_calls()
    assert there.run("keys", "--source", "users").code == 0
    assert {call.kind for call in old.calls()} == {"read"}


def test_limits_fail_a_pipeline(there: Shell, old: EmbeddedAccount) -> None:
    """Beyond them is exit 3; a disabled key is beyond none, and a logon has no age that counts."""
    fill(old)
    assert there.run("keys", "--max-age", "101d", "--unused", "101d").code == 0
    result = there.run("keys", "--max-age", "99d", "--format", "json")
    assert (result.code, result.json["beyond_limits"]) == (3, 2)
    assert result.json["limits"] == {"max_age_days": 99, "unused_days": None}
    result = there.run("keys", "--unused", "99d", "--format", "json")
    assert (result.code, result.json["beyond_limits"]) == (3, 3)
    assert result.json["users"][0]["access_keys"][1]["faults"] == []
    text = there.run("keys", "--max-age", "99d")
    assert (text.code, text.out.count("too old")) == (3, 2)
    assert there.run("keys", "--max-age", "old").code == 64


def test_a_use_counts(there: Shell, old: EmbeddedAccount) -> None:
    """What was used lately is not idle, however old."""
    old.edit("CreateUser", UserName="ann")
    key = old.edit("CreateAccessKey", UserName="ann")["AccessKey"]
    old.shift(AGO)
    own = {
        "ALIBABA_CLOUD_ACCESS_KEY_ID": key["AccessKeyId"],
        "ALIBABA_CLOUD_ACCESS_KEY_SECRET": key["AccessKeySecret"],
    }
    assert Shell(there.cwd, {**there.environ, **own}).run("whoami").code == 0
    for source in ("report", "users"):
        argv = ("keys", "--source", source, "--format", "json")
        assert there.run(*argv, "--unused", "99d").code == 0
        assert there.run(*argv, "--max-age", "99d").code == 3


def grant(account: EmbeddedAccount, *actions: str) -> dict[str, str]:
    """The key of a user who may do just that."""
    statement = {"Effect": "Allow", "Action": list(actions), "Resource": "*"}
    account.edit("CreateUser", UserName="auditor")
    account.edit(
        "CreatePolicy",
        PolicyName="audit",
        PolicyDocument=json.dumps({"Version": "1", "Statement": [statement]}),
    )
    account.edit("AttachPolicyToUser", UserName="auditor", PolicyType="Custom", PolicyName="audit")
    key = account.edit("CreateAccessKey", UserName="auditor")["AccessKey"]
    return {
        "ALIBABA_CLOUD_ACCESS_KEY_ID": key["AccessKeyId"],
        "ALIBABA_CLOUD_ACCESS_KEY_SECRET": key["AccessKeySecret"],
    }


def test_without_a_report_every_user_is_asked(shell: Shell, account: EmbeddedAccount) -> None:
    """And that is said; who insists on the report, or may do neither, is refused."""
    auditor = Shell(
        shell.cwd,
        {
            **shell.environ,
            **grant(
                account,
                "ram:List*",
                "ram:GetUser",
                "ram:GetLoginProfile",
                "ram:GetUserMFAInfo",
                "ram:GetAccessKeyLastUsed",
            ),
        },
    )
    result = auditor.run("keys", "--format", "json")
    assert (result.code, result.json["source"]) == (0, "users")
    assert "NoPermission" in result.json["remarks"][0]
    assert "NoPermission" in auditor.run("keys", "--format", "csv").err
    assert auditor.run("keys", "--source", "report").code == 7
    account.edit("DetachPolicyFromUser", UserName="auditor", PolicyType="Custom", PolicyName="audit")
    assert auditor.run("keys").code == 7


@pytest.mark.parametrize("count", [0, 1, 3499, 3500, 3501])
def test_no_page_of_the_report_is_lost(shell: Shell, account: EmbeddedAccount, count: int) -> None:
    """A page holds 3,501 lines, the first one the names of the columns."""
    account.seed({"users": [{"name": f"u{n:05}"} for n in range(count)]})
    told = shell.run("keys", "--format", "json").json["users"]
    assert [one["user"] for one in told] == [f"u{n:05}" for n in range(count)]


def test_csv_has_a_row_for_each_credential(there: Shell, old: EmbeddedAccount) -> None:
    ids = fill(old)
    rows = list(csv.DictReader(io.StringIO(there.run("keys", "--source", "users", "--format", "csv").out)))
    assert [(r["user"], r["kind"], r["slot"], r["status"]) for r in rows] == [
        ("ann", "console", "", "active"),
        ("ann", "access_key", "1", "active"),
        ("ann", "access_key", "2", "inactive"),
        ("bob", "access_key", "1", "active"),
    ]
    assert tuple(r["key_id"] for r in rows[1:3]) == ids
    assert {r["age_days"] for r in rows} == {str(DAYS)}


def test_a_stack_says_when_a_key_is_to_be_rotated(there: Shell, old: EmbeddedAccount) -> None:
    fill(old)
    there.write(
        "s.yaml",
        "ramstack: 1\nstack: s\nlineage: 3f9a2c1b\nusers:\n  bob:\n"
        "    access_keys: {count: 1, deliver: here, rotate_after: 60d}\n"
        "sinks:\n  here: {file: {path: keys/}}\n",
    )
    ann, bob, _ = there.run("keys", "s.yaml", "--format", "json").json["users"]
    assert ann["access_keys"][0]["rotation_due"] is None
    assert bob["access_keys"][0]["rotation_due"] is not None
    assert "due since 40 d" in there.run("keys", "s.yaml").out
