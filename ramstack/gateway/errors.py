"""Errors: whatever goes wrong below becomes one of ours, once, here, by tables.

What a code means does not depend on who asked. Only an answer that is lost or cannot be trusted does: a write is then
`Uncertain`, a read merely `Unreachable`. Messages are the service's own first sentence, without URLs and parameters.
"""

from __future__ import annotations

import json
import re
from typing import Literal

from aliyunsdkcore.acs_exception.exceptions import ClientException, ServerException

from ramstack.gateway.transport import NothingSent, ReplyLost
from ramstack.model.errors import (
    Conflict,
    Denied,
    GatewayError,
    LimitExceeded,
    NotFound,
    Refused,
    Throttled,
    Uncertain,
    Unreachable,
)

Intent = Literal["read", "write"]
Meaning = type[GatewayError]

UNDECODABLE = "UndecodableReply"

# What the services say, by the beginning of the code: RAM fact sheet, sections 1.2, 1.6 and 2.1. The first row that fits.
_SERVICE_CODES: tuple[tuple[str, Meaning], ...] = (
    ("Throttling", Throttled),
    ("Rejected.Throttling", Throttled),
    ("ServiceUnavailable", Throttled),  # not processed either
    ("EntityNotExist", NotFound),
    ("InvalidApi.NotFound", NotFound),
    ("InvalidAction.NotFound", NotFound),
    ("InvalidProduct.NotFound", NotFound),
    ("EntityAlreadyExist", Conflict),
    ("DeleteConflict", Conflict),
    ("LimitExceeded", LimitExceeded),
    ("NoPermission", Denied),
    ("Forbidden", Denied),
    ("Inactive", Denied),
    ("AuthenticationFail", Denied),
    ("InvalidAccessKeyId", Denied),
    ("InvalidAccessKeySecret", Denied),
    ("SDK.InvalidAccessKeySecret", Denied),
    ("SignatureDoesNotMatch", Denied),
    ("IncompleteSignature", Denied),
    ("InvalidSecurityToken", Denied),
    ("MissingSecurityToken", Denied),
    ("InvalidTimeStamp", Denied),  # the clock of this machine is more than 15 minutes off
    ("SignatureNonceUsed", Uncertain),  # the request arrived twice; the answer to the first one is lost
)
_STATUSES: dict[int, Meaning] = {
    401: Denied,
    403: Denied,
    408: Uncertain,
    409: Conflict,
    429: Throttled,
}
# What the SDK says of itself: aliyunsdkcore.acs_exception.error_code. All but the last two are raised before sending.
CLIENT_CODES: dict[str, Meaning] = {
    "SDK.InvalidRegionId": Unreachable,
    "SDK.MissingEndpointsFiler": Unreachable,
    "SDK.EndpointResolvingError": Unreachable,
    "SDK.EndpointTestability": Unreachable,
    "SDK.ServerUnreachable": Unreachable,
    "SDK.InvalidRequest": Refused,
    "SDK.InvalidParams": Refused,
    "SDK.InvalidParameter": Refused,
    "SDK.NotSupport": Refused,
    "SDK.InvalidCredential": Denied,
    "SDK.InvalidSessionExpiration": Denied,
    "SDK.GetSessionCredentialFailed": Denied,
    "SDK.UnknownServerError": Uncertain,
    "SDK.HttpError": Uncertain,
}
# Everything else that comes out of a call. IndexError: the SDK stumbles over a SignatureDoesNotMatch without a colon.
_EXCEPTIONS: tuple[tuple[type[Exception], str, Meaning, str], ...] = (
    (NothingSent, "NoConnection", Unreachable, ""),
    (ReplyLost, "NoAnswer", Uncertain, ""),
    (IndexError, "SignatureDoesNotMatch", Denied, "The AccessKey secret is wrong."),
    (UnicodeDecodeError, UNDECODABLE, Uncertain, "The answer is not text."),
    (json.JSONDecodeError, UNDECODABLE, Uncertain, "The answer is not JSON."),
    (Exception, UNDECODABLE, Uncertain, "The answer cannot be read."),
)
# Their own messages would show the string to sign, with every parameter, or a page of HTML.
_OWN_MESSAGES = (
    ("SignatureDoesNotMatch", "The AccessKey secret is wrong."),
    ("InvalidAccessKeySecret", "The AccessKey secret is wrong."),
    ("SDK.InvalidAccessKeySecret", "The AccessKey secret is wrong."),
    ("SDK.", "The SDK could not make or understand the call."),
)
_FIRST_SERVER_ERROR = 500
_FIRST_CLIENT_ERROR = 400
_MAX_MESSAGE = 300
_PARAMETERS = re.compile(
    r"\?\S*=\S*"  # the query of a URL
    r"|(?:GET|POST)&\S*|\S*%3D\S*"  # a string to sign
    r"|\S+=\S*&\S*"  # a form
    r"|\S*(?:password|secret|token|signature)\S*[=:]\s*\S+",
    re.IGNORECASE,
)


def translate(error: Exception, intent: Intent) -> GatewayError:
    """The error that the house knows, with its reason and nothing secret."""
    match error:
        case ServerException():
            return _of_server(error, intent)
        case ClientException():
            code = str(error.error_code)
            return _for(intent, CLIENT_CODES.get(code, Uncertain))(code, own_message(code))
        case _:
            row = next(row for row in _EXCEPTIONS if isinstance(error, row[0]))
            return _for(intent, row[2])(row[1], row[3] or str(error))


def undecodable(what: str) -> GatewayError:
    """An answer that is JSON but not of the documented shape. Trying again would not change it."""
    return GatewayError(UNDECODABLE, what)


def meaning_of(code: str, status: int) -> Meaning:
    """What a failure answer of a service means: by its code, and where that is not known by its HTTP status.

    A server error other than throttling is no trustworthy answer, whatever it says.
    """
    by_code = next((meaning for prefix, meaning in _SERVICE_CODES if code.startswith(prefix)), None)
    meaning = by_code or _STATUSES.get(status, Refused)
    is_answer = _FIRST_CLIENT_ERROR <= status < _FIRST_SERVER_ERROR or meaning is Throttled
    return meaning if is_answer else Uncertain


def clean(message: str) -> str:
    """One line, not too long, without anything that looks like parameters of a request."""
    words = " ".join(message[: 2 * _MAX_MESSAGE].split())
    line = _PARAMETERS.sub("…", words)
    return line if len(line) <= _MAX_MESSAGE else line[: _MAX_MESSAGE - 1] + "…"


def _of_server(error: ServerException, intent: Intent) -> GatewayError:
    status = int(error.http_status or 0)
    code = str(error.error_code)
    if code == "SDK.UnknownServerError":
        code = f"HTTP{status}"
    message = own_message(code) or clean(str(error.message or ""))
    if code.startswith("HTTP"):
        message = f"The answer (HTTP {status}) is not one of the service's."
    return _for(intent, meaning_of(code, status))(code, message, str(error.request_id or ""))


def own_message(code: str) -> str:
    """What is said instead of the service's own message; empty where that may be shown."""
    return next((message for prefix, message in _OWN_MESSAGES if code.startswith(prefix)), "")


def _for(intent: Intent, meaning: Meaning) -> Meaning:
    """A read that is uncertain has done no harm."""
    return Unreachable if intent == "read" and meaning is Uncertain else meaning
