"""Entitlements: the operations that plan and apply call for given stacks, so that a pipeline can be given these and no more.

The names are those that policies use; IMS, the identity API, is authorised under `ram:` (RAM fact sheet, section 3).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from ramstack.model.settings import ACCOUNT_ALIAS, PASSWORD_POLICY, SECURITY_PREFERENCE
from ramstack.model.sink import KmsWish
from ramstack.model.stack import Stack, UserWish

READS = (
    "ram:GetAccountSummary",
    "ram:GetPolicy",
    "ram:GetRole",
    "ram:ListEntitiesForPolicy",
    "ram:ListGroups",
    "ram:ListGroupsForUser",
    "ram:ListPolicies",
    "ram:ListPoliciesForGroup",
    "ram:ListPoliciesForRole",
    "ram:ListPoliciesForUser",
    "ram:ListPolicyAttachments",
    "ram:ListPolicyVersions",
    "ram:ListRoles",
    "ram:ListTagResources",
    "ram:ListUsers",
    "ram:ListUsersForGroup",
    "ram:ListUsersInRecycleBin",
    "resourcemanager:ListPolicyAttachments",
)
LEAVING = ("ram:GetLoginProfile", "ram:GetUserMFAInfo", "ram:ListAccessKeys")
"""Any user of a stack may leave it one day, with all that it can log on or sign with."""
KEY_READS = ("ram:GetAccessKeyLastUsed",)
LOCK = ("ram:CreatePolicy", "ram:DeletePolicy", "ram:UpdatePolicyDescription")
SETTLING = ("ram:GetGroup", "ram:GetUser")
USERS = (
    "ram:AddUserToGroup",
    "ram:AttachPolicyToUser",
    "ram:CreateUser",
    "ram:DeleteAccessKey",
    "ram:DeleteLoginProfile",
    "ram:DeleteUser",
    "ram:DetachPolicyFromUser",
    "ram:GetDefaultDomain",
    "ram:RemoveUserFromGroup",
    "ram:TagResources",
    "ram:UnbindMFADevice",
    "ram:UntagResources",
    "ram:UpdateAccessKey",
    "ram:UpdateUser",
)
GROUPS = (
    "ram:AttachPolicyToGroup",
    "ram:CreateGroup",
    "ram:DeleteGroup",
    "ram:DetachPolicyFromGroup",
    "ram:UpdateGroup",
)
ROLES = (
    "ram:AttachPolicyToRole",
    "ram:CreateRole",
    "ram:DeleteRole",
    "ram:DetachPolicyFromRole",
    "ram:TagResources",
    "ram:UntagResources",
    "ram:UpdateRole",
)
POLICIES = (
    "ram:CreatePolicyVersion",
    "ram:DeletePolicyVersion",
    "ram:SetDefaultPolicyVersion",
    "ram:TagResources",
    "ram:UntagResources",
)
SETTINGS = {
    PASSWORD_POLICY: ("ram:GetPasswordPolicy", "ram:SetPasswordPolicy"),
    SECURITY_PREFERENCE: ("ram:GetSecurityPreference", "ram:SetSecurityPreference"),
    ACCOUNT_ALIAS: ("ram:GetAccountAlias", "ram:SetAccountAlias", "ram:ClearAccountAlias"),
}
"""Of each setting that a stack declares: its read, then its writes."""
KEYS = ("ram:CreateAccessKey",)
LOGONS = ("ram:CreateLoginProfile", "ram:GetPasswordPolicy", "ram:UpdateLoginProfile")
KMS = ("kms:CreateSecret", "kms:DescribeSecret", "kms:PutSecretValue")


def to_plan(stacks: Sequence[Stack]) -> tuple[str, ...]:
    """What `plan`, `drift` and `explain` call: reads and nothing else."""
    users = _users(stacks)
    parts = (
        (READS, True),
        (LEAVING, True),
        (KEY_READS, any(user.access_keys for user in users)),
        *((SETTINGS[setting][:1], True) for stack in stacks for setting in stack.settings),
    )
    return _sorted(part for part, is_needed in parts if is_needed)


def to_apply(stacks: Sequence[Stack]) -> tuple[str, ...]:
    """What `apply`, `destroy` and `undo` call, reads included."""
    users = _users(stacks)
    parts = (
        (to_plan(stacks), True),
        (LOCK, True),
        (SETTLING, True),
        (USERS, any(stack.users for stack in stacks)),
        (GROUPS, any(stack.groups for stack in stacks)),
        (POLICIES, any(stack.policies for stack in stacks)),
        *((SETTINGS[setting], True) for stack in stacks for setting in stack.settings),
        (ROLES, any(stack.roles for stack in stacks)),
        (KEYS, any(user.access_keys for user in users)),
        (LOGONS, any(user.console for user in users)),
        (KMS, any(isinstance(sink, KmsWish) for stack in stacks for sink in stack.sinks.values())),
    )
    return _sorted(part for part, is_needed in parts if is_needed)


def document_of(actions: Sequence[str]) -> dict[str, object]:
    """As a policy document. Lists are of the whole account, so the resource is everything."""
    return {"Version": "1", "Statement": [{"Effect": "Allow", "Action": [*actions], "Resource": "*"}]}


def _users(stacks: Iterable[Stack]) -> tuple[UserWish, ...]:
    return tuple(user for stack in stacks for user in stack.users.values())


def _sorted(parts: Iterable[Iterable[str]]) -> tuple[str, ...]:
    return tuple(sorted({action for part in parts for action in part}))
