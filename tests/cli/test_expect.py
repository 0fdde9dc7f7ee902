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


@pytest.mark.parametrize(
    "test", ["allow: [ice:GetMediaInfo]", "user: bob", "user: bob, allow: [ice:GetMediaInfo], from: office"]
)
def test_an_unfit_test_is_told_at_its_place(shell: Shell, test: str) -> None:
    """No subject, nothing to test, or an address that is none: an error of the stack."""
    shell.write("team.yaml", stack(test))
    result = shell.run("validate", "team.yaml")
    assert result.code == 1
    assert "team.yaml:23:5" in result.err
