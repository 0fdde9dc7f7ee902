"""Admin calls, under ``/_admin/``: look at the account and its log, fill it, break it, edit it like a colleague.

Only loopback gets in, and only with the token of this server in the header ``x-ramstack-admin-token``.
"""

import json
from collections.abc import Awaitable, Callable
from dataclasses import asdict
from datetime import timedelta
from ipaddress import ip_address
from secrets import compare_digest
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Mount, Route

from ramstack.emulator.app import ADMIN, Gate
from ramstack.emulator.calls import count_calls, forget_calls, read_calls
from ramstack.emulator.errors import Refusal
from ramstack.emulator.faults import Trouble, read_faults
from ramstack.emulator.params import Params
from ramstack.emulator.seed import Seed, UnfitSeed, plant
from ramstack.emulator.state import read_state

TOKEN_HEADER = "x-ramstack-admin-token"  # noqa: S105 - the header's name

MOST_SECONDS = 10 * 366 * 86_400.0


class Edit(BaseModel):
    """An action by name, done as root without a signature."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    action: str
    version: str = "2015-05-01"
    params: dict[str, str] = Field(default_factory=dict)


class TokenRequest(BaseModel):
    """Whom a token of the test issuer is for."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    subject: str
    audience: str = "sts.aliyuncs.com"


class Shift(BaseModel):
    """By how much the service's date moves on."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    seconds: float = Field(ge=-MOST_SECONDS, le=MOST_SECONDS)


class Switch(BaseModel):
    """Whether a service is activated."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    service: Literal["ice", "ram", "resourcemanager", "sts"]
    active: bool


class Logon(BaseModel):
    """Who logs on at the console."""

    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)

    user: str
    password: str


class Admin:
    def __init__(self, gate: Gate, token: str) -> None:
        self._gate = gate
        self._world = gate.service.world
        self._token = token

    def app(self) -> Starlette:
        table = (
            ("/calls", "GET", self._calls),
            ("/calls", "DELETE", self._forget_calls),
            ("/calls/counts", "GET", self._counts),
            ("/state", "GET", self._state),
            ("/reset", "POST", self._reset),
            ("/seed", "POST", self._seed),
            ("/faults", "POST", self._faults),
            ("/edit", "POST", self._edit),
            ("/oidc-token", "POST", self._oidc_token),
            ("/shift", "POST", self._shift),
            ("/services", "POST", self._services),
            ("/logon", "POST", self._logon),
        )
        routes = [Route(path, self._guarded(answer), methods=[method]) for path, method, answer in table]
        return Starlette(routes=[Mount(ADMIN, routes=routes)])

    def _guarded(self, answer: Callable[[bytes], Response]) -> Callable[[Request], Awaitable[Response]]:
        async def endpoint(request: Request) -> Response:
            given = request.headers.get(TOKEN_HEADER, "")
            if not _is_loopback(request) or not compare_digest(given.encode(), self._token.encode()):
                return _error(403, "Forbidden", "Admin calls need loopback and the admin token.")
            body = await request.body()
            try:
                return answer(body)
            except (ValidationError, UnfitSeed) as error:
                return _error(400, "BadRequest", str(error))
            except Refusal as refusal:
                return _error(refusal.status, refusal.code, refusal.message)

        return endpoint

    def _calls(self, _: bytes) -> Response:
        with self._world.turn() as store:
            return _reply([asdict(call) for call in read_calls(store)])

    def _forget_calls(self, _: bytes) -> Response:
        with self._world.turn() as store:
            forget_calls(store)
        return _reply({})

    def _counts(self, _: bytes) -> Response:
        with self._world.turn() as store:
            return _reply(count_calls(store))

    def _state(self, _: bytes) -> Response:
        with self._world.turn() as store:
            return _reply(read_state(store, self._world.account(store).account_id))

    def _reset(self, _: bytes) -> Response:
        self._world.reset()
        return _reply({})

    def _seed(self, body: bytes) -> Response:
        plant(self._world, Seed.model_validate_json(body))
        return _reply({})

    def _faults(self, body: bytes) -> Response:
        """Replaces the faults, and thaws what a former one froze."""
        self._gate.service.trouble = Trouble(read_faults(body))
        self._gate.thaw()
        return _reply({})

    def _shift(self, body: bytes) -> Response:
        self._world.shift(timedelta(seconds=Shift.model_validate_json(body).seconds))
        return _reply({})

    def _services(self, body: bytes) -> Response:
        switch = Switch.model_validate_json(body)
        self._world.set_service(switch.service, active=switch.active)
        return _reply({})

    def _logon(self, body: bytes) -> Response:
        logon = Logon.model_validate_json(body)
        return _reply(self._gate.service.log_on(logon.user, logon.password))

    def _oidc_token(self, body: bytes) -> Response:
        wanted = TokenRequest.model_validate_json(body)
        return _reply({"token": self._gate.service.oidc_token(wanted.subject, wanted.audience)})

    def _edit(self, body: bytes) -> Response:
        edit = Edit.model_validate_json(body)
        return _reply(self._gate.service.edit(edit.version, edit.action, Params(edit.params)))


def _is_loopback(request: Request) -> bool:
    return request.client is not None and ip_address(request.client.host).is_loopback


def _reply(value: object) -> Response:
    text = json.dumps(value, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    return Response(text, media_type="application/json")


def _error(status: int, code: str, message: str) -> JSONResponse:
    return JSONResponse({"Code": code, "Message": message}, status)
