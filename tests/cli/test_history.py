"""`history` and `undo` through the command line, against an account behind real HTTP."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from ramstack.emulator import EmbeddedAccount, Fault
from tests.cli.shell import Shell, Terminal, writes
from tests.cli.stacks import TEAM, WITHOUT_BOB


def journals(shell: Shell) -> list[Path]:
    return sorted((shell.cwd / ".ramstack" / "journal").iterdir())


def plan(shell: Shell, name: str) -> list:
    return shell.run("plan", name, "--format", "json").json["changes"]


def test_a_run_leaves_a_journal_that_is_the_accounts_own_log(shell: Shell, account: EmbeddedAccount) -> None:
    """The request ids of the journal are those of the writes in the account's log, call by call."""
    shell.write("x.yaml", TEAM)
    report = shell.run("apply", "x.yaml", "--yes", "--format", "json").json
    (run,) = shell.run("history", "--format", "json").json["runs"]
    assert (run["run_id"], run["digest"], run["exit_code"]) == (report["run_id"], report["digest"], 0)
    assert run["summary"] == report["summary"]
    shown = shell.run("history", "last", "--format", "json").json
    logged = {call.request_id for call in writes(account)}
    assert {call["request_id"] for call in shown["calls"]} == logged
    assert {c["address"]: c["status"] for c in shown["changes"]} == {
        o["address"]: o["status"] for o in report["outcomes"]
    }


def test_history_as_text(shell: Shell) -> None:
    """A line for each run, oldest first; one run with its changes, its calls, and how to take it back."""
    assert "No runs" in shell.run("history").out
    for text in (TEAM, WITHOUT_BOB):
        shell.write("x.yaml", text)
        shell.run("apply", "x.yaml", "--yes")
    ids = [run["run_id"] for run in shell.run("history", "--format", "json").json["runs"]]
    text = shell.run("history").out
    assert text.index(ids[0]) < text.index(ids[1])
    shown = shell.run("history", ids[0][:6]).out
    assert "+ user/alice/policy/system/AliyunICEFullAccess" in shown
    assert f"ramstack undo {ids[0]}" in shown
    assert shell.run("history", "no-such-run").code == 1


def test_undo_takes_the_account_back(shell: Shell, account: EmbeddedAccount) -> None:
    """After apply and undo the first stack's plan is empty again, also for what was deleted; then undo of the undo."""
    shell.write("x.yaml", TEAM)
    shell.run("apply", "x.yaml", "--yes")
    other = WITHOUT_BOB.replace("ice:Get*", "ice:List*").replace("env: prod", "env: test")
    shell.write("y.yaml", other.replace("  alice:\n", "  alicia:\n    renamed_from: alice\n"))
    assert shell.run("apply", "y.yaml", "--yes").code == 0
    result = shell.run("undo", "--yes")
    assert result.code == 0
    assert "restored from the recycle bin" in result.out
    assert plan(shell, "x.yaml") == []
    assert "SetDefaultPolicyVersion" in {call.action for call in account.calls()}
    assert shell.run("undo", "--yes").code == 0
    assert plan(shell, "y.yaml") == []


def test_undo_of_destroy_restores_users(shell: Shell, account: EmbeddedAccount) -> None:
    """From the recycle bin with their ids, and with all that they had; what is not in the bin any more is created anew."""
    shell.write("x.yaml", TEAM)
    shell.run("apply", "x.yaml", "--yes")
    before, state = ids(account), account.state()
    assert shell.run("destroy", "x.yaml", "--yes").code == 0
    (purged, *kept) = sorted(before)
    account.edit("DeleteUserInRecycleBin", "2019-08-15", UserId=before[purged])
    account.forget_calls()
    assert shell.run("undo", "--yes").code == 0
    assert sum(call.action == "RestoreUserFromRecycleBin" for call in account.calls()) == len(kept) > 0
    assert {name: ids(account)[name] for name in kept} == {name: before[name] for name in kept}
    assert ids(account)[purged] != before[purged]
    assert account.state() == state
    assert plan(shell, "x.yaml") == []


def test_undo_where_the_recycle_bin_may_not_be_read(shell: Shell, account: EmbeddedAccount) -> None:
    """The users are created anew, and the plan says what was lost by that."""
    shell.write("x.yaml", TEAM)
    shell.run("apply", "x.yaml", "--yes")
    before, state = ids(account), account.state()
    assert shell.run("destroy", "x.yaml", "--yes").code == 0
    result = Shell(shell.cwd, {**shell.environ, **without_bin(account)}).run("undo", "--yes")
    assert result.code == 0, result
    assert "ram:ListUsersInRecycleBin" in result.out
    assert not set(before.values()) & set(ids(account).values())
    assert [user for user in account.state()["users"] if user["name"] != "ci"] == state["users"]


def without_bin(account: EmbeddedAccount) -> dict[str, str]:
    """The environment of an administrator to whom the recycle bin is closed."""
    statement = {"Effect": "Deny", "Action": "ram:*RecycleBin", "Resource": "*"}
    account.edit("CreateUser", UserName="ci")
    document = json.dumps({"Version": "1", "Statement": [statement]})
    account.edit("CreatePolicy", PolicyName="no-bin", PolicyDocument=document)
    for kind, name in (("System", "AdministratorAccess"), ("Custom", "no-bin")):
        account.edit("AttachPolicyToUser", UserName="ci", PolicyType=kind, PolicyName=name)
    key = account.edit("CreateAccessKey", UserName="ci")["AccessKey"]
    return {
        "ALIBABA_CLOUD_ACCESS_KEY_ID": key["AccessKeyId"],
        "ALIBABA_CLOUD_ACCESS_KEY_SECRET": key["AccessKeySecret"],
    }


def ids(account: EmbeddedAccount) -> dict[str, str]:
    names = [user["name"] for user in account.state()["users"]]
    return {name: account.edit("GetUser", UserName=name)["User"]["UserId"] for name in names}


def test_undo_of_the_first_run_leaves_nothing(shell: Shell, account: EmbeddedAccount) -> None:
    """What others made in between stays as it is, and is named where it stands in the way."""
    shell.write("x.yaml", TEAM)
    account.edit("CreateUser", UserName="carol")
    empty = account.state()
    shell.run("apply", "x.yaml", "--yes")
    assert shell.run("undo", "--yes").code == 0
    assert account.state() == empty
    shell.run("apply", "x.yaml", "--yes")
    account.edit("AddUserToGroup", UserName="carol", GroupName="readers")
    account.edit(
        "AttachPolicyToUser", UserName="alice", PolicyType="System", PolicyName="AdministratorAccess"
    )
    account.forget_calls()
    refused = shell.run("undo", "--yes")
    assert refused.code == 3
    assert "user/carol" in refused.out
    assert not writes(account)
    result = shell.run("undo", "--yes", "--allow", "in-use")
    assert result.code == 0
    assert "user/alice/policy/system/AdministratorAccess" in result.out
    assert account.edit("ListPoliciesForUser", UserName="alice")["Policies"]["Policy"][0]["PolicyName"] == (
        "AdministratorAccess"
    )


def test_undo_of_a_run_in_part(shell: Shell, account: EmbeddedAccount) -> None:
    """A run that failed half way is taken back too; the failed call and its request id are in the history."""
    shell.write("x.yaml", TEAM)
    empty = account.state()
    account.set_faults(Fault("internal", action="AttachPolicyToGroup"))
    assert shell.run("apply", "x.yaml", "--yes").code == 5
    account.set_faults()
    shown = shell.run("history", "last", "--format", "json").json
    assert shown["exit_code"] == 5
    assert shell.run("undo", "--yes").code == 0
    assert account.state() == empty
    again = shell.run("undo", shown["run_id"], "--yes")
    assert again.code == 0
    assert "Nothing to undo" in again.out


def test_undo_is_a_plan_like_any_other(shell: Shell, account: EmbeddedAccount) -> None:
    """Without a terminal and --yes it is wrong usage; the answer no writes nothing; what changed since is told."""
    assert shell.run("undo", "--yes").code == 1
    shell.write("x.yaml", TEAM)
    shell.run("apply", "x.yaml", "--yes")
    shell.write("y.yaml", TEAM.replace("  bob:\n", "  bob:\n    protect: true\n"))
    shell.run("apply", "y.yaml", "--yes")
    first, last = (run["run_id"] for run in shell.run("history", "--format", "json").json["runs"])
    account.forget_calls()
    assert shell.run("undo").code == 64
    assert shell.run("undo", last, stdin=Terminal("no\n")).code == 1
    assert not writes(account)
    assert shell.run("undo", last, stdin=Terminal("yes\n")).code == 0
    shell.run("apply", "y.yaml", "--yes")
    assert "changed since" in shell.run("undo", first, "--yes").out.lower()


def test_every_plan_says_what_it_means(shell: Shell, account: EmbeddedAccount) -> None:
    """Undo and destroy tell who loses what, as plan does; taking or giving up a mark means nothing for anybody."""
    shell.write("x.yaml", TEAM)
    gained = shell.run("apply", "x.yaml", "--yes").out
    assert "+ can ice (Intelligent Media Service)" in gained
    lost = shell.run("undo", "--yes").out
    assert "- no longer ice (Intelligent Media Service)" in lost
    shell.run("apply", "x.yaml", "--yes")
    account.forget_calls()
    assert "What this means" not in shell.run("release", "user/alice", "--stack", "x.yaml").out
    assert "What this means" not in shell.run("adopt", "user/alice", "--stack", "x.yaml").out
    assert "GetPolicyVersion" not in {call.action for call in account.calls()}
    assert "no longer ice (Intelligent Media Service)" in shell.run("destroy", "x.yaml", "--yes").out


def test_a_protected_user_is_not_undone_away(shell: Shell, account: EmbeddedAccount) -> None:
    """A run that created a protected user is only taken back once the protection is off."""
    shell.write("x.yaml", TEAM.replace("  bob:\n", "  bob:\n    protect: true\n"))
    shell.run("apply", "x.yaml", "--yes")
    account.forget_calls()
    assert shell.run("undo", "--yes").code == 3
    assert not writes(account)


def test_undo_of_adopt_and_release(shell: Shell, account: EmbeddedAccount) -> None:
    """The mark that adopt took is given back, and the one that release gave up is there again."""
    account.edit("CreateUser", UserName="alice", DisplayName="Alice")
    shell.write("x.yaml", TEAM)
    before = account.state()
    shell.run("adopt", "user/alice", "--stack", "x.yaml")
    after = account.state()
    assert before != after
    assert shell.run("undo", "--yes").code == 0
    assert account.state() == before
    assert shell.run("undo", "--yes").code == 0
    assert account.state() == after


def test_another_account_is_refused(shell: Shell) -> None:
    """A journal of one account is not undone in another."""
    shell.write("x.yaml", TEAM)
    shell.run("apply", "x.yaml", "--yes", "--journal-dir", "kept")
    with EmbeddedAccount() as other:
        stranger = Shell(shell.cwd, {**other.environment, "RAMSTACK_RATE_SCALE": "100"})
        assert stranger.run("undo", "--yes", "--journal-dir", "kept").code == 1
        assert not [call for call in other.calls() if call.kind == "write"]
    assert shell.run("undo", "--yes").code == 1
    assert shell.run("undo", "--yes", "--journal-dir", "kept").code == 0
    assert len(list((shell.cwd / "kept").iterdir())) == 2
    assert not (shell.cwd / ".ramstack").exists()


def test_no_journal_no_write(shell: Shell, account: EmbeddedAccount) -> None:
    """A journal that cannot be begun stops the run before its first write."""
    shell.write("x.yaml", TEAM)
    shell.write("kept", "")
    account.forget_calls()
    result = shell.run("apply", "x.yaml", "--yes", "--journal-dir", "kept/deep")
    assert result.code == 1
    assert "--journal-dir" in result.err
    assert not writes(account)


@pytest.mark.parametrize(
    "environ",
    [
        {"CI_JOB_URL": "https://user:t0ken@ci.example/jobs/7?private_token=t0ken"},
        {"GITHUB_SERVER_URL": "https://ci.example", "GITHUB_REPOSITORY": "a/b", "GITHUB_RUN_ID": "7"},
    ],
)
def test_a_journal_holds_no_secret(shell: Shell, environ: dict[str, str]) -> None:
    """Neither the key nor a token in the pipeline's URL is in any file that a run leaves; the rest of the URL is."""
    shell.write("x.yaml", TEAM)
    shell.environ |= environ
    shell.run("apply", "x.yaml", "--yes")
    shell.run("undo", "--yes")
    secrets = ["t0ken", *(v for k, v in shell.environ.items() if k.endswith("SECRET"))]
    for file in journals(shell):
        text = file.read_text()
        assert not [secret for secret in secrets if secret in text]
        assert json.loads(text.splitlines()[0])["pipeline_url"].startswith("https://ci.example/")
        assert file.stat().st_mode & 0o777 == 0o600
