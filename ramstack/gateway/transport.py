"""The HTTP session inside the SDK's client, and what its failures mean.

The SDK's own HTTP stack sends no server name (SNI) on Python 3.12 and later, takes a truncated reply for a success and
ignores NO_PROXY; a modern session cures all three. Its failures are told apart here, where their type is still known:
the SDK would flatten them to one text with the whole URL in it. `NothingSent` and `ReplyLost` are no OSErrors, so they
pass the SDK untouched.
"""

from __future__ import annotations

import ssl
from http.cookiejar import DefaultCookiePolicy
from typing import Any
from urllib.parse import urlsplit

import requests
import urllib3.exceptions
from requests.adapters import HTTPAdapter
from requests.utils import get_environ_proxies

from ramstack.gateway.endpoint import is_loopback

POOL_SIZE = 32
CONNECT_TIMEOUT = 5.0
READ_TIMEOUT = 20.0


class TransportError(Exception):
    """Never raised itself. `reason` is a clause without parameters: "the connection was refused"."""

    def __init__(self, host: str, reason: str) -> None:
        super().__init__(f"{host}: {reason}")


class NothingSent(TransportError):
    """No byte of the request left."""


class ReplyLost(TransportError):
    """The request may have left, and no whole answer came."""


# The first row that fits says why no connection was made; a failure that fits none may have come after sending.
_UNSENT: tuple[tuple[type[BaseException], str], ...] = (
    (
        ssl.SSLCertVerificationError,
        "the TLS certificate is not trusted (ALIBABA_CLOUD_CA_BUNDLE names a CA of your own)",
    ),
    (urllib3.exceptions.ProxyError, "the proxy cannot be used"),
    (urllib3.exceptions.NameResolutionError, "the host name cannot be resolved"),
    (ConnectionRefusedError, "the connection was refused"),
    (urllib3.exceptions.NewConnectionError, "no connection could be made"),
    (urllib3.exceptions.ConnectTimeoutError, f"no connection within {CONNECT_TIMEOUT:.0f} seconds"),
    (requests.exceptions.InvalidProxyURL, "the proxy setting is not a URL"),
    (requests.exceptions.InvalidURL, "the endpoint is not a URL"),
    (requests.exceptions.InvalidSchema, "the endpoint or the proxy has an unknown scheme"),
    (requests.exceptions.InvalidHeader, "a request header is not valid"),
)
_LOST: tuple[tuple[type[BaseException], str], ...] = (
    (requests.exceptions.Timeout, f"no answer within {READ_TIMEOUT:.0f} seconds"),
    (urllib3.exceptions.ReadTimeoutError, f"no whole answer within {READ_TIMEOUT:.0f} seconds"),
    (requests.exceptions.ChunkedEncodingError, "the answer was cut off"),
    (requests.exceptions.ContentDecodingError, "the answer could not be decoded"),
    (ssl.SSLError, "TLS failed (is it an https port?)"),
    (Exception, "the connection was lost"),
)


class GatewaySession(requests.Session):
    """Safe for many threads: the pool of urllib3 is, and nothing else of a session changes once it is made.

    Takes nothing from the environment but proxies (NO_PROXY honoured, never for loopback): no .netrc, no cookies.
    """

    def __init__(self, pool_size: int = POOL_SIZE) -> None:
        super().__init__()
        self.trust_env = False
        self.cookies.set_policy(DefaultCookiePolicy(allowed_domains=[]))
        for scheme in ("https://", "http://"):
            self.mount(scheme, HTTPAdapter(pool_connections=pool_size, pool_maxsize=pool_size))
        self._proxies_of: dict[str, dict[str, str]] = {}

    def send(self, request: requests.PreparedRequest, **kwargs: Any) -> requests.Response:
        """One attempt. Raises NothingSent or ReplyLost."""
        base = _base_of(str(request.url))
        if base not in self._proxies_of:
            self._proxies_of[base] = proxies_for(base)
        kwargs["proxies"] = self._proxies_of[base]
        try:
            response = super().send(request, **kwargs)
            if not _is_whole(response):
                raise requests.exceptions.ChunkedEncodingError
        except (OSError, urllib3.exceptions.HTTPError, ValueError) as error:
            failure = explain(base, error)
        else:
            return response
        raise failure


def explain(base: str, error: BaseException) -> TransportError:
    """What a failed attempt means. A plain OSError comes from the CA bundle, read before anything is sent."""
    if type(error) is OSError:
        return NothingSent(base, "the CA bundle cannot be read")
    causes = tuple(_causes(error))
    for kind, reason in _UNSENT:
        if any(isinstance(cause, kind) for cause in causes):
            return NothingSent(base, reason)
    return ReplyLost(
        base, next(why for kind, why in _LOST if any(isinstance(cause, kind) for cause in causes))
    )


def _causes(error: BaseException | None) -> list[BaseException]:
    """The error and what it wraps: `requests` and `urllib3` put the cause into `reason` or among the arguments."""
    causes: list[BaseException] = []
    while error is not None and error not in causes:
        causes.append(error)
        inner = (getattr(error, "reason", None), *error.args, error.__cause__)
        error = next((each for each in inner if isinstance(each, BaseException)), None)
    return causes


def _is_whole(response: requests.Response) -> bool:
    """As many bytes as were announced; older urllib3 does not look."""
    announced = response.headers.get("Content-Length", "")
    is_plain = "Content-Encoding" not in response.headers and announced.isdigit()
    return not is_plain or len(response.content) == int(announced)


def _base_of(url: str) -> str:
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc}"


def proxies_for(base: str) -> dict[str, str]:
    """What the environment says; the SDK would not look at NO_PROXY."""
    if is_loopback(urlsplit(base).hostname or ""):
        return {}
    return dict(get_environ_proxies(base))
