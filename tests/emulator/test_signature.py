import hashlib
from datetime import UTC, datetime, timedelta

import pytest
import requests

from ramstack.emulator import EmbeddedAccount
from ramstack.emulator.signature import (
    canonical_query,
    v1_signature,
    v1_string_to_sign,
    v3_signature,
    v3_string_to_sign,
)
from tests.emulator.clients import LegacySdk, refused, send, sign_v1

VECTOR = {
    "AccessKeyId": "testid",
    "Action": "CreateUser",
    "Format": "JSON",
    "SignatureMethod": "HMAC-SHA1",
    "SignatureNonce": "6a6e0ca6-4557-11e5-86a2-b8e8563dc8d2",
    "SignatureVersion": "1.0",
    "Timestamp": "2015-08-18T03:15:45Z",
    "UserName": "test",
    "Version": "2015-05-01",
}

V3_HEADERS = {
    "host": "ecs.cn-shanghai.aliyuncs.com",
    "x-acs-action": "RunInstances",
    "x-acs-content-sha256": "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
    "x-acs-date": "2023-10-26T10:22:32Z",
    "x-acs-signature-nonce": "3156853299f313e23d1673dc12e1703d",
    "x-acs-version": "2014-05-26",
}
V3_QUERY = [("ImageId", "win2019_1809_x64_dtc_zh-cn_40G_alibase_20230811.vhd"), ("RegionId", "cn-shanghai")]


def test_v1_gives_the_documented_signature():
    """The request printed in RAM's documentation has the signature printed there."""
    assert v1_signature("testsecret", v1_string_to_sign("GET", VECTOR)) == "kRA2cnpJVacIhDMzXnoNZG9tDCI="


def test_v3_gives_the_documented_signature():
    """The request printed in the documentation of V3 has the signature printed there."""
    to_sign = v3_string_to_sign("POST", V3_QUERY, V3_HEADERS, V3_HEADERS, V3_HEADERS["x-acs-content-sha256"])
    expected = "06563a9e1b43f5dfe96b81484da74bceab24a1d853912eee15083a6f0f3283c0"
    assert v3_signature("YourAccessKeySecret", to_sign) == expected


def test_canonical_query_encodes_as_documented():
    """Space, star, tilde and non-ASCII text have one spelling; an empty value keeps its equals sign."""
    assert canonical_query([("b", ""), ("a", "x y*~/é")]) == "a=x%20y%2A~%2F%C3%A9&b="


def _refusal(reply: requests.Response) -> tuple[str, int]:
    return reply.json()["Code"], reply.status_code


@pytest.mark.parametrize(
    ("params", "code", "status"),
    [
        ({"Signature": "d3Jvbmc="}, "SignatureDoesNotMatch", 400),
        ({"AccessKeyId": "LTAIdoesnotexist"}, "InvalidAccessKeyId.NotFound", 404),
        ({"Timestamp": "yesterday"}, "InvalidTimeStamp.Format", 400),
        ({"Timestamp": "2026-02-30T00:00:00Z"}, "InvalidTimeStamp.Format", 400),
        ({"Timestamp": "2015-08-18T03:15:45Z"}, "InvalidTimeStamp.Expired", 400),
        ({"SignatureMethod": "MD5"}, "IncompleteSignature", 400),
        ({"SignatureNonce": ""}, "MissingSignatureNonce", 400),
        ({"AccessKeyId": ""}, "MissingAccessKeyId", 400),
        ({"SecurityToken": "x"}, "InvalidSecurityToken.MismatchWithAccessKey", 400),
        ({"Action": "FlyToTheMoon"}, "InvalidApi.NotFound", 404),
        ({"Action": "CreateServiceLinkedRole"}, "NotEmulated", 501),
        ({"Version": "1999-01-01"}, "InvalidApi.NotFound", 404),
        ({"Action": ""}, "MissingAction", 400),
    ],
)
def test_what_is_wrong_with_a_request_is_told_by_its_code(account: EmbeddedAccount, params, code, status):
    """Each fault of a request has its own code and status."""
    assert _refusal(send(account, {"Action": "ListUsers", **params})) == (code, status)


def test_wrong_signature_shows_the_string_to_sign(account: EmbeddedAccount):
    """After the first colon stands the string to sign, since the SDK compares it with its own."""
    params = sign_v1(account, {"Action": "ListUsers", "Signature": "d3Jvbmc="})
    reply = send(account, params).json()
    assert reply["Message"].partition(":")[2] == v1_string_to_sign("POST", params)
    assert set(reply) == {"RequestId", "HostId", "Code", "Message", "Recommend"}


def test_the_sdk_understands_a_wrong_secret(account: EmbeddedAccount):
    """A wrong secret reaches the SDK's caller under the SDK's own code for it."""
    client = LegacySdk(account, secret="wrong" * 6)
    with refused("InvalidAccessKeySecret", 400):
        client.ram("ListUsers")
    client.close()


def test_a_nonce_counts_once(account: EmbeddedAccount):
    """The same signed request is refused the second time."""
    params = sign_v1(account, {"Action": "ListUsers"})
    assert send(account, params).status_code == 200
    assert _refusal(send(account, params)) == ("SignatureNonceUsed", 400)


@pytest.mark.parametrize(("minutes", "status"), [(-16, 400), (-14, 200), (14, 200), (16, 400)])
def test_the_clock_may_be_off_by_fifteen_minutes(account: EmbeddedAccount, minutes, status):
    """Fourteen minutes are forgiven, sixteen are not, in both directions."""
    moment = (datetime.now(UTC) + timedelta(minutes=minutes)).strftime("%Y-%m-%dT%H:%M:%SZ")
    assert send(account, {"Action": "ListUsers", "Timestamp": moment}).status_code == status


def test_get_and_post_are_signed_apart(account: EmbeddedAccount):
    """The method is part of the signature; both methods are served."""
    assert send(account, {"Action": "ListUsers"}, method="GET").status_code == 200
    as_post = sign_v1(account, {"Action": "ListUsers"}, method="POST")
    assert _refusal(send(account, as_post, method="GET")) == ("SignatureDoesNotMatch", 400)


def _v3_call(account: EmbeddedAccount, nonce: str, body: str = "", tampered: str = "") -> requests.Response:
    query = [("MaxItems", "5"), ("Marker", "")]
    headers = {
        "host": account.endpoint.removeprefix("http://"),
        "x-acs-action": "ListUsers",
        "x-acs-version": "2015-05-01",
        "x-acs-date": datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),
        "x-acs-signature-nonce": nonce,
        "x-acs-content-sha256": hashlib.sha256(body.encode()).hexdigest(),
    }
    to_sign = v3_string_to_sign("POST", query, headers, headers, headers["x-acs-content-sha256"])
    signature = v3_signature(account.access_key_secret, to_sign)
    fields = (
        f"Credential={account.access_key_id},SignedHeaders={';'.join(sorted(headers))},Signature={signature}"
    )
    headers["Authorization"] = f"ACS3-HMAC-SHA256 {fields}"
    url = f"{account.endpoint}/?{canonical_query(query)}{tampered}"
    with requests.Session() as session:
        session.trust_env = False
        return session.post(url, headers=headers, data=body, timeout=10)


def test_v3_is_verified(account: EmbeddedAccount):
    """A V3 request passes; the same with one more parameter does not."""
    assert _v3_call(account, "first").status_code == 200
    assert _refusal(_v3_call(account, "second", tampered="&Tag=x")) == ("SignatureDoesNotMatch", 400)


def test_a_disabled_key_is_refused(account: EmbeddedAccount, sdk: LegacySdk):
    """A key that was disabled opens nothing, from that moment on."""
    sdk.ram("CreateUser", UserName="alice")
    key = sdk.ram("CreateAccessKey", UserName="alice")["AccessKey"]
    alice = LegacySdk(account, key["AccessKeyId"], key["AccessKeySecret"])
    assert alice.other("2015-04-01", "GetCallerIdentity")["IdentityType"] == "RAMUser"
    sdk.ram("UpdateAccessKey", UserName="alice", UserAccessKeyId=key["AccessKeyId"], Status="Inactive")
    with refused("InvalidAccessKeyId.Inactive", 400):
        alice.other("2015-04-01", "GetCallerIdentity")
    alice.close()
