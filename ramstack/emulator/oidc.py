"""The test issuer: an identity provider of the embedded account's own, whose tokens open sessions of roles.

A token is a JWT under the account's seal (HS256), made on request and kept nowhere. Other issuers cannot be known here.
"""

import base64
import hmac
import json
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta

from ramstack.emulator.call import Account, write_date
from ramstack.emulator.errors import Refusal, missing_entity

ISSUER = "https://test-issuer.ramstack.invalid"
PROVIDER = "test-issuer"
LONGEST_TOKEN = 20_000

Claims = Mapping[str, str | int]


def provider_arn(account: Account) -> str:
    return f"acs:ram::{account.account_id}:oidc-provider/{PROVIDER}"


def issue_token(
    account: Account, subject: str, audience: str, now: datetime, lasts: timedelta = timedelta(hours=1)
) -> str:
    """What the test issuer gives to a workload."""
    claims: Claims = {
        "iss": ISSUER,
        "sub": subject,
        "aud": audience,
        "iat": int(now.timestamp()),
        "exp": int((now + lasts).timestamp()),
    }
    signed = f"{_encode({'alg': 'HS256', 'typ': 'JWT'})}.{_encode(claims)}"
    return f"{signed}.{_text(_mark(account, signed))}"


def read_token(account: Account, token: str, now: datetime) -> Claims:
    """Refuses what the test issuer did not sign, and what has ended."""
    signed, _, mark = token.rpartition(".")
    if len(token) > LONGEST_TOKEN or not hmac.compare_digest(
        mark.encode(), _text(_mark(account, signed)).encode()
    ):
        raise Refusal("AuthenticationFail.OIDCToken.Invalid", "The token is not one of the test issuer.")
    claims: Claims = json.loads(base64.urlsafe_b64decode(f"{signed.rpartition('.')[2]}=="))
    if now.timestamp() >= int(claims["exp"]):
        raise Refusal("AuthenticationFail.OIDCToken.Expired", "The token has expired.")
    return claims


def check_provider(account: Account, arn: str) -> None:
    if arn != provider_arn(account):
        raise missing_entity("OIDCProvider", arn)


def token_info(claims: Claims) -> dict[str, str]:
    """As STS tells what it read."""
    return {
        "Subject": str(claims["sub"]),
        "Issuer": str(claims["iss"]),
        "ClientIds": str(claims["aud"]),
        "ExpirationTime": _date(claims["exp"]),
        "IssuanceTime": _date(claims["iat"]),
        "VerificationInfo": "Success",
    }


def _date(seconds: str | int) -> str:
    return write_date(datetime.fromtimestamp(int(seconds), UTC))


def _mark(account: Account, signed: str) -> bytes:
    return hmac.digest(account.seal, signed.encode(), "sha256")


def _encode(value: Mapping[str, str | int]) -> str:
    return _text(json.dumps(value).encode())


def _text(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()
