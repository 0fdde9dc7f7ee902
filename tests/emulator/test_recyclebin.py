"""What was deleted can be had back for thirty days."""

from datetime import timedelta

import pytest

from ramstack.emulator import EmbeddedAccount, Quotas, Settings
from tests.emulator.clients import IMS, LegacySdk, refused

MONTH = timedelta(days=30)


def _binned(sdk: LegacySdk) -> list[str]:
    reply = sdk.other(IMS, "ListUsersInRecycleBin")
    return [user["UserPrincipalName"].partition("@")[0] for user in reply["Users"]["User"]]


def test_a_deleted_user_comes_back_as_it_was(account: EmbeddedAccount, sdk: LegacySdk):
    """With its id, texts and tags; and it is not in the bin any more."""
    account.seed({"users": [{"name": "alice", "display_name": "Alice", "tags": {"team": "media"}}]})
    before, user = account.state(), sdk.ram("GetUser", UserName="alice")["User"]
    sdk.ram("DeleteUser", UserName="alice")
    assert (account.state()["users"], _binned(sdk)) == ([], ["alice"])
    selected = {"UserId": user["UserId"]}
    shown = sdk.other(IMS, "GetUserInRecycleBin", selected)["User"]
    assert (shown["DisplayName"], shown["CreateDate"]) == ("Alice", user["CreateDate"])
    sdk.other(IMS, "RestoreUserFromRecycleBin", selected)
    assert (account.state(), _binned(sdk)) == (before, [])
    assert sdk.ram("GetUser", UserName="alice")["User"] == user
    with refused("EntityNotExist.User", 404):
        sdk.other(IMS, "GetUserInRecycleBin", selected)


def test_a_name_that_is_taken_meanwhile_cannot_come_back(sdk: LegacySdk):
    """The name is free while its bearer is in the bin."""
    user_id = sdk.ram("CreateUser", UserName="alice")["User"]["UserId"]
    sdk.ram("DeleteUser", UserName="alice")
    sdk.ram("CreateUser", UserName="alice")
    with refused("EntityAlreadyExists.User", 409):
        sdk.other(IMS, "RestoreUserFromRecycleBin", {"UserId": user_id})
    sdk.other(IMS, "DeleteUserInRecycleBin", {"UserId": user_id})
    assert _binned(sdk) == []


def test_after_thirty_days_it_is_gone(account: EmbeddedAccount, sdk: LegacySdk):
    """Not a second earlier: the service's date can be shifted."""
    user_id = sdk.ram("CreateUser", UserName="alice")["User"]["UserId"]
    key = sdk.ram("CreateAccessKey", UserName="alice")["AccessKey"]["AccessKeyId"]
    sdk.ram("DeleteAccessKey", UserName="alice", UserAccessKeyId=key)
    sdk.ram("DeleteUser", UserName="alice")
    account.shift(MONTH - timedelta(minutes=5))
    assert _binned(sdk) == ["alice"]
    account.shift(timedelta(minutes=5))
    assert _binned(sdk) == []
    for action, params in (
        ("RestoreUserFromRecycleBin", {"UserId": user_id}),
        ("GetUserInRecycleBin", {"UserId": user_id}),
    ):
        with refused("EntityNotExist.User", 404):
            sdk.other(IMS, action, params)
    with refused("EntityNotExist.User.AccessKey", 404):
        sdk.other(IMS, "GetAccessKeyInfoInRecycleBin", {"UserAccessKeyId": key})


def test_a_key_comes_back_and_works(account: EmbeddedAccount, sdk: LegacySdk):
    """While it is in the bin it is unknown; afterwards it is the same key."""
    user_id = sdk.ram("CreateUser", UserName="alice")["User"]["UserId"]
    key = sdk.ram("CreateAccessKey", UserName="alice")["AccessKey"]
    selected = {"UserAccessKeyId": key["AccessKeyId"]}
    sdk.ram("DeleteAccessKey", UserName="alice", **selected)
    alice = LegacySdk(account, key["AccessKeyId"], key["AccessKeySecret"])
    with refused("InvalidAccessKeyId.NotFound", 404):
        alice.other("2015-04-01", "GetCallerIdentity")
    info = sdk.other(IMS, "GetAccessKeyInfoInRecycleBin", selected)["AccessKey"]
    assert (info["UserId"], info["UserRecycled"]) == (user_id, False)
    listed = sdk.other(IMS, "ListAccessKeysInRecycleBin", {"UserId": user_id})["AccessKeys"]["AccessKey"]
    assert [row["AccessKeyId"] for row in listed] == [key["AccessKeyId"]]
    sdk.other(IMS, "RestoreAccessKeyFromRecycleBin", {"UserId": user_id, **selected})
    assert alice.other("2015-04-01", "GetCallerIdentity")["UserId"] == user_id
    sdk.ram("DeleteAccessKey", UserName="alice", **selected)
    sdk.other(IMS, "DeleteAccessKeyInRecycleBin", selected)
    with refused("EntityNotExist.User.AccessKey", 404):
        sdk.other(IMS, "RestoreAccessKeyFromRecycleBin", selected)
    alice.close()


def test_a_key_waits_for_its_user(sdk: LegacySdk):
    """A key cannot come back before the user; it can afterwards."""
    user_id = sdk.ram("CreateUser", UserName="alice")["User"]["UserId"]
    key = sdk.ram("CreateAccessKey", UserName="alice")["AccessKey"]["AccessKeyId"]
    sdk.ram("DeleteAccessKey", UserName="alice", UserAccessKeyId=key)
    sdk.ram("DeleteUser", UserName="alice")
    with refused("EntityNotExist.User", 404):
        sdk.other(IMS, "RestoreAccessKeyFromRecycleBin", {"UserAccessKeyId": key})
    assert sdk.other(IMS, "GetUserInRecycleBin", {"UserAccessKeyId": key})["User"]["UserId"] == user_id
    sdk.other(IMS, "RestoreUserFromRecycleBin", {"UserId": user_id})
    sdk.other(IMS, "RestoreAccessKeyFromRecycleBin", {"UserAccessKeyId": key})
    assert len(sdk.ram("ListAccessKeys", UserName="alice")["AccessKeys"]["AccessKey"]) == 1


def test_a_full_bin_loses_the_oldest():
    """Its own quotas: so many users, so many keys of each."""
    limits = Quotas(recycled_users=2, recycled_keys_per_user=1)
    with EmbeddedAccount(settings=Settings(limits=limits)) as account:
        sdk = LegacySdk(account)
        for name in ("a", "b", "c"):
            sdk.ram("CreateUser", UserName=name)
            sdk.ram("DeleteUser", UserName=name)
        assert _binned(sdk) == ["b", "c"]
        user_id = sdk.ram("CreateUser", UserName="d")["User"]["UserId"]
        keys = [sdk.ram("CreateAccessKey", UserName="d")["AccessKey"]["AccessKeyId"] for _ in range(2)]
        for key in keys:
            sdk.ram("DeleteAccessKey", UserName="d", UserAccessKeyId=key)
        listed = sdk.other(IMS, "ListAccessKeysInRecycleBin", {"UserId": user_id})["AccessKeys"]["AccessKey"]
        assert [row["AccessKeyId"] for row in listed] == keys[1:]
        sdk.close()


def test_the_bin_can_be_asked_for_one_user(account: EmbeddedAccount, sdk: LegacySdk):
    """By login name; another filter is refused."""
    for name in ("a", "b"):
        sdk.ram("CreateUser", UserName=name)
        sdk.ram("DeleteUser", UserName=name)
    wanted = {"Filter": f"UserPrincipalName eq b@{account.account_id}.onaliyun.com"}
    reply = sdk.other(IMS, "ListUsersInRecycleBin", wanted)
    assert [user["UserPrincipalName"][0] for user in reply["Users"]["User"]] == ["b"]
    with refused("InvalidParameter.Filter.Format", 400):
        sdk.other(IMS, "ListUsersInRecycleBin", {"Filter": "UserId eq 1"})


@pytest.mark.parametrize("amount", [0, 1, 3, 4])
def test_the_bin_comes_in_pages(account: EmbeddedAccount, sdk: LegacySdk, amount):
    """No page is lost or empty."""
    account.seed({"users": [{"name": f"n{number}"} for number in range(amount)]})
    for number in range(amount):
        account.edit("DeleteUser", UserName=f"n{number}")
    names, marker, pages = [], "", 0
    while marker or not pages:
        reply = sdk.other(IMS, "ListUsersInRecycleBin", {"MaxItems": "3", "Marker": marker})
        names += [user["UserPrincipalName"].partition("@")[0] for user in reply["Users"]["User"]]
        marker, pages = reply.get("Marker", ""), pages + 1
    assert (names, pages) == ([f"n{number}" for number in range(amount)], max(1, -(-amount // 3)))
