"""Every list at 0, 1, one page exactly and one more; markers while others write."""

from collections.abc import Callable, Iterator

import pytest

from ramstack.emulator import EmbeddedAccount
from ramstack.emulator.products import PRODUCTS
from tests.emulator.clients import DOCUMENT, IMS, RM, TRUST, LegacySdk

SIZE = 3
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


def _binned_users(sdk: LegacySdk, marker: str) -> Page:
    reply = sdk.other(IMS, "ListUsersInRecycleBin", {"MaxItems": str(SIZE), "Marker": marker})
    assert ("Marker" in reply) is reply["IsTruncated"]
    names = [user["UserPrincipalName"].partition("@")[0] for user in reply["Users"]["User"]]
    return names, reply.get("Marker", "")


def _role_tags(sdk: LegacySdk, marker: str) -> Page:
    more = {"NextToken": marker} if marker else {}
    reply = sdk.ram("ListTagResources", ResourceType="role", PageSize=SIZE, **more)
    return [row["ResourceName"] for row in reply["TagResources"]], reply.get("NextToken", "")


LISTS: dict[str, Callable[[LegacySdk, str], Page]] = {
    "Ram.ListUsers": _ram("ListUsers", "Users", "User", "UserName"),
    "Ram.ListGroups": _ram("ListGroups", "Groups", "Group", "GroupName"),
    "Ram.ListUsersForGroup": _ram("ListUsersForGroup", "Users", "User", "UserName", GroupName="all"),
    "Ram.ListPolicies": _ram("ListPolicies", "Policies", "Policy", "PolicyName", PolicyType="Custom"),
    "Ram.ListRoles": _ram("ListRoles", "Roles", "Role", "RoleName"),
    "Ram.ListTagResources": _policy_tags,
    "Ram.ListTagResources of roles": _role_tags,
    "Ims.ListUsers": _ims_users,
    "Ims.ListUsers by tag": _ims_users_tagged,
    "Ims.ListTagResources": _ims_tags,
    "Ims.ListUserBasicInfos": _ims(
        "ListUserBasicInfos", "UserBasicInfos", "UserBasicInfo", "UserPrincipalName"
    ),
    "Ims.ListGroups": _ims("ListGroups", "Groups", "Group", "GroupName"),
    "Ims.ListUsersForGroup": _ims("ListUsersForGroup", "Users", "User", "UserPrincipalName", GroupName="all"),
    "Ims.ListUsersInRecycleBin": _binned_users,
    "ResourceManager.ListPolicyAttachments": _attachments,
    "ResourceManager.ListResourceGroups": _resource_groups,
}
"""By product and action, and what of it; each reads one page, given a marker, and returns the next one."""

NUMBERED = ("ResourceManager.ListPolicyAttachments", "ResourceManager.ListResourceGroups")
"""Lists with page numbers in place of markers."""


def _kind(list_name: str) -> str:
    """What the list is of."""
    action = list_name.partition(".")[2]
    kinds = {"ListGroups": "groups", "ListRoles": "roles", "ListPolicies": "policies"}
    kinds |= {"ListTagResources of roles": "roles", "ListResourceGroups": "resource groups"}
    kinds |= {"ListUsersInRecycleBin": "binned users"}
    if list_name == "Ram.ListTagResources":
        return "policies"
    return kinds.get(action, "users")


def _fill(account: EmbeddedAccount, list_name: str, names: list[str]) -> None:
    match _kind(list_name):
        case "groups":
            account.seed({"groups": [{"name": name} for name in names]})
        case "roles":
            account.seed({"roles": [{"name": name, "trust": TRUST, "tags": {"t": name}} for name in names]})
        case "policies":
            tagged = [{"name": name, "document": DOCUMENT, "tags": {"t": name}} for name in names]
            account.seed({"policies": tagged})
        case "resource groups":
            for name in names:
                account.edit("CreateResourceGroup", version=RM, Name=name, DisplayName=name)
        case "binned users":
            account.seed({"users": [{"name": name} for name in names]})
            for name in names:
                account.edit("DeleteUser", UserName=name)
        case _:
            _fill_users(account, names)


def _fill_users(account: EmbeddedAccount, names: list[str]) -> None:
    """With a tag, a group and a policy each."""
    if not account.state()["groups"]:
        account.seed({"groups": [{"name": "all"}]})
    account.seed(
        {
            "users": [{"name": name, "tags": {"t": name}} for name in names],
            "memberships": [{"user": name, "group": "all"} for name in names],
            "attachments": [
                {"principal": f"user/{name}", "policy": "system/AliyunICEFullAccess"} for name in names
            ],
        }
    )


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
    _fill(account, list_name, names)
    pages = list(_walk(LISTS[list_name], sdk))
    assert [name for page in pages for name in page] == names
    assert len(pages) == max(1, -(-amount // SIZE))


@pytest.mark.parametrize("list_name", [name for name in LISTS if name not in NUMBERED])
def test_a_marker_stays_good_while_others_write(account: EmbeddedAccount, sdk: LegacySdk, list_name):
    """What was there all the time is shown once, and what is new at the end, whatever goes between two pages."""
    _fill(account, list_name, [f"n{number}" for number in range(5)])
    first, marker = LISTS[list_name](sdk, "")
    for name in ("n0", "n2", "n3"):
        _delete(account, list_name, name)
    _fill(account, list_name, ["new"])
    second = [name for page in _walk(lambda s, m: LISTS[list_name](s, m or marker), sdk) for name in page]
    assert (first, second) == (["n0", "n1", "n2"], ["n4", "new"])


@pytest.mark.parametrize("list_name", NUMBERED)
def test_page_numbers_count_anew_each_time(account: EmbeddedAccount, sdk: LegacySdk, list_name):
    """What is new comes at the end; what goes from an earlier page moves the others up, so that one is missed."""
    _fill(account, list_name, [f"n{number}" for number in range(5)])
    first, marker = LISTS[list_name](sdk, "")
    _fill(account, list_name, ["new"])
    second, _ = LISTS[list_name](sdk, marker)
    assert (first, second) == (["n0", "n1", "n2"], ["n3", "n4", "new"])
    _delete(account, list_name, "n0")
    assert LISTS[list_name](sdk, marker)[0] == ["n4", "new"]


def _delete(account: EmbeddedAccount, list_name: str, name: str) -> None:
    """Takes away the very row that the marker refers to."""
    match _kind(list_name):
        case "groups":
            account.edit("DeleteGroup", GroupName=name)
        case "roles":
            account.edit("DeleteRole", RoleName=name)
        case "policies":
            account.edit("DeletePolicy", PolicyName=name)
        case "resource groups":
            (group,) = account.edit("ListResourceGroups", version=RM, Name=name)["ResourceGroups"][
                "ResourceGroup"
            ]
            account.edit("DeleteResourceGroup", version=RM, ResourceGroupId=group["Id"])
        case "binned users":
            users = account.edit("ListUsersInRecycleBin", version=IMS)["Users"]["User"]
            (user,) = (user for user in users if user["UserPrincipalName"].startswith(f"{name}@"))
            account.edit("DeleteUserInRecycleBin", version=IMS, UserId=user["UserId"])
        case _:
            held = {"PolicyType": "System", "PolicyName": "AliyunICEFullAccess"}
            account.edit("DetachPolicyFromUser", UserName=name, **held)
            account.edit("RemoveUserFromGroup", UserName=name, GroupName="all")
            account.edit("DeleteUser", UserName=name)


MANY = 150
"""More than any list's usual page."""


def _crowd(account: EmbeddedAccount, amount: int) -> None:
    """One user in so many groups, holding so many policies as group and role do; a policy held by so many users."""
    names = [f"n{number}" for number in range(amount)]
    held = [
        {"principal": principal, "policy": f"custom/{name}"}
        for name in names
        for principal in ("user/me", "group/us", "role/it")
    ]
    holders = [{"principal": f"user/{name}", "policy": "system/AliyunICEFullAccess"} for name in names]
    account.seed(
        {
            "users": [{"name": name} for name in ("me", *names)],
            "groups": [{"name": name} for name in ("us", *names)],
            "roles": [{"name": "it", "trust": TRUST}],
            "policies": [{"name": name, "document": DOCUMENT} for name in names],
            "memberships": [{"user": "me", "group": name} for name in names],
            "attachments": [*held, *holders],
        }
    )
    for name in names:
        account.edit("CreateVirtualMFADevice", VirtualMFADeviceName=name)


Unpaged = Callable[[LegacySdk, str], list]

UNPAGED: dict[str, Unpaged] = {
    "Ram.ListEntitiesForPolicy": lambda sdk, _: sdk.ram(
        "ListEntitiesForPolicy", PolicyType="System", PolicyName="AliyunICEFullAccess"
    )["Users"]["User"],
    "Ram.ListGroupsForUser": lambda sdk, _: sdk.ram("ListGroupsForUser", UserName="me")["Groups"]["Group"],
    "Ram.ListPoliciesForUser": lambda sdk, _: sdk.ram("ListPoliciesForUser", UserName="me")["Policies"][
        "Policy"
    ],
    "Ram.ListPoliciesForGroup": lambda sdk, _: sdk.ram("ListPoliciesForGroup", GroupName="us")["Policies"][
        "Policy"
    ],
    "Ram.ListPoliciesForRole": lambda sdk, _: sdk.ram("ListPoliciesForRole", RoleName="it")["Policies"][
        "Policy"
    ],
    "Ram.ListVirtualMFADevices": lambda sdk, _: sdk.ram("ListVirtualMFADevices")["VirtualMFADevices"][
        "VirtualMFADevice"
    ],
    "Ims.ListGroupsForUser": lambda sdk, login: sdk.other(
        IMS, "ListGroupsForUser", {"UserPrincipalName": login}
    )["Groups"]["Group"],
}
"""Lists that come whole, however long."""


@pytest.mark.parametrize("amount", [0, 1, MANY])
def test_a_list_without_pages_comes_whole(account: EmbeddedAccount, sdk: LegacySdk, amount):
    """Beyond every quota, too."""
    _crowd(account, amount)
    login = f"me@{account.account_id}.onaliyun.com"
    assert {name: len(read(sdk, login)) for name, read in UNPAGED.items()} == dict.fromkeys(UNPAGED, amount)


@pytest.mark.parametrize("amount", [0, 1, 2])
def test_keys_and_versions_come_whole(account: EmbeddedAccount, sdk: LegacySdk, amount):
    """As many as there may be: keys, keys in the bin, versions."""
    account.seed({"users": [{"name": "me"}], "policies": [{"name": "p", "document": DOCUMENT}]})
    login = {"UserPrincipalName": f"me@{account.account_id}.onaliyun.com"}
    for _ in range(amount):
        sdk.ram("CreateAccessKey", UserName="me")
        sdk.ram("CreatePolicyVersion", PolicyName="p", PolicyDocument=DOCUMENT)
    keys = sdk.ram("ListAccessKeys", UserName="me")["AccessKeys"]["AccessKey"]
    assert sdk.other(IMS, "ListAccessKeys", login)["AccessKeys"]["AccessKey"] == keys
    versions = sdk.ram("ListPolicyVersions", PolicyName="p", PolicyType="Custom")["PolicyVersions"]
    assert (len(keys), len(versions["PolicyVersion"])) == (amount, amount + 1)
    for key in keys:
        sdk.ram("DeleteAccessKey", UserName="me", UserAccessKeyId=key["AccessKeyId"])
    user = {"UserId": sdk.ram("GetUser", UserName="me")["User"]["UserId"]}
    binned = sdk.other(IMS, "ListAccessKeysInRecycleBin", user)["AccessKeys"]["AccessKey"]
    assert [key["AccessKeyId"] for key in binned] == [key["AccessKeyId"] for key in keys]


WHOLE = {
    "Ram.ListAccessKeys",
    "Ram.ListPolicyVersions",
    "Ims.ListAccessKeys",
    "Ims.ListAccessKeysInRecycleBin",
}
EMPTY = {"Ice"}
"""Products without contents: their lists are empty for ever."""


def test_no_list_is_forgotten():
    """Every list of every product is held against its edges above."""
    lists = {
        f"{product.name}.{action}"
        for product in PRODUCTS.values()
        for action in product.actions
        if action.startswith("List") and product.name not in EMPTY
    }
    assert lists == {name.partition(" ")[0] for name in LISTS} | set(UNPAGED) | WHOLE


def test_both_kinds_of_policies_come_in_one_list(account: EmbeddedAccount, sdk: LegacySdk):
    """Without a PolicyType system and custom policies are listed, several hundred in all."""
    account.seed({"policies": [{"name": "mine", "document": DOCUMENT}]})
    reply = sdk.ram("ListPolicies", MaxItems=1000)
    kinds = [policy["PolicyType"] for policy in reply["Policies"]["Policy"]]
    assert (kinds.count("System") > 424, kinds.count("Custom"), reply["IsTruncated"]) == (True, 1, False)
