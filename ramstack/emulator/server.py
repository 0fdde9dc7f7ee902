"""Serving an embedded account: in a thread of the caller's process, or for as long as the process lives.

What only admin calls and seeds need is imported when the first of them comes: a server starts the sooner.
"""

from __future__ import annotations

import random
import secrets
import socket
import tempfile
from collections.abc import Callable, Mapping
from contextlib import closing
from datetime import timedelta
from pathlib import Path
from threading import Thread
from types import TracebackType
from typing import TYPE_CHECKING, Self

from ramstack.emulator.app import Gate, make_app
from ramstack.emulator.call import Json
from ramstack.emulator.calls import LoggedCall, count_calls, forget_calls, read_calls
from ramstack.emulator.certificates import Certificate
from ramstack.emulator.faults import Fault, Trouble
from ramstack.emulator.httpd import Server, listen, make_server
from ramstack.emulator.params import Params
from ramstack.emulator.products import SERVICES
from ramstack.emulator.service import Service
from ramstack.emulator.settings import Settings
from ramstack.emulator.state import State, read_state
from ramstack.emulator.store import OtherVersion, remove
from ramstack.emulator.world import Clock, Key, World, utc_now

if TYPE_CHECKING:
    from starlette.types import ASGIApp

    from ramstack.emulator.seed import Seed

LOOPBACK = "127.0.0.1"
EVERYWHERE = "0.0.0.0"  # noqa: S104 - told to clients as loopback, where nobody else can be meant


class EmbeddedAccount:
    """An account that serves its API on a socket of its own while the context is open.

    Without a path it lives in a temporary file that goes when the account closes. ``root_key`` counts for a new
    file only. The thread that serves is stopped, and every socket closed, before ``__exit__`` returns.
    """

    def __init__(
        self,
        path: Path | None = None,
        settings: Settings = Settings(),  # noqa: B008 - frozen
        host: str = LOOPBACK,
        port: int = 0,
        certificate: Certificate | None = None,
        clock: Clock = utc_now,
        dice: random.Random | None = None,
        root_key: Key | None = None,
    ) -> None:
        self._folder = tempfile.TemporaryDirectory(prefix="ramstack-") if path is None else None
        folder = Path(self._folder.name) if self._folder else Path()
        self.world = World(path or folder / "account.db", clock=clock, dice=dice, root_key=root_key)
        self.admin_token = secrets.token_urlsafe(24)
        self.account_id = self.world.account_id
        self.access_key_id = self.world.root_key.key_id
        self._service = Service(self.world, settings)
        self._gate = Gate(self._service)
        self._host, self._port = host, port
        self._certificate = certificate
        self._server: Server | None = None
        self._thread: Thread | None = None

    @property
    def access_key_secret(self) -> str:
        return self.world.root_key.secret

    @property
    def endpoint(self) -> str:
        """Where clients of this machine send their calls. Known once the context is open."""
        scheme = "https" if self._certificate else "http"
        host = LOOPBACK if self._host == EVERYWHERE else self._host
        return f"{scheme}://{host}:{self._port}"

    @property
    def environment(self) -> Mapping[str, str]:
        """What a client needs to reach this account as root."""
        return {
            "RAMSTACK_ENDPOINT": self.endpoint,
            "ALIBABA_CLOUD_ACCESS_KEY_ID": self.access_key_id,
            "ALIBABA_CLOUD_ACCESS_KEY_SECRET": self.access_key_secret,
        }

    def __enter__(self) -> Self:
        try:
            self._server, listener = self._open(on_ready=lambda: None)
        except BaseException:
            self.close()
            raise
        self._thread = Thread(
            target=self._server.run, args=([listener],), name="embedded-account", daemon=True
        )
        self._thread.start()
        self._server.ready.wait()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        if self._server and self._thread:
            self._server.have(self._gate.thaw)
            self._server.should_exit = True
            self._thread.join()
        self._service.close()
        self.world.close()
        if self._folder:
            self._folder.cleanup()

    def serve(self, on_ready: Callable[[Self], None]) -> None:
        """Serves in this thread until SIGINT or SIGTERM."""
        try:
            self._server, listener = self._open(on_ready=lambda: on_ready(self))
            self._server.run([listener])
        finally:
            self.close()

    def seed(self, seed: Seed | Mapping[str, object]) -> None:
        """Adds users, tags, groups, policies, attachments and memberships in bulk, past the service's rules."""
        from ramstack.emulator.seed import Seed, plant  # noqa: PLC0415

        plant(self.world, seed if isinstance(seed, Seed) else Seed.model_validate(seed))

    def state(self) -> State:
        """What the account holds, in canonical form: equal for accounts that hold the same."""
        with self.world.turn() as store:
            return read_state(store, self.account_id)

    def edit(self, action: str, version: str = "2015-05-01", **params: str) -> Mapping[str, Json]:
        """Does one action as a colleague at the console would: not signed, not paced, not in the log."""
        return self._service.edit(version, action, Params(params))

    def calls(self) -> tuple[LoggedCall, ...]:
        with self.world.turn() as store:
            return read_calls(store)

    def call_counts(self) -> Mapping[str, int]:
        with self.world.turn() as store:
            return count_calls(store)

    def forget_calls(self) -> None:
        with self.world.turn() as store:
            forget_calls(store)

    def oidc_token(self, subject: str, audience: str = "sts.aliyuncs.com") -> str:
        """A token of the test issuer, for `AssumeRoleWithOIDC`, from now on for an hour of the service's date."""
        return self._service.oidc_token(subject, audience)

    def shift(self, by: timedelta) -> None:
        """Moves the service's date on."""
        self.world.shift(by)

    def set_service(self, code: str, *, active: bool) -> None:
        """Whether the account activated a service, by its code in policies (``ice``). Raises ValueError."""
        if code not in SERVICES:
            raise ValueError(f"the service must be one of {', '.join(sorted(SERVICES))}, not {code!r}")
        self.world.set_service(code, active=active)

    def log_on(self, user: str, password: str) -> Mapping[str, Json]:
        """The credentials of a session, as the console would open it. Raises Refusal."""
        return self._service.log_on(user, password)

    def set_faults(self, *faults: Fault) -> None:
        """Replaces the faults, and thaws what a former one froze."""
        self._service.trouble = Trouble(faults)
        if self._server:
            self._server.have(self._gate.thaw)

    def _open_office(self) -> ASGIApp:
        from ramstack.emulator.admin import Admin  # noqa: PLC0415

        return Admin(self._gate, self.admin_token).app()

    def _open(self, on_ready: Callable[[], None]) -> tuple[Server, socket.socket]:
        certificate = self._certificate or Certificate(None)
        server = make_server(
            make_app(self._gate, self._open_office), on_ready, certificate.certfile, certificate.keyfile
        )
        listener = listen(self._host, self._port)
        self._port = listener.getsockname()[1]
        return server, listener


def serve_forever(
    path: Path,
    settings: Settings,
    host: str,
    port: int,
    on_ready: Callable[[EmbeddedAccount], None],
    certificate: Certificate | None = None,
) -> None:
    """Serves the account in the file until SIGINT or SIGTERM. ``on_ready`` is called once it answers."""
    EmbeddedAccount(path, settings, host, port, certificate).serve(on_ready)


def reset(path: Path) -> None:
    """Empties the account in the file; one of an unknown version is replaced by a new one.

    Raises WrongStore, and touches nothing, where the file is no account.
    """
    try:
        world = World(path)
    except OtherVersion:
        remove(path)
        world = World(path)
    world.reset()
    world.close()


def dump(path: Path) -> State:
    """What the account in the file holds, as far as it can be loaded again: no keys, no passwords."""
    from ramstack.emulator.seed import Seed  # noqa: PLC0415

    with closing(World(path)) as world, world.turn() as store:
        state = read_state(store, world.account(store).account_id)
    return {name: rows for name, rows in state.items() if name in Seed.model_fields}


def load(path: Path, text: str) -> None:
    """Adds what a dump or a seed in JSON holds: all of it, or nothing. Raises ValueError or UnknownName."""
    from ramstack.emulator.seed import Seed, plant  # noqa: PLC0415

    seed = Seed.model_validate_json(text)
    with closing(World(path)) as world:
        plant(world, seed)
