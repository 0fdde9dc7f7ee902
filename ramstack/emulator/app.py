"""The ASGI application: sockets outside, ``Service`` inside. Latency and broken networks happen here."""

import asyncio
from collections.abc import Callable
from functools import cache

from starlette.types import ASGIApp, Receive, Scope, Send

from ramstack.emulator.faults import FREEZING, Fault
from ramstack.emulator.replies import as_json
from ramstack.emulator.service import Answer, Service
from ramstack.emulator.wire import LARGEST_BODY, RawRequest

ADMIN = "/_admin"
BAD_GATEWAY = b"<html><head><title>502 Bad Gateway</title></head><body><h1>502 Bad Gateway</h1></body></html>"
HEADERS = [(b"access-control-allow-origin", b"*"), (b"access-control-max-age", b"172800")]

HANG_UP = "ramstack.hang-up"
"""The ASGI extension with which our server lets the application break the connection."""


class Gate:
    """Takes every request that is no admin call."""

    def __init__(self, service: Service) -> None:
        self.service = service
        self._frozen: asyncio.Event | None = None

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        raw = await read_request(scope, receive)
        if raw is not None:
            await deliver(await self._answer(raw), scope, receive, send)

    def thaw(self) -> None:
        """Ends a freeze: connections that were held are dropped, later calls are answered again."""
        if self._frozen:
            self._frozen.set()
        self._frozen = None

    async def _answer(self, raw: RawRequest) -> Answer:
        if self._frozen:
            await self._frozen.wait()
            return DROPPED
        answer = self.service.answer(raw)
        await self._linger(answer.fault)
        return answer

    async def _linger(self, fault: Fault | None) -> None:
        delay = self.service.settings.latency_ms
        if fault and fault.effect == "slow":
            delay += fault.delay_ms
        if fault and fault.effect in FREEZING:
            self._frozen = asyncio.Event()
            await self._frozen.wait()
        if delay:
            await asyncio.sleep(delay / 1000)


DROPPED = Answer(0, b"", Fault("drop-before"))
FAILED = Answer(
    500, as_json({"Code": "InternalError", "Message": "The embedded account failed; please report it."})
)


async def read_request(scope: Scope, receive: Receive) -> RawRequest | None:
    """Stops reading where the body is larger than the service takes; None for a client that went away."""
    body, more = bytearray(), True
    while more and len(body) <= LARGEST_BODY:
        message = await receive()
        if message["type"] == "http.disconnect":
            return None
        body += message.get("body", b"")
        more = message.get("more_body", False)
    return RawRequest(
        method=scope["method"],
        query=scope["query_string"],
        headers={name.decode("latin-1"): value.decode("latin-1") for name, value in scope["headers"]},
        body=bytes(body),
        source=scope["client"][0] if scope.get("client") else "",
        is_secure=scope["scheme"] == "https",
    )


async def deliver(answer: Answer, scope: Scope, receive: Receive, send: Send) -> None:
    """Sends the answer, or what a fault makes of it."""
    effect = answer.fault.effect if answer.fault else ""
    if effect in ("drop-before", "drop-after", *FREEZING):
        await hang_up(scope, receive)
    elif effect == "bad-gateway":
        await _send(send, Answer(502, BAD_GATEWAY, content_type=b"text/html"), len(BAD_GATEWAY))
    elif effect == "truncate":
        half = answer.body[: len(answer.body) // 2]
        await _send(send, Answer(answer.status, half, content_type=answer.content_type), len(answer.body))
        await hang_up(scope, receive)
    else:
        await _send(send, answer, len(answer.body))


async def hang_up(scope: Scope, receive: Receive) -> None:
    """Breaks the connection, and waits until it is broken so that the server adds nothing to it."""
    breaker: Callable[[], None] = scope["extensions"][HANG_UP]
    breaker()
    while (await receive())["type"] != "http.disconnect":
        pass


async def _send(send: Send, answer: Answer, length: int) -> None:
    start = [*HEADERS, (b"content-type", answer.content_type), (b"content-length", str(length).encode())]
    await send({"type": "http.response.start", "status": answer.status, "headers": start})
    await send({"type": "http.response.body", "body": answer.body, "more_body": len(answer.body) < length})


def make_app(gate: Gate, open_office: Callable[[], ASGIApp]) -> ASGIApp:
    """Admin calls go to the office, which opens with the first; the others go to the gate without a detour, since they are many."""
    office = cache(open_office)

    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        if scope["path"].startswith(f"{ADMIN}/"):
            await office()(scope, receive, send)
            return
        try:
            await gate(scope, receive, send)
        except Exception:
            await _send(send, FAILED, len(FAILED.body))
            raise

    return app
