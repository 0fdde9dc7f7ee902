"""`export` through the command line: what it prints loads, is adopted, and then plans to nothing."""

from __future__ import annotations

from ramstack.emulator import EmbeddedAccount
from tests.cli.shell import Shell, writes
from tests.cli.stacks import TEAM


def test_export_adopt_plan_is_empty(shell: Shell, account: EmbeddedAccount) -> None:
    """Of things made by hand: every address is adopted, and nothing is left to plan; not one write before that."""
    account.edit("CreateUser", UserName="007", DisplayName="no", Comments="${HOME}")
    account.edit("CreateGroup", GroupName="ops", Comments="a: b")
    account.edit("AddUserToGroup", UserName="007", GroupName="ops")
    document = '{"Version":"1","Statement":[{"Effect":"Allow","Action":"oss:Get*","Resource":["*"]}]}'
    account.edit("CreatePolicy", PolicyName="AliyunOSSFullAccess", PolicyDocument=document)
    for kind in ("System", "Custom"):
        account.edit("AttachPolicyToUser", UserName="007", PolicyType=kind, PolicyName="AliyunOSSFullAccess")
    account.forget_calls()
    result = shell.run("export", "--out", "stacks")
    assert result.code == 0, result
    assert not writes(account)
    header = (shell.cwd / "stacks" / "exported.yaml").read_text().partition("ramstack: 1")[0]
    assert "access keys, console logons and second factors" in header
    assert "settings of the account" in header
    assert "Only the files of this stack" not in header
    roots = ("user/007", "group/ops", "policy/AliyunOSSFullAccess")
    assert shell.run("adopt", *roots, "--stack", "stacks/exported.yaml").code == 0
    assert shell.run("plan", "stacks", "--detailed-exitcode").code == 0
    assert shell.run("export", "--out", "stacks").code == 1


def test_a_stack_that_exists_is_written_with_its_lineage(shell: Shell) -> None:
    """All that it owns; a part of it is refused, since the rest would then be deleted."""
    shell.write("x.yaml", TEAM)
    shell.run("apply", "x.yaml", "--yes")
    result = shell.run("export", "--stack", "team")
    shell.write("y.yaml", result.out)
    assert (result.code, "lineage: 3f9a2c1b" in result.out) == (0, True)
    assert (
        "# Only the files of this stack say what no account holds: console, access_keys, sinks, rails"
        in result.out
    )
    assert shell.run("plan", "y.yaml", "--detailed-exitcode").code == 0
    assert shell.run("export", "user/alice", "--stack", "team").code == 1


def test_unhappy_roads(shell: Shell) -> None:
    """A name that no stack can have is wrong usage; a pattern that matches nothing is an error."""
    assert shell.run("export", "--stack", "No!").code == 64
    assert shell.run("export", "user/nobody").code == 1
