"""Saved plans on their way from a plan job to an apply job: signed, checked, and refused when anything is not as it was."""

from __future__ import annotations

import json

import pytest
from jsonschema import Draft202012Validator

from ramstack.cli.exits import Exit
from ramstack.emulator import EmbeddedAccount
from tests.cli.shell import Result, Shell, writes
from tests.cli.stacks import TEAM
from tests.cli.test_partial_account import caller_without

KEY = "a key that only the two jobs know"
CHANGED = (
    TEAM.replace("display_name: Alice", "display_name: Alice A.")
    .replace("env: prod", "env: test")
    .replace("policies: [read-media]", "policies: []")
)


@pytest.fixture(name="team")
def _team(shell: Shell) -> Shell:
    """A shell whose account holds the team, with a stack that changes bob and alice."""
    shell.write("x.yaml", TEAM)
    assert shell.run("apply", "x.yaml", "--yes").code == Exit.DONE
    shell.write("x.yaml", CHANGED)
    return shell


def save(shell: Shell, *argv: str) -> Result:
    return shell.run("plan", "x.yaml", "--out", "p.json", *argv)


def apply(shell: Shell, *argv: str) -> Result:
    return shell.run("apply", "p.json", "--yes", *argv)


def test_a_signed_plan_is_applied_where_the_key_is_known(team: Shell) -> None:
    """Signed by one job, verified and applied by another; the key is in neither file nor output."""
    team.environ |= {"PLAN_KEY": KEY, "APPLY_KEY": KEY}
    saved = save(team, "--sign-key-env", "PLAN_KEY", "--format", "json")
    assert saved.json["signature"].startswith("hmac-sha256:")
    assert json.loads((team.cwd / "p.json").read_text()) == saved.json
    applied = apply(team, "--verify-key-env", "APPLY_KEY")
    assert applied.code == Exit.DONE
    assert KEY not in saved.out + saved.err + applied.out + applied.err
    assert team.run("plan", "x.yaml", "--detailed-exitcode").code == Exit.DONE


def test_a_signed_plan_needs_no_key_to_be_applied(team: Shell) -> None:
    """Whoever does not ask for a signature gets what the digest promises."""
    team.environ["PLAN_KEY"] = KEY
    save(team, "--sign-key-env", "PLAN_KEY")
    assert apply(team).code == Exit.DONE


@pytest.mark.parametrize("signer", ["", "OTHER_KEY"])
def test_an_unsigned_or_wrongly_signed_plan_is_refused(
    team: Shell, account: EmbeddedAccount, signer: str
) -> None:
    """Exit 1, and nothing is called."""
    team.environ |= {"APPLY_KEY": KEY, "OTHER_KEY": KEY[::-1]}
    save(team, *(("--sign-key-env", signer) if signer else ()))
    account.forget_calls()
    for argv in (["apply", "p.json", "--yes"], ["plan", "--check", "p.json"]):
        result = team.run(*argv, "--verify-key-env", "APPLY_KEY")
        assert result.code == Exit.ERROR
        assert ("its signature is wrong" if signer else "it is not signed") in result.err
    assert account.calls() == ()


def test_an_edited_plan_is_refused_also_with_a_new_digest(team: Shell, account: EmbeddedAccount) -> None:
    """Anybody can make a digest; without the key nobody makes the signature."""
    from ramstack.planning.planfile import digest_of

    team.environ["KEY"] = KEY
    save(team, "--sign-key-env", "KEY")
    document = json.loads((team.cwd / "p.json").read_text())
    document["rails"], document["expires_at"] = [], "2999-01-01T00:00:00Z"
    document["digest"] = digest_of(document)
    team.write("p.json", json.dumps(document))
    account.forget_calls()
    assert apply(team, "--verify-key-env", "KEY").code == Exit.ERROR
    assert account.calls() == ()


def test_stacks_do_not_pass_for_a_signed_plan(team: Shell, account: EmbeddedAccount) -> None:
    """An apply job that asks for a signature cannot be handed a stack instead."""
    team.environ["KEY"] = KEY
    account.forget_calls()
    for path in ("x.yaml", "."):
        assert team.run("apply", path, "--yes", "--verify-key-env", "KEY").code == Exit.USAGE
    assert team.run("apply", "--yes", "--verify-key-env", "KEY").code == Exit.USAGE
    assert account.calls() == ()


@pytest.mark.parametrize(
    ("value", "said"), [(None, "is not set"), ("", "is not set"), ("short", "has 5 bytes")]
)
def test_a_missing_or_short_key_is_wrong_usage(team: Shell, value: str | None, said: str) -> None:
    """64, naming the variable and not its value; nothing is saved."""
    team.environ |= {} if value is None else {"KEY": value}
    for result in (save(team, "--sign-key-env", "KEY"), apply(team, "--verify-key-env", "KEY")):
        assert result.code == Exit.USAGE
        assert "short" not in result.err + result.out
    assert not (team.cwd / "p.json").exists()
    assert said in save(team, "--sign-key-env", "KEY").err


def test_check_says_that_a_plan_still_holds(team: Shell, account: EmbeddedAccount) -> None:
    """0, as text and as JSON, reading only; an edit of somebody else's object changes nothing."""
    save(team)
    account.edit("CreateUser", UserName="carol")
    account.forget_calls()
    assert "still holds" in team.run("plan", "--check", "p.json").out
    told = team.run("plan", "--check", "p.json", "--format", "json")
    assert (told.code, told.json["holds"], told.json["moved"]) == (Exit.DONE, True, [])
    assert account.calls()
    assert not writes(account)


ALICE = {"UserName": "alice"}
OSS = {"PolicyType": "System", "PolicyName": "AliyunOSSFullAccess"}
EDITS = {
    "user/alice changed (display name)": ("UpdateUser", {**ALICE, "NewDisplayName": "Somebody"}),
    "user/alice/policy/system/AliyunOSSFullAccess vanished": ("DetachPolicyFromUser", {**ALICE, **OSS}),
    "user/bob/policy/system/AliyunOSSFullAccess appeared": (
        "AttachPolicyToUser",
        {"UserName": "bob", **OSS},
    ),
    "user/bob/group/readers vanished": ("RemoveUserFromGroup", {"UserName": "bob", "GroupName": "readers"}),
}


def test_check_and_apply_name_each_object_that_moved_and_how(team: Shell, account: EmbeddedAccount) -> None:
    """4, with every object and nothing else, from both; nothing is written."""
    save(team)
    for action, params in EDITS.values():
        account.edit(action, **params)
    account.forget_calls()
    for result in (apply(team), team.run("plan", "--check", "p.json")):
        assert result.code == Exit.STALE
        lines = (result.out + result.err).splitlines()
        assert sorted(line.strip() for line in lines if line.startswith("  ")) == sorted(EDITS)
    told = team.run("plan", "--check", "p.json", "--format", "json").json
    assert not told["holds"]
    assert {"address": "user/alice", "how": "changed", "fields": ["display name"]} in told["moved"]
    assert len(told["moved"]) == len(EDITS)
    assert not writes(account)


def test_an_expired_plan_is_refused_and_said_to_be(team: Shell, account: EmbeddedAccount) -> None:
    """4 from both, though nothing moved."""
    save(team, "--expires", "0s")
    account.forget_calls()
    for result in (apply(team), team.run("plan", "--check", "p.json")):
        assert result.code == Exit.STALE
        assert "it expired at" in result.out + result.err
    assert not writes(account)


def test_a_plan_for_another_account_is_refused(team: Shell) -> None:
    """4 from both, naming the two accounts."""
    save(team)
    with EmbeddedAccount() as other:
        team.environ |= other.environment
        for result in (apply(team), team.run("plan", "--check", "p.json")):
            assert result.code == Exit.STALE
            assert f"the credentials are of {other.account_id}" in result.out + result.err
        assert not writes(other)


def test_a_plan_applied_once_does_not_hold_any_more(team: Shell, account: EmbeddedAccount) -> None:
    """What it was computed from is what it has changed itself."""
    save(team)
    assert apply(team).code == Exit.DONE
    account.forget_calls()
    assert team.run("plan", "--check", "p.json").code == Exit.STALE
    assert apply(team).code == Exit.STALE
    assert not writes(account)


@pytest.mark.parametrize(
    "text", ["", "{", "[]", "null", "{}", "\x00", "[" * 100_000, '{"format_version": "2.0"}']
)
def test_a_damaged_plan_is_an_error(team: Shell, account: EmbeddedAccount, text: str) -> None:
    """1 from both: one sentence that names the file, and nothing is called."""
    team.write("p.json", text)
    account.forget_calls()
    for result in (apply(team), team.run("plan", "--check", "p.json")):
        assert result.code == Exit.ERROR
        assert "p.json is not a plan that can be applied" in result.err
        assert len(result.err.splitlines()) == 1
    assert account.calls() == ()


def test_what_cannot_be_seen_did_not_vanish(team: Shell, account: EmbeddedAccount) -> None:
    """7: who applies a plan may see less than who made it; nothing is written."""
    team.write("x.yaml", TEAM.replace("ice:Get*", "ice:List*"))
    save(team)
    blind = caller_without(account, team, "ram:ListPolicyVersions", "ram:GetPolicyVersion")
    account.forget_calls()
    for result in (apply(blind), blind.run("plan", "--check", "p.json")):
        assert result.code == Exit.DENIED
        assert "could not be read" in result.err
    assert not writes(account)


def test_check_is_about_one_plan_and_makes_none(team: Shell) -> None:
    """64 for what says how to make another; 1 for a file that is not there."""
    save(team)
    for argv in (
        ["x.yaml"],
        ["--out", "q"],
        ["--target", "user/bob"],
        ["--allow", "in-use"],
        ["--format", "html"],
    ):
        assert team.run("plan", "--check", "p.json", *argv).code == Exit.USAGE
    assert team.run("plan", "x.yaml", "--verify-key-env", "KEY").code == Exit.USAGE
    assert team.run("plan", "x.yaml", "--sign-key-env", "KEY").code == Exit.USAGE
    assert team.run("plan", "--check", "missing.json").code == Exit.ERROR


def test_the_schema_of_plans_is_printed(team: Shell, account: EmbeddedAccount) -> None:
    """`schema --plan` is the published one, and a plan over the wire keeps to it."""
    account.forget_calls()
    printed = team.run("schema", "--plan").json
    assert account.calls() == ()
    Draft202012Validator(printed).validate(team.run("plan", "x.yaml", "--format", "json").json)
    assert not Draft202012Validator(printed).is_valid({})
