"""One account to call, live or embedded: signed with V1, every product at its endpoint or all at one."""

from __future__ import annotations

import json
import secrets
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Protocol

import requests

from ramstack.emulator.signature import v1_signature, v1_string_to_sign
from tests.live.steps import IMS, RAM, RM, STS

HOSTS = {
    RAM: "https://ram.aliyuncs.com",
    IMS: "https://ims.aliyuncs.com",
    RM: "https://resourcemanager.aliyuncs.com",
    STS: "https://sts.aliyuncs.com",
}
PATIENCE = 30


@dataclass(frozen=True)
class Reply:
    status: int
    body: Mapping[str, Any]

    @property
    def code(self) -> str:
        return str(self.body.get("Code", "")) if self.status != requests.codes.ok else ""


class Account(Protocol):
    """Whatever answers calls."""

    def call(self, version: str, action: str, params: Mapping[str, str], nonce: str = "") -> Reply: ...


class Client:
    """``endpoint`` is for every product; without one the live ones are called."""

    def __init__(self, session: requests.Session, key_id: str, secret: str, endpoint: str = "") -> None:
        self._session = session
        self._key_id, self._secret = key_id, secret
        self._endpoint = endpoint

    def call(self, version: str, action: str, params: Mapping[str, str], nonce: str = "") -> Reply:
        full = {
            "Action": action,
            "Version": version,
            "Format": "JSON",
            "AccessKeyId": self._key_id,
            "SignatureMethod": "HMAC-SHA1",
            "SignatureVersion": "1.0",
            "SignatureNonce": nonce or secrets.token_hex(16),
            "Timestamp": datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),
            **params,
        }
        full["Signature"] = v1_signature(self._secret, v1_string_to_sign("POST", full))
        reply = self._session.post(self._endpoint or HOSTS[version], data=full, timeout=PATIENCE)
        return Reply(reply.status_code, json.loads(reply.content))


@contextmanager
def connect(key_id: str, secret: str, endpoint: str = "") -> Iterator[Client]:
    with requests.Session() as session:
        session.trust_env = not endpoint
        yield Client(session, key_id, secret, endpoint)
