"""Every list at 0, 1, one page exactly and one more; markers while others write."""

from collections.abc import Callable, Iterator

import pytest

from ramstack.emulator import EmbeddedAccount
from tests.emulator.clients import DOCUMENT, IMS, RM, TRUST, LegacySdk

SIZE = 3
NUMBERED = ("attachments", "resource groups")
"""Lists with page numbers in place of markers."""

Page = tuple[list[str], str]


def _ram(action: str, outer: str, inner: str, name: str, **fixed: str) -> Callable[[LegacySdk, str], Page]:
    def read(sdk: LegacySdk, marker: str) -> Page:
        more = {"Marker": marker} if marker else {}
        reply = sdk.ram(action, MaxItems=SIZE, **fixed, **more)
        assert ("Marker" in reply) is reply["IsTruncated"]
        return [item[name] for item in reply[outer][inner]], reply.get("Marker", "")

    return read


def _ims_users(sdk: LegacySdk, marker: str) -> Page:
    reply = sdk.other(IMS, "ListUsers", {"MaxItems": str(SIZE), "Marker": marker})
    names = [user["UserPrincipalName"].partition("@")[0] for user in reply["Users"]["User"]]
    return names, reply.get("Marker", "")


def _ims_users_tagged(sdk: LegacySdk, marker: str) -> Page:
    reply = sdk.other(IMS, "ListUsers", {"MaxItems": str(SIZE), "Marker": marker, "Tag.1.Key": "t"})
    return [user["UserPrincipalName"].partition("@")[0] for user in reply["Users"]["User"]], reply.get(
        "Marker", ""
    )


def _ims_tags(sdk: LegacySdk, marker: str) -> Page:
    params = {"ResourceType": "user", "Tag.1.Key": "t", "PageSize": str(SIZE), "NextToken": marker}
    reply = sdk.other(IMS, "ListTagResources", params)
    assert reply["IsTruncated"] is ("NextToken" in reply)
    values = [row["TagValue"] for row in reply["TagResources"]["TagResource"]]
    return values, reply.get("NextToken", "")


def _policy_tags(sdk: LegacySdk, marker: str) -> Page:
    more = {"NextToken": marker} if marker else {}
    reply = sdk.ram("ListTagResources", ResourceType="policy", PageSize=SIZE, **more)
    return [row["ResourceName"] for row in reply["TagResources"]], reply.get("NextToken", "")


def _attachments(sdk: LegacySdk, marker: str) -> Page:
    number = int(marker or 1)
    reply = sdk.other(RM, "ListPolicyAttachments", {"PageSize": str(SIZE), "PageNumber": str(number)})
    rows = reply["PolicyAttachments"]["PolicyAttachment"]
    more = str(number + 1) if number * SIZE < reply["TotalCount"] else ""
    return [row["PrincipalName"].partition("@")[0] for row in rows], more


def _ims(action: str, outer: str, inner: str, name: str, **fixed: str) -> Callable[[LegacySdk, str], Page]:
    def read(sdk: LegacySdk, marker: str) -> Page:
        reply = sdk.other(IMS, action, {"MaxItems": str(SIZE), "Marker": marker, **fixed})
        assert ("Marker" in reply) is reply["IsTruncated"]
        return [item[name].partition("@")[0] for item in reply[outer][inner]], reply.get("Marker", "")

    return read


def _resource_groups(sdk: LegacySdk, marker: str) -> Page:
    number = int(marker or 1)
    reply = sdk.other(RM, "ListResourceGroups", {"PageSize": str(SIZE), "PageNumber": str(number)})
    more = str(number + 1) if number * SIZE < reply["TotalCount"] else ""
    return [row["Name"] for row in reply["ResourceGroups"]["ResourceGroup"]], more


LISTS: dict[str, Callable[[LegacySdk, str], Page]] = {
    "users": _ram("ListUsers", "Users", "User", "UserName"),
    "groups": _ram("ListGroups", "Groups", "Group", "GroupName"),
    "members": _ram("ListUsersForGroup", "Users", "User", "UserName", GroupName="all"),
    "policies": _ram("ListPolicies", "Policies", "Policy", "PolicyName", PolicyType="Custom"),
    "roles": _ram("ListRoles", "Roles", "Role", "RoleName"),
    "users of IMS": _ims_users,
    "tagged users of IMS": _ims_users_tagged,
    "tags of IMS": _ims_tags,
    "tags of policies": _policy_tags,
    "users of IMS in short": _ims(
        "ListUserBasicInfos", "UserBasicInfos", "UserBasicInfo", "UserPrincipalName"
    ),
    "groups of IMS": _ims("ListGroups", "Groups", "Group", "GroupName"),
    "members of IMS": _ims("ListUsersForGroup", "Users", "User", "UserPrincipalName", GroupName="all"),
    "attachments": _attachments,
    "resource groups": _resource_groups,
}


def _seed(list_name: str, names: list[str]) -> dict[str, object]:
    if list_name.startswith("groups"):
        return {"groups": [{"name": name} for name in names]}
    if list_name == "roles":
        return {"roles": [{"name": name, "trust": TRUST} for name in names]}
    if list_name in ("policies", "tags of policies"):
        return {"policies": [{"name": name, "document": DOCUMENT, "tags": {"t": name}} for name in names]}
    users = [{"name": name, "tags": {"t": name}} for name in names]
    policy = "system/AliyunICEFullAccess"
    return {
        "users": users,
        "groups": [{"name": "all"}],
        "memberships": [{"user": name, "group": "all"} for name in names],
        "attachments": [{"principal": f"user/{name}", "policy": policy} for name in names],
    }


def _walk(read: Callable[[LegacySdk, str], Page], sdk: LegacySdk) -> Iterator[list[str]]:
    names, marker = read(sdk, "")
    yield names
    while marker:
        names, marker = read(sdk, marker)
        yield names


@pytest.mark.parametrize("amount", [0, 1, SIZE, SIZE + 1, 2 * SIZE, 2 * SIZE + 1])
@pytest.mark.parametrize("list_name", LISTS)
def test_no_page_is_lost_or_empty(account: EmbeddedAccount, sdk: LegacySdk, list_name, amount):
    """All rows come once, in order, and no page but an only one is empty."""
    names = [f"n{number}" for number in range(amount)]
    account.seed(_seed(list_name, names))
    for name in names if list_name == "resource groups" else ():
        account.edit("CreateResourceGroup", version=RM, Name=name, DisplayName=name)
    pages = list(_walk(LISTS[list_name], sdk))
    assert [name for page in pages for name in page] == names
    assert len(pages) == max(1, -(-amount // SIZE))


@pytest.mark.parametrize("list_name", [name for name in LISTS if name not in NUMBERED])
def test_a_marker_stays_good_while_others_write(account: EmbeddedAccount, sdk: LegacySdk, list_name):
    """What was there all the time is shown once, whatever is created and deleted between two pages."""
    account.seed(_seed(list_name, [f"n{number}" for number in range(5)]))
    first, marker = LISTS[list_name](sdk, "")
    _delete(account, list_name, "n2")
    second = [name for page in _walk(lambda s, m: LISTS[list_name](s, m or marker), sdk) for name in page]
    assert (first, second) == (["n0", "n1", "n2"], ["n3", "n4"])


def _delete(account: EmbeddedAccount, list_name: str, name: str) -> None:
    """Takes away the very row that the marker refers to."""
    if list_name.startswith("groups"):
        account.edit("DeleteGroup", GroupName=name)
    elif list_name == "roles":
        account.edit("DeleteRole", RoleName=name)
    elif list_name in ("policies", "tags of policies"):
        account.edit("DeletePolicy", PolicyName=name)
    else:
        account.edit(
            "DetachPolicyFromUser", UserName=name, PolicyType="System", PolicyName="AliyunICEFullAccess"
        )
        account.edit("RemoveUserFromGroup", UserName=name, GroupName="all")
        account.edit("DeleteUser", UserName=name)


def test_both_kinds_of_policies_come_in_one_list(account: EmbeddedAccount, sdk: LegacySdk):
    """Without a PolicyType system and custom policies are listed, several hundred in all."""
    account.seed({"policies": [{"name": "mine", "document": DOCUMENT}]})
    reply = sdk.ram("ListPolicies", MaxItems=1000)
    kinds = [policy["PolicyType"] for policy in reply["Policies"]["Policy"]]
    assert (kinds.count("System") > 424, kinds.count("Custom"), reply["IsTruncated"]) == (True, 1, False)
