"""Settings of the account: field by field, nobody's, and back again."""

from __future__ import annotations

import json

import pytest

from ramstack.emulator import EmbeddedAccount
from tests.cli.shell import Shell, writes
from tests.cli.test_partial_account import caller_without

STACK = """\
ramstack: 1
stack: account
lineage: 3f9a2c1b
account_settings:
  password_policy: {minimum_password_length: 14, require_numbers: true}
  alias: media-co
"""


@pytest.fixture(name="applied")
def _applied(shell: Shell, account: EmbeddedAccount) -> Shell:
    account.edit("SetPasswordPolicy", RequireSymbols="true")
    shell.write("x.yaml", STACK)
    assert shell.run("apply", "x.yaml", "--yes").code == 0
    account.forget_calls()
    return shell


def rules(account: EmbeddedAccount) -> dict[str, object]:
    return dict(account.edit("GetPasswordPolicy")["PasswordPolicy"])


def test_what_is_not_written_stays(account: EmbeddedAccount, applied: Shell) -> None:
    """The fields of the stack and no other; the second plan is empty."""
    held = rules(account)
    assert (held["MinimumPasswordLength"], held["RequireNumbers"], held["RequireSymbols"]) == (14, True, True)
    assert account.edit("GetAccountAlias")["AccountAlias"] == "media-co"
    assert applied.run("plan", "x.yaml", "--detailed-exitcode").code == 0


def test_settings_are_not_deleted(account: EmbeddedAccount, applied: Shell) -> None:
    """Neither by destroy nor by leaving them out; only undo puts them back."""
    destroyed = applied.run("destroy", "x.yaml", "--yes")
    assert (destroyed.code, destroyed.out.splitlines()[-1]) == (
        0,
        "Nothing to destroy. The stacks own nothing here.",
    )
    assert (
        "account/password-policy  a setting of the account is never deleted; it stays as it is"
        in destroyed.out
    )
    applied.write("x.yaml", STACK.partition("account_settings")[0])
    assert applied.run("apply", "x.yaml", "--yes").code == 0
    assert (writes(account), rules(account)["MinimumPasswordLength"]) == ([], 14)
    undone = applied.run("undo", "--yes")
    assert (undone.code, "weaker-setting" in undone.out) == (0, True)
    assert (rules(account)["MinimumPasswordLength"], rules(account)["RequireSymbols"]) == (8, True)
    assert account.edit("GetAccountAlias")["AccountAlias"] == ""


def test_an_edit_in_between_makes_a_saved_plan_stale(account: EmbeddedAccount, applied: Shell) -> None:
    """4, naming the setting and the field; nothing is written."""
    applied.write("x.yaml", STACK.replace("14", "16"))
    assert applied.run("plan", "x.yaml", "--out", "p.json").code == 0
    account.edit("SetPasswordPolicy", MinimumPasswordLength="20")
    result = applied.run("apply", "p.json", "--yes")
    assert (result.code, "account/password-policy changed (minimum password length)" in result.err) == (
        4,
        True,
    )
    assert writes(account) == []


def test_a_setting_that_may_not_be_read_is_not_planned(account: EmbeddedAccount, applied: Shell) -> None:
    """7, and the permission that is missing; the other setting is planned."""
    limited = caller_without(account, applied, "ram:GetPasswordPolicy")
    applied.write("x.yaml", STACK.replace("14", "16").replace("media-co", "media"))
    result = limited.run("plan", "x.yaml", "--format", "json")
    assert (result.code, [c["address"] for c in result.json["changes"]]) == (7, ["account/alias"])
    assert "ram:GetPasswordPolicy" in json.dumps(result.json["problems"])


def test_one_stack_of_a_run_says_what_they_are(shell: Shell) -> None:
    """Two that do are an error with both places."""
    shell.write("a.yaml", STACK)
    shell.write("b.yaml", STACK.replace("stack: account", "stack: other"))
    result = shell.run("validate", "a.yaml", "b.yaml")
    assert (result.code, "settings-twice" in result.err, "a.yaml:4:1" in result.err) == (1, True, True)


@pytest.mark.parametrize("command", ["adopt", "release"])
@pytest.mark.parametrize("address", ["account/password-policy", "account/security-preference"])
def test_no_mark_fits_on_them(applied: Shell, command: str, address: str) -> None:
    """Declared or not, `adopt` and `release` are wrong usage: nothing is there to take or to give up."""
    result = applied.run(command, address, "--stack", "x.yaml")
    assert (result.code, result.out) == (64, "")
    assert f"{address}: only users, groups, policies and roles carry an owner mark" in result.err


def test_a_target_that_no_stack_declares_is_there_all_the_same(applied: Shell) -> None:
    """The account always has a security preference: what is told is that nobody manages it."""
    result = applied.run("plan", "x.yaml", "--target", "account/security-preference", "--format", "json")
    (problem,) = result.json["problems"]
    assert (result.code, problem["rule"], problem["severity"]) == (0, "unknown-target", "warning")
    assert "No stack declares account/security-preference" in problem["detail"]


def test_validate_counts_them(applied: Shell) -> None:
    """Two of the three are declared."""
    assert applied.run("validate", "x.yaml").out.endswith("0 policies, 2 settings. No problems.\n")


def test_drift_tells_who_moved_them(account: EmbeddedAccount, applied: Shell) -> None:
    """By the run that wrote them last: what a person changed is apart from what the YAML newly asks for."""
    assert applied.run("drift", "x.yaml", "--format", "json").json["journaled"]
    account.edit("SetPasswordPolicy", MinimumPasswordLength="8", RequireSymbols="false")
    applied.write("x.yaml", STACK.replace("media-co", "media"))
    document = applied.run("drift", "x.yaml", "--format", "json").json
    (moved,) = document["drift"]
    assert (moved["address"], moved["how"]) == ("account/password-policy", "changed")
    assert moved["fields"] == ["minimum password length", "require symbols"]
    assert (document["taken_back"], document["asked"]) == (["account/password-policy"], ["account/alias"])
    assert applied.run("apply", "x.yaml", "--yes").code == 0
    assert applied.run("drift", "x.yaml").code == 0


def test_a_weaker_setting_shows_what_is_empty(account: EmbeddedAccount, shell: Shell) -> None:
    account.edit("SetSecurityPreference", LoginNetworkMasks="10.0.0.0/8")
    shell.write(
        "x.yaml", STACK.partition("  password")[0] + '  security_preference: {login_network_masks: ""}\n'
    )
    (problem,) = shell.run("plan", "x.yaml", "--format", "json").json["problems"]
    assert problem["detail"].endswith('login_network_masks from 10.0.0.0/8 to "".')
