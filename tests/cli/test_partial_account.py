"""Callers who may not read everything: what they cannot see is not planned, and the plan says what they lack."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace

import pytest

from ramstack.emulator import EmbeddedAccount, Settings
from tests.cli.shell import Shell, writes
from tests.cli.stacks import TEAM, WITHOUT_BOB

ROLE = """\
ramstack: 1
stack: farm
lineage: 3f9a2c1b
roles:
  worker: {trust: {service: ecs.aliyuncs.com}, tags: {env: prod}, policies: [AliyunICEFullAccess]}
"""
AGAIN = TEAM.replace("display_name: Alice", "display_name: Alice B").replace("ice:Get*", "ice:List*")


def caller_without(account: EmbeddedAccount, shell: Shell, *actions: str, resource: str = "*") -> Shell:
    """The same shell as a user who may do everything but these actions."""
    rules = [
        {"Effect": "Allow", "Action": "*", "Resource": "*"},
        {"Effect": "Deny", "Action": list(actions), "Resource": resource},
    ]
    document = json.dumps({"Version": "1", "Statement": rules})
    account.edit("CreateUser", UserName="ci")
    account.edit("CreatePolicy", PolicyName="ci", PolicyDocument=document)
    account.edit("AttachPolicyToUser", UserName="ci", PolicyName="ci", PolicyType="Custom")
    key = account.edit("CreateAccessKey", UserName="ci")["AccessKey"]
    names = {"ID": key["AccessKeyId"], "SECRET": key["AccessKeySecret"]}
    return replace(
        shell, environ=shell.environ | {f"ALIBABA_CLOUD_ACCESS_KEY_{k}": v for k, v in names.items()}
    )


@pytest.fixture(name="account")
def _account() -> Iterator[EmbeddedAccount]:
    """One whose ListUsers shows no tags, as the live one may."""
    with EmbeddedAccount(settings=Settings(list_users_tags=False)) as account:
        yield account


@pytest.fixture(name="applied")
def _applied(shell: Shell) -> Shell:
    shell.write("team.yaml", TEAM)
    assert shell.run("apply", "team.yaml", "--yes").code == 0
    return shell


def test_without_resource_manager_nothing_is_deleted(account: EmbeddedAccount, applied: Shell):
    """Grants at resource-group scope may hang on bob: he stays, the rest is planned, and nothing is saved."""
    blind = caller_without(
        account, applied, "ram:ListPolicyAttachments", "resourcemanager:ListPolicyAttachments"
    )
    assert blind.run("plan", "team.yaml", "--detailed-exitcode").code == 0
    applied.write("team.yaml", WITHOUT_BOB.replace("Read-only staff", "Staff"))
    result = blind.run("plan", "team.yaml", "--format", "json", "--out", "p.json")
    changed = {change["address"] for change in result.json["changes"]}
    assert (result.code, result.json["complete"], (applied.cwd / "p.json").exists()) == (7, False, False)
    assert changed == {"group/readers"}
    assert "resourcemanager:ListPolicyAttachments" in result.json["problems"][0]["detail"]


def test_tags_that_cannot_be_read_are_not_taken_for_absent(account: EmbeddedAccount, applied: Shell):
    """Nobody's users are refused as not ours, and none of ours is planned; groups and policies are."""
    blind = caller_without(account, applied, "ram:ListTagResources")
    applied.write("team.yaml", AGAIN)
    result = blind.run("plan", "team.yaml", "--format", "json")
    assert (result.code, result.json["complete"], result.json["rails"]) == (7, False, [])
    assert {change["address"] for change in result.json["changes"]} == {"policy/read-media"}
    assert "The tags of users could not be read" in result.json["problems"][0]["detail"]


def test_one_policy_that_cannot_be_read_is_left_alone(account: EmbeddedAccount, applied: Shell):
    """Its document is not known, so it is not edited; everything else is planned, and apply refuses with 7."""
    blind = caller_without(
        account, applied, "ram:ListPolicyVersions", resource="acs:ram:*:*:policy/read-media"
    )
    applied.write("team.yaml", AGAIN)
    result = blind.run("plan", "team.yaml", "--format", "json")
    assert (result.code, [change["address"] for change in result.json["changes"]]) == (7, ["user/alice"])
    account.forget_calls()
    assert blind.run("apply", "team.yaml", "--yes").code == 7
    assert not [call for call in account.calls() if call.kind == "write"]


def test_a_target_reads_what_it_needs(account: EmbeddedAccount, applied: Shell):
    """One user of the stack: no group is asked for its members, and nobody for every grant of the account but page 1."""
    for n in range(12):
        account.edit("CreateGroup", GroupName=f"crowd{n}")
    applied.write("team.yaml", AGAIN)
    account.forget_calls()
    result = applied.run("plan", "team.yaml", "--target", "user/alice", "--format", "json")
    assert [change["address"] for change in result.json["changes"]] == ["user/alice"]
    counts = account.call_counts()
    assert "ListUsersForGroup" not in counts
    assert counts["ListGroupsForUser"] == 1


@pytest.mark.parametrize("denied", ["ram:GetRole", "ram:ListRoles", "ram:ListTagResources"])
def test_of_a_role_that_cannot_be_read_nothing_is_said_but_that(
    account: EmbeddedAccount, shell: Shell, denied: str
) -> None:
    """7 with the permission from every command: not created, not absent, not changed since, not undone by halves."""
    shell.write("x.yaml", ROLE)
    assert shell.run("apply", "x.yaml", "--yes").code == 0
    blind = caller_without(account, shell, denied)
    account.forget_calls()
    for command in (["plan", "x.yaml"], ["undo"], ["adopt", "role/worker"], ["release", "role/worker"]):
        words = {"plan": [], "undo": ["--yes"]}.get(command[0], ["--stack", "x.yaml"])
        result = blind.run(*command, *words)
        assert (result.code, writes(account)) == (7, [])
        told = result.out + result.err
        assert denied in told
        assert not [word for word in ("(absent)", "(changed-since)", "+ role", "- tag") if word in told]
    why = blind.run("plan", "x.yaml", "--why", "role/worker")
    assert (why.code, denied in why.err, "declared" in why.out) == (7, True, True)


def test_an_undo_of_what_cannot_be_read_is_not_complete(account: EmbeddedAccount, applied: Shell) -> None:
    """The documents of policies: 7, not a false word on who changed them since."""
    applied.write("team.yaml", AGAIN)
    assert applied.run("apply", "team.yaml", "--yes").code == 0
    account.forget_calls()
    result = caller_without(account, applied, "ram:ListPolicyVersions").run("undo", "--yes")
    assert (result.code, writes(account), "changed-since" in result.out) == (7, [], False)
