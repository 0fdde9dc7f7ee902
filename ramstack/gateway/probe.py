"""The probe: calls with a given key, that change nothing: whose key is it, and does Intelligent Media Service let it in?

STS is asked through the gateway's own client, IMS through its SDK, whose part is to build, sign and read. The SDK would send
loopback through a proxy, ignores NO_PROXY, and logs; so it is given our session and loses its voice. One attempt each.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from types import TracebackType
from typing import Any, Protocol, Self
from urllib.parse import urlsplit

from aliyunsdkram.request.v20150501.DecodeDiagnosticMessageRequest import DecodeDiagnosticMessageRequest

from ramstack.gateway import rows
from ramstack.gateway.client import Client, common_request, filled
from ramstack.gateway.credentials import Credential
from ramstack.gateway.endpoint import Endpoint
from ramstack.gateway.errors import clean, own_message, translate
from ramstack.gateway.quiet import silence_sdks
from ramstack.gateway.transport import CONNECT_TIMEOUT, READ_TIMEOUT, GatewaySession
from ramstack.model.errors import BadEndpoint, GatewayError
from ramstack.model.proof import IDENTIFY, Denial, Diagnosis, Identity, Reply

ICE_VERSION = "2020-11-09"
_BY_GET = frozenset(
    {
        "GetLiveRecordJob",
        "GetLiveRecordTemplate",
        "GetLiveSnapshotJob",
        "GetLiveSnapshotTemplate",
        "GetTemplateParams",
        "ListLiveRecordFiles",
        "ListLiveRecordJobs",
        "ListLiveRecordTemplates",
        "ListLiveSnapshotFiles",
        "ListLiveSnapshotJobs",
        "ListLiveSnapshotTemplates",
        "ListSmartJobs",
        "ListSmartVoiceGroups",
    }
)
"""Reads that the SDK sends by GET; all others go by POST."""
_PARAMS: Mapping[str, Mapping[str, str]] = {"ListMediaBasicInfos": {"MaxResults": "1"}}
_POOL = 2  # a number that no other user of the SDK is likely to choose: it is part of the name of a session


class Prober(Protocol):
    """Tries one key. Every method is one call, and what it came back with; none raises what a service can answer."""

    @property
    def key_id(self) -> str: ...

    @property
    def context(self) -> Mapping[str, str]:
        """What is known of the circumstances of its calls, in the words of the policy language."""
        ...

    def identify(self) -> Identity: ...

    def probe(self, action: str) -> Reply:
        """One operation of IMS without parameters, such as `ice:ListPipelines`; its answer is not kept."""
        ...

    def diagnose(self, encoded: str) -> Diagnosis | None:
        """What stands behind a denial, asked for with the key itself; None where that is not permitted."""
        ...


class SdkProber:
    """Implements `Prober` over HTTP. Raises BadEndpoint for a base URL with a path: the SDK of IMS knows only hosts."""

    def __init__(
        self, credential: Credential, endpoint: Endpoint, region: str, *, ca_bundle: str | None = None
    ) -> None:
        base = urlsplit(endpoint.override or f"https://ice.{region}.aliyuncs.com")
        if base.path:
            raise BadEndpoint("Probes need an endpoint without a path.")
        self._credential = credential
        self._ca_bundle = ca_bundle
        self._region, self._scheme, self._host = region, base.scheme, base.netloc
        self._client = Client(lambda: credential, endpoint, ca_bundle=ca_bundle)
        self._session = GatewaySession()

    @property
    def key_id(self) -> str:
        return self._credential.access_key_id

    @property
    def context(self) -> Mapping[str, str]:
        """A key by itself is never a second factor; a session may have had one."""
        known = {"acs:SecureTransport": str(self._scheme == "https").lower()}
        return known if self._credential.security_token else known | {"acs:MFAPresent": "false"}

    def identify(self) -> Identity:
        return identify(self._client)

    def probe(self, action: str) -> Reply:
        try:
            request_id = self._call(action.partition(":")[2])
        except Exception as error:  # noqa: BLE001 - judged, not swallowed: the SDK raises what it never meant to
            return _reply_of(action, error)
        return Reply(action, request_id=request_id, status=200)

    def diagnose(self, encoded: str) -> Diagnosis | None:
        try:
            return diagnosis_of(self._client.send(diagnosis_request(encoded), "read"))
        except GatewayError:
            return None

    def close(self) -> None:
        self._client.close()
        self._session.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def _call(self, name: str) -> str:
        """The request id of the answer; nothing else of it is looked at."""
        from alibabacloud_ice20201109.client import (  # noqa: PLC0415 - costs more than half a second
            Client as IceClient,
        )
        from alibabacloud_tea_openapi.utils_models import Config, OpenApiRequest  # noqa: PLC0415

        silence_sdks()
        config = Config(
            access_key_id=self._credential.access_key_id,
            access_key_secret=self._credential.access_key_secret,
            security_token=self._credential.security_token or None,
            endpoint=self._host,
            protocol=self._scheme,
            region_id=self._region,
        )
        request = OpenApiRequest(query=dict(_PARAMS.get(name, {})))
        with _seated(self._session, f"{self._scheme}://{self._host}"):
            answer = IceClient(config).call_api(_operation(name), request, _runtime(self._ca_bundle))
        return str(answer["body"]["RequestId"])


def identify(client: Client) -> Identity:
    """Whose key the client signs with; one call."""
    try:
        reply = client.send(common_request("Sts", "GetCallerIdentity"), "read")
        caller = rows.caller_of(reply)
    except GatewayError as error:
        return Identity(Reply(IDENTIFY, error.code, error.message, error.request_id))
    return Identity(
        Reply(IDENTIFY, request_id=str(reply["RequestId"]), status=200), caller.account, caller.arn
    )


@contextmanager
def _seated(session: GatewaySession, base: str) -> Iterator[None]:
    """While entered, the SDK finds our session under the names of its own (with and without a pool); it takes one no other
    way.
    """
    from darabonba.core import DaraCore  # noqa: PLC0415

    seats = {f"{base}:80{pool}": session for pool in ("", f":pool={_POOL}")}
    DaraCore._sessions.update(seats)  # noqa: SLF001
    try:
        yield
    finally:
        for seat in seats:
            DaraCore._sessions.pop(seat, None)  # noqa: SLF001


def _operation(name: str) -> object:
    from alibabacloud_tea_openapi.utils_models import Params  # noqa: PLC0415

    return Params(
        action=name,
        version=ICE_VERSION,
        protocol="HTTPS",
        pathname="/",
        method="GET" if name in _BY_GET else "POST",
        auth_type="AK",
        style="RPC",
        req_body_type="formData",
        body_type="json",
    )


def _runtime(ca_bundle: str | None) -> object:
    """One attempt, with the gateway's own patience."""
    from darabonba.runtime import RuntimeOptions  # noqa: PLC0415

    return RuntimeOptions(
        autoretry=False,
        connect_timeout=int(CONNECT_TIMEOUT * 1000),
        read_timeout=int(READ_TIMEOUT * 1000),
        max_idle_conns=_POOL,
        ca=ca_bundle,
    )


def diagnosis_request(encoded: str) -> DecodeDiagnosticMessageRequest:
    return filled(DecodeDiagnosticMessageRequest(), {"EncodedDiagnosticMessage": encoded})


def diagnosis_of(reply: Mapping[str, Any]) -> Diagnosis:
    """Fields that are left out are empty: a diagnosis explains, nothing is decided by it."""
    told = rows.member(reply, "DecodedDiagnosticMessage")
    policies = (rows.text(row, "PolicyIdentifier") for row in _listed(told.get("MatchedPolicies")))
    context = {
        rows.text(row, "ConditionKey"): tuple(map(str, row.get("ConditionValues") or ()))
        for row in _listed(told.get("AuthConditions"))
    }
    return Diagnosis(tuple(name for name in policies if name), {k: v for k, v in context.items() if k and v})


def denial_of(detail: object) -> Denial | None:
    """AccessDeniedDetail as it is on the wire; None where a reply has none."""
    if not isinstance(detail, Mapping):
        return None
    layer, encoded = (str(detail.get(key) or "") for key in ("PolicyType", "EncodedDiagnosticMessage"))
    match detail.get("NoPermissionType"):
        case "ExplicitDeny":
            return Denial("explicit", layer, encoded)
        case "ImplicitDeny":
            return Denial("implicit", layer, encoded)
        case _:
            return Denial("", layer, encoded)


def _listed(value: object) -> list[Mapping[str, Any]]:
    return [row for row in value if isinstance(row, Mapping)] if isinstance(value, list) else []


def _reply_of(action: str, error: Exception) -> Reply:
    """A service's refusal by its own words; anything else by the gateway's. Nothing of the request is kept."""
    from alibabacloud_tea_openapi.exceptions import AlibabaCloudException  # noqa: PLC0415

    if not isinstance(error, AlibabaCloudException):
        inner = getattr(error, "inner_exception", None)
        failure = translate(inner if isinstance(inner, Exception) else error, "read")
        return Reply(action, failure.code, failure.message)
    code, data = str(error.code), error.data or {}
    message = own_message(code) or clean(str(data.get("Message") or data.get("message") or ""))
    denial = denial_of(data.get("AccessDeniedDetail") or data.get("accessDeniedDetail"))
    return Reply(action, code, message, str(error.request_id or ""), int(error.status_code or 0), denial)
