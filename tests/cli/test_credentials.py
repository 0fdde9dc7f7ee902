"""Keys and logons from the command line, over real HTTP: delivered, rotated, undone, and never shown."""

from __future__ import annotations

import json
import sys
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

import pytest

from ramstack.cli.exits import Exit
from ramstack.emulator import EmbeddedAccount, Fault
from ramstack.emulator.world import utc_now
from ramstack.model.owner import KEYS_TAG
from tests.cli.shell import Result, Shell, writes

DAY = timedelta(days=1)
STACK = """\
ramstack: 1
stack: media
lineage: 3f9a2c1b
users:
  app: {access_keys: {count: 1, deliver: mail, rotate_after: 20d, overlap: 3d}}
  ann: {console: {password: generate, reset_required: true, mfa_required: true, deliver: mail}}
  bob: {console: {password: {from: env/BOBS_PASSWORD}}}
  plain: {tags: {env: prod}}
sinks:
  mail: {file: {path: out}}
"""
PASSWORD = "Known.2.Bob-only"
APPLY = ("apply", "media.yaml", "--yes", "--format", "json")


@pytest.fixture(name="home")
def _home(shell: Shell) -> Shell:
    shell.write("media.yaml", STACK)
    shell.environ["BOBS_PASSWORD"] = PASSWORD
    return shell


def delivered(shell: Shell) -> list[dict[str, str]]:
    return [json.loads(path.read_text()) for path in sorted((shell.cwd / "out").glob("*.json"))]


def secrets(shell: Shell) -> list[str]:
    found = [p.get("password") or p["access_key_secret"] for p in delivered(shell)]
    return [PASSWORD, *found]


def outcome(result: Result, address: str) -> dict[str, Any]:
    (found,) = (o for o in result.json["outcomes"] if o["address"] == address)
    return found


def keys_of(account: EmbeddedAccount, user: str = "app") -> list[tuple[str, str]]:
    rows = account.edit("ListAccessKeys", UserName=user)["AccessKeys"]["AccessKey"]
    return [(row["AccessKeyId"], row["Status"]) for row in rows]


def test_what_is_made_is_delivered_and_told(home: Shell, account: EmbeddedAccount) -> None:
    """The report names key and sink; the second plan is empty; a user that declares nothing costs no call."""
    result = home.run(*APPLY)
    assert result.code == Exit.DONE, result
    ((key_id, status),) = keys_of(account)
    assert status == "Active"
    made = outcome(result, "user/app/access-key/1")
    assert (made["key_id"], made["sink"]) == (key_id, "mail")
    assert outcome(result, "user/ann/console")["sink"] == "mail"
    assert {p["user"] for p in delivered(home)} == {"app", "ann"}
    account.forget_calls()
    assert home.run("plan", "media.yaml", "--detailed-exitcode").code == Exit.DONE
    asked = [call for call in account.calls() if "UserName" in call.params]
    assert {(call.action, call.params["UserName"]) for call in asked} == {
        ("ListAccessKeys", "app"),
        ("GetLoginProfile", "ann"),
        ("GetLoginProfile", "bob"),
    }
    assert len(asked) == 3


def test_credentials_of_a_profile_are_those_of_who_takes_it(shell: Shell, account: EmbeddedAccount) -> None:
    """Keys and a logon from a profile are made and delivered for each user; a user's own word wins."""
    shell.write(
        "media.yaml",
        "ramstack: 1\nstack: media\nlineage: 3f9a2c1b\n"
        "sinks: {mail: {file: {path: out}}}\n"
        "profiles:\n"
        "  both:\n"
        "    access_keys: {count: 1, deliver: mail}\n"
        "    console: {password: generate, deliver: mail}\n"
        "users:\n"
        "  app: {profile: both, console: false}\n"
        "  ann: {profile: both}\n",
    )
    assert shell.run(*APPLY).code == Exit.DONE
    assert [len(keys_of(account, user)) for user in ("app", "ann")] == [1, 1]
    told = sorted((one["user"], "password" if "password" in one else "key") for one in delivered(shell))
    assert told == [("ann", "key"), ("ann", "password"), ("app", "key")]
    assert shell.run("plan", "media.yaml", "--detailed-exitcode").code == Exit.DONE


def test_secrets_are_nowhere_but_in_the_sink(home: Shell, account: EmbeddedAccount) -> None:
    told = [home.run("plan", "media.yaml", "--out", "saved.json", "--format", "json").out]
    told += [(result := home.run("apply", "saved.json", "--yes")).out, result.err]
    assert result.code == Exit.DONE, result
    files = [p for p in home.cwd.rglob("*") if p.is_file() and "out" not in p.relative_to(home.cwd).parts]
    told += [path.read_text() for path in files]
    assert any("CreateLoginProfile" in text for text in told)
    for secret in secrets(home):
        assert not any(secret in text for text in told)


def test_a_plan_makes_and_shows_nothing(home: Shell, account: EmbeddedAccount) -> None:
    home.environ.pop("BOBS_PASSWORD")
    result = home.run("plan", "media.yaml", "--format", "json")
    assert result.code == Exit.DONE
    assert writes(account) == []
    (key,) = (c for c in result.json["changes"] if c["kind"] == "access_key")
    assert key["after"] == {"id": "", "status": "Active", "sink": "mail", "is_retired": False}
    assert key["risk"] == ["credential"]


def test_nothing_is_written_where_a_secret_would_go_nowhere(home: Shell, account: EmbeddedAccount) -> None:
    """A sink that is not ready and a password that is not there are told together, before the first write."""
    home.environ.pop("BOBS_PASSWORD")
    home.write("out", "a file where the folder should be")
    result = home.run("apply", "media.yaml", "--yes")
    assert result.code == Exit.ERROR
    assert "sink mail" in result.err
    assert "env/BOBS_PASSWORD" in result.err
    home.environ["BOBS_PASSWORD"] = "weak"
    result = home.run("apply", "media.yaml", "--yes")
    assert (result.code, "8 to 32 characters" in result.err) == (Exit.ERROR, True)
    assert [call for call in account.calls() if call.kind == "write"] == []


def test_a_user_who_has_reset_the_password_is_no_drift(home: Shell, account: EmbeddedAccount) -> None:
    assert home.run(*APPLY).code == Exit.DONE
    account.edit(
        "UpdateLoginProfile", UserName="ann", Password="Hers.1234567890a", PasswordResetRequired="false"
    )
    assert home.run("plan", "media.yaml", "--detailed-exitcode").code == Exit.DONE


def test_switches_of_a_logon_are_managed(home: Shell, account: EmbeddedAccount) -> None:
    """Declared otherwise they change, without another password; taken away by hand they come back; `false` ends the logon."""
    assert home.run(*APPLY).code == Exit.DONE
    before = delivered(home)
    account.edit("UpdateLoginProfile", UserName="ann", MFABindRequired="false")
    home.write("media.yaml", STACK.replace("reset_required: true", "reset_required: false"))
    assert home.run(*APPLY).code == Exit.DONE
    profile = account.edit("GetLoginProfile", UserName="ann")["LoginProfile"]
    assert (profile["PasswordResetRequired"], profile["MFABindRequired"]) == (False, True)
    home.write("media.yaml", STACK)
    assert home.run(*APPLY).code == Exit.DONE
    assert account.edit("GetLoginProfile", UserName="ann")["LoginProfile"]["PasswordResetRequired"]
    assert delivered(home) == before
    home.write(
        "media.yaml", STACK.replace("{console: {password: {from: env/BOBS_PASSWORD}}}", "{console: false}")
    )
    result = home.run(*APPLY)
    assert [o["action"] for o in result.json["outcomes"]] == ["delete"]
    assert home.run("plan", "media.yaml", "--detailed-exitcode").code == Exit.DONE


def test_a_failing_sink_fails_the_change_and_leaves_no_key(home: Shell, account: EmbeddedAccount) -> None:
    home.write("fail.py", "import sys; sys.exit(1)")
    command = f"mail: {{exec: {{command: [{sys.executable}, fail.py]}}}}"
    home.write("media.yaml", STACK.replace("mail: {file: {path: out}}", command))
    result = home.run(*APPLY)
    assert result.code == Exit.PARTIAL, result
    failed = outcome(result, "user/app/access-key/1")
    assert (failed["status"], failed["error"]["code"], failed["sink"]) == ("failed", "SinkFailed", "mail")
    assert keys_of(account) == []
    home.write("media.yaml", STACK)
    assert home.run(*APPLY).code == Exit.DONE
    assert home.run("plan", "media.yaml", "--detailed-exitcode").code == Exit.DONE


@pytest.mark.parametrize("effect", ["drop-after", "truncate", "drop-before", "internal", "throttle"])
@pytest.mark.parametrize("action", ["CreateAccessKey", "CreateLoginProfile", "TagResources"])
def test_a_lost_answer_leaves_no_key_that_nobody_holds(
    home: Shell, account: EmbeddedAccount, action: str, effect: str
) -> None:
    account.set_faults(Fault(effect, action=action, nth=1))
    result = home.run(*APPLY)
    assert result.code == Exit.DONE, result
    ((key_id, _),) = keys_of(account)
    assert key_id in {p.get("access_key_id") for p in delivered(home)}
    assert home.run("plan", "media.yaml", "--detailed-exitcode").code == Exit.DONE


@dataclass
class Calendar:
    """The service's date and the world's move on together."""

    account: EmbeddedAccount
    shell: Shell
    ahead: timedelta = field(default_factory=timedelta)

    def pass_(self, span: timedelta) -> None:
        self.ahead += span
        self.account.shift(span)
        self.shell.now = lambda: utc_now() + self.ahead


def test_rotation_by_nothing_but_apply(home: Shell, account: EmbeddedAccount) -> None:
    """Successor, overlap, retired, overlap, deleted: each a step of its own, with its reason; what is in use stays."""
    calendar = Calendar(account, home)
    assert home.run(*APPLY).code == Exit.DONE
    ((old, _),) = keys_of(account)
    assert home.run("plan", "media.yaml", "--detailed-exitcode").code == Exit.DONE
    calendar.pass_(21 * DAY)
    plan = home.run("plan", "media.yaml", "--format", "json").json
    assert [(c["address"], c["action"]) for c in plan["changes"]] == [("user/app/access-key/2", "create")]
    assert plan["changes"][0]["notes"] == [f"{old} is 21 d old: due after 20 d"]
    assert home.run(*APPLY).code == Exit.DONE
    assert [status for _, status in keys_of(account)] == ["Active", "Active"]
    calendar.pass_(2 * DAY)
    assert "the overlap is 3 d" in home.run("plan", "media.yaml").out
    calendar.pass_(2 * DAY)
    use_key(account, home, old)
    result = home.run("plan", "media.yaml", "--detailed-exitcode")
    assert result.code == Exit.DONE
    assert "last used" in result.out
    assert "kept" in result.out
    calendar.pass_(4 * DAY)
    result = home.run(*APPLY)
    assert [(o["action"], o["key_id"]) for o in result.json["outcomes"]] == [("update", old)]
    assert [status for _, status in keys_of(account)] == ["Inactive", "Active"]
    assert home.run("plan", "media.yaml", "--detailed-exitcode").code == Exit.DONE
    calendar.pass_(3 * DAY)
    result = home.run(*APPLY)
    assert [(o["action"], o["key_id"]) for o in result.json["outcomes"]] == [("delete", old)]
    assert len(keys_of(account)) == 1
    assert home.run("plan", "media.yaml", "--detailed-exitcode").code == Exit.DONE


def test_a_new_key_that_was_not_proven_is_noted_as_such(home: Shell, account: EmbeddedAccount) -> None:
    """Its proof got no answer: the next run, from whatever checkout, disables nothing for it until it was used."""
    calendar = Calendar(account, home)
    account.forget_calls()
    home.run(*APPLY)
    ((old, _),) = keys_of(account)
    calendar.pass_(21 * DAY)
    home.sleep = lambda _: None
    proof = [call.action for call in account.calls()].count("GetCallerIdentity")  # the last one of a run
    late = (Fault("bad-gateway", action="GetCallerIdentity", nth=proof + n) for n in range(3))
    account.set_faults(*late)
    result = home.run(*APPLY)
    account.set_faults()
    assert result.code == Exit.DONE, result
    new = keys_of(account)[1][0]
    assert f"{new} was delivered, and has not proven that it works (unreachable)" in result.err
    (tags,) = (row["tags"] for row in account.state()["users"] if row["name"] == "app")
    assert tags[KEYS_TAG] == f"k={old}/n={new}"


def test_a_key_that_is_used_while_the_prompt_waits_is_not_disabled(
    home: Shell, account: EmbeddedAccount
) -> None:
    calendar = Calendar(account, home)
    assert home.run(*APPLY).code == Exit.DONE
    ((old, _),) = keys_of(account)
    calendar.pass_(21 * DAY)
    assert home.run(*APPLY).code == Exit.DONE
    calendar.pass_(4 * DAY)
    assert home.run("plan", "media.yaml", "--out", "saved.json", "--detailed-exitcode").code == Exit.CHANGES
    use_key(account, home, old)
    result = home.run("apply", "saved.json", "--yes")
    assert result.code == Exit.STALE, result
    assert "user/app/access-key/1" in result.err


def use_key(account: EmbeddedAccount, shell: Shell, key_id: str) -> None:
    """Sign a call with what was delivered."""
    from ramstack.gateway.connection import connect
    from ramstack.gateway.credentials import fixed

    (payload,) = (p for p in delivered(shell) if p.get("access_key_id") == key_id)
    with connect(fixed(key_id, payload["access_key_secret"]), endpoint=account.endpoint) as gateway:
        assert gateway.reader.caller().arn.endswith(f"user/{payload['user']}")


def test_undo_takes_back_what_was_made_and_says_what_cannot_return(
    home: Shell, account: EmbeddedAccount
) -> None:
    home.write(
        "first.yaml",
        STACK.replace("app: {access", "app: {comments: old} #").replace("ann: {", "ann: {comments: x} #"),
    )
    assert home.run("apply", "first.yaml", "--yes").code == Exit.DONE
    assert home.run(*APPLY).code == Exit.DONE
    assert len(keys_of(account)) == 1
    result = home.run("undo", "--yes")
    assert result.code == Exit.DONE, result
    assert keys_of(account) == []
    assert home.run("plan", "first.yaml", "--detailed-exitcode").code == Exit.DONE
    assert home.run(*APPLY).code == Exit.DONE
    assert home.run("destroy", "media.yaml", "--yes").code == Exit.DONE
    result = home.run("undo", "--yes")
    assert "does not come back" in result.out + result.err


def test_keys_of_an_adopted_user_are_shown_and_left_alone(home: Shell, account: EmbeddedAccount) -> None:
    """Unless they are declared exclusive: then they are retired like old keys, when idle."""
    account.edit("CreateUser", UserName="app", DisplayName="app")
    theirs = account.edit("CreateAccessKey", UserName="app")["AccessKey"]["AccessKeyId"]
    assert home.run("adopt", "user/app", "--stack", "media.yaml", "--yes").code == Exit.DONE
    result = home.run("plan", "media.yaml")
    assert theirs in result.out
    assert home.run(*APPLY).code == Exit.DONE
    assert keys_of(account)[0][0] == theirs
    assert len(keys_of(account)) == 2
    assert home.run("plan", "media.yaml", "--detailed-exitcode").code == Exit.DONE
    home.write("media.yaml", STACK.replace("count: 1", "count: 1, exclusive: true"))
    calendar = Calendar(account, home)
    for _ in range(2):
        calendar.pass_(4 * DAY)
        assert home.run(*APPLY).code == Exit.DONE
    assert theirs not in [key for key, _ in keys_of(account)]


def test_stdout_is_a_sink_only_for_who_asks(home: Shell, account: EmbeddedAccount) -> None:
    assert home.run("apply", "media.yaml", "--yes", "--deliver-to-stdout", "mial").code == Exit.ERROR
    assert home.run(*APPLY, "--deliver-to-stdout", "mail").code == Exit.USAGE
    assert writes(account) == []
    result = home.run("apply", "media.yaml", "--yes", "--deliver-to-stdout", "mail")
    assert result.code == Exit.DONE, result
    given = [json.loads(line) for line in result.out.splitlines() if line.startswith("{")]
    assert {payload["user"] for payload in given} == {"app", "ann"}
    assert delivered(home) == []


def test_only_what_is_asked_for(home: Shell, account: EmbeddedAccount) -> None:
    """A target brings the user that it belongs to, and nobody else's credentials."""
    result = home.run(*APPLY, "--target", "user/app/access-key/1")
    assert {o["address"] for o in result.json["outcomes"]} == {"user/app", "user/app/access-key/1"}
    assert {p["user"] for p in delivered(home)} == {"app"}


def test_a_user_keeps_its_keys_under_a_new_name(home: Shell, account: EmbeddedAccount) -> None:
    assert home.run(*APPLY).code == Exit.DONE
    held = keys_of(account)
    home.write("media.yaml", STACK.replace("app: {access", "program: {renamed_from: app, access"))
    assert home.run(*APPLY).code == Exit.DONE
    assert keys_of(account, "program") == held
    assert home.run("plan", "media.yaml", "--detailed-exitcode").code == Exit.DONE
