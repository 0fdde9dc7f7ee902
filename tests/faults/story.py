"""A story in which an account goes through every kind of change, with the belongings of others all around.

`FIRST` is applied, people change things by hand, and `SECOND` then needs every call that a plan can need.
"""

from __future__ import annotations

import json
from collections.abc import Collection
from datetime import timedelta
from pathlib import Path

from ramstack.emulator import EmbeddedAccount
from ramstack.emulator.logon import is_password
from ramstack.emulator.mfa import totp
from ramstack.emulator.world import utc_now
from ramstack.model.mark import read_mark
from ramstack.model.owner import KEYS_TAG

HOLDERS = ("grace", "erin")

FIRST = """\
ramstack: 1
stack: team
lineage: 3f9a2c1b
defaults: {ignore_tags: ["cost:*"]}
users:
  alice:
    display_name: Alice
    comments: First
    tags: {env: dev, old: x}
    groups: [readers, writers]
    policies: [AliyunOSSFullAccess, wide]
  bob:
    groups: [readers]
    policies: [AliyunICEFullAccess]
  carol:
    tags: {env: dev, old: x}
    policies: [AliyunICEFullAccess]
  frank: {tags: {env: dev}}
  grace:
    console: {password: generate, reset_required: true, deliver: vault}
    access_keys: {count: 1, deliver: vault}
sinks: {vault: {file: {path: "${VAULT}"}}}
groups:
  readers: {comments: Read-only staff, policies: [AliyunICEReadOnlyAccess]}
  writers: {policies: [AliyunOSSFullAccess]}
  watchers: {comments: They watch}
roles:
  painter:
    description: First
    trust: {service: ecs.aliyuncs.com}
    tags: {env: dev, old: x}
    policies: [AliyunICEFullAccess, wide]
  idle: {trust: {service: ecs.aliyuncs.com}, policies: [leaving]}
policies:
  wide: {document: &get {Version: "1", Statement: [{Effect: Allow, Action: ["ice:Get*"], Resource: "*"}]}}
  narrow: {document: &all {Version: "1", Statement: [{Effect: Allow, Action: ["ice:*"], Resource: "*"}]}}
  back: {document: *get}
  words: {description: Some words, document: *get}
  leaving: {document: *get}
"""

SECOND = """\
ramstack: 1
stack: team
lineage: 3f9a2c1b
defaults: {ignore_tags: ["cost:*"]}
users:
  alice:
    display_name: Alice the Second
    comments: Second
    tags: {env: prod, new: y}
    groups: [readers, staff]
    policies: [AliyunICEFullAccess, wide, fresh]
  carola:
    renamed_from: carol
    tags: {env: prod}
    groups: [staff]
    policies: [AliyunICEFullAccess, AliyunOSSFullAccess]
  dave:
    display_name: A name of more than twenty-four characters
    tags: {env: prod, team: media}
    groups: [readers, staff]
    policies: [fresh]
  erin:
    policies: [AliyunICEReadOnlyAccess]
    console: {password: generate, deliver: vault}
    access_keys: {count: 2, deliver: vault}
  frank: {tags: {env: prod}}
  grace:
    console: {password: generate, reset_required: false, mfa_required: true, deliver: vault}
    access_keys: {count: 2, deliver: vault}
sinks: {vault: {file: {path: "${VAULT}"}}}
groups:
  readers: {comments: Readers, policies: [AliyunICEReadOnlyAccess, wide]}
  staff: {comments: Everybody, policies: [fresh]}
  viewers: {renamed_from: watchers, comments: They watch}
roles:
  painter:
    description: Second
    trust: {service: [ecs.aliyuncs.com, fc.aliyuncs.com]}
    max_session_duration: 2h
    tags: {env: prod}
    policies: [AliyunICEReadOnlyAccess, wide]
  ci:
    trust: {oidc: {provider: git, audience: sts.aliyuncs.com}}
    tags: {env: prod}
    policies: [fresh]
policies:
  wide: {document: &all {Version: "1", Statement: [{Effect: Allow, Action: ["ice:*"], Resource: "*"}]}}
  narrow: {document: &get {Version: "1", Statement: [{Effect: Allow, Action: ["ice:Get*"], Resource: "*"}]}}
  back: {document: *get}
  words: {description: Other words, document: *get}
  fresh: {description: New, document: *all}
"""

ADOPTING = """\
ramstack: 1
stack: inn
lineage: aaaaaaaa
users: {mallory: {}}
groups: {strangers: {}}
policies:
  theirs: {document: {Version: "1", Statement: [{Effect: Allow, Action: "oss:List*", Resource: "*"}]}}
"""
ADOPTED = ("user/mallory", "group/strangers", "policy/theirs")

EMPTY_DOCUMENT = '{"Version":"1","Statement":[{"Effect":"Allow","Action":"oss:List*","Resource":"*"}]}'
OTHER_DOCUMENT = '{"Version":"1","Statement":[{"Effect":"Allow","Action":"oss:Get%d","Resource":"*"}]}'

WRITES = frozenset(
    {
        *("CreateUser", "UpdateUser", "DeleteUser", "CreateGroup", "UpdateGroup", "DeleteGroup"),
        *("AddUserToGroup", "RemoveUserFromGroup", "TagResources", "UntagResources"),
        *("CreatePolicy", "CreatePolicyVersion", "SetDefaultPolicyVersion", "DeletePolicyVersion"),
        *("UpdatePolicyDescription", "DeletePolicy"),
        *("AttachPolicyToUser", "AttachPolicyToGroup", "DetachPolicyFromUser", "DetachPolicyFromGroup"),
        *("DetachPolicy", "DeleteLoginProfile", "UnbindMFADevice", "UpdateAccessKey", "DeleteAccessKey"),
        *("CreateAccessKey", "CreateLoginProfile", "UpdateLoginProfile"),
        *("CreateRole", "UpdateRole", "DeleteRole", "AttachPolicyToRole", "DetachPolicyFromRole"),
    }
)
"""All that `SECOND` needs after `meddle`."""


def settle_others(account: EmbeddedAccount) -> None:
    """What belongs to nobody, or to another stack."""
    account.seed(
        {
            "users": [
                {"name": "mallory", "display_name": "Mallory", "tags": {"env": "dev"}},
                {"name": "trudy", "tags": {"ramstack:stack": "other.00000000"}},
            ],
            "groups": [{"name": "outsiders"}, {"name": "strangers", "comments": "Who knows"}],
            "policies": [{"name": "theirs", "document": EMPTY_DOCUMENT, "tags": {"env": "dev"}}],
            "roles": [{"name": "worker", "trust": '{"Version":"1","Statement":[]}'}],
            "attachments": [
                {"principal": "user/mallory", "policy": "custom/theirs"},
                {"principal": "user/mallory", "policy": "system/AdministratorAccess"},
                {"principal": "group/outsiders", "policy": "system/AliyunICEFullAccess"},
                {"principal": "role/worker", "policy": "system/AliyunOSSFullAccess"},
            ],
            "memberships": [{"user": "mallory", "group": "outsiders"}],
        }
    )
    account.edit("CreateAccessKey", UserName="mallory")
    account.edit("CreateLoginProfile", UserName="mallory", Password="Aa1!aaaaaaaa")


def meddle(account: EmbeddedAccount) -> None:
    """What people do by hand to what `FIRST` made: credentials, grants, tags, and five versions of two policies."""
    first, second = (account.edit("CreateAccessKey", UserName="bob")["AccessKey"] for _ in range(2))
    assert first != second
    account.edit("CreateLoginProfile", UserName="bob", Password="Aa1!aaaaaaaa")
    device = account.edit("CreateVirtualMFADevice", VirtualMFADeviceName="phone")["VirtualMFADevice"]
    now = utc_now()
    account.edit(
        "BindMFADevice",
        UserName="bob",
        SerialNumber=device["SerialNumber"],
        AuthenticationCode1=totp(device["Base32StringSeed"], now),
        AuthenticationCode2=totp(device["Base32StringSeed"], now + timedelta(seconds=30)),
    )
    domain = account.edit("GetDefaultDomain", "2019-08-15")["DefaultDomainName"]
    account.edit(
        "AttachPolicy",
        "2020-03-31",
        PrincipalName=f"bob@{domain}",
        PrincipalType="IMSUser",
        ResourceGroupId="rg-1",
        PolicyType="System",
        PolicyName="AliyunOSSFullAccess",
    )
    for user in ("alice", "mallory"):
        account.edit(
            "AttachPolicyToUser", UserName=user, PolicyType="System", PolicyName="AliyunICEReadOnlyAccess"
        )
    account.edit("AddUserToGroup", UserName="mallory", GroupName="readers")
    account.edit("AttachPolicyToUser", UserName="mallory", PolicyType="Custom", PolicyName="wide")
    for name, count in (("wide", 4), ("narrow", 4), ("back", 1)):
        for number in range(count):
            account.edit(
                "CreatePolicyVersion",
                PolicyName=name,
                PolicyDocument=OTHER_DOCUMENT % number,
                SetAsDefault="true" if name == "back" else "false",
            )


def user_ids(account: EmbeddedAccount) -> dict[str, str]:
    names = [user["name"] for user in account.state()["users"]]
    return {name: account.edit("GetUser", UserName=name)["User"]["UserId"] for name in names}


def picture(account: EmbeddedAccount, known: frozenset[str]) -> dict:
    """All that an account holds: its state, which users kept their id, and the versions of every custom policy.

    Of a user's keys tag, how many are delivered, and what it says of the password: ids are never the same.
    """
    state = account.state()
    for user in state["users"]:
        if KEYS_TAG in user["tags"]:
            mark = read_mark(user["tags"][KEYS_TAG])
            user["tags"][KEYS_TAG] = [len(mark.delivered), mark.password]
    return {
        "state": state,
        "kept": {name: id_ for name, id_ in user_ids(account).items() if id_ in known},
        "versions": {p["name"]: _versions(account, p["name"]) for p in state["policies"]},
    }


def delivered_to(vault: Path) -> dict[str, str]:
    """Secrets of keys by their ids, and passwords by account and user. What a killed run had begun to write was not delivered."""
    secrets = {}
    for payload in (json.loads(path.read_text()) for path in vault.glob("[!.]*.json")):
        if "password" in payload:
            secrets[f"{payload['account']}/{payload['user']}"] = payload["password"]
        else:
            secrets[payload["access_key_id"]] = payload["access_key_secret"]
    return secrets


def check_held(account: EmbeddedAccount, vault: Path, *users: str, but: Collection[str] = ()) -> None:
    """But for some keys, none and no password of these users whose owner does not hold it.

    Looked up in the account's own file: signing would be a use, and a key that is used is not rotated.
    """
    secrets = delivered_to(vault)
    with account.world.turn() as store:
        keys = store.rows("SELECT u.UserName, k.* FROM access_keys k JOIN users u ON u.seq = k.user")
        logons = store.rows(
            "SELECT u.UserName, l.password FROM login_profiles l JOIN users u ON u.seq = l.user"
        )
    for row in keys:
        if row["UserName"] in users and row["AccessKeyId"] not in but:
            assert secrets[row["AccessKeyId"]] == row["secret"], row["UserName"]
    for row in logons:
        if row["UserName"] in users:
            password = secrets[f"{account.account_id}/{row['UserName']}"]
            assert is_password(row["password"], password), row["UserName"]


def _versions(account: EmbeddedAccount, name: str) -> list[tuple]:
    listed = account.edit("ListPolicyVersions", PolicyType="Custom", PolicyName=name)
    rows = listed["PolicyVersions"]["PolicyVersion"]
    return sorted((row["VersionId"], row["IsDefaultVersion"]) for row in rows)
