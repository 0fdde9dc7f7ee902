"""What a probe of the ICE SDK can meet, each for real: allowed, denied, and all that keeps a key from being asked at all."""

import json
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager
from datetime import datetime, timedelta

import pytest
from alibabacloud_ram20150501 import models as ram
from alibabacloud_tea_openapi.exceptions import ClientException

from ramstack.emulator import EmbeddedAccount, Fault, Settings
from ramstack.emulator.world import utc_now
from tests.emulator.clients import IMS, LegacySdk, refused
from tests.emulator.tea import tea_client

READ_ONLY = {"PolicyType": "System", "PolicyName": "AliyunICEReadOnlyAccess"}
ELSEWHERE = "203.0.113.0/24"

Key = Mapping[str, str]


@pytest.fixture
def alice(account: EmbeddedAccount, sdk: LegacySdk) -> Key:
    """The key of a user who may read in ICE."""
    sdk.ram("CreateUser", UserName="alice")
    sdk.ram("AttachPolicyToUser", UserName="alice", **READ_ONLY)
    return sdk.ram("CreateAccessKey", UserName="alice")["AccessKey"]


def _probe(account: EmbeddedAccount, key: Key) -> None:
    tea_client(account, "ice", key).get_default_storage_location()


@contextmanager
def _answered(code: str, status: int) -> Iterator[pytest.ExceptionInfo[ClientException]]:
    with pytest.raises(ClientException) as caught:
        yield caught
    assert (caught.value.code, caught.value.status_code) == (code, status)


def _hold(sdk: LegacySdk, effect: str, **condition: object) -> None:
    statement = {"Effect": effect, "Action": "ice:Get*", "Resource": "*", **condition}
    document = json.dumps({"Version": "1", "Statement": [statement]})
    sdk.ram("CreatePolicy", PolicyName="mine", PolicyDocument=document)
    sdk.ram("AttachPolicyToUser", UserName="alice", PolicyType="Custom", PolicyName="mine")


def test_allowed(account: EmbeddedAccount, alice: Key):
    """Nothing stands in the way."""
    _probe(account, alice)


def test_denied_for_want_of_a_policy(account: EmbeddedAccount, sdk: LegacySdk, alice: Key):
    """Implicitly, and an administrator can decode why."""
    sdk.ram("DetachPolicyFromUser", UserName="alice", **READ_ONLY)
    with _answered("Forbidden", 403) as caught:
        _probe(account, alice)
    detail = caught.value.access_denied_detail
    assert (detail["NoPermissionType"], detail["AuthAction"]) == (
        "ImplicitDeny",
        "ice:GetDefaultStorageLocation",
    )
    decoded = sdk.ram("DecodeDiagnosticMessage", EncodedDiagnosticMessage=detail["EncodedDiagnosticMessage"])
    assert decoded["DecodedDiagnosticMessage"]["MatchedPolicies"] == []
    with _answered("NoPermission", 403):
        request = ram.DecodeDiagnosticMessageRequest(detail["EncodedDiagnosticMessage"])
        tea_client(account, "ram", alice).decode_diagnostic_message(request)


def test_denied_by_a_policy(account: EmbeddedAccount, sdk: LegacySdk, alice: Key):
    """Explicitly; the diagnosis names the policy that decides."""
    _hold(sdk, "Deny")
    with _answered("Forbidden", 403) as caught:
        _probe(account, alice)
    detail = caught.value.access_denied_detail
    assert detail["NoPermissionType"] == "ExplicitDeny"
    decoded = sdk.ram("DecodeDiagnosticMessage", EncodedDiagnosticMessage=detail["EncodedDiagnosticMessage"])
    (matched,) = decoded["DecodedDiagnosticMessage"]["MatchedPolicies"]
    assert (matched["PolicyIdentifier"], matched["Effect"]) == ("mine", "Deny")


def test_denied_by_a_fence_of_a_policy(account: EmbeddedAccount, sdk: LegacySdk, alice: Key):
    """A denial like any other; the diagnosis tells the address that was seen."""
    _hold(sdk, "Deny", Condition={"NotIpAddress": {"acs:SourceIp": ELSEWHERE}})
    with _answered("Forbidden", 403) as caught:
        _probe(account, alice)
    message = caught.value.access_denied_detail["EncodedDiagnosticMessage"]
    decoded = sdk.ram("DecodeDiagnosticMessage", EncodedDiagnosticMessage=message)["DecodedDiagnosticMessage"]
    conditions = {row["ConditionKey"]: row["ConditionValues"] for row in decoded["AuthConditions"]}
    assert conditions["acs:SourceIp"] == ["127.0.0.1"]


def test_a_fence_of_the_key(account: EmbeddedAccount, sdk: LegacySdk, alice: Key):
    """The key's own list of addresses is no denial: there is no detail."""
    statements = [{"Type": "ClassicWhiteList", "IPList": [ELSEWHERE]}]
    policy = json.dumps({"Version": 1, "Status": "Active", "Statements": statements})
    login = f"alice@{account.account_id}.onaliyun.com"
    chosen = {"UserPrincipalName": login, "UserAccessKeyId": alice["AccessKeyId"]}
    sdk.other(IMS, "SetAccessKeyPolicy", {**chosen, "AccessKeyPolicy": policy})
    with _answered("Forbidden.AccessKeyPolicy", 403) as caught:
        _probe(account, alice)
    assert not caught.value.access_denied_detail


def test_a_disabled_key(account: EmbeddedAccount, sdk: LegacySdk, alice: Key):
    """It is known, and may not be used; enabled again it may."""
    chosen = {"UserName": "alice", "UserAccessKeyId": alice["AccessKeyId"]}
    sdk.ram("UpdateAccessKey", Status="Inactive", **chosen)
    with _answered("InvalidAccessKeyId.Inactive", 400):
        _probe(account, alice)
    sdk.ram("UpdateAccessKey", Status="Active", **chosen)
    _probe(account, alice)


def test_a_deleted_key_and_a_wrong_secret(account: EmbeddedAccount, sdk: LegacySdk, alice: Key):
    """A key that is gone is not found; one with another secret does not sign."""
    with _answered("SignatureDoesNotMatch", 400):
        _probe(account, {**alice, "AccessKeySecret": "x" * 30})
    sdk.ram("DeleteAccessKey", UserName="alice", UserAccessKeyId=alice["AccessKeyId"])
    with _answered("InvalidAccessKeyId.NotFound", 404):
        _probe(account, alice)


@pytest.mark.parametrize("minutes", [-16, 16])
def test_a_clock_that_is_off(minutes):
    """By more than a quarter of an hour, whatever the service's date is shifted by."""
    with EmbeddedAccount(clock=lambda: utc_now() + timedelta(minutes=minutes)) as account:
        key = {"AccessKeyId": account.access_key_id, "AccessKeySecret": account.access_key_secret}
        account.shift(-timedelta(minutes=minutes))
        with _answered("InvalidTimeStamp.Expired", 400):
            _probe(account, key)


def test_throttled(account: EmbeddedAccount, alice: Key):
    """By a fault, or by the documented rates."""
    account.set_faults(Fault("throttle", product="Ice", nth=1))
    with _answered("Throttling.User", 400):
        _probe(account, alice)
    _probe(account, alice)
    with EmbeddedAccount(settings=Settings(quota="documented", quota_scale=0.01)) as paced:
        key = {"AccessKeyId": paced.access_key_id, "AccessKeySecret": paced.access_key_secret}
        _probe(paced, key)
        with _answered("Throttling.User", 400):
            _probe(paced, key)


def test_a_service_that_is_not_activated(account: EmbeddedAccount, sdk: LegacySdk, alice: Key):
    """Not denied by RAM although 403; other services go on, and a reset activates all."""
    account.set_service("ice", active=False)
    with _answered("Forbidden.SubscriptionRequired", 403) as caught:
        _probe(account, alice)
    assert not caught.value.access_denied_detail
    assert tea_client(account, "sts", alice).get_caller_identity().body.identity_type == "RAMUser"
    account.set_service("ram", active=False)
    with _answered("Inactive", 403):
        tea_client(account, "ram").list_users(ram.ListUsersRequest())
    account.set_service("ice", active=True)
    _probe(account, alice)
    account.world.reset()
    tea_client(account, "ram").list_users(ram.ListUsersRequest())


def test_servers_on_one_file_agree_on_what_is_activated(tmp_path):
    """It is kept in the file."""
    with EmbeddedAccount(tmp_path / "a.db") as one, EmbeddedAccount(tmp_path / "a.db") as two:
        one.set_service("ice", active=False)
        key = {"AccessKeyId": two.access_key_id, "AccessKeySecret": two.access_key_secret}
        with _answered("Forbidden.SubscriptionRequired", 403):
            _probe(two, key)


def test_there_is_no_such_service(account: EmbeddedAccount):
    """A service that is not served cannot be switched."""
    with pytest.raises(ValueError, match="oss"):
        account.set_service("oss", active=False)


def _last_used(sdk: LegacySdk, account: EmbeddedAccount, key: Key) -> dict[str, str]:
    login = f"alice@{account.account_id}.onaliyun.com"
    chosen = {"UserPrincipalName": login, "UserAccessKeyId": key["AccessKeyId"]}
    return sdk.other(IMS, "GetAccessKeyLastUsed", chosen)["AccessKeyLastUsed"]


def test_a_use_is_recorded_with_date_and_service(account: EmbeddedAccount, sdk: LegacySdk, alice: Key):
    """Of every call that its secret signed, denied ones too; by the service's date, while signatures go by the true time."""
    assert _last_used(sdk, account, alice) == {"LastUsedDate": "", "ServiceName": ""}
    wrong = {**alice, "AccessKeySecret": "x" * 30}
    with _answered("SignatureDoesNotMatch", 400):
        _probe(account, wrong)
    assert _last_used(sdk, account, alice)["ServiceName"] == ""
    account.shift(timedelta(days=100))
    _probe(account, alice)
    used = _last_used(sdk, account, alice)
    assert used["ServiceName"] == "Ice"
    denied = LegacySdk(account, alice["AccessKeyId"], alice["AccessKeySecret"])
    with closing(denied), refused("NoPermission", 403):
        denied.ram("ListUsers")
    later = _last_used(sdk, account, alice)
    assert later["ServiceName"] == "Ram"
    far, off = datetime.fromisoformat(later["LastUsedDate"]), timedelta(days=100)
    assert utc_now() + off - timedelta(minutes=5) < far < utc_now() + off
    assert used["LastUsedDate"] <= later["LastUsedDate"]
    chosen = {"UserName": "alice", "UserAccessKeyId": alice["AccessKeyId"]}
    assert sdk.ram("GetAccessKeyLastUsed", **chosen)["AccessKeyLastUsed"] == {
        "LastUsedDate": later["LastUsedDate"]
    }
