"""Ways to more than was granted: operations with which a principal can give itself, or take, further permissions."""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import lru_cache

from ramstack.policy.glob import matches

ESCALATIONS: dict[str, str] = {
    "ram:AttachPolicyToUser": "attaches any policy to its own user",
    "ram:AttachPolicyToGroup": "attaches any policy to a group it belongs to",
    "ram:AttachPolicyToRole": "attaches any policy to a role it may assume",
    "ram:CreatePolicyVersion": "rewrites a policy that is attached to it",
    "ram:SetDefaultPolicyVersion": "switches a policy that is attached to it to an older, wider version",
    "ram:AddUserToGroup": "joins a group with more permissions",
    "ram:CreateAccessKey": "creates an AccessKey for another user and acts as that user",
    "ram:CreateLoginProfile": "sets a console password for another user and logs on as that user",
    "ram:UpdateLoginProfile": "changes the console password of another user and logs on as that user",
    "ram:UpdateRole": "rewrites who may assume a role",
    "ims:AddUserToGroup": "joins a group with more permissions",
    "ims:CreateAccessKey": "creates an AccessKey for another user and acts as that user",
    "ims:CreateLoginProfile": "sets a console password for another user and logs on as that user",
    "ims:UpdateLoginProfile": "changes the console password of another user and logs on as that user",
    "resourcemanager:AttachPolicy": "attaches any policy to its own user",
    "resourcemanager:CreatePolicyVersion": "rewrites a policy that is attached to it",
    "resourcemanager:SetDefaultPolicyVersion": "switches a policy that is attached to it to an older, wider version",
}
"""Each of these alone, on a resource that is not the caller's own, leads to administrator level."""

INDIRECT: dict[str, str] = {
    "ram:PassRole": "hands a role to a service it controls and acts through it",
    "sts:AssumeRole": "acts as any role that trusts the account",
}
"""These lead as far as the roles go that can be passed or assumed."""


_HOMES = ("acs:ram:", "acs:ims:", "acs:sts:", "acs:resourcemanager:")

_KINDS = (
    ("User", "user"),
    ("LoginProfile", "user"),
    ("AccessKey", "user"),
    ("Group", "group"),
    ("Role", "role"),
    ("Policy", "policy"),
)
"""What an operation is about, by a word of its name."""


def kinds_of(action: str) -> frozenset[str]:
    """The kinds of resource that decide how far an operation reaches: ``user``, ``group``, ``role``, ``policy``.

    Attaching reaches as far as those it attaches to; a pattern of policies alone lets nobody attach any policy.
    """
    kinds = frozenset(kind for word, kind in _KINDS if word in action)
    return kinds - {"policy"} or kinds


def can_be_identity(resource: str) -> bool:
    """Whether a resource pattern can name a user, group, role or policy, as far as its beginning tells; no bucket is one."""
    head, *wild = re.split(r"[*?]", resource, maxsplit=1)
    return any(head.startswith(home) or (wild and home.startswith(head)) for home in _HOMES)


def escalations_in(actions: Iterable[str], patterns: Iterable[str] = ()) -> tuple[str, ...]:
    """The operations that lead to administrator level, among some actions and all that some patterns match."""
    folded = {action.lower() for action in actions}
    reached = {action for pattern in patterns for action in _reached(pattern.lower())}
    return tuple(action for action in ESCALATIONS if action.lower() in folded or action in reached)


@lru_cache(maxsize=4096)
def _reached(pattern: str) -> tuple[str, ...]:
    return tuple(action for action in ESCALATIONS if matches(pattern, action.lower()))
