"""The client: requests of the SDK in, JSON objects out, one attempt each.

The SDK's part is to build and to sign. Its retries are off, its endpoint resolver is not used, its voice is taken, and its
HTTP session is ours. Thread-safe: AcsClient 2.16.1 keeps nothing of a request in itself (each makes its own HttpResponse),
and calls only `cookies.clear()` on the session, which holds none.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from aliyunsdkcore.auth.credentials import AccessKeyCredential, StsTokenCredential
from aliyunsdkcore.auth.signers.access_key_signer import AccessKeySigner
from aliyunsdkcore.auth.signers.sts_token_signer import StsTokenSigner
from aliyunsdkcore.client import AcsClient
from aliyunsdkcore.http.method_type import POST
from aliyunsdkcore.http.protocol_type import HTTPS
from aliyunsdkcore.request import AcsRequest, CommonRequest

from ramstack.gateway.credentials import CredentialSource
from ramstack.gateway.endpoint import Endpoint
from ramstack.gateway.errors import Intent, translate
from ramstack.gateway.quiet import silence_sdks
from ramstack.gateway.transport import CONNECT_TIMEOUT, READ_TIMEOUT, GatewaySession
from ramstack.model.errors import GatewayError, RamstackError

Reply = Mapping[str, Any]

REGION = "cn-hangzhou"  # RAM has one region; a region is part of every signature
VERSIONS = {"Ims": "2019-08-15", "ResourceManager": "2020-03-31", "Sts": "2015-04-01"}
_NOT_USED = "-"  # AcsClient wants a key, else it looks for one in ALIYUN_ACCESS_KEY_ID


def common_request(product: str, action: str, params: Mapping[str, str] | None = None) -> CommonRequest:
    """A request of a product that the RAM SDK has no types for: POST, and https, which CommonRequest leaves off.

    The SDK compares the scheme by identity, so it must be its own constant.
    """
    request = CommonRequest(product=product, version=VERSIONS[product], action_name=action)
    request.set_method(POST)
    request.set_protocol_type(HTTPS)
    return filled(request, params or {})


def filled(request: AcsRequest, params: Mapping[str, str]) -> AcsRequest:
    """The request with these parameters; only text, because the SDK would send None and True as words."""
    for name, value in params.items():
        request.add_query_param(name, value)
    return request


class Client:
    """Sends one request of any product, once."""

    def __init__(
        self,
        source: CredentialSource,
        endpoint: Endpoint,
        *,
        region: str = REGION,
        ca_bundle: str | None = None,
    ) -> None:
        self.endpoint = endpoint
        self.ca_bundle = ca_bundle
        self._session = GatewaySession()
        self._sdk = _SignedClient(source, self._session, region=region, ca_bundle=ca_bundle)
        silence_sdks()

    def send(self, request: AcsRequest, intent: Intent) -> Reply:
        """The answer, which is a JSON object with a RequestId. Raises a GatewayError without cause or context."""
        try:
            return self._send(request)
        except RamstackError:
            raise
        except Exception as error:  # noqa: BLE001 - translated, not swallowed: the SDK raises what it never meant to
            failure: GatewayError = translate(error, intent)
        raise failure

    def close(self) -> None:
        self._session.close()

    def _send(self, request: AcsRequest) -> Reply:
        request.set_endpoint(self.endpoint.of(request.get_product()))
        request.get_headers().pop("User-Agent", None)  # or it would grow with every attempt
        reply = json.loads(self._sdk.do_action_with_exception(request))
        if not isinstance(reply, dict) or not reply.get("RequestId"):
            raise TypeError
        return reply


class _SignedClient(AcsClient):  # type: ignore[misc]  # the SDK has no types
    """AcsClient over our session, which asks for the credential anew before every request."""

    def __init__(
        self, source: CredentialSource, session: GatewaySession, *, region: str, ca_bundle: str | None
    ) -> None:
        super().__init__(
            _NOT_USED,
            _NOT_USED,
            region,
            auto_retry=False,
            connect_timeout=CONNECT_TIMEOUT,
            timeout=READ_TIMEOUT,
            verify=ca_bundle or True,
        )
        self._signer = _FreshSigner(source)
        self.session = session


class _FreshSigner:
    """Signs with the credential of the moment, so that a refreshed token is used by the next request."""

    def __init__(self, source: CredentialSource) -> None:
        self._source = source

    def sign(self, region_id: str, request: AcsRequest) -> tuple[dict[str, str], str]:
        credential = self._source()
        key_id, secret, token = (
            credential.access_key_id,
            credential.access_key_secret,
            credential.security_token,
        )
        if token:
            signer = StsTokenSigner(StsTokenCredential(key_id, secret, token))
        else:
            signer = AccessKeySigner(AccessKeyCredential(key_id, secret))
        header, url = signer.sign(region_id, request)
        return header, url
