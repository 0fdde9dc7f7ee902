"""`plan --why`: the file, line and layer that each value comes from."""

from __future__ import annotations

import pytest

from ramstack.emulator import EmbeddedAccount
from tests.cli.shell import Shell, writes

STACK = """\
ramstack: 1
stack: media
lineage: 3f9a2c1b
defaults:
  tags: {team: media}
  ignore_tags: ["cost:*"]
profiles:
  uploader:
    comments: Uploads
    policies: [AliyunICEFullAccess]
users:
  phone:
    profile: uploader
    tags: {env: prod}
    policies: [AliyunOSSFullAccess]
roles:
  worker:
    trust: {service: ecs.aliyuncs.com}
"""


def layers(shell: Shell, *addresses: str) -> dict[tuple[str, str | None], tuple[str, str | None]]:
    asked = [word for address in addresses for word in ("--why", address)]
    result = shell.run("plan", "x.yaml", *asked, "--format", "json")
    assert result.code == 0
    return {(r["address"], r["field"]): (r["layer"], r["origin"]) for r in result.json["reasons"]}


@pytest.fixture(name="team")
def _team(shell: Shell, account: EmbeddedAccount) -> Shell:
    shell.write("x.yaml", STACK)
    assert shell.run("apply", "x.yaml", "--yes").code == 0
    account.forget_calls()
    return shell


def test_every_value_names_its_layer(team: Shell, account: EmbeddedAccount) -> None:
    """The block, the profile, the defaults, the stack's mark, or nothing; and nothing is written."""
    found = layers(team, "user/phone", "role/worker")
    phone = "user/phone"
    assert found[phone, None] == ("user", "x.yaml:12:3")
    assert found[phone, "comments"] == ("profile uploader", "x.yaml:9:15")
    assert found[phone, "email"] == ("not managed", None)
    assert found[phone, "owner"] == ("owner mark", "x.yaml:2:8")
    assert found[f"{phone}/tag/env", None] == ("user", "x.yaml:14:12")
    assert found[f"{phone}/tag/team", None] == ("default", "x.yaml:5:10")
    assert found[f"{phone}/policy/system/AliyunICEFullAccess", None] == ("profile uploader", "x.yaml:10:16")
    assert found[f"{phone}/policy/system/AliyunOSSFullAccess", None] == ("user", "x.yaml:15:16")
    assert found["role/worker", "document"] == ("role", "x.yaml:18:12")
    assert writes(account) == []


def test_what_no_file_says_tells_why_it_is_there(team: Shell, account: EmbeddedAccount) -> None:
    """Tags that are never touched, and what goes."""
    name = "phone@" + account.edit("GetDefaultDomain", version="2019-08-15")["DefaultDomainName"]
    tags = {"Tag.1.Key": "cost:center", "Tag.1.Value": "7", "Tag.2.Key": "stray", "Tag.2.Value": "x"}
    account.edit(
        "TagResources", version="2019-08-15", ResourceType="user", **{"ResourcePrincipalName.1": name}, **tags
    )
    found = layers(team, "user/phone")
    assert found["user/phone/tag/cost:center", None][0] == "ignored"
    assert found["user/phone/tag/stray", None][0] == "goes"
    account.edit("CreateUser", UserName="carol")
    assert layers(team, "user/carol") == {("user/carol", None): ("not ours", None)}


def test_what_nobody_has_is_an_error(team: Shell) -> None:
    """1 with a suggestion; wrong usage is 64."""
    result = team.run("plan", "x.yaml", "--why", "user/phnoe")
    assert (result.code, 'Did you mean "user/phone"?' in result.err) == (1, True)
    assert team.run("plan", "x.yaml", "--why", "phone").code == 64
    for more in (["--out", "p.json"], ["--target", "user/phone"], ["--detailed-exitcode"], ["--show-calls"]):
        assert team.run("plan", "x.yaml", "--why", "user/phone", *more).code == 64


def test_as_text(team: Shell) -> None:
    """A line for each value, its place to jump to."""
    text = team.run("plan", "x.yaml", "--why", "user/phone/tag/team").out
    assert text.splitlines()[-1].split() == ["tag", "team", "default", "x.yaml:5:10", "media"]
    role = team.run("plan", "x.yaml", "--why", "role/worker").out
    assert ["trust", "role", "x.yaml:18:12"] in [line.split() for line in role.splitlines()]


def test_a_name_that_changes_keeps_what_no_file_says(team: Shell) -> None:
    """A user that is to be renamed is told of under either name, with what it brings along."""
    team.write("x.yaml", STACK.replace("  phone:\n", "  mobile:\n    renamed_from: phone\n"))
    found = layers(team, "user/mobile")
    assert found["user/mobile", "email"] == ("not managed", None)
    assert layers(team, "user/phone") == found


def test_a_declared_tag_that_is_left_alone_says_so(team: Shell) -> None:
    """What `ignore_tags` matches is ignored where it is declared, too, whether it is there or not."""
    team.write("x.yaml", STACK.replace("{team: media}", '{team: media, "cost:x": a}'))
    address = "user/phone/tag/cost:x"
    assert layers(team, address) == {(address, None): ("ignored", None)}


SETTINGS = """\
ramstack: 1
stack: account
lineage: 3f9a2c1b
account_settings:
  password_policy:
    minimum_password_length: 14
    require_numbers: true
  alias: media-co
"""


def test_each_field_of_a_setting_has_its_own_line(shell: Shell) -> None:
    """The place of the value; a field that is left out is not managed, nor is a setting that no stack declares."""
    shell.write("x.yaml", SETTINGS)
    found = layers(shell, "account/password-policy", "account/alias", "account/security-preference")
    rules = "account/password-policy"
    assert found[rules, "minimum_password_length"] == ("account settings", "x.yaml:6:30")
    assert found[rules, "require_numbers"] == ("account settings", "x.yaml:7:22")
    assert found[rules, "require_symbols"] == ("not managed", None)
    assert found["account/alias", "alias"] == ("account settings", "x.yaml:8:10")
    assert found["account/security-preference", None] == ("not managed", None)


@pytest.mark.parametrize(("written", "layer"), [("", "not managed"), ("    policies: []\n", "additive")])
def test_additive_says_so_only_of_what_is_written(
    shell: Shell, account: EmbeddedAccount, written: str, layer: str
) -> None:
    """A key that is left out is not managed, whether or not the user is additive."""
    user = "users:\n  ann:\n    additive: true\n"
    shell.write("x.yaml", f"ramstack: 1\nstack: media\nlineage: 3f9a2c1b\n{user}{written}")
    assert shell.run("apply", "x.yaml", "--yes").code == 0
    account.edit("AttachPolicyToUser", UserName="ann", PolicyType="System", PolicyName="AliyunOSSFullAccess")
    address = "user/ann/policy/system/AliyunOSSFullAccess"
    assert layers(shell, address) == {(address, None): (layer, None)}
