"""A workload with a token of the test issuer gets a session of a role that trusts it."""

from datetime import timedelta

import pytest
from alibabacloud_sts20150401 import models as sts
from alibabacloud_tea_openapi.exceptions import ClientException

from ramstack.emulator import EmbeddedAccount
from tests.emulator.tea import tea_client

SUBJECT = "system:serviceaccount:media:worker"


def _plant(account: EmbeddedAccount, **conditions: str) -> None:
    provider = f"acs:ram::{account.account_id}:oidc-provider/test-issuer"
    statement = {
        "Effect": "Allow",
        "Action": "sts:AssumeRole",
        "Principal": {"Federated": [provider]},
        "Condition": {"StringEquals": {f"oidc:{name}": value for name, value in conditions.items()}},
    }
    trust = {"Version": "1", "Statement": [statement]}
    held = {"principal": "role/worker", "policy": "system/AliyunICEReadOnlyAccess"}
    account.seed({"roles": [{"name": "worker", "trust": trust}], "attachments": [held]})


def _assume(account: EmbeddedAccount, token: str, provider: str = "test-issuer"):
    client = tea_client(account, "sts", {"AccessKeyId": "", "AccessKeySecret": ""})
    request = sts.AssumeRoleWithOIDCRequest(
        role_arn=f"acs:ram::{account.account_id}:role/worker",
        role_session_name="run",
        oidcprovider_arn=f"acs:ram::{account.account_id}:oidc-provider/{provider}",
        oidctoken=token,
    )
    return client.assume_role_with_oidc(request).body


def test_a_token_opens_a_session(account: EmbeddedAccount):
    """Without any key; the session may do what the role may."""
    _plant(account, iss="https://test-issuer.ramstack.invalid", aud="sts.aliyuncs.com", sub=SUBJECT)
    opened = _assume(account, account.oidc_token(SUBJECT))
    assert (opened.oidctoken_info.subject, opened.oidctoken_info.verification_info) == (SUBJECT, "Success")
    session = opened.credentials.to_map()
    assert tea_client(account, "sts", session).get_caller_identity().body.arn.endswith("/worker/run")
    tea_client(account, "ice", session).get_default_storage_location()
    with pytest.raises(ClientException, match="NoPermission"):
        tea_client(account, "ram", session).get_account_alias()


def _forged(account: EmbeddedAccount) -> str:
    head, claims, mark = account.oidc_token(SUBJECT).split(".")
    return f"{head}.{claims}x.{mark}"


@pytest.mark.parametrize(
    ("make", "provider", "code"),
    [
        (lambda a: a.oidc_token("somebody else"), "test-issuer", "NoPermission"),
        (lambda a: a.oidc_token(SUBJECT, "other"), "test-issuer", "NoPermission"),
        (_forged, "test-issuer", "AuthenticationFail.OIDCToken.Invalid"),
        (lambda a: "é", "test-issuer", "AuthenticationFail.OIDCToken.Invalid"),
        (lambda a: a.oidc_token(SUBJECT), "other", "EntityNotExist.OIDCProvider"),
    ],
)
def test_who_gets_no_session(account: EmbeddedAccount, make, provider, code):
    """Another subject or audience than the role trusts, a forged token, a provider that does not exist."""
    _plant(account, aud="sts.aliyuncs.com", sub=SUBJECT)
    with pytest.raises(ClientException) as caught:
        _assume(account, make(account), provider)
    assert caught.value.code == code


def test_a_token_ends(account: EmbeddedAccount):
    """After its hour it is refused."""
    _plant(account, sub=SUBJECT)
    token = account.oidc_token(SUBJECT)
    account.shift(timedelta(hours=1))
    with pytest.raises(ClientException) as caught:
        _assume(account, token)
    assert caught.value.code == "AuthenticationFail.OIDCToken.Expired"
