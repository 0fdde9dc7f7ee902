"""explain and who-can: the decision, and the statement that decides."""

from __future__ import annotations

from ramstack.emulator import EmbeddedAccount
from tests.cli.shell import Shell, writes
from tests.cli.stacks import TEAM

OFFICE = TEAM.replace(
    '[{Effect: Allow, Action: ["ice:Get*"], Resource: "*"}]',
    '[{Effect: Allow, Action: ["ice:Delete*"], Resource: "*", Condition: {IpAddress: {"acs:SourceIp": 203.0.113.7}}},'
    ' {Effect: Deny, Action: "ice:DeleteSmartJob", Resource: "*"}]',
)


def applied(shell: Shell, stack: str = OFFICE) -> None:
    shell.write("team.yaml", stack)
    assert shell.run("apply", "team.yaml", "--yes").code == 0


def test_each_of_the_four_answers(shell: Shell) -> None:
    """Allow, explicit deny, implicit deny and depends, on the account as it is."""
    applied(shell)
    asked = {
        "ice:GetMediaInfo": "allow",
        "ice:DeleteSmartJob": "explicit_deny",
        "oss:PutObject": "implicit_deny",
        "ice:DeleteMediaInfos": "depends",
    }
    for action, decision in asked.items():
        result = shell.run("explain", "bob", action, "--format", "json")
        assert (result.code, result.json["decision"]) == (0, decision), action


def test_what_is_said_decides_what_depended(shell: Shell) -> None:
    """With the address given, the condition on it is known."""
    applied(shell)
    answers = [
        shell.run("explain", "user/bob", "ice:DeleteMediaInfos", "--from", ip, "--format", "json").json[
            "decision"
        ]
        for ip in ("203.0.113.7", "203.0.113.8")
    ]
    assert answers == ["allow", "implicit_deny"]


BUCKET = (
    """\
users:
  cat: {policies: [bucket], groups: []}
""".join(TEAM.split("users:\n"))
    + """\
  bucket:
    document:
      Version: "1"
      Statement: [{Effect: Allow, Action: "oss:GetObject", Resource: "acs:oss:*:*:media/*",
        Condition: {IpAddress: {"acs:SourceIp": 203.0.113.7}}}]
"""
)


def test_a_resource_that_is_not_said_is_what_it_depends_on(shell: Shell) -> None:
    """In text, JSON and who-can, beside the conditions; once said, it decides."""
    applied(shell, BUCKET)
    argv = ("explain", "cat", "oss:GetObject", "--format", "json")
    assert shell.run(*argv).json["depends_on"] == ["IpAddress acs:SourceIp 203.0.113.7", "the resource"]
    assert shell.run(*argv, "--from", "203.0.113.7").json["depends_on"] == ["the resource"]
    assert "It depends on: the resource" in shell.run(*argv[:3]).out
    assert "the resource" in shell.run("who-can", "oss:GetObject").out
    answers = [
        shell.run(*argv, f"acs:oss:*:*:{name}", "--from", "203.0.113.7").json["decision"]
        for name in ("media/a", "other/a")
    ]
    assert answers == ["allow", "implicit_deny"]


def test_a_resource_does_not_count_where_the_service_knows_none(shell: Shell) -> None:
    """IMS authorizes by operation: whatever is named, the answer is that of the operation, and it is told."""
    applied(shell)
    for resource in ("media-1", "acs:ice:cn-shanghai:1:media/x", "acs:ice:*:1234567890123456:*"):
        result = shell.run("explain", "alice", "ice:GetMediaInfo", resource, "--format", "json")
        assert result.json["decision"] == "allow"
        assert ("does not count" in result.err) is ("1234567890123456" not in resource)


def test_the_statement_is_named(shell: Shell) -> None:
    """Policy, version, group and, for what a stack wrote, file and line."""
    applied(shell)
    through = shell.run("explain", "bob", "ice:GetMediaInfo", "--format", "json").json["statements"]
    assert [(s["policy"], s["via"]) for s in through] == [("system/AliyunICEReadOnlyAccess", "group/readers")]
    ours = shell.run("explain", "bob", "ice:DeleteSmartJob", "--stack", "team.yaml", "--format", "json").json[
        "statements"
    ]
    assert [(s["policy"], s["version"], s["statement"]) for s in ours] == [("custom/read-media", "v1", 2)]
    assert ours[0]["origin"].startswith("team.yaml:21:")


def test_planned_is_what_apply_will_make(shell: Shell, account: EmbeddedAccount) -> None:
    """The planned state answers before the apply as the live one does after it; asking writes nothing."""
    shell.write("team.yaml", OFFICE)
    argv = ("explain", "bob", "ice:DeleteSmartJob", "--format", "json")
    assert shell.run(*argv).code == 1
    before = shell.run(*argv, "--planned", "--stack", "team.yaml").json
    assert writes(account) == []
    assert shell.run("apply", "team.yaml", "--yes").code == 0
    after = shell.run(*argv).json
    assert before["decision"] == after["decision"] == "explicit_deny"
    assert before["statements"][0]["policy"] == after["statements"][0]["policy"]


def test_a_group_and_a_user_alike(shell: Shell) -> None:
    """A principal may be named with its kind."""
    applied(shell)
    assert "allow" in shell.run("explain", "group/readers", "ice:GetMediaInfo").out
    assert "may not call" in shell.run("explain", "group/readers", "ice:DeleteMediaInfos").out


def test_who_can_lists_those_who_may(shell: Shell) -> None:
    """Users, groups and roles, with those whose answer depends; nobody else."""
    applied(shell)
    found = shell.run("who-can", "ice:DeleteMediaInfos", "--format", "json").json["principals"]
    assert {one["principal"]: one["decision"] for one in found} == {
        "user/alice": "allow",
        "user/bob": "depends",
    }
    table = shell.run("who-can", "ice:GetMediaInfo")
    assert "group/readers" in table.out
    assert "3 principals" in table.out
    assert "Nobody may call kms:Decrypt" in shell.run("who-can", "kms:Decrypt").out


def test_who_can_reads_each_document_once(shell: Shell, account: EmbeddedAccount) -> None:
    """One call for each attached policy, whoever holds it."""
    applied(shell)
    seen = len(account.calls())
    shell.run("who-can", "ice:GetMediaInfo")
    asked = [c.params["PolicyName"] for c in account.calls()[seen:] if "PolicyVersion" in c.action]
    assert len(asked) == len(set(asked)) == 4


def test_wrong_questions_are_usage_errors(shell: Shell) -> None:
    """An action with a wildcard, an address, a time or a principal that is none, an empty resource."""
    for argv in (
        ("explain", "bob", "ice:*"),
        ("explain", "bob", "ice:GetMediaInfo", "--from", "office"),
        ("explain", "bob", "ice:GetMediaInfo", "--at", "noon"),
        ("explain", "policy/x", "ice:GetMediaInfo"),
        ("explain", "bob", "oss:GetObject", ""),
    ):
        assert shell.run(*argv).code == 64, argv


def test_a_misspelt_operation_is_told(shell: Shell) -> None:
    """Of a service whose operations are all known, an unknown one is most likely a slip; so is a service nobody knows."""
    applied(shell)
    told = {
        "ice:GetMediaInfos": 'Did you mean "ice:GetMediaInfo"?',
        "icee:GetMediaInfo": "No service with the code",
        "ims:GetMediaInfo": 'Intelligent Media Service is "ice"',
        "ecs:RunInstances": "",
        "ice:GetMediaInfo": "",
    }
    for action, words in told.items():
        err = shell.run("explain", "bob", action).err
        assert words in err, action
        assert bool(err) is bool(words), action
