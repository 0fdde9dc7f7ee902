"""What STS refuses, with the codes that are its own (ram-api.md section 6.3)."""

from datetime import timedelta

import pytest

from ramstack.emulator import EmbeddedAccount
from tests.emulator.clients import STS, LegacySdk, refused

ALICE = {"principal": "user/alice", "policy": "system/AliyunSTSAssumeRoleAccess"}


@pytest.fixture
def worker(account: EmbeddedAccount) -> str:
    """A role that trusts the account, and alice, who may assume it."""
    trust = {
        "Version": "1",
        "Statement": [
            {
                "Effect": "Allow",
                "Action": "sts:AssumeRole",
                "Principal": {"RAM": [f"acs:ram::{account.account_id}:root"]},
            }
        ],
    }
    account.seed(
        {"users": [{"name": "alice"}], "roles": [{"name": "worker", "trust": trust}], "attachments": [ALICE]}
    )
    return f"acs:ram::{account.account_id}:role/worker"


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"RoleArn": ""}, "MissingParameter.RoleArn"),
        ({"RoleArn": "worker"}, "InvalidParameter.RoleArn"),
        ({"RoleSessionName": ""}, "MissingParameter.RoleSessionName"),
        ({"RoleSessionName": "x"}, "InvalidParameter.RoleSessionName"),
        ({"DurationSeconds": "899"}, "InvalidParameter.DurationSeconds"),
        ({"DurationSeconds": "3601"}, "InvalidParameter.DurationSeconds"),
        ({"DurationSeconds": "soon"}, "InvalidParameter.DurationSeconds"),
        ({"Policy": "{}"}, "InvalidParameter.PolicyGrammar"),
        ({"Policy": "x" * 2049}, "InvalidParameter.PolicySize"),
        ({"ExternalId": "x"}, "InvalidParameter.ExternalId"),
        ({"ExternalId": "x" * 1225}, "InvalidParameter.ExternalId"),
    ],
)
def test_sessions_that_cannot_be(sdk: LegacySdk, worker: str, change, code):
    """Each broken parameter has its own code."""
    with refused(code, 400):
        sdk.other(STS, "AssumeRole", {"RoleArn": worker, "RoleSessionName": "night-run", **change})


@pytest.mark.parametrize("name", ["OIDCProviderArn", "OIDCToken", "RoleArn", "RoleSessionName"])
def test_a_token_alone_opens_nothing(account: EmbeddedAccount, sdk: LegacySdk, worker: str, name):
    """Every parameter of AssumeRoleWithOIDC that is needed is asked for."""
    provider = f"acs:ram::{account.account_id}:oidc-provider/test-issuer"
    wish = {"OIDCProviderArn": provider, "OIDCToken": account.oidc_token("me"), "RoleArn": worker}
    with refused(f"MissingParameter.{name}", 400):
        sdk.other(STS, "AssumeRoleWithOIDC", {**wish, "RoleSessionName": "run", name: ""})


def test_the_source_identity_is_told_back(account: EmbeddedAccount, sdk: LegacySdk, worker: str):
    """Where one is given."""
    key = sdk.ram("CreateAccessKey", UserName="alice")["AccessKey"]
    alice = LegacySdk(account, key["AccessKeyId"], key["AccessKeySecret"])
    wish = {"RoleArn": worker, "RoleSessionName": "night-run"}
    assert "SourceIdentity" not in alice.other(STS, "AssumeRole", wish)
    assert alice.other(STS, "AssumeRole", {**wish, "SourceIdentity": "me"})["SourceIdentity"] == "me"
    alice.close()


def test_a_session_ends(account: EmbeddedAccount, sdk: LegacySdk, worker: str):
    """Not before its time, and with the code of expired tokens; a token that was changed goes with no key."""
    key = sdk.ram("CreateAccessKey", UserName="alice")["AccessKey"]
    alice = LegacySdk(account, key["AccessKeyId"], key["AccessKeySecret"])
    wish = {"RoleArn": worker, "RoleSessionName": "night-run", "DurationSeconds": "900"}
    opened = alice.other(STS, "AssumeRole", wish)["Credentials"]
    pair = (opened["AccessKeyId"], opened["AccessKeySecret"])
    session = LegacySdk(account, *pair, token=opened["SecurityToken"])
    tampered = LegacySdk(account, *pair, token=f"{opened['SecurityToken']}x")
    with refused("InvalidSecurityToken.MismatchWithAccessKey", 400):
        tampered.other(STS, "GetCallerIdentity")
    account.shift(timedelta(seconds=890))
    session.other(STS, "GetCallerIdentity")
    account.shift(timedelta(seconds=20))
    with refused("InvalidSecurityToken.Expired", 400):
        session.other(STS, "GetCallerIdentity")
    for client in (alice, session, tampered):
        client.close()
