"""What `permissions` says is enough, and of what plan gets nothing writes."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest

from ramstack.emulator import EmbeddedAccount
from tests.cli.shell import Shell
from tests.cli.stacks import TEAM

EDITED = TEAM.replace("display_name: Alice", "display_name: Alice B").replace("ice:Get*", "ice:List*")
WITH_CREDENTIALS = (
    EDITED.replace(
        "    policies: [AliyunICEFullAccess, AliyunOSSFullAccess]\n", "    access_keys: {deliver: kept}\n"
    ).replace("    policies: [read-media]\n", "    console: {password: generate, deliver: kept}\n")
    + "sinks: {kept: {file: {path: kept}}}\n"
)
EMPTY = "ramstack: 1\nstack: team\nlineage: 3f9a2c1b\n"


def caller_with(account: EmbeddedAccount, shell: Shell, name: str, document: object) -> Shell:
    account.edit("CreateUser", UserName=name)
    account.edit("CreatePolicy", PolicyName=name, PolicyDocument=json.dumps(document))
    account.edit("AttachPolicyToUser", UserName=name, PolicyName=name, PolicyType="Custom")
    key = account.edit("CreateAccessKey", UserName=name)["AccessKey"]
    names = {"ID": key["AccessKeyId"], "SECRET": key["AccessKeySecret"]}
    return replace(
        shell, environ=shell.environ | {f"ALIBABA_CLOUD_ACCESS_KEY_{k}": v for k, v in names.items()}
    )


@pytest.mark.parametrize("last", [EDITED, WITH_CREDENTIALS], ids=["plain", "credentials"])
def test_they_are_enough_for_a_whole_life(account: EmbeddedAccount, shell: Shell, last: str):
    """From nothing to users, groups, policies and credentials, and back to nothing, by a caller with these alone."""
    shell.write("team.yaml", last)
    documents = shell.run("permissions", "team.yaml").json
    planner = caller_with(account, shell, "ci-plan", documents["plan"])
    applier = caller_with(account, shell, "ci-apply", documents["apply"])
    for text in (TEAM, last, EMPTY):
        shell.write("team.yaml", text)
        assert planner.run("plan", "team.yaml", "--detailed-exitcode").code == 2
        assert planner.run("apply", "team.yaml", "--yes").code == 7
        result = applier.run("apply", "team.yaml", "--yes")
        assert (result.code, result.out if result.code else "") == (0, "")
        assert planner.run("plan", "team.yaml", "--detailed-exitcode").code == 0


def test_one_document_is_what_a_policy_takes(account: EmbeddedAccount, shell: Shell):
    shell.write("team.yaml", TEAM)
    document = shell.run("permissions", "team.yaml", "--for", "plan").json
    account.edit("CreatePolicy", PolicyName="ci", PolicyDocument=json.dumps(document))
    assert not [
        a for a in document["Statement"][0]["Action"] if not a.split(":")[1].startswith(("Get", "List"))
    ]


ROLE = """\
ramstack: 1
stack: team
lineage: 3f9a2c1b
roles:
  worker: {trust: {service: ecs.aliyuncs.com}, tags: {env: prod}, policies: [AliyunICEFullAccess]}
"""
OTHER_ROLE = (
    ROLE.replace("ecs.", "fc.")
    .replace("env: prod", "team: media")
    .replace("AliyunICEFullAccess]", "AliyunOSSFullAccess], max_session_duration: 2h")
)
SETTINGS = """\
ramstack: 1
stack: account
lineage: 3f9a2c1b
account_settings:
  password_policy: {minimum_password_length: 14}
  security_preference: {login_session_duration: 4}
  alias: media-co
"""
NO_ALIAS = SETTINGS.replace("media-co", '""').replace("14", "12")


@pytest.mark.parametrize(
    "texts", [(ROLE, OTHER_ROLE, EMPTY), (SETTINGS, NO_ALIAS)], ids=["roles", "settings"]
)
def test_they_are_enough_for_roles_and_settings(
    account: EmbeddedAccount, shell: Shell, texts: tuple[str, ...]
) -> None:
    """Each text is planned, applied, and undone again: nothing is missing on either way."""
    shell.write("x.yaml", texts[0])
    documents = shell.run("permissions", "x.yaml").json
    planner = caller_with(account, shell, "ci-plan", documents["plan"])
    applier = caller_with(account, shell, "ci-apply", documents["apply"])
    for text in texts:
        shell.write("x.yaml", text)
        assert planner.run("apply", "x.yaml", "--yes").code == 7
        for command in (["apply", "x.yaml"], ["undo"], ["apply", "x.yaml"]):
            result = applier.run(*command, "--yes")
            assert (result.code, result.out if result.code else "") == (0, "")
        assert planner.run("plan", "x.yaml", "--detailed-exitcode").code == 0
        assert planner.run("drift", "x.yaml").code == 0
