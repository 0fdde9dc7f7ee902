"""The RPC wire: one raw HTTP request becomes an operation and its parameters.

Parameters may stand in the query, in a form body, or in both; the operation in parameters or in headers
(ram-api.md sections 1.1 to 1.5). Blank values are kept, since the SDKs sign them.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import unquote

from ramstack.emulator.errors import Refusal
from ramstack.emulator.params import Params

FORM = "application/x-www-form-urlencoded"
MAX_FIELDS = 20_000
LARGEST_BODY = 10 * 1024 * 1024

COMMON = frozenset(
    {
        "AccessKeyId",
        "Action",
        "Format",
        "RegionId",
        "SecurityToken",
        "Signature",
        "SignatureMethod",
        "SignatureNonce",
        "SignatureType",
        "SignatureVersion",
        "Timestamp",
        "Version",
    }
)
"""Parameters that every call may carry and no action reads."""


@dataclass(frozen=True)
class RawRequest:
    """What came over the socket. Header names are in lower case."""

    method: str
    query: bytes
    headers: Mapping[str, str]
    body: bytes = b""
    source: str = "127.0.0.1"
    is_secure: bool = False


@dataclass(frozen=True)
class Operation:
    """A request as understood: which action of which API version, with which parameters."""

    raw: RawRequest
    version: str
    action: str
    query: tuple[tuple[str, str], ...]
    params: Params

    @property
    def arguments(self) -> dict[str, str]:
        """The parameters that belong to the action alone."""
        return {name: value for name, value in self.params.items() if name not in COMMON}


def read_operation(raw: RawRequest) -> Operation:
    """Raises Refusal where the request cannot be understood at all."""
    if raw.method not in {"GET", "POST"}:
        raise Refusal("UnsupportedHTTPMethod", f"The method {raw.method} is not supported.")
    if len(raw.body) > LARGEST_BODY:
        raise Refusal("RequestBodyTooLarge", "The body is larger than 10 MB.")
    query = read_pairs(raw.query)
    form = read_pairs(raw.body) if _has_form(raw) else ()
    params = Params(unite(query + form))
    return Operation(
        raw=raw,
        version=params.get("Version") or raw.headers.get("x-acs-version", ""),
        action=params.get("Action") or raw.headers.get("x-acs-action", ""),
        query=query,
        params=params,
    )


def read_pairs(encoded: bytes) -> tuple[tuple[str, str], ...]:
    try:
        fields = [field.partition("=") for field in encoded.decode("utf-8").split("&") if field]
        if len(fields) > MAX_FIELDS:
            raise Refusal("InvalidParameter.Format", f"There are more than {MAX_FIELDS} parameters.")
        return tuple((_decode(name), _decode(value)) for name, _, value in fields)
    except ValueError as error:
        raise Refusal("InvalidParameter.Format", "The parameters are not UTF-8 form data.") from error


def _decode(text: str) -> str:
    spaced = text.replace("+", " ")
    return unquote(spaced, errors="strict") if "%" in spaced else spaced


def unite(pairs: tuple[tuple[str, str], ...]) -> dict[str, str]:
    """A parameter given twice must say the same thing twice."""
    united: dict[str, str] = {}
    for name, value in pairs:
        if united.setdefault(name, value) != value:
            raise Refusal(
                "InvalidParameter.Format", f"The parameter {name} is given twice with different values."
            )
    return united


def _has_form(raw: RawRequest) -> bool:
    return bool(raw.body) and raw.headers.get("content-type", FORM).partition(";")[0].strip().lower() == FORM
