"""The main job through the command line: plan, apply, plan again; and what it must never do."""

from __future__ import annotations

import json
import shlex
from pathlib import Path

import pytest

from ramstack.cli.exits import Exit
from ramstack.emulator import EmbeddedAccount, Fault
from tests.cli.shell import Result, Shell, Terminal, writes
from tests.cli.stacks import TEAM, WITHOUT_BOB

ROOT = Path(__file__).resolve().parents[2]
EXAMPLES = sorted(path.name for path in (ROOT / "stacks").iterdir())
OWNER = "age1ql3z7hjy54pw3hyww5ayyfg7zqgvc7w3j2elw8zmrj2kg5sfn9aqmcac8p"  # of age's own documentation
WRITES = ("Create", "Update", "Delete", "Attach", "Detach", "Tag", "Untag", "Add", "Remove", "Set")


@pytest.mark.parametrize("example", EXAMPLES)
def test_every_example_converges(shell: Shell, example: str) -> None:
    """Each stack in stacks/ is valid, applies whole, and its second plan is empty."""
    path = str(ROOT / "stacks" / example)
    shell.environ["RAMSTACK_VAR_OWNER"] = OWNER
    assert shell.run("validate", path).code == 0
    report = shell.run("apply", path, "--yes", "--format", "json", "--allow", "admin-grant").json
    assert report["summary"]["done"] == len(report["outcomes"]) > 0
    assert shell.run("plan", path, "--format", "json").json["changes"] == []
    assert shell.run("destroy", path, "--yes", "--allow", "in-use").code in {0, 3}


def test_the_embedded_account_needs_nothing(shell: Shell) -> None:
    """With --local there is no server to start, and the user's credentials are not even read."""
    shell.environ.clear()
    shell.environ["ALIBABA_CLOUD_ACCESS_KEY_ID"] = "LTAI-not-read"
    shell.write("x.yaml", TEAM)
    assert shell.run("apply", "--local", "x.yaml", "--yes").code == 0
    assert shell.run("plan", "--local", "x.yaml", "--detailed-exitcode").code == 0
    assert (shell.cwd / ".ramstack").stat().st_mode & 0o777 == 0o700
    assert (shell.cwd / ".ramstack" / ".gitignore").read_text() == "*\n"


def test_commands_that_do_not_write_only_read(shell: Shell, account: EmbeddedAccount) -> None:
    """In the account's own log, commands that promise not to write leave only reads."""
    shell.write("x.yaml", TEAM)
    shell.run("apply", "x.yaml", "--yes")
    shell.write("x.yaml", WITHOUT_BOB)
    account.forget_calls()
    for argv in (["plan", "x.yaml"], ["plan", "x.yaml", "--out", "p"], ["policies", "ICE"], ["whoami"]):
        assert shell.run(*argv).code == 0
    shell.run("apply", "x.yaml", stdin=Terminal("no\n"))
    calls = account.calls()
    assert calls
    assert not [call.action for call in calls if call.action.startswith(WRITES)]


def test_offline_commands_call_nothing(shell: Shell, account: EmbeddedAccount) -> None:
    """validate, schema and init need no account."""
    shell.write("x.yaml", TEAM)
    for argv in (["validate", "x.yaml"], ["schema"], ["init", "new"]):
        assert shell.run(*argv).code == 0
    assert account.calls() == ()


def test_a_saved_plan_is_applied_as_shown(shell: Shell) -> None:
    """What plan saved is what apply does, change by change, with the same digest."""
    shell.write("x.yaml", TEAM)
    plan = shell.run("plan", "x.yaml", "--out", "p.json", "--format", "json").json
    assert json.loads((shell.cwd / "p.json").read_text()) == plan
    report = shell.run("apply", "p.json", "--yes", "--format", "json").json
    key = lambda change: (change["address"], change["kind"], change["action"])  # noqa: E731
    assert sorted(map(key, plan["changes"])) == sorted(map(key, report["outcomes"]))
    assert report["digest"] == plan["digest"]
    assert shell.run("plan", "x.yaml", "--detailed-exitcode").code == 0


def test_the_sixth_version_prunes_the_oldest(shell: Shell, account: EmbeddedAccount) -> None:
    """With five versions the oldest one that is not the default goes, and the plan names it."""
    actions = ["ice:Get*", "ice:List*", "ice:Search*", "ice:Query*", "ice:Describe*", "ice:Batch*"]
    for action in actions:
        shell.write("x.yaml", TEAM.replace("ice:Get*", action))
        plan = shell.run("plan", "x.yaml").out
        assert shell.run("apply", "x.yaml", "--yes").code == 0
    assert "v1 is deleted" in plan
    assert shell.run("plan", "x.yaml", "--detailed-exitcode").code == 0


def test_adopt_then_apply(shell: Shell, account: EmbeddedAccount) -> None:
    """The refusal names the command; adopt takes the mark and nothing else; then apply may change it."""
    account.edit("CreateUser", UserName="alice", DisplayName="Somebody")
    shell.write("x.yaml", TEAM)
    refused = shell.run("plan", "x.yaml")
    assert "ramstack adopt user/alice" in refused.out + refused.err
    report = shell.run("adopt", "user/alice", "--stack", "x.yaml", "--format", "json").json
    assert [(o["address"], o["action"], o["status"]) for o in report["outcomes"]] == [
        ("user/alice", "update", "done")
    ]
    assert shell.run("apply", "x.yaml", "--yes").code == 0
    assert shell.run("plan", "x.yaml", "--detailed-exitcode").code == 0
    assert shell.run("release", "user/alice", "--stack", "x.yaml").code == 0
    assert shell.run("plan", "x.yaml").code == 3


def test_adopt_refuses_what_it_would_endanger(shell: Shell, account: EmbeddedAccount) -> None:
    """Another stack's mark, what no stack declares, and what does not exist are left alone."""
    shell.write("x.yaml", TEAM)
    shell.run("apply", "x.yaml", "--yes")
    shell.write("y.yaml", TEAM.replace("3f9a2c1b", "00000000").replace("  bob:", "  bob-two:"))
    account.edit("CreateUser", UserName="carol")
    account.forget_calls()
    assert shell.run("adopt", "user/alice", "--stack", "y.yaml").code == 3
    assert shell.run("adopt", "user/carol", "--stack", "x.yaml").code == 1
    assert shell.run("adopt", "user/nobody", "--stack", "x.yaml").code == 1
    assert shell.run("release", "user/alice", "--stack", "y.yaml").code == 3
    assert shell.run("adopt", "user/alice/tag/env", "--stack", "x.yaml").code == 64
    assert not writes(account)


def test_protected_users_stay(shell: Shell) -> None:
    """A protected user cannot leave with its YAML block, nor by destroy; unprotected in one apply, it can in the next."""
    shell.write("x.yaml", TEAM.replace("  bob:\n", "  bob:\n    protect: true\n"))
    shell.run("apply", "x.yaml", "--yes")
    shell.write("y.yaml", WITHOUT_BOB)
    assert shell.run("apply", "y.yaml", "--yes").code == 3
    assert shell.run("destroy", "y.yaml", "--yes").code == 3
    shell.write("x.yaml", TEAM.replace("  bob:\n", "  bob:\n    protect: false\n"))
    assert shell.run("apply", "x.yaml", "--yes").code == 0
    assert shell.run("apply", "y.yaml", "--yes").code == 0


def test_a_rename_keeps_the_id(shell: Shell, account: EmbeddedAccount) -> None:
    """renamed_from changes the name of the same user; applied again it is nothing to do."""
    shell.write("x.yaml", TEAM)
    shell.run("apply", "x.yaml", "--yes")
    before = account.edit("GetUser", UserName="alice")["User"]["UserId"]
    shell.write("x.yaml", TEAM.replace("  alice:\n", "  alicia:\n    renamed_from: alice\n"))
    plan = shell.run("plan", "x.yaml", "--format", "json").json
    assert [(c["address"], c["action"], c["before"]["name"]) for c in plan["changes"]] == [
        ("user/alicia", "update", "alice")
    ]
    assert shell.run("apply", "x.yaml", "--yes").code == 0
    assert account.edit("GetUser", UserName="alicia")["User"]["UserId"] == before
    assert shell.run("plan", "x.yaml", "--detailed-exitcode").code == 0


def test_destroy_takes_all_of_ours_and_nothing_else(shell: Shell, account: EmbeddedAccount) -> None:
    """What others made is still there afterwards."""
    empty = account.state()
    account.edit("CreateUser", UserName="carol")
    others = account.state()
    shell.write("x.yaml", TEAM)
    shell.run("apply", "x.yaml", "--yes")
    assert account.state() != others
    assert shell.run("destroy", "x.yaml", "--yes").code == 0
    assert account.state() == others != empty


def test_the_account_guard(shell: Shell, account: EmbeddedAccount) -> None:
    """A stack that names its account is refused for another one, before anything is written."""
    shell.write("x.yaml", TEAM.replace("users:", 'account: "1000000000000001"\nusers:'))
    result = shell.run("apply", "x.yaml", "--yes")
    assert result.code == 1
    assert account.account_id in result.err
    shell.write("x.yaml", TEAM.replace("users:", f'account: "{account.account_id}"\nusers:'))
    assert shell.run("apply", "x.yaml", "--yes").code == 0


@pytest.mark.parametrize("shows", [True, False])
def test_tags_are_found_either_way(tmp_path: Path, shows: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whether or not ListUsers fills Tags, the second plan is empty and removed tags are seen."""
    from ramstack.emulator import Settings

    monkeypatch.chdir(tmp_path)
    with EmbeddedAccount(settings=Settings(list_users_tags=shows)) as account:
        shell = Shell(tmp_path, {**account.environment, "RAMSTACK_RATE_SCALE": "100"})
        shell.write("x.yaml", TEAM)
        assert shell.run("apply", "x.yaml", "--yes").code == 0
        assert shell.run("plan", "x.yaml", "--detailed-exitcode").code == 0
        shell.write("x.yaml", TEAM.replace("env: prod, ", ""))
        plan = shell.run("plan", "x.yaml", "--format", "json").json
        assert [(c["address"], c["action"]) for c in plan["changes"]] == [("user/alice/tag/env", "delete")]


def test_a_leaving_user_is_torn_down_in_order(shell: Shell, account: EmbeddedAccount) -> None:
    """Grants at both scopes, membership, logon, second factor and keys go first, each a change that the plan shows."""
    shell.write("x.yaml", TEAM)
    shell.run("apply", "x.yaml", "--yes")
    account.edit("CreateAccessKey", UserName="bob")
    account.edit("CreateLoginProfile", UserName="bob", Password="Aa1!aaaaaaaa")
    attach = {"PolicyType": "System", "PolicyName": "AliyunOSSFullAccess", "PrincipalType": "IMSUser"}
    domain = account.edit("GetDefaultDomain", "2019-08-15")["DefaultDomainName"]
    account.edit(
        "AttachPolicy", "2020-03-31", PrincipalName=f"bob@{domain}", ResourceGroupId="rg-1", **attach
    )
    shell.write("x.yaml", WITHOUT_BOB)
    account.forget_calls()
    report = shell.run("apply", "x.yaml", "--yes", "--format", "json").json
    assert {o["status"] for o in report["outcomes"]} == {"done"}
    kinds = {o["kind"] for o in report["outcomes"] if o["address"].startswith("user/bob")}
    assert kinds == {"user", "membership", "attachment", "access_key", "console"}
    actions = [call.action for call in writes(account)]
    assert actions[-1] == "DeleteUser"
    assert actions.index("UpdateAccessKey") < actions.index("DeleteAccessKey")
    assert shell.run("plan", "x.yaml", "--detailed-exitcode").code == 0


def test_progress_as_json_lines(shell: Shell) -> None:
    """On stderr, a line an event; stdout still has the one document that was asked for."""
    shell.write("x.yaml", TEAM)
    result = shell.run("apply", "x.yaml", "--yes", "--format", "json", "--progress", "json")
    assert result.json["exit_code"] == 0
    events = [json.loads(line) for line in result.err.splitlines() if line.startswith("{")]
    assert [event["event"] for event in events] == ["started", *["batch"] * events[0]["of"], "finished"]
    assert events[-1]["done"] == len(result.json["outcomes"])
    assert events[-1]["requests"] >= events[0]["of"]


def continuing(result: Result) -> list[str]:
    """The command that the report names, without the program's name."""
    program, *argv = shlex.split(result.out.splitlines()[-1])
    assert program == "ramstack"
    return argv


def test_the_command_to_continue_is_the_whole_command(shell: Shell, account: EmbeddedAccount) -> None:
    """With its paths and options, quoted for a shell: copied, it does what is left; also of an undo of the last run."""
    shell.write("a folder/x.yaml", TEAM)
    account.set_faults(Fault("internal", action="AttachPolicyToUser"))
    argv = ("apply", "a folder/x.yaml", "--yes", "--allow", "max-deletes")
    partly = shell.run(*argv)
    assert (partly.code, continuing(partly)) == (Exit.PARTIAL, list(argv))
    account.set_faults(Fault("internal", action="DetachPolicyFromUser"))
    assert shell.run(*continuing(partly)).code == Exit.DONE
    run = shell.run("history", "--format", "json").json["runs"][-1]["run_id"]
    undone = shell.run("undo", "--yes")
    assert (undone.code, continuing(undone)) == (Exit.PARTIAL, ["undo", run, "--yes"])
    account.set_faults()
    assert shell.run(*continuing(undone)).code == Exit.DONE


def test_a_saved_plan_that_was_applied_in_part_is_used_up(shell: Shell, account: EmbeddedAccount) -> None:
    """The report says so: applied once more it would be refused, a new one is not."""
    shell.write("x.yaml", TEAM)
    assert shell.run("plan", "x.yaml", "--out", "p.json").code == Exit.DONE
    account.set_faults(Fault("internal", action="AttachPolicyToUser"))
    partly = shell.run("apply", "p.json", "--yes")
    account.set_faults()
    assert (partly.code, "a new plan" in partly.out) == (Exit.PARTIAL, True)
    assert shell.run(*continuing(partly)).code == Exit.STALE
    assert shell.run("plan", "x.yaml", "--out", "p.json").code == Exit.DONE
    assert shell.run(*continuing(partly)).code == Exit.DONE


@pytest.mark.parametrize("target", ["user/alice", "user/alicia", "user/alice/tag/env", "user/alicia/tag/env"])
def test_a_target_may_go_by_either_name(shell: Shell, target: str) -> None:
    """What is to be renamed is found under the name that it has and the one that it gets; nothing else is planned."""
    shell.write("x.yaml", TEAM)
    assert shell.run("apply", "x.yaml", "--yes").code == 0
    text = TEAM.replace("  alice:\n", "  alicia:\n    renamed_from: alice\n").replace("prod", "test")
    shell.write("x.yaml", text.replace("Read-only staff", "Staff"))
    result = shell.run("plan", "x.yaml", "--target", target, "--format", "json")
    assert (result.code, result.json["problems"]) == (0, [])
    assert {c["address"] for c in result.json["changes"]} == {"user/alicia", "user/alicia/tag/env"}
    assert shell.run("apply", "x.yaml", "--yes", "--target", target).code == 0
