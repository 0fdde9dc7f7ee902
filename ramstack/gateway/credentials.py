"""Credentials: where the key that signs comes from.

A source is asked before every request and answers from memory; it never tears (id, secret and token belong together).
Nothing is read unless the source is the standard chain, and nothing on import.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from ramstack.gateway.quiet import silence_sdks
from ramstack.model.errors import CredentialsMissing

KEEP_TOKEN = 60.0  # seconds; the library refreshes in time itself, but asking it can cost a request each
_HOW = (
    "No usable credentials were found: set ALIBABA_CLOUD_ACCESS_KEY_ID and ALIBABA_CLOUD_ACCESS_KEY_SECRET, "
    "or configure a profile with `aliyun configure`, or use --local."
)


@dataclass(frozen=True, slots=True)
class Credential:
    """An access key, with a token where it is a temporary one. Its text shows no secret."""

    access_key_id: str
    access_key_secret: str = field(repr=False)
    security_token: str = field(default="", repr=False)


CredentialSource = Callable[[], Credential]


def fixed(access_key_id: str, access_key_secret: str) -> CredentialSource:
    """A key that is given, such as the embedded account's own; the user's credentials are not even read."""
    credential = Credential(access_key_id, access_key_secret)
    return lambda: credential


def standard_chain(environ: Mapping[str, str], *, clock: Callable[[], float]) -> CredentialSource:
    """The chain of `alibabacloud-credentials`; the source raises CredentialsMissing.

    Its first link, a key in the environment, is looked up here by the same rule: the library reads the environment on
    import, which takes a third of a second.
    """
    return _environment_key(environ) or Cached(_library_source(), clock)


def _environment_key(environ: Mapping[str, str]) -> CredentialSource | None:
    key_id = environ.get("ALIBABA_CLOUD_ACCESS_KEY_ID")
    secret = environ.get("ALIBABA_CLOUD_ACCESS_KEY_SECRET")
    if not key_id or not secret:
        return None
    credential = Credential(key_id, secret, environ.get("ALIBABA_CLOUD_SECURITY_TOKEN", ""))
    return lambda: credential


def _library_source() -> CredentialSource:
    """Made once: its providers keep tokens and their expiry."""
    made: list[object] = []

    def ask() -> Credential:
        try:
            if not made:
                made.append(_library_client())
            found = made[0].get_credential()  # type: ignore[attr-defined]  # the library has no types
        except Exception:  # noqa: BLE001 - whatever its providers raise may name files, hosts and replies
            found = None
        if not found or not found.access_key_id or not found.access_key_secret:
            raise CredentialsMissing(_HOW)
        return Credential(found.access_key_id, found.access_key_secret, found.security_token or "")

    return ask


def _library_client() -> object:
    from alibabacloud_credentials.client import Client  # noqa: PLC0415 - costs a third of a second

    silence_sdks()
    return Client()


class Cached:
    """A key without a token is kept for good, one with a token for a minute; the last good one outlives a failed refresh."""

    def __init__(self, source: CredentialSource, clock: Callable[[], float]) -> None:
        self._source = source
        self._clock = clock
        self._lock = threading.Lock()
        self._credential: Credential | None = None
        self._until = 0.0

    def __call__(self) -> Credential:
        with self._lock:
            if self._credential is None or self._clock() >= self._until:
                self._credential = self._refreshed()
                self._until = self._clock() + (
                    KEEP_TOKEN if self._credential.security_token else float("inf")
                )
            return self._credential

    def _refreshed(self) -> Credential:
        try:
            return self._source()
        except CredentialsMissing:
            if self._credential is None:
                raise
            return self._credential
