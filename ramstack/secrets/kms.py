"""kms: secrets of Alibaba Cloud KMS, a version for each credential."""

from __future__ import annotations

import json
from typing import Protocol

from ramstack.model.errors import (
    GatewayError,
    NotFound,
    RamstackError,
    SinkFailed,
    Throttled,
    Uncertain,
    Unreachable,
)
from ramstack.model.sink import KmsWish
from ramstack.secrets.names import secret_path
from ramstack.secrets.payload import KeyPair, Payload

_PASSING = (Throttled, Uncertain, Unreachable)


class KmsPort(Protocol):
    """What the sink needs of KMS; `gateway.kms.Kms` has it. Each raises a GatewayError."""

    def describe(self, name: str) -> None: ...

    def create(self, name: str, version: str, data: str, *, key: str = "", instance: str = "") -> None: ...

    def put(self, name: str, version: str, data: str) -> None: ...


class KmsSink:
    """`<prefix><user>/access-key` and `<prefix><user>/password`; the version's id is the key's id, or when it was made.

    A program that asks for the current version gets the newest key: a rotation needs no change of it.
    """

    def __init__(self, name: str, wish: KmsWish, kms: KmsPort) -> None:
        self._name = name
        self._wish = wish
        self._kms = kms

    def check(self) -> None:
        """Asks for a secret that need not be there: KMS answers, and lets the caller ask.

        Whether it lets the caller write is only known when it does: a probe would leave a secret behind.
        """
        try:
            self._kms.describe(f"{self._wish.prefix}ramstack-check")
        except NotFound:
            return
        except (RamstackError, ImportError) as reason:
            failure = self._failure(reason)
        else:
            return
        raise failure

    def deliver(self, payload: Payload) -> str:
        """The name of the secret."""
        name = self._wish.prefix + "/".join(secret_path(payload))
        data = json.dumps(payload.reveal(), ensure_ascii=False)
        try:
            self._store(name, _version(payload), data)
        except (RamstackError, ImportError) as reason:
            failure = self._failure(reason)
        else:
            return name
        raise failure

    def _store(self, name: str, version: str, data: str) -> None:
        try:
            self._kms.put(name, version, data)
        except NotFound:
            self._kms.create(name, version, data, key=self._wish.key, instance=self._wish.instance)

    def _failure(self, reason: Exception) -> SinkFailed:
        match reason:
            case GatewayError():
                said = f"KMS in {self._wish.region} said {reason}"
            case ImportError():
                said = "its package is missing: pip install 'ramstack[kms]'"
            case _:
                said = str(reason)
        return SinkFailed(self._name, said, transient=isinstance(reason, _PASSING))


def _version(payload: Payload) -> str:
    """Unique within its secret, and the same for the same credential."""
    match payload.credential:
        case KeyPair(access_key_id=key_id):
            return key_id
        case _:
            return payload.created_at.replace(":", "-")
