"""Clients for the tests: the legacy SDK as others use it, and a hand-made one for requests no SDK would send."""

import importlib
import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime
from itertools import count
from urllib.parse import urlencode, urlsplit

import pytest
import requests
from aliyunsdkcore.acs_exception.exceptions import ServerException
from aliyunsdkcore.auth.credentials import AccessKeyCredential, StsTokenCredential
from aliyunsdkcore.client import AcsClient
from aliyunsdkcore.request import CommonRequest

from ramstack.emulator import EmbeddedAccount
from ramstack.emulator.signature import v1_signature, v1_string_to_sign

RAM, IMS, RM, STS = "2015-05-01", "2019-08-15", "2020-03-31", "2015-04-01"
DOCUMENT = '{"Version":"1","Statement":[{"Effect":"Allow","Action":"ice:*","Resource":"*"}]}'
OTHER_DOCUMENT = (
    '{ "Version": "1",\n "Statement": [{"Effect":"Allow","Action":["ice:Get*"],"Resource":"*"}] }'
)
TRUST = json.dumps(
    {
        "Version": "1",
        "Statement": [
            {"Effect": "Allow", "Action": "sts:AssumeRole", "Principal": {"Service": ["ecs.aliyuncs.com"]}}
        ],
    }
)


class LegacySdk:
    """``aliyun-python-sdk-core`` with the typed requests of ``aliyun-python-sdk-ram``, over one modern session."""

    def __init__(
        self, account: EmbeddedAccount, key_id: str = "", secret: str = "", token: str = "", verify: str = ""
    ) -> None:
        self._endpoint = account.endpoint
        key = (key_id or account.access_key_id, secret or account.access_key_secret)
        self.identity = {
            "AccessKeyId": key[0],
            "secret": key[1],
            **({"SecurityToken": token} if token else {}),
        }
        """For `sign_v1` and `send`: who signs."""
        credential = StsTokenCredential(*key, token) if token else AccessKeyCredential(*key)
        self._client = AcsClient(region_id="cn-hangzhou", credential=credential, verify=verify or None)
        self._client.session = requests.Session()
        self._client.session.trust_env = False

    def close(self) -> None:
        self._client.session.close()

    def ram(self, action: str, **params: object) -> dict:
        """By the typed request of the action; every parameter by the setter that the SDK has for it."""
        module = importlib.import_module(f"aliyunsdkram.request.v20150501.{action}Request")
        request = getattr(module, f"{action}Request")()
        request.set_endpoint(self._endpoint)
        for name, value in params.items():
            getattr(request, f"set_{name}")(value)
        return json.loads(self._client.do_action_with_exception(request))

    def other(self, version: str, action: str, params: Mapping[str, str] | None = None) -> dict:
        """By CommonRequest, for the products without typed requests."""
        parts = urlsplit(self._endpoint)
        request = CommonRequest(domain=parts.netloc, version=version, action_name=action)
        request.set_protocol_type({"http": "http", "https": "https"}[parts.scheme])
        request.set_method("POST")
        for name, value in (params or {}).items():
            request.add_query_param(name, value)
        return json.loads(self._client.do_action_with_exception(request))


@contextmanager
def refused(code: str, status: int) -> Iterator[pytest.ExceptionInfo[ServerException]]:
    with pytest.raises(ServerException) as caught:
        yield caught
    assert (caught.value.get_error_code(), caught.value.get_http_status()) == (code, status)


_NONCES = count()


def sign_v1(account: EmbeddedAccount, params: Mapping[str, str], method: str = "POST") -> dict[str, str]:
    """The parameters with all that V1 wants; what is given already is kept."""
    secret = params.get("secret", account.access_key_secret)
    full = {
        "AccessKeyId": account.access_key_id,
        "Version": RAM,
        "Format": "JSON",
        "SignatureMethod": "HMAC-SHA1",
        "SignatureVersion": "1.0",
        "SignatureNonce": f"nonce-{next(_NONCES)}",
        "Timestamp": datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),
        **{name: value for name, value in params.items() if name != "secret"},
    }
    full.setdefault("Signature", v1_signature(secret, v1_string_to_sign(method, full)))
    return full


def send(
    account: EmbeddedAccount, params: Mapping[str, str], method: str = "POST", patience: float = 10
) -> requests.Response:
    """The signed parameters in the query."""
    query = urlencode(sign_v1(account, params, method))
    with requests.Session() as session:
        session.trust_env = False
        return session.request(method, f"{account.endpoint}/?{query}", timeout=patience)


def tags_text(**tags: str) -> list[dict[str, str]]:
    return [{"Key": key, "Value": value} for key, value in tags.items()]
