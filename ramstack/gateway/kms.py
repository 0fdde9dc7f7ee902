"""KMS: secrets that are written and never read, through the service's own SDK.

The SDK (extra `kms`) is imported by the first call, since it takes half a second. Its errors may repeat a request, so they
become ours here, without cause or context.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, TypeAlias

from ramstack.gateway.credentials import CredentialSource
from ramstack.gateway.endpoint import Endpoint
from ramstack.gateway.errors import Intent, meaning_of
from ramstack.gateway.quiet import silence_sdks
from ramstack.gateway.transport import CONNECT_TIMEOUT, READ_TIMEOUT
from ramstack.model.errors import CredentialsMissing, GatewayError, NotFound, Uncertain, Unreachable

if TYPE_CHECKING:
    from alibabacloud_kms20160120.client import Client
    from darabonba.runtime import RuntimeOptions

Call: TypeAlias = "Callable[[Client, RuntimeOptions], Any]"

_NO_SECRET = "Forbidden.ResourceNotFound"  # noqa: S105 - PutSecretValue and DescribeSecret, "error codes" in their API pages


class Kms:
    """The secrets of one region. Thread-safe: every call has a client of its own, with the credential of the moment."""

    def __init__(self, source: CredentialSource, endpoint: Endpoint, region: str) -> None:
        self._source = source
        self._base = endpoint.override or f"https://kms.{region}.aliyuncs.com"
        self._region = region

    def describe(self, name: str) -> None:
        """Raises NotFound where there is no such secret, and any other GatewayError."""
        from alibabacloud_kms20160120 import models  # noqa: PLC0415 - see above

        request = models.DescribeSecretRequest(secret_name=name)
        self._send("read", lambda client, how: client.describe_secret_with_options(request, how))

    def create(self, name: str, version: str, data: str, *, key: str = "", instance: str = "") -> None:
        """A generic secret with a first version. Raises a GatewayError."""
        from alibabacloud_kms20160120 import models  # noqa: PLC0415 - see above

        request = models.CreateSecretRequest(
            secret_name=name,
            version_id=version,
            secret_data=data,
            encryption_key_id=key or None,
            dkmsinstance_id=instance or None,
        )
        self._write(version, lambda client, how: client.create_secret_with_options(request, how))

    def put(self, name: str, version: str, data: str) -> None:
        """One more version, current from now on; the same one again changes nothing.

        Raises NotFound where there is no such secret, and any other GatewayError.
        """
        from alibabacloud_kms20160120 import models  # noqa: PLC0415 - see above

        request = models.PutSecretValueRequest(secret_name=name, version_id=version, secret_data=data)
        self._write(version, lambda client, how: client.put_secret_value_with_options(request, how))

    def _write(self, version: str, call: Call) -> None:
        """The SDK takes any JSON for an answer: only one that names the version says that it is kept."""
        if self._send("write", call).body.version_id != version:
            raise Uncertain("NoAnswer", "The answer of KMS does not say what was stored.")

    def _send(self, intent: Intent, call: Call) -> Any:
        try:
            return call(self._client(), _once())
        except CredentialsMissing:
            raise
        except Exception as error:  # noqa: BLE001 - translated, not swallowed: the SDK raises what it never meant to
            failure = _translate(error, intent)
        raise failure

    def _client(self) -> Client:
        from alibabacloud_kms20160120.client import Client  # noqa: PLC0415 - see above
        from alibabacloud_tea_openapi.utils_models import Config  # noqa: PLC0415 - see above

        credential = self._source()
        scheme, _, host = self._base.partition("://")
        silence_sdks()
        return Client(
            Config(
                endpoint=host,
                protocol=scheme,
                region_id=self._region,
                access_key_id=credential.access_key_id,
                access_key_secret=credential.access_key_secret,
                security_token=credential.security_token or None,
            )
        )


def _once() -> RuntimeOptions:
    """One attempt, and no proxy to this machine."""
    from darabonba.runtime import RuntimeOptions  # noqa: PLC0415 - see above

    return RuntimeOptions(
        autoretry=False,
        no_proxy="127.0.0.1,localhost,::1",
        connect_timeout=int(CONNECT_TIMEOUT * 1000),
        read_timeout=int(READ_TIMEOUT * 1000),
    )


def _translate(error: Exception, intent: Intent) -> GatewayError:
    """What the SDK says of an answer has a code and a status; everything else is no answer.

    The service's own sentence is left out: it may repeat what it was to store.
    """
    code, status = getattr(error, "code", None), getattr(error, "status_code", None)
    if not isinstance(code, str) or not isinstance(status, int):
        lost = Unreachable if intent == "read" else Uncertain
        return lost("NoAnswer", "No answer that could be understood came from KMS.")
    meaning = NotFound if code == _NO_SECRET else meaning_of(code, status)
    if meaning is Uncertain and intent == "read":
        meaning = Unreachable
    return meaning(code, "It did not take the call.", str(getattr(error, "request_id", "") or ""))
