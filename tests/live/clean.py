"""Takes away whatever bears the prefix, and nothing else: before and after each sequence."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from tests.live.client import Account
from tests.live.steps import IMS, RAM

DETACH = {"User": "DetachPolicyFromUser", "Group": "DetachPolicyFromGroup", "Role": "DetachPolicyFromRole"}


def clean(account: Account, prefix: str) -> None:
    for name in _names(account, "User", prefix):
        _clear_user(account, name)
    for name in _names(account, "Group", prefix):
        _detach(account, "Group", name)
        _call(account, "DeleteGroup", GroupName=name)
    for name in _names(account, "Role", prefix):
        _detach(account, "Role", name)
        _call(account, "DeleteRole", RoleName=name)
    for name in _names(account, "Policy", prefix):
        _call(account, "DeletePolicy", PolicyName=name, CascadingDelete="true")
    _clear_bin(account, prefix)


def bears(name: object, prefix: str) -> bool:
    """The prefix, in either case, with a hyphen before it or not."""
    return str(name).lower().lstrip("-").startswith(prefix)


def _clear_user(account: Account, name: str) -> None:
    _detach(account, "User", name)
    groups = _call(account, "ListGroupsForUser", UserName=name).get("Groups", {}).get("Group", [])
    for group in groups:
        _call(account, "RemoveUserFromGroup", UserName=name, GroupName=group["GroupName"])
    keys = _call(account, "ListAccessKeys", UserName=name).get("AccessKeys", {}).get("AccessKey", [])
    for key in keys:
        _call(account, "DeleteAccessKey", UserName=name, UserAccessKeyId=key["AccessKeyId"])
    _call(account, "DeleteLoginProfile", UserName=name)
    _call(account, "DeleteUser", UserName=name)


def _detach(account: Account, noun: str, name: str) -> None:
    held = _call(account, f"ListPoliciesFor{noun}", **{f"{noun}Name": name})
    for policy in held.get("Policies", {}).get("Policy", []):
        chosen = {field: policy[field] for field in ("PolicyName", "PolicyType")}
        _call(account, DETACH[noun], **{f"{noun}Name": name}, **chosen)


def _clear_bin(account: Account, prefix: str) -> None:
    reply = account.call(IMS, "ListUsersInRecycleBin", {"MaxItems": "100"}).body
    for user in reply.get("Users", {}).get("User", []):
        if bears(user["UserPrincipalName"], prefix):
            account.call(IMS, "DeleteUserInRecycleBin", {"UserId": user["UserId"]})


def _names(account: Account, noun: str, prefix: str) -> list[str]:
    return [row[f"{noun}Name"] for row in list(_rows(account, noun)) if bears(row[f"{noun}Name"], prefix)]


def _rows(account: Account, noun: str) -> Iterator[Mapping[str, Any]]:
    plural = {"Policy": "Policies"}.get(noun, f"{noun}s")
    fixed, marker = ({"PolicyType": "Custom"} if noun == "Policy" else {}), ""
    while True:
        more = {"Marker": marker} if marker else {}
        body = _call(account, f"List{plural}", MaxItems="100", **fixed, **more)
        yield from body.get(plural, {}).get(noun, [])
        marker = body.get("Marker", "")
        if not marker:
            return


def _call(account: Account, action: str, **params: str) -> Mapping[str, Any]:
    return account.call(RAM, action, params).body
