"""Policies of keys, the credential report, users in short."""

import base64
import csv
import json

import pytest

from ramstack.emulator import EmbeddedAccount
from tests.emulator.clients import IMS, STS, LegacySdk, refused

HERE, ELSEWHERE = "127.0.0.1/32", "203.0.113.0/24"


def _policy(*blocks: str, status: str = "Active") -> str:
    statements = [{"Type": "ClassicWhiteList", "IPList": list(blocks)}] if blocks else []
    return json.dumps({"Version": 1, "Status": status, "Statements": statements})


def _key_of_alice(account: EmbeddedAccount, sdk: LegacySdk) -> tuple[dict[str, str], LegacySdk]:
    sdk.ram("CreateUser", UserName="alice")
    key = sdk.ram("CreateAccessKey", UserName="alice")["AccessKey"]
    login = f"alice@{account.account_id}.onaliyun.com"
    selected = {"UserAccessKeyId": key["AccessKeyId"], "UserPrincipalName": login}
    return selected, LegacySdk(account, key["AccessKeyId"], key["AccessKeySecret"])


def test_a_key_may_be_bound_to_addresses(account: EmbeddedAccount, sdk: LegacySdk):
    """It works from what its policy lists, from everywhere while the policy is inactive, and never from elsewhere."""
    selected, alice = _key_of_alice(account, sdk)
    assert sdk.other(IMS, "GetAccessKeyPolicy", selected)["AccessKeyPolicy"] == "{}"
    for text, works in (
        (_policy(HERE), True),
        (_policy(ELSEWHERE), False),
        (_policy(ELSEWHERE, status="Inactive"), True),
        (_policy(ELSEWHERE, HERE), True),
        (_policy(), False),
    ):
        sdk.other(IMS, "SetAccessKeyPolicy", {**selected, "AccessKeyPolicy": text})
        if works:
            alice.other(STS, "GetCallerIdentity")
        else:
            with refused("Forbidden.AccessKeyPolicy", 403):
                alice.other(STS, "GetCallerIdentity")
    read = json.loads(sdk.other(IMS, "GetAccessKeyPolicy", selected)["AccessKeyPolicy"])
    assert read == {"Version": 5, "Status": "Active", "Statements": []}
    alice.close()


@pytest.mark.parametrize(
    "text",
    ["x", "[]", "{}", _policy("nowhere"), _policy(HERE, status="On"), '{"Status":"Active","Statements":[1]}'],
)
def test_a_policy_of_a_key_has_a_form(account: EmbeddedAccount, sdk: LegacySdk, text):
    """Status, and statements of addresses."""
    selected, alice = _key_of_alice(account, sdk)
    with refused("InvalidParameter.AccessKeyPolicy.Format", 400):
        sdk.other(IMS, "SetAccessKeyPolicy", {**selected, "AccessKeyPolicy": text})
    alice.close()


def _report(sdk: LegacySdk, **params: str) -> tuple[list[str], dict]:
    reply = sdk.other(IMS, "GetCredentialReport", params)
    return base64.b64decode(reply["Content"]).decode().splitlines(), reply


def test_the_credential_report_tells_who_has_what(account: EmbeddedAccount, sdk: LegacySdk):
    """A line for each user: password, device, keys; it stays as it was made."""
    with refused("EntityNotExist.CredentialReport", 404):
        sdk.other(IMS, "GetCredentialReport")
    _, alice = _key_of_alice(account, sdk)
    sdk.ram("CreateUser", UserName="bob")
    sdk.ram("CreateLoginProfile", UserName="bob", Password="Correct-horse-9")
    assert sdk.other(IMS, "GenerateCredentialReport")["State"] == "COMPLETED"
    sdk.ram("CreateUser", UserName="carol")
    lines, reply = _report(sdk)
    rows = {row["user"].partition("@")[0]: row for row in csv.DictReader(lines)}
    assert (sorted(rows), reply["IsTruncated"]) == (["alice", "bob"], "false")
    facts = ("password_exist", "access_key_1_active", "access_key_2_exist", "mfa_active")
    assert [[rows[name][fact] for fact in facts] for name in ("alice", "bob")] == [
        ["FALSE", "TRUE", "FALSE", "FALSE"],
        ["TRUE", "FALSE", "FALSE", "FALSE"],
    ]
    alice.close()


@pytest.mark.parametrize("amount", [0, 1, 2, 3])
def test_the_credential_report_comes_in_pages(account: EmbeddedAccount, sdk: LegacySdk, amount):
    """Whole lines, none lost; the names of the columns are the first."""
    account.seed({"users": [{"name": f"n{number}"} for number in range(amount)]})
    sdk.other(IMS, "GenerateCredentialReport")
    lines, token, pages = [], "", 0
    while token or not pages:
        page, reply = _report(sdk, MaxItems="2", NextToken=token)
        lines, token, pages = lines + page, reply.get("NextToken", ""), pages + 1
    assert [line.partition("@")[0] for line in lines[1:]] == [f"n{number}" for number in range(amount)]
    assert pages == -(-(amount + 1) // 2)


def test_users_in_short(account: EmbeddedAccount, sdk: LegacySdk):
    """Four fields a user, active ones by default; tags and Status exclude each other."""
    account.seed(
        {"users": [{"name": "a", "tags": {"t": "1"}}, {"name": "b", "status": "freeze", "tags": {"t": "1"}}]}
    )

    def names(**params: str) -> list[str]:
        reply = sdk.other(IMS, "ListUserBasicInfos", params)
        return [row["UserPrincipalName"][0] for row in reply["UserBasicInfos"]["UserBasicInfo"]]

    assert names() == ["a"]
    assert names(Status="active,freeze") == ["a", "b"]
    assert names(**{"Tag.1.Key": "t"}) == ["a", "b"]
    with refused("InvalidParameter.Status.Format", 400):
        names(**{"Tag.1.Key": "t", "Status": "active"})
