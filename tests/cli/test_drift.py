"""`drift` and the drift in plans: which side moved since the last run, as its journal knows. Nothing is written or read for it."""

from __future__ import annotations

import json

import pytest

from ramstack.emulator import EmbeddedAccount
from tests.cli.shell import Shell, writes
from tests.cli.stacks import TEAM
from tests.planning.test_plan_schema import PLANS, SCHEMA, undescribed

BY_HAND = {"PolicyType": "System", "PolicyName": "AdministratorAccess"}
ADDED = "user/alice/policy/system/AdministratorAccess"


@pytest.fixture(name="applied")
def _applied(shell: Shell, account: EmbeddedAccount) -> Shell:
    shell.write("x.yaml", TEAM)
    assert shell.run("apply", "x.yaml", "--yes").code == 0
    account.forget_calls()
    return shell


def meddle(account: EmbeddedAccount) -> None:
    """A person in the console: one thing comes, one changes, one goes."""
    account.edit("AttachPolicyToUser", UserName="alice", **BY_HAND)
    account.edit("UpdateUser", UserName="alice", NewDisplayName="Alicia")
    account.edit("RemoveUserFromGroup", UserName="bob", GroupName="readers")
    account.edit("UpdateUser", UserName="bob", NewComments="not managed")


def told(document: dict) -> dict[str, str]:
    return {one["address"]: one["how"] for one in document["drift"]}


MEDDLED = {
    "user/alice": "changed",
    ADDED: "appeared",
    "user/bob": "changed",
    "user/bob/group/readers": "vanished",
}


def test_nothing_moved(applied: Shell, account: EmbeddedAccount) -> None:
    """Right after an apply nothing differs, whatever the formats; exit 0, and not one write."""
    assert applied.run("drift", "x.yaml").code == 0
    document = applied.run("drift", "x.yaml", "--format", "json").json
    assert (document["drift"], document["changes"], document["differs"]) == ([], [], False)
    assert not writes(account)


def test_which_side_moved(applied: Shell, account: EmbeddedAccount) -> None:
    """What a person changed is told apart from what the YAML newly asks for, also where the stack leaves it alone."""
    meddle(account)
    applied.write("x.yaml", TEAM.replace("env: prod", "env: test"))
    result = applied.run("drift", "x.yaml", "--format", "json")
    document = result.json
    assert result.code == 2
    assert document["journaled"]
    assert told(document) == MEDDLED
    assert document["asked"] == ["user/alice/tag/env"]
    assert document["taken_back"] == ["user/alice", ADDED, "user/bob/group/readers"]
    (run,) = applied.run("history", "--format", "json").json["runs"]
    assert {one["run_id"] for one in document["drift"]} == {run["run_id"]}
    before = {one["address"]: one["before"] for one in document["drift"]}
    assert before["user/alice"]["display_name"] == "Alice"
    assert not writes(account)


def test_every_format_of_a_plan_tells_it(applied: Shell, account: EmbeddedAccount) -> None:
    """Text, markdown, HTML and JSON; also the plan that apply shows and the one that is saved."""
    meddle(account)
    for format_ in ("text", "markdown", "html"):
        text = applied.run("plan", "x.yaml", "--format", format_).out
        assert "since the last run, by somebody else" in text
        assert "not managed" in text
    document = applied.run("plan", "x.yaml", "--format", "json", "--out", "p.json").json
    assert told(document) == MEDDLED
    PLANS.validate(document)
    assert list(undescribed(document, SCHEMA)) == []
    assert "by somebody else" in applied.run("apply", "p.json", "--yes").out
    assert applied.run("drift", "x.yaml").code == 0


def test_as_a_comment(applied: Shell, account: EmbeddedAccount) -> None:
    """Markdown tells the same with the same exit code, and begins with a marker of its own."""
    meddle(account)
    result = applied.run("drift", "x.yaml", "--format", "markdown")
    assert result.code == 2
    assert result.out.startswith(f"<!-- ramstack-drift account={account.account_id} stacks=team -->\n")
    assert "### Drift: 4 changed by somebody else, 0 asked by the YAML." in result.out
    assert all(address in result.out for address in MEDDLED)


def test_without_a_journal(applied: Shell, account: EmbeddedAccount) -> None:
    """All that differs is shown, and that nobody can tell which side moved."""
    meddle(account)
    result = applied.run("drift", "x.yaml", "--journal-dir", "elsewhere")
    assert result.code == 2
    assert "nobody can tell which side moved" in result.out
    document = applied.run("drift", "x.yaml", "--journal-dir", "elsewhere", "--format", "json").json
    assert (document["drift"], document["journaled"]) == ([], False)
    assert document["asked"] == ["user/alice", ADDED, "user/bob/group/readers"]


def test_the_last_word_counts(applied: Shell, account: EmbeddedAccount) -> None:
    """What a later run changed itself is no drift; what goes by hand with its user is told once."""
    applied.write("x.yaml", TEAM.replace("Alice", "Alicia").replace("env: prod", "env: test"))
    assert applied.run("apply", "x.yaml", "--yes").code == 0
    assert applied.run("drift", "x.yaml").code == 0
    account.edit("RemoveUserFromGroup", UserName="bob", GroupName="readers")
    account.edit("DetachPolicyFromUser", UserName="bob", PolicyType="Custom", PolicyName="read-media")
    account.edit("DeleteUser", UserName="bob")
    assert told(applied.run("drift", "x.yaml", "--format", "json").json) == {"user/bob": "vanished"}


def test_of_other_accounts_and_lineages_nothing_is_told(applied: Shell, account: EmbeddedAccount) -> None:
    """A journal of another account, or of another stack of the same name, knows nothing of this one."""
    meddle(account)
    with EmbeddedAccount() as other:
        stranger = Shell(applied.cwd, {**applied.environ, **other.environment})
        document = stranger.run("drift", "x.yaml", "--format", "json").json
        assert (document["drift"], document["journaled"]) == ([], False)
    applied.write("y.yaml", TEAM.replace("3f9a2c1b", "00000000"))
    result = applied.run("drift", "y.yaml", "--format", "json")
    assert (result.code, result.json["drift"], result.json["journaled"]) == (2, [], False)


def test_a_target_asks_for_less(applied: Shell, account: EmbeddedAccount) -> None:
    meddle(account)
    document = applied.run("drift", "x.yaml", "--target", "user/bob", "--format", "json").json
    assert set(told(document)) == {a for a in MEDDLED if a.startswith("user/bob")}


def test_of_the_rest_nothing_is_said(applied: Shell, account: EmbeddedAccount) -> None:
    """Nothing differs at the target, and nobody claims that nothing differs elsewhere."""
    meddle(account)
    for command in ("plan", "drift"):
        told = applied.run(command, "x.yaml", "--target", "policy/read-media")
        assert told.code == 0
        assert "at these targets. The rest was not looked at." in told.out
        assert "is what the stacks say" not in told.out


def test_unhappy_roads(applied: Shell) -> None:
    """Wrong usage is 64, a bad stack 1, credentials that nobody knows 7."""
    assert applied.run("drift", "--nonsense").code == 64
    applied.write("bad.yaml", "ramstack: 1\nstack: team\nlineage: 3f9a2c1b\nuser: {}\n")
    assert applied.run("drift", "bad.yaml").code == 1
    stranger = Shell(applied.cwd, {**applied.environ, "ALIBABA_CLOUD_ACCESS_KEY_SECRET": "wrong"})
    assert stranger.run("drift", "x.yaml").code == 7


def test_the_document_of_a_role_is_its_trust(shell: Shell, account: EmbeddedAccount) -> None:
    """Who may assume it is called what stacks call it, in drift, in the table of a comment and in a refusal."""
    text = "ramstack: 1\nstack: farm\nlineage: 3f9a2c1b\nroles:\n  worker: {trust: {service: ecs.aliyuncs.com}}\n"
    shell.write("x.yaml", text)
    assert shell.run("apply", "x.yaml", "--yes").code == 0
    trust = account.edit("GetRole", RoleName="worker")["Role"]["AssumeRolePolicyDocument"]
    account.edit("UpdateRole", RoleName="worker", NewAssumeRolePolicyDocument=trust.replace("ecs.", "fc."))
    assert "~ role/worker  trust\n" in shell.run("drift", "x.yaml").out
    assert "| `~ role/worker` | trust |" in shell.run("plan", "x.yaml", "--format", "markdown").out
    assert shell.run("drift", "x.yaml", "--format", "json").json["drift"][0]["fields"] == ["trust"]
    shell.write("y.yaml", text.replace("farm", "other"))
    assert shell.run("release", "role/worker", "--stack", "x.yaml").code == 0
    assert "differs from what is declared: ~ trust." in " ".join(shell.run("plan", "y.yaml").out.split())


def test_ignored_tags_of_a_role_are_no_drift(shell: Shell, account: EmbeddedAccount) -> None:
    """What the role ignores is left out, also where a user of the same name says otherwise; other tags are told."""
    text = "ramstack: 1\nstack: farm\nlineage: 3f9a2c1b\nusers: {worker: {ignore_tags: [stray]}}\nroles:\n"
    shell.write(
        "x.yaml", text + "  worker: {trust: {service: ecs.aliyuncs.com}, ignore_tags: ['cost:*'], tags: {}}\n"
    )
    assert shell.run("apply", "x.yaml", "--yes").code == 0
    tags = json.dumps([{"Key": key, "Value": "x"} for key in ("cost:centre", "stray")])
    account.edit("TagResources", ResourceType="role", ResourceNames='["worker"]', Tag=tags)
    document = shell.run("drift", "x.yaml", "--format", "json").json
    assert told(document) == {"role/worker/tag/stray": "appeared"}
    assert document["taken_back"] == ["role/worker/tag/stray"]
