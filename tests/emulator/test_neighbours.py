"""IMS, Resource Manager and STS, by CommonRequest."""

import pytest

from ramstack.emulator import EmbeddedAccount, Settings
from tests.emulator.clients import DOCUMENT, IMS, RM, STS, LegacySdk, refused


def _login(account: EmbeddedAccount, name: str) -> str:
    return f"{name}@{account.account_id}.onaliyun.com"


def test_caller_identity_of_root(account: EmbeddedAccount, sdk: LegacySdk):
    """Root is the account itself."""
    identity = sdk.other(STS, "GetCallerIdentity")
    assert (identity["AccountId"], identity["IdentityType"]) == (account.account_id, "Account")
    assert identity["Arn"] == f"acs:ram::{account.account_id}:root"


def test_ims_user_is_born_with_tags(account: EmbeddedAccount, sdk: LegacySdk):
    """Tags given at creation are there in the reply, in the next read, and RAM sees the same user."""
    principal = _login(account, "alice")
    tags = {"Tag.1.Key": "team", "Tag.1.Value": "media", "Tag.2.Key": "env", "Tag.2.Value": ""}
    born = sdk.other(IMS, "CreateUser", {"UserPrincipalName": principal, "DisplayName": "Alice", **tags})[
        "User"
    ]
    shown = [{"TagKey": "env", "TagValue": ""}, {"TagKey": "team", "TagValue": "media"}]
    assert sorted(born["Tags"]["Tag"], key=lambda tag: tag["TagKey"]) == shown
    for selector in ({"UserPrincipalName": principal}, {"UserId": born["UserId"]}):
        read = sdk.other(IMS, "GetUser", selector)["User"]
        assert (read["UserName"], read["UserPrincipalName"], read["ProvisionType"]) == (
            "alice",
            principal,
            "Manual",
        )
    assert sdk.ram("GetUser", UserName="alice")["User"]["UserId"] == born["UserId"]
    edited = {"UserId": born["UserId"], "NewUserPrincipalName": _login(account, "alicia"), "NewComments": "c"}
    assert sdk.other(IMS, "UpdateUser", edited)["User"]["UserPrincipalName"] == _login(account, "alicia")
    sdk.other(IMS, "DeleteUser", {"UserId": born["UserId"]})
    with refused("EntityNotExist.User", 404):
        sdk.other(IMS, "GetUser", {"UserId": born["UserId"]})


@pytest.mark.parametrize(
    ("params", "code"),
    [
        ({"DisplayName": "x" * 25}, "InvalidParameter.DisplayName.Length"),
        ({"DisplayName": ""}, "MissingDisplayName"),
        ({"UserPrincipalName": "alice"}, "InvalidParameter.UserPrincipalName.Format"),
        ({"UserPrincipalName": "alice@example.com"}, "InvalidParameter.UserPrincipalName.Format"),
        ({"Tag.1.Key": "acs:x"}, "InvalidParameter.TagKey.Format"),
    ],
)
def test_ims_users_that_cannot_be(account: EmbeddedAccount, sdk: LegacySdk, params, code):
    """IMS is stricter than RAM: a display name of 1 to 24, a login name of the account's own domain."""
    full = {"UserPrincipalName": _login(account, "alice"), "DisplayName": "Alice", **params}
    with refused(code, 400):
        sdk.other(IMS, "CreateUser", full)


def test_owner_of_a_key_can_be_found(sdk: LegacySdk):
    """GetUser by the id of a key."""
    sdk.ram("CreateUser", UserName="alice")
    key = sdk.ram("CreateAccessKey", UserName="alice")["AccessKey"]["AccessKeyId"]
    assert sdk.other(IMS, "GetUser", {"UserAccessKeyId": key})["User"]["UserName"] == "alice"


def _names(reply: dict) -> list[str]:
    return [user["UserPrincipalName"].partition("@")[0] for user in reply["Users"]["User"]]


def test_frozen_users_are_hidden_unless_asked_for(account: EmbeddedAccount, sdk: LegacySdk):
    """Only active users by default; Status or a tag filter brings the others."""
    account.seed(
        {"users": [{"name": "a", "tags": {"t": "1"}}, {"name": "b", "status": "freeze", "tags": {"t": "2"}}]}
    )
    assert _names(sdk.other(IMS, "ListUsers")) == ["a"]
    assert _names(sdk.other(IMS, "ListUsers", {"Status": "freeze"})) == ["b"]
    assert _names(sdk.other(IMS, "ListUsers", {"Status": "active,freeze"})) == ["a", "b"]
    assert _names(sdk.other(IMS, "ListUsers", {"Tag.1.Key": "t"})) == ["a", "b"]
    assert _names(sdk.other(IMS, "ListUsers", {"Tag.1.Key": "t", "Tag.1.Value": "2"})) == ["b"]
    both = {"Tag.1.Key": "t", "Tag.1.Value": "1", "Tag.2.Key": "other"}
    assert _names(sdk.other(IMS, "ListUsers", both)) == []
    assert len(sdk.ram("ListUsers")["Users"]["User"]) == 2


@pytest.mark.parametrize("filled", [True, False])
def test_list_users_may_or_may_not_show_tags(filled):
    """Not established for the live service, so it is a switch; with a tag filter tags always show."""
    with EmbeddedAccount(settings=Settings(list_users_tags=filled)) as account:
        account.seed({"users": [{"name": "a", "tags": {"t": "1"}}]})
        sdk = LegacySdk(account)
        plain = sdk.other(IMS, "ListUsers")["Users"]["User"][0]["Tags"]["Tag"]
        assert bool(plain) is filled
        assert sdk.other(IMS, "ListUsers", {"Tag.1.Key": "t"})["Users"]["User"][0]["Tags"]["Tag"]
        sdk.close()


def test_ims_tags_by_id_and_by_name(account: EmbeddedAccount, sdk: LegacySdk):
    """Users are selected by id or by principal name, never by both; rows bear the user's id."""
    user_id = sdk.ram("CreateUser", UserName="alice")["User"]["UserId"]
    by_id, by_name = {"ResourceId.1": user_id}, {"ResourcePrincipalName.1": _login(account, "alice")}
    base = {"ResourceType": "user"}
    sdk.other(IMS, "TagResources", {**base, **by_id, "Tag.1.Key": "a", "Tag.1.Value": "1"})
    sdk.other(IMS, "TagResources", {**base, **by_name, "Tag.1.Key": "b", "Tag.1.Value": "2"})
    row = {"ResourceId": user_id, "ResourceType": "user"}
    both = [{**row, "TagKey": "a", "TagValue": "1"}, {**row, "TagKey": "b", "TagValue": "2"}]
    for selector in (by_id, by_name):
        listed = sdk.other(IMS, "ListTagResources", {**base, **selector})
        assert (listed["TagResources"]["TagResource"], listed["IsTruncated"]) == (both, False)
    assert (
        sdk.other(IMS, "ListTagResources", {**base, "Tag.1.Key": "b"})["TagResources"]["TagResource"]
        == both[1:]
    )
    sdk.other(IMS, "UntagResources", {**base, **by_id, "TagKey.1": "a"})
    sdk.other(IMS, "UntagResources", {**base, **by_name, "All": "true"})
    assert sdk.other(IMS, "ListTagResources", {**base, **by_id})["TagResources"]["TagResource"] == []
    for selector in ({}, {**by_id, **by_name}):
        with refused("MissingResourceId", 400):
            sdk.other(IMS, "TagResources", {**base, **selector, "Tag.1.Key": "a"})
    with refused("MissingResourceId", 400):
        sdk.other(IMS, "ListTagResources", base)


def test_attachments_of_the_whole_account(account: EmbeddedAccount, sdk: LegacySdk):
    """Principals bear their login names; resource-group grants are here and not in RAM's own lists."""
    account.seed(
        {
            "users": [{"name": "alice"}],
            "groups": [{"name": "readers"}],
            "roles": [{"name": "worker", "trust": "{}"}],
            "policies": [{"name": "p", "document": DOCUMENT}],
            "attachments": [
                {"principal": "user/alice", "policy": "system/AliyunICEFullAccess"},
                {"principal": "group/readers", "policy": "custom/p"},
                {"principal": "role/worker", "policy": "custom/p"},
            ],
        }
    )
    group = sdk.other(RM, "CreateResourceGroup", {"Name": "media", "DisplayName": "Media"})["ResourceGroup"][
        "Id"
    ]
    grant = {
        "PolicyName": "AliyunOSSFullAccess",
        "PolicyType": "System",
        "PrincipalType": "IMSUser",
        "PrincipalName": _login(account, "alice"),
        "ResourceGroupId": group,
    }
    sdk.other(RM, "AttachPolicy", grant)
    reply = sdk.other(RM, "ListPolicyAttachments")
    rows = reply["PolicyAttachments"]["PolicyAttachment"]
    domain = f"{account.account_id}.onaliyun"
    assert [row["PrincipalName"] for row in rows] == [
        f"alice@{domain}.com",
        f"readers@group.{domain}.com",
        f"worker@role.{domain}service.com",
        f"alice@{domain}.com",
    ]
    assert (reply["TotalCount"], reply["PageSize"], rows[3]["ResourceGroupId"]) == (4, 10, group)
    assert _count(sdk, {"ResourceGroupId": account.account_id}) == 3
    assert _count(sdk, {"PolicyType": "Custom"}) == 2
    assert _count(sdk, {"PolicyName": "p", "PolicyType": "Custom", "PrincipalType": "ServiceRole"}) == 1
    assert _count(sdk, {"PrincipalType": "IMSUser", "PrincipalName": _login(account, "alice")}) == 2
    assert len(sdk.ram("ListPoliciesForUser", UserName="alice")["Policies"]["Policy"]) == 1
    with refused("DeleteConflict.User.Policy", 409):
        sdk.ram(
            "DetachPolicyFromUser", UserName="alice", PolicyName="AliyunICEFullAccess", PolicyType="System"
        )
        sdk.ram("DeleteUser", UserName="alice")
    sdk.other(RM, "DetachPolicy", grant)
    with refused("EntityNotExist.User.Policy", 404):
        sdk.other(RM, "DetachPolicy", grant)
    sdk.ram("DeleteUser", UserName="alice")


def _count(sdk: LegacySdk, filters: dict[str, str]) -> int:
    return sdk.other(RM, "ListPolicyAttachments", filters)["TotalCount"]


def test_ims_manages_groups_keys_and_logon_by_principal_name(account: EmbeddedAccount, sdk: LegacySdk):
    """The same account as RAM's, with login names instead of names."""
    alice = {"UserPrincipalName": _login(account, "alice")}
    sdk.ram("CreateUser", UserName="alice")
    sdk.other(IMS, "CreateGroup", {"GroupName": "readers"})
    sdk.other(IMS, "AddUserToGroup", {**alice, "GroupName": "readers"})
    members = sdk.other(IMS, "ListUsersForGroup", {"GroupName": "readers"})["Users"]["User"]
    assert [member["UserPrincipalName"] for member in members] == [alice["UserPrincipalName"]]
    assert len(sdk.other(IMS, "ListGroupsForUser", alice)["Groups"]["Group"]) == 1
    assert [group["GroupName"] for group in sdk.other(IMS, "ListGroups")["Groups"]["Group"]] == ["readers"]
    sdk.other(IMS, "RemoveUserFromGroup", {**alice, "GroupName": "readers"})
    key = sdk.other(IMS, "CreateAccessKey", alice)["AccessKey"]
    selected = {**alice, "UserAccessKeyId": key["AccessKeyId"]}
    sdk.other(IMS, "UpdateAccessKey", {**selected, "Status": "Inactive"})
    assert sdk.ram("ListAccessKeys", UserName="alice")["AccessKeys"]["AccessKey"][0]["Status"] == "Inactive"
    sdk.other(IMS, "DeleteAccessKey", selected)
    profile = sdk.other(IMS, "CreateLoginProfile", {**alice, "Password": "Correct-horse-9"})["LoginProfile"]
    assert profile["UserPrincipalName"] == alice["UserPrincipalName"]
    sdk.other(IMS, "DeleteLoginProfile", alice)
    sdk.other(IMS, "DeleteUser", alice)


@pytest.mark.parametrize(
    "action", ["CreateLoginProfile", "GetLoginProfile", "ListGroupsForUser", "AddUserToGroup"]
)
def test_ims_asks_for_the_principal_name(sdk: LegacySdk, action):
    """What is missing bears the name that IMS has for it; RAM's parameter does not help."""
    with refused("MissingUserPrincipalName", 400):
        sdk.other(IMS, action, {"UserName": "alice", "GroupName": "readers", "Password": "Correct-horse-9"})


def test_the_summary_tells_the_quotas_of_key_policies(sdk: LegacySdk):
    """As many statements and addresses as SetAccessKeyPolicy takes."""
    summary = sdk.other(IMS, "GetAccountSummary")["SummaryMap"]
    assert (summary["ConditionsPerAKPolicyQuota"], summary["IPItemsPerAKPolicyQuota"]) == (8, 50)
