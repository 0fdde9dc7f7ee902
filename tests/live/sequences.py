"""The conformance sequences, and one probe for each open question of ram-api.md section 8.

Each begins with nothing under the prefix, and leaves what the cleaning takes away.
"""

from __future__ import annotations

import json

from tests.live.steps import RM, Sequence, Step, ims, ram

DOCUMENT = '{"Version":"1","Statement":[{"Effect":"Allow","Action":"ice:Get*","Resource":"*"}]}'
OTHER = '{"Version":"1","Statement":[{"Effect":"Deny","Action":"ice:*","Resource":"*"}]}'
TRUST = json.dumps(
    {
        "Version": "1",
        "Statement": [
            {"Effect": "Allow", "Action": "sts:AssumeRole", "Principal": {"Service": ["ecs.aliyuncs.com"]}}
        ],
    }
)
LIMIT = 6144
USER = {"UserName": "{p}-a"}
POLICY = {"PolicyName": "{p}-p", "PolicyType": "Custom"}
ICE = {"PolicyName": "AliyunICEReadOnlyAccess", "PolicyType": "System"}
PASSWORD = "Correct-horse-9-{p}"


def document_of(length: int, filler: str = "x") -> str:
    """A document of exactly so many characters."""
    head, tail = '{"Version":"1","Statement":[{"Effect":"Allow","Action":"ice:', '","Resource":"*"}]}'
    return head + filler * (length - len(head) - len(tail)) + tail


USERS = Sequence(
    "users",
    (
        ram("CreateUser", DisplayName="A", Comments="c", **USER),
        ram("CreateUser", **USER),
        ram("GetUser", **USER),
        ram("UpdateUser", NewDisplayName="B", **USER),
        ram("ListPoliciesForUser", **USER),
        ram("AttachPolicyToUser", **USER, **ICE),
        ram("AttachPolicyToUser", **USER, **ICE),
        ram("ListPoliciesForUser", **USER),
        ram("DeleteUser", **USER),
        ram("DetachPolicyFromUser", **USER, **ICE),
        ram("DetachPolicyFromUser", **USER, **ICE),
        ram("DeleteUser", **USER),
        ram("GetUser", **USER),
    ),
)
GROUPS = Sequence(
    "groups",
    (
        ram("CreateUser", **USER),
        ram("CreateGroup", GroupName="{p}-g"),
        ram("AddUserToGroup", GroupName="{p}-g", **USER),
        ram("AddUserToGroup", GroupName="{p}-g", **USER),
        ram("ListUsersForGroup", GroupName="{p}-g"),
        ram("ListGroupsForUser", **USER),
        ram("DeleteGroup", GroupName="{p}-g"),
        ram("RemoveUserFromGroup", GroupName="{p}-g", **USER),
        ram("RemoveUserFromGroup", GroupName="{p}-g", **USER),
        ram("DeleteGroup", GroupName="{p}-g"),
    ),
)
POLICIES = Sequence(
    "policies",
    (
        ram("CreatePolicy", PolicyName="{p}-p", PolicyDocument=DOCUMENT, Description="d"),
        ram("CreatePolicy", PolicyName="{p}-p", PolicyDocument=DOCUMENT),
        ram("CreatePolicy", PolicyName="{p}-q", PolicyDocument="{}"),
        *(ram("CreatePolicyVersion", PolicyName="{p}-p", PolicyDocument=OTHER) for _ in range(5)),
        ram("ListPolicyVersions", **POLICY),
        ram("SetDefaultPolicyVersion", PolicyName="{p}-p", VersionId="v2"),
        ram("DeletePolicyVersion", PolicyName="{p}-p", VersionId="v2"),
        ram("GetPolicy", **POLICY),
        ram("DeletePolicy", PolicyName="{p}-p"),
        ram("DeletePolicy", PolicyName="{p}-p", CascadingDelete="true"),
    ),
)
ROLES = Sequence(
    "roles",
    (
        ram("CreateRole", RoleName="{p}-r", AssumeRolePolicyDocument=TRUST),
        ram("GetRole", RoleName="{p}-r"),
        ram("UpdateRole", RoleName="{p}-r", NewDescription="d"),
        ram("TagResources", ResourceType="role", ResourceNames='["{p}-r"]', Tag='[{"Key":"k","Value":"v"}]'),
        ram("ListTagResources", ResourceType="role", ResourceNames='["{p}-r"]'),
        ram("DeleteRole", RoleName="{p}-r"),
    ),
)
GRANTS = Sequence(
    "grants by resource manager",
    (
        ram("CreateUser", **USER),
        *(
            Step(
                action,
                {
                    **ICE,
                    "ResourceGroupId": "{account}",
                    "PrincipalType": "IMSUser",
                    "PrincipalName": "{p}-a@{domain}",
                },
                RM,
            )
            for action in ("AttachPolicy", "ListPolicyAttachments", "DetachPolicy")
        ),
    ),
)

PROBES = (
    Sequence(
        "tags in ListUsers without a tag filter",
        (
            ims(
                "CreateUser",
                {
                    "UserPrincipalName": "{p}-a@{domain}",
                    "DisplayName": "a",
                    "Tag.1.Key": "k",
                    "Tag.1.Value": "v",
                },
            ),
            ims("ListUsers", {"MaxItems": "1000"}),
        ),
        question=1,
    ),
    Sequence(
        "a marker while others create",
        (
            ram("CreateGroup", GroupName="{p}-g1"),
            ram("CreateGroup", GroupName="{p}-g2"),
            Step("ListGroups", {"MaxItems": "1"}, keep={"marker": "Marker"}),
            ram("CreateGroup", GroupName="{p}-g0"),
            Step("ListGroups", {"MaxItems": "100", "Marker": "{marker}"}),
        ),
        question=2,
    ),
    Sequence(
        "missing names, blank names, empty fields",
        (ram("GetUser"), ram("GetUser", UserName=""), ram("CreateUser", **USER), ram("GetUser", **USER)),
        question=3,
    ),
    Sequence(
        "names: case, and a leading hyphen",
        (
            *(ram("CreateUser", UserName=name) for name in ("{p}-a", "{P}-A")),
            ram("GetUser", UserName="{P}-a"),
            *(ram("CreateGroup", GroupName=name) for name in ("{p}-g", "{P}-G")),
            *(ram("CreatePolicy", PolicyName=name, PolicyDocument=DOCUMENT) for name in ("{p}-p", "{P}-P")),
            *(
                ram("CreateRole", RoleName=name, AssumeRolePolicyDocument=TRUST)
                for name in ("{p}-r", "{P}-R")
            ),
            ram("CreateUser", UserName="-{p}"),
        ),
        question=4,
    ),
    Sequence(
        "how 6,144 counts",
        (
            ram("CreatePolicy", PolicyName="{p}-exact", PolicyDocument=document_of(LIMIT)),
            ram("CreatePolicy", PolicyName="{p}-more", PolicyDocument=document_of(LIMIT + 1)),
            ram("CreatePolicy", PolicyName="{p}-wide", PolicyDocument=document_of(LIMIT, "ü")),
            ram("CreatePolicy", PolicyName="{p}-space", PolicyDocument=DOCUMENT + " " * LIMIT),
            ram("CreateRole", RoleName="{p}-trust", AssumeRolePolicyDocument=TRUST + " " * 2048),
        ),
        question=5,
    ),
    Sequence(
        "throttling",
        (
            ram("CreateUser", **USER),
            ram("AttachPolicyToUser", **USER, **ICE),
            Step("AttachPolicyToUser", {**USER, **ICE}, repeat=40),
        ),
        question=6,
    ),
    Sequence(
        "keys and users that are deleted",
        (
            Step("CreateUser", USER, keep={"user": "User.UserId"}),
            Step("CreateAccessKey", USER, keep={"key": "AccessKey.AccessKeyId"}),
            ram("DeleteAccessKey", UserAccessKeyId="{key}", **USER),
            ims("GetAccessKeyInfoInRecycleBin", {"UserAccessKeyId": "{key}"}),
            ram("DeleteUser", **USER),
            ims("GetUserInRecycleBin", {"UserId": "{user}"}),
            ram("CreateUser", **USER),
            ims("RestoreUserFromRecycleBin", {"UserId": "{user}"}),
        ),
        question=7,
    ),
    Sequence(
        "what a user must be rid of",
        (
            ram("CreateUser", **USER),
            ram("CreateLoginProfile", Password=PASSWORD, **USER),
            ram("DeleteUser", **USER),
            ram("CreateUser", UserName="{p}-b"),
            ram("CreateAccessKey", UserName="{p}-b"),
            ram("DeleteUser", UserName="{p}-b"),
        ),
        question=8,
    ),
    Sequence(
        "a policy that a role holds",
        (
            ram("CreatePolicy", PolicyName="{p}-p", PolicyDocument=DOCUMENT),
            ram("CreateRole", RoleName="{p}-r", AssumeRolePolicyDocument=TRUST),
            ram("AttachPolicyToRole", RoleName="{p}-r", **POLICY),
            ram("DeletePolicy", PolicyName="{p}-p"),
            ram("DeleteRole", RoleName="{p}-r"),
        ),
        question=9,
    ),
    Sequence(
        "documents of system policies",
        tuple(
            ram("GetPolicy", PolicyType="System", PolicyName=name)
            for name in (
                "AdministratorAccess",
                "ReadOnlyAccess",
                "AliyunRAMFullAccess",
                "AliyunOSSFullAccess",
            )
        ),
        question=10,
    ),
    Sequence(
        "a nonce that was used",
        (Step("GetAccountAlias", nonce="{p}-nonce"), Step("GetAccountAlias", nonce="{p}-nonce")),
        question=11,
    ),
    Sequence(
        "display names",
        (
            *(
                ram("CreateUser", UserName=f"{{p}}-{number}", DisplayName=name)
                for number, name in enumerate(("x" * 128, "x" * 129, "a/b", "名 字", "a(b)"))
            ),
            ims("CreateUser", {"UserPrincipalName": "{p}-c@{domain}", "DisplayName": "x" * 25}),
        ),
        question=12,
    ),
)

SEQUENCES = (USERS, GROUPS, POLICIES, ROLES, GRANTS, *PROBES)
