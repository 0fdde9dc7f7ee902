"""A tiny HTTP server on loopback that answers as a test tells it to, and remembers what it was asked."""

from __future__ import annotations

import json
import socket
import ssl
import threading
from collections.abc import Callable
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Self
from urllib.parse import parse_qsl, urlsplit

REQUEST_ID = "4C467B38-3910-447D-87BC-AC049166F216"


@dataclass(frozen=True)
class Request:
    action: str
    version: str
    params: dict[str, str]
    scheme: str
    method: str
    body: bytes
    cookie: str


@dataclass(frozen=True)
class Answer:
    """What goes over the wire. `cut` bytes of the body are announced and not sent; `drop` closes without a word."""

    status: int = 200
    body: bytes = b""
    content_type: str = "application/json;charset=utf-8"
    cut: int = 0
    drop: bool = False
    cookie: str = ""


Script = Callable[[Request], Answer]


def ok(**fields: object) -> Answer:
    return Answer(200, json.dumps({"RequestId": REQUEST_ID, **fields}).encode())


def refused(status: int, code: str, message: str = "no") -> Answer:
    reply = {"RequestId": REQUEST_ID, "HostId": "ram.aliyuncs.com", "Code": code, "Message": message}
    return Answer(status, json.dumps(reply).encode())


def in_turn(*answers: Answer) -> Script:
    """One answer after another; the last one for good."""
    left = list(answers)
    lock = threading.Lock()

    def script(_: Request) -> Answer:
        with lock:
            return left.pop(0) if len(left) > 1 else left[0]

    return script


class Service:
    """`with Service(script) as service: … service.url, service.requests`."""

    def __init__(self, script: Script, tls: ssl.SSLContext | None = None) -> None:
        self.script = script
        self.requests: list[Request] = []
        self._tls = tls
        self._server = _Server(("127.0.0.1", 0), _handler(self))
        if tls:
            self._server.socket = tls.wrap_socket(self._server.socket, server_side=True)
        self.port = self._server.server_address[1]
        self.url = f"{self.scheme}://127.0.0.1:{self.port}"
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.005,))

    @property
    def scheme(self) -> str:
        return "https" if self._tls else "http"

    @property
    def actions(self) -> list[str]:
        return [request.action for request in self.requests]

    def params(self, action: str) -> dict[str, str]:
        """The business parameters of the one request for `action`."""
        (found,) = (request.params for request in self.requests if request.action == action)
        return {key: value for key, value in found.items() if key not in COMMON}

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()


COMMON = {
    "Action", "Version", "Format", "AccessKeyId", "SignatureMethod", "SignatureVersion", "SignatureNonce",
    "SignatureType", "Signature", "Timestamp", "RegionId",
}  # fmt: skip


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 128

    def handle_error(self, request: object, client_address: object) -> None:
        """A client that goes away is part of the game."""


def _handler(service: Service) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        wbufsize = -1
        disable_nagle_algorithm = True

        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
            params = dict(parse_qsl(urlsplit(self.path).query, keep_blank_values=True))
            request = Request(
                params["Action"],
                params["Version"],
                params,
                service.scheme,
                self.command,
                body,
                self.headers.get("Cookie", ""),
            )
            service.requests.append(request)
            self.answer(service.script(request))

        def answer(self, answer: Answer) -> None:
            self.close_connection = bool(answer.drop or answer.cut)
            if answer.drop:
                self.connection.shutdown(socket.SHUT_RDWR)
                return
            self.send_response(answer.status)
            self.send_header("Content-Type", answer.content_type)
            self.send_header("Content-Length", str(len(answer.body) + answer.cut))
            if answer.cookie:
                self.send_header("Set-Cookie", answer.cookie)
            self.end_headers()
            self.wfile.write(answer.body)
            self.wfile.flush()

        def log_message(self, *_: object) -> None:
            """Quiet."""

    return Handler
