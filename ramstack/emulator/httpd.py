"""The HTTP server: uvicorn, on a socket of ours, with a way to break a connection and a clean way to stop."""

import asyncio
import signal
import socket
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import Event, current_thread, main_thread

import uvicorn
from starlette.types import ASGIApp, Receive, Scope, Send

from ramstack.emulator.app import HANG_UP
from ramstack.emulator.replies import JSON_TYPE
from ramstack.emulator.service import unreadable

GOODBYE_SECONDS = 0.5

STOPPING = (signal.SIGINT, signal.SIGTERM)


class Server(uvicorn.Server):
    """``ready`` is set once requests are answered. In the main thread a signal stops it, and that is all it does."""

    def __init__(self, config: uvicorn.Config, on_ready: Callable[[], None]) -> None:
        super().__init__(config)
        self.ready = Event()
        self._on_ready = on_ready
        self._loop: asyncio.AbstractEventLoop | None = None

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        self._loop = asyncio.get_running_loop()
        self.ready.set()
        self._on_ready()

    def have(self, act: Callable[[], None]) -> None:
        """Has the server's own thread do something, and waits until it is done."""
        done = Event()

        def act_and_tell() -> None:
            act()
            done.set()

        if self._loop and not self._loop.is_closed():
            self._loop.call_soon_threadsafe(act_and_tell)
            done.wait()

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        if current_thread() is not main_thread():
            yield
            return
        former = {number: signal.signal(number, self.handle_exit) for number in STOPPING}
        try:
            yield
        finally:
            for number, handler in former.items():
                signal.signal(number, handler)


def make_server(
    app: ASGIApp, on_ready: Callable[[], None], certfile: Path | None = None, keyfile: Path | None = None
) -> Server:
    """Raises where the certificate cannot be loaded."""
    config = uvicorn.Config(
        app,
        http=_protocol(),
        ws="none",
        loop="asyncio",
        lifespan="off",
        log_config=None,
        access_log=False,
        server_header=False,
        timeout_keep_alive=60,
        ssl_certfile=certfile,
        ssl_keyfile=keyfile,
    )
    config.load()
    return Server(config, on_ready)


def listen(host: str, port: int) -> socket.socket:
    """Created with the protocol's number: without it asyncio leaves Nagle's algorithm on, a hundred times slower."""
    listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    try:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind((host, port))
    except OSError as error:
        listener.close()
        raise OSError(error.errno, f"cannot listen on {host}:{port}: {error.strerror}") from error
    return listener


class _OneSend(asyncio.Transport):
    """Puts what is written in one turn of the loop into one send: uvicorn writes head and body of a reply apart."""

    def __init__(self, transport: asyncio.Transport) -> None:
        super().__init__()
        self._transport = transport
        self._waiting: list[bytes] = []
        self._loop = asyncio.get_running_loop()

    def write(self, data: bytes | bytearray | memoryview) -> None:
        if not self._waiting:
            self._loop.call_soon(self._flush)
        self._waiting.append(bytes(data))

    def close(self) -> None:
        """In TLS a client ought to say goodbye too; one that does not is not waited for long."""
        self._flush()
        self._transport.close()
        if self._transport.get_extra_info("sslcontext") and not self._loop.is_closed():
            self._loop.call_later(GOODBYE_SECONDS, self._transport.abort)

    def _flush(self) -> None:
        if self._waiting:
            self._transport.write(b"".join(self._waiting))
            self._waiting.clear()

    def get_extra_info(self, name: str, default: object = None) -> object:
        return self._transport.get_extra_info(name, default)

    def is_closing(self) -> bool:
        return self._transport.is_closing()

    def set_protocol(self, protocol: asyncio.BaseProtocol) -> None:
        self._transport.set_protocol(protocol)

    def get_protocol(self) -> asyncio.BaseProtocol:
        return self._transport.get_protocol()

    def pause_reading(self) -> None:
        self._transport.pause_reading()

    def resume_reading(self) -> None:
        self._transport.resume_reading()

    def abort(self) -> None:
        self._transport.abort()


class _Breakable(asyncio.Protocol):
    """Lets the application hang up: an ASGI extension of ours, since ASGI has none."""

    app: ASGIApp
    _whole: _OneSend

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override] # as uvicorn has it
        whole = self._whole = _OneSend(transport)
        super().connection_made(whole)
        answer, extensions = self.app, {HANG_UP: whole.close}

        async def breakable(scope: Scope, receive: Receive, send: Send) -> None:
            scope["extensions"] = {**scope.get("extensions", {}), **extensions}
            await answer(scope, receive, send)

        self.app = breakable

    def send_400_response(self, msg: str) -> None:
        """In the service's own form. The parser takes no address above 64 KB."""
        body = unreadable(msg)
        self._whole.write(
            b"HTTP/1.1 400 Bad Request\r\ncontent-type: %s\r\ncontent-length: %d\r\nconnection: close\r\n\r\n%s"
            % (JSON_TYPE, len(body), body)
        )
        self._whole.close()


def _protocol() -> type[asyncio.Protocol]:
    """The parser of httptools where it is installed, since it is faster."""
    try:
        from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol  # noqa: PLC0415 - optional
    except ImportError:
        from uvicorn.protocols.http.h11_impl import H11Protocol  # noqa: PLC0415 - only where it is needed

        class H11(_Breakable, H11Protocol):
            pass

        return H11

    class HttpTools(_Breakable, HttpToolsProtocol):
        pass

    return HttpTools
