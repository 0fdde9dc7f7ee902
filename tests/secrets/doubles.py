"""Doubles of KMS and Vault on loopback: the part of their HTTP contract that a sink meets, as their API pages state it.

What neither can show: that the real services answer like this. Both are spoken to by the official clients only.
"""

from __future__ import annotations

import json
import threading
from collections.abc import Mapping
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Protocol, Self
from urllib.parse import parse_qsl, urlsplit


@dataclass(frozen=True)
class Asked:
    method: str
    path: str
    headers: Mapping[str, str]
    params: Mapping[str, str]
    body: bytes

    @property
    def json(self) -> dict[str, object]:
        return json.loads(self.body or b"{}")


@dataclass(frozen=True)
class Told:
    status: int
    body: bytes

    @classmethod
    def of(cls, status: int, document: object) -> Told:
        return cls(status, json.dumps(document).encode())


class Double(Protocol):
    def answer(self, asked: Asked) -> Told: ...


class Serving:
    """`with Serving(double) as url`; `failure`, while set, is what everything is answered with."""

    def __init__(self, double: Double) -> None:
        self.failure: Told | None = None
        self.seen: list[Asked] = []

        class Handler(BaseHTTPRequestHandler):
            def log_message(self, *_: object) -> None: ...

            def do(handler) -> None:  # noqa: N805 - `self` is the server of the test
                url = urlsplit(handler.path)
                body = handler.rfile.read(int(handler.headers.get("Content-Length") or 0))
                params = dict(parse_qsl(url.query))
                if "form" in (handler.headers.get("Content-Type") or ""):
                    params |= dict(parse_qsl(body.decode()))
                asked = Asked(handler.command, url.path, handler.headers, params, body)
                self.seen.append(asked)
                told = self.failure or double.answer(asked)
                handler.send_response(told.status)
                handler.send_header("Content-Type", "application/json")
                handler.send_header("Content-Length", str(len(told.body)))
                handler.end_headers()
                handler.wfile.write(told.body)

            do_GET = do_POST = do_PUT = do  # noqa: N815 - names of the library

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self._server.server_address[1]}"
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.01,))

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()


@dataclass
class Moody:
    """Every third question is answered with an error that repeats all it was asked."""

    double: Double
    asked: int = 0

    def answer(self, asked: Asked) -> Told:
        self.asked += 1
        if self.asked % 3:
            return self.double.answer(asked)
        said = f"{asked.path} {asked.params} {dict(asked.headers)} {asked.body.decode()}"
        return Told.of(
            500 if self.asked % 4 else 400,
            {"Code": "Odd", "Message": said, "errors": [said], "RequestId": "r"},
        )


@dataclass
class KmsDouble:
    """Secrets by name, versions by id. A secret's version is never changed; the last one put is current."""

    secrets: dict[str, dict[str, str]] = field(default_factory=dict)
    created_with: dict[str, Mapping[str, str]] = field(default_factory=dict)

    def answer(self, asked: Asked) -> Told:
        action = asked.headers["x-acs-action"]
        assert asked.headers["x-acs-version"] == "2016-01-20"
        assert "Credential=" in asked.headers["Authorization"]
        name, versions = asked.params["SecretName"], self.secrets.get(asked.params["SecretName"])
        if action == "CreateSecret":
            if versions is not None:
                return _refusal(409, "Rejected.ResourceExist")
            self.secrets[name] = {asked.params["VersionId"]: asked.params["SecretData"]}
            self.created_with[name] = asked.params
        elif versions is None:
            return _refusal(404, "Forbidden.ResourceNotFound")
        elif action == "PutSecretValue":
            if (
                versions.setdefault(asked.params["VersionId"], asked.params["SecretData"])
                != asked.params["SecretData"]
            ):
                return _refusal(409, "Rejected.ResourceExist")
        elif action == "GetSecretValue":
            current = asked.params.get("VersionId") or [*versions][-1]
            return _done(SecretName=name, VersionId=current, SecretData=versions[current])
        return _done(SecretName=name, VersionId=asked.params.get("VersionId", ""))


def _done(**fields: object) -> Told:
    return Told.of(200, {"RequestId": "r", **fields})


def _refusal(status: int, code: str) -> Told:
    return Told.of(status, {"RequestId": "r", "Code": code, "Message": "no", "HttpStatusCode": status})


@dataclass
class VaultDouble:
    """One KV engine at `secret`; `may` is what the token may do below `secret/data/ramstack`."""

    token: str = "s.vault-token"
    version: str = "2"
    may: list[str] = field(default_factory=lambda: ["create", "update"])
    kept: dict[str, list[dict[str, str]]] = field(default_factory=dict)

    def answer(self, asked: Asked) -> Told:
        if asked.headers["X-Vault-Token"] != self.token:
            return Told.of(403, {"errors": ["permission denied"]})
        match asked.method, asked.path.removeprefix("/v1/"):
            case "GET", "auth/token/lookup-self":
                return Told.of(200, {"data": {"policies": ["default"]}})
            case "GET", "sys/internal/ui/mounts/secret":
                return Told.of(200, {"data": {"type": "kv", "options": {"version": self.version}}})
            case "POST", "sys/capabilities-self":
                found = dict.fromkeys(asked.json["paths"], self.may)
                return Told.of(200, {"data": found, **found})
            case "POST", path if path.startswith("secret/data/ramstack/") and self.may != ["deny"]:
                versions = self.kept.setdefault(path, [])
                versions.append(asked.json["data"])
                return Told.of(200, {"data": {"version": len(versions)}})
            case "GET", path if path in self.kept:
                number = int(asked.params.get("version") or len(self.kept[path]))
                return Told.of(
                    200, {"data": {"data": self.kept[path][number - 1], "metadata": {"version": number}}}
                )
            case _:
                return Told.of(403, {"errors": ["permission denied"]})
