"""Access tests in a stack: judged on the planned end state, and nothing lifts a failed one."""

from __future__ import annotations

from xml.etree import ElementTree as ET

import pytest

from ramstack.emulator import EmbeddedAccount
from tests.cli.shell import Shell, writes
from tests.cli.stacks import TEAM


def stack(*tests: str) -> str:
    return TEAM + "expect:\n" + "".join(f"  - {{{test}}}\n" for test in tests)


@pytest.mark.parametrize(
    "test",
    [
        "user: bob, allow: [ice:GetMediaInfo]",
        'user: bob, deny: ["ice:Delete*", "kms:*"]',
        "group: readers, allow: [ice:GetMediaInfo], from: 203.0.113.7, mfa: true",
        "group: readers, allow: [ice:GetMediaInfo], resource: media-1",
        'everyone: true, deny: ["ram:*"]',
    ],
)
def test_what_holds_is_applied(shell: Shell, test: str) -> None:
    """An expectation that the planned state meets stands against nothing."""
    shell.write("team.yaml", stack(test))
    assert shell.run("apply", "team.yaml", "--yes").code == 0


@pytest.mark.parametrize(
    ("test", "names"),
    [
        ("user: bob, allow: [ice:DeleteMediaInfos]", "implicit_deny"),
        ('user: alice, deny: ["ice:Delete*"]', "system/AliyunICEFullAccess"),
        ("user: bob, deny: [ice:GetMediaInfo]", "custom/read-media (team.yaml:21"),
        ('everyone: true, deny: ["oss:*"]', "user/alice"),
        ('user: bob, allow: ["kms:*"]', "nothing that it matches"),
        ("user: zed, allow: [ice:GetMediaInfo]", "will not exist"),
    ],
)
def test_what_does_not_hold_is_refused(shell: Shell, account: EmbeddedAccount, test: str, names: str) -> None:
    """Exit 3, with the statement that decides and the line of the test; nothing is written."""
    shell.write("team.yaml", stack(test))
    planned = shell.run("plan", "team.yaml", "--format", "json")
    assert planned.code == 3
    assert [(r["rule"], r["origin"]) for r in planned.json["rails"]] == [("expect", "team.yaml:23:5")]
    assert names in planned.json["rails"][0]["detail"]
    assert shell.run("apply", "team.yaml", "--yes").code == 3
    assert writes(account) == []


def test_a_plan_writes_junit(shell: Shell) -> None:
    """One case for each test and principal, also where the plan is refused; the file says what failed."""
    shell.write("team.yaml", stack("user: bob, allow: [ice:GetMediaInfo]", 'everyone: true, deny: ["oss:*"]'))
    assert shell.run("plan", "team.yaml", "--junit", "tests.xml").code == 3
    (suite,) = ET.parse(shell.cwd / "tests.xml").getroot()
    assert [(case.get("name"), [child.tag for child in case]) for case in suite] == [
        ("user/bob may ice:GetMediaInfo", []),
        ("user/alice may not oss:*", ["failure"]),
        ("user/bob may not oss:*", []),
    ]
    assert shell.run("plan", "team.yaml", "--junit", "nowhere/tests.xml").code == 64


FARM = (
    """\
roles:
  worker:
    trust: {service: ecs.aliyuncs.com}
    policies: [AliyunICEFullAccess, keep]
  idle:
    trust: {service: ecs.aliyuncs.com}
    policies: []
"""
    + TEAM
    + """\
  keep:
    document:
      Version: "1"
      Statement:
        - {Effect: Deny, Action: "ice:Delete*", Resource: "*", Condition: {NotIpAddress: {"acs:SourceIp": 203.0.113.7}}}
expect:
"""
)


@pytest.mark.parametrize(
    ("test", "names"),
    [
        ("role: worker, allow: [ice:GetMediaInfo], deny: [oss:GetObject]", None),
        ('role: worker, deny: ["ice:Delete*"], from: 203.0.113.8', None),
        ("role: worker, allow: [ice:DeleteMediaInfos], from: 203.0.113.7", None),
        ('role: idle, deny: ["*"]', None),
        ("role: worker, allow: [ice:DeleteMediaInfos], from: 203.0.113.8", "custom/keep (team.yaml:33:11)"),
        (
            "role: worker, allow: [ice:DeleteMediaInfos]",
            "It depends on NotIpAddress acs:SourceIp 203.0.113.7.",
        ),
        ("role: worker, deny: [ice:GetMediaInfo]", "system/AliyunICEFullAccess"),
        ("role: idle, allow: [ice:GetMediaInfo]", "implicit_deny"),
    ],
)
def test_roles_are_tried_like_users(shell: Shell, test: str, names: str | None) -> None:
    """By validate on what the stack says and by plan on the account as it will be, with the same answer."""
    shell.write("team.yaml", f"{FARM}  - {{{test}}}\n")
    offline = shell.run("validate", "team.yaml", "--format", "json")
    planned = shell.run("plan", "team.yaml", "--format", "json")
    assert (offline.code, planned.code) == ((3, 3) if names else (0, 0))
    (trial,) = offline.json["tests"]
    assert trial["status"] == ("failed" if names else "passed")
    told = [rail["detail"] for rail in planned.json["rails"]]
    assert told == [f"{trial['subject']}: {detail}" for detail in trial["details"]]
    assert all(names in detail for detail in told if names)


def test_a_role_that_will_not_exist_fails_in_the_plan(shell: Shell) -> None:
    """Offline the account may have it; the plan knows that it has not."""
    shell.write("team.yaml", f"{FARM}  - {{role: nobody, deny: [ice:GetMediaInfo]}}\n")
    offline = shell.run("validate", "team.yaml", "--format", "json")
    assert (offline.code, offline.json["tests"][0]["status"]) == (0, "undecided")
    assert shell.run("plan", "team.yaml", "--junit", "tests.xml").code == 3
    (suite,) = ET.parse(shell.cwd / "tests.xml").getroot()
    assert [(case.get("name"), [child.tag for child in case]) for case in suite] == [
        ("role/nobody may not ice:GetMediaInfo", ["failure"])
    ]


def test_everyone_is_every_user_and_no_role(shell: Shell) -> None:
    """Roles are tried by name."""
    shell.write("team.yaml", f'{FARM}  - {{everyone: true, deny: ["kms:*"]}}\n')
    tests = shell.run("validate", "team.yaml", "--format", "json").json["tests"]
    assert [test["subject"] for test in tests] == ["user/alice", "user/bob"]


@pytest.mark.parametrize(
    "test",
    [
        "allow: [ice:GetMediaInfo]",
        "user: bob",
        "user: bob, allow: [ice:GetMediaInfo], from: office",
        'user: bob, allow: [oss:GetObject], resource: ""',
        "user: bob, allow: [GetMediaInfo]",
        'user: bob, deny: ["ice:"]',
        'user: bob, deny: ["ice:Get MediaInfo"]',
        'user: bob, deny: [""]',
    ],
)
def test_an_unfit_test_is_told_at_its_place(shell: Shell, test: str) -> None:
    """No subject, nothing to test, or an address that is none: an error of the stack."""
    shell.write("team.yaml", stack(test))
    result = shell.run("validate", "team.yaml")
    assert result.code == 1
    assert "team.yaml:23:5" in result.err
