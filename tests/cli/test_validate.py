"""validate: what it finds, in every format, and what a stack silences."""

from __future__ import annotations

import json
from pathlib import Path
from xml.etree import ElementTree as ET

import jsonschema
import pytest

from tests.cli.shell import Shell
from tests.cli.stacks import TEAM

SCHEMA = json.loads((Path(__file__).parents[1] / "cases" / "sarif" / "sarif-2.1.0.json").read_text("utf-8"))
FORMATS = ("json", "sarif", "junit", "github")
LINTED = """\
ramstack: 1
stack: team
lineage: 3f9a2c1b
users:
  ann: {policies: [reads, filed], groups: []}
policies:
  reads:
    document:
      Version: "1"
      Statement:
        - Effect: Allow
          Action:
            - ice:GetMediaInfo
            - ice:GetMediaInfos
          Resource: "*"
          Condition: {Bool: {"acs:MfaPresent": "true"}}
  filed:
    document: {file: docs/filed.json}
"""
FILED = """\
{"Version": "1",
 "Statement": [
  {"Effect": "Allow", "Action": ["oss:GetObject",
    "oss:getObject"], "Resource": "*"}]}
"""


@pytest.fixture(name="linted")
def _linted(shell: Shell) -> Shell:
    shell.write("docs/filed.json", FILED)
    shell.write("team.yaml", LINTED)
    return shell


def silence(*entries: str) -> str:
    return LINTED + "lint:\n  ignore:\n" + "".join(f"    - {{{entry}}}\n" for entry in entries)


def valid_sarif(text: str) -> dict[str, object]:
    document = json.loads(text)
    jsonschema.validate(document, SCHEMA, format_checker=jsonschema.FormatChecker())
    return document


def test_findings_have_their_place(linted: Shell) -> None:
    """To the line of the action in YAML, of the condition key, and in the file that holds the document."""
    result = linted.run("validate", "team.yaml", "--format", "json")
    assert result.code == 0
    assert result.err == ""
    places = {(p["rule"], p["severity"], p["origin"]) for p in result.json["problems"]}
    assert places == {
        ("unknown-operation", "warning", "team.yaml:14:15"),
        ("condition-key-unknown", "warning", "team.yaml:16:30"),
        ("action-spelling", "warning", "docs/filed.json:4:5"),
    }


@pytest.mark.parametrize(("severity", "code"), [("error", 0), ("warning", 1), ("note", 1)])
def test_warnings_fail_when_asked(linted: Shell, severity: str, code: int) -> None:
    """A linter that cries wolf is turned off: only --fail-on makes a warning an exit code."""
    assert linted.run("validate", "team.yaml", "--fail-on", severity).code == code


def test_a_note_fails_only_where_notes_are_asked_for(shell: Shell) -> None:
    """The order of severities is error, warning, note."""
    shell.write(
        "team.yaml",
        TEAM.replace("AliyunICEReadOnlyAccess", "aliyunicereadonlyaccess")
        .split("policies:\n  read")[0]
        .replace("[read-media]", "[]"),
    )
    assert shell.run("validate", "team.yaml", "--fail-on", "warning").code == 0
    assert shell.run("validate", "team.yaml", "--fail-on", "note").code == 1


def test_what_is_silenced_is_not_told(linted: Shell) -> None:
    """With its reason in JSON and SARIF; a plan does not fail for it either."""
    linted.write(
        "team.yaml",
        silence(
            "rule: unknown-operation, reason: Next SDK",
            "rule: action-spelling, reason: As found, policy: filed",
        ),
    )
    result = linted.run("validate", "team.yaml", "--format", "json")
    assert [p["rule"] for p in result.json["problems"]] == ["condition-key-unknown"]
    assert [(p["rule"], p["reason"]) for p in result.json["silenced"]] == [
        ("unknown-operation", "Next SDK"),
        ("action-spelling", "As found"),
    ]
    document = valid_sarif(linted.run("validate", "team.yaml", "--format", "sarif").out)
    results = document["runs"][0]["results"]
    told = {r["ruleId"]: [s["justification"] for s in r.get("suppressions", ())] for r in results}
    assert told == {
        "condition-key-unknown": [],
        "unknown-operation": ["Next SDK"],
        "action-spelling": ["As found"],
    }
    assert "unknown-operation" not in linted.run("validate", "team.yaml", "--format", "github").out
    assert linted.run("plan", "team.yaml").code == 0


@pytest.mark.parametrize(
    ("entry", "rule", "code"),
    [
        ("rule: unknown-operatoin, reason: Mistyped", "lint-ignore", 1),
        ("rule: too-long, reason: An error stays one", "lint-ignore", 1),
        ("rule: all-actions, reason: Not there", "unused-suppression", 0),
        ("rule: unknown-operation, reason: Of another, policy: filed", "unused-suppression", 0),
    ],
)
def test_unfit_suppressions(linted: Shell, entry: str, rule: str, code: int) -> None:
    """A rule that does not exist is an error, for plan too; one that has nothing to say a warning."""
    linted.write("team.yaml", silence(entry))
    result = linted.run("validate", "team.yaml", "--format", "json")
    assert result.code == code
    assert rule in {p["rule"] for p in result.json["problems"]}
    assert linted.run("plan", "team.yaml").code == code


def test_a_silenced_warning_of_the_loader_is_silent_in_plans(shell: Shell) -> None:
    """The same suppressions hold for what loading warns about."""
    shell.write("team.yaml", TEAM.replace("  alice:\n", "  alice:\n    mobile: '0123'\n"))
    loud = shell.run("plan", "team.yaml", "--format", "json").json["problems"]
    shell.write(
        "team.yaml",
        (shell.cwd / "team.yaml").read_text() + "lint: {ignore: [{rule: mobile, reason: A test}]}\n",
    )
    quiet = shell.run("plan", "team.yaml", "--format", "json").json["problems"]
    assert [p["rule"] for p in loud] == ["mobile"]
    assert quiet == []


EXPECTS = """\
expect:
  - {user: ann, allow: [ice:GetMediaInfo], mfa: true}
  - {user: ann, deny: [oss:GetObject]}
  - {user: bob, deny: ["ice:Delete*"]}
"""


def test_a_broken_expectation_is_refused_offline(linted: Shell) -> None:
    """Exit 3, with the statement, its file and line; what only the account knows is undecided, not failed."""
    linted.write(
        "team.yaml",
        LINTED.replace(
            'Condition: {Bool: {"acs:MfaPresent": "true"}}', "Condition: {Bool: {'acs:MFAPresent': 'true'}}"
        )
        + EXPECTS,
    )
    result = linted.run("validate", "team.yaml", "--format", "json")
    assert result.code == result.json["exit_code"] == 3
    assert [t["status"] for t in result.json["tests"]] == ["passed", "failed", "undecided"]
    assert "custom/filed (docs/filed.json:3:3)" in result.json["tests"][1]["details"][0]
    assert ("expect", "team.yaml:21:5") in {(p["rule"], p["origin"]) for p in result.json["problems"]}
    text = linted.run("validate", "team.yaml")
    assert text.code == 3
    assert "1 passed, 1 failed, 1 undecided" in text.err
    cases = ET.fromstring(linted.run("validate", "team.yaml", "--format", "junit").out).findall(
        "testsuite[@name='expect']/testcase"
    )
    assert [[child.tag for child in case] for case in cases] == [[], ["failure"], ["skipped"]]


@pytest.mark.parametrize(
    ("grants", "test", "status"),
    [
        ("policies: [AliyunICEReadOnlyAccess], groups: []", "allow: [ice:GetMediaInfo]", "passed"),
        ("policies: [AliyunICEReadOnlyAccess], groups: []", "allow: [ice:SearchMedia]", "undecided"),
        ("policies: [AliyunICEReadOnlyAccess], groups: []", 'deny: ["ice:Delete*"]', "passed"),
        ("policies: [AliyunICEReadOnlyAccess], groups: []", "allow: [ice:DeleteMediaInfos]", "failed"),
        ("policies: [AliyunICEFullAccess], groups: []", "deny: [ice:DeleteMediaInfos]", "failed"),
        ("policies: [AliyunECSFullAccess], groups: []", "deny: [ice:DeleteMediaInfos]", "undecided"),
        ("policies: [AliyunECSFullAccess], groups: []", "allow: [ecs:RunInstances]", "undecided"),
        ("policies: [AliyunECSFullAccess, none], groups: []", "allow: [ecs:RunInstances]", "failed"),
        ("policies: [AliyunECSFullAccess, none], groups: []", 'deny: ["ecs:*"]', "passed"),
        ("policies: [not-of-this-stack], groups: []", "deny: [ice:DeleteMediaInfos]", "undecided"),
        ("policies: [none]", "deny: [ice:DeleteMediaInfos]", "undecided"),
        ("groups: []", "allow: [ice:GetMediaInfo]", "undecided"),
        ("policies: [], groups: [elsewhere]", "deny: [ice:GetMediaInfo]", "undecided"),
        ("policies: [], groups: [], additive: true", 'deny: ["kms:*"]', "undecided"),
        ("policies: [], groups: []", 'deny: ["kms:*"]', "passed"),
        ("policies: [], groups: []", 'allow: ["kms:*"]', "failed"),
    ],
)
def test_offline_only_what_is_known_decides(shell: Shell, grants: str, test: str, status: str) -> None:
    """Unknown documents and what a stack does not say leave a test undecided; a Deny of the stack decides."""
    none = 'none: {document: {Version: "1", Statement: [{Effect: Deny, Action: "ecs:*", Resource: "*"}]}}'
    head = "ramstack: 1\nstack: team\nlineage: 3f9a2c1b\n"
    shell.write(
        "t.yaml",
        f"{head}users:\n  ann: {{{grants}}}\npolicies:\n  {none}\nexpect:\n  - {{user: ann, {test}}}\n",
    )
    result = shell.run("validate", "t.yaml", "--format", "json")
    assert [t["status"] for t in result.json["tests"]] == [status]
    assert result.code == (3 if status == "failed" else 0)


@pytest.mark.parametrize("format_", FORMATS)
def test_a_broken_stack_comes_in_every_format(shell: Shell, format_: str) -> None:
    """Exit 1 and one document on stdout, nothing else anywhere."""
    shell.write("x.yaml", TEAM.replace("display_name", "displayname"))
    result = shell.run("validate", "x.yaml", "--format", format_)
    assert (result.code, result.err) == (1, "")
    match format_:
        case "json":
            assert [p["rule"] for p in result.json["problems"]] == ["unknown-key"]
        case "sarif":
            (found,) = valid_sarif(result.out)["runs"][0]["results"]
            region = found["locations"][0]["physicalLocation"]["region"]
            assert (found["level"], region) == ("error", {"startLine": 6, "startColumn": 5})
        case "junit":
            assert ET.fromstring(result.out).find(".//failure").get("type") == "unknown-key"
        case "github":
            assert result.out.startswith("::error file=x.yaml,line=6,col=5,")


@pytest.mark.parametrize("format_", FORMATS)
def test_a_sound_stack_comes_in_every_format(shell: Shell, format_: str) -> None:
    """Nothing to tell is a document too; of workflow commands it is none."""
    shell.write("x.yaml", "ramstack: 1\nstack: x\nlineage: 3f9a2c1b\nusers: {ann: }\n")
    result = shell.run("validate", "x.yaml", "--format", format_)
    assert (result.code, result.err) == (0, "")
    assert (result.out == "") is (format_ == "github")
    if format_ == "sarif":
        assert valid_sarif(result.out)["runs"][0]["results"] == []


def test_validate_calls_nobody(linted: Shell, account: object) -> None:
    """Offline means offline."""
    linted.run("validate", "team.yaml")
    assert account.calls() == ()
