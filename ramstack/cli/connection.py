"""Which account a command talks to: the live one, one endpoint for every product, or the embedded account."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from functools import partial
from typing import TYPE_CHECKING

from ramstack.cli.workdir import local_database
from ramstack.cli.world import World
from ramstack.model.errors import BadEndpoint, RamstackError
from ramstack.model.limits import Rates

if TYPE_CHECKING:
    from ramstack.cli.options import Where
    from ramstack.gateway.connection import Gateway
    from ramstack.gateway.credentials import CredentialSource

ON = ("1", "true", "yes", "on")


@contextmanager
def open_account(
    world: World, where: Where, credentials: CredentialSource | None = None
) -> Iterator[Gateway]:
    """A gateway to the account that flags and environment ask for, with other credentials than the standard chain's if given.

    With `--local` the user's credentials are not even read: the embedded account has its own root key.
    """
    from ramstack.gateway.connection import connect
    from ramstack.gateway.credentials import fixed, standard_chain

    if where.local and where.endpoint:
        raise BadEndpoint("--local and --endpoint exclude each other")
    rates = rates_of(world)
    open_gateway = partial(connect, rates=rates, environ=world.environ, clock=world.clock, sleep=world.sleep)
    if is_local(world, where):
        from ramstack.emulator import EmbeddedAccount

        with ExitStack() as stack:
            with telling_trouble():
                account = stack.enter_context(EmbeddedAccount(local_database(world.cwd)))
            pair = fixed(account.access_key_id, account.access_key_secret)
            with open_gateway(pair, endpoint=account.endpoint) as gateway:
                yield gateway
    else:
        endpoint = where.endpoint or world.environ.get("RAMSTACK_ENDPOINT") or None
        chain = credentials or standard_chain(world.environ, clock=world.clock)
        with open_gateway(chain, endpoint=endpoint) as gateway:
            yield gateway


@contextmanager
def telling_trouble() -> Iterator[None]:
    """What keeps an embedded account from opening becomes an error for a person."""
    from ramstack.emulator import WrongStore

    try:
        yield
    except (WrongStore, OSError) as error:
        raise RamstackError(f"The embedded account cannot be used: {error}") from error


def is_local(world: World, where: Where) -> bool:
    """A flag beats the environment: `--endpoint` also wins over RAMSTACK_LOCAL."""
    asked = world.environ.get("RAMSTACK_LOCAL", "").lower() in ON
    return where.local or (asked and not where.endpoint)


def reached(world: World, where: Where) -> str:
    """Where the account is, in words."""
    if is_local(world, where):
        return "the embedded account"
    return where.endpoint or world.environ.get("RAMSTACK_ENDPOINT") or "the live service"


def rates_of(world: World) -> Rates:
    """The account's rates, times RAMSTACK_RATE_SCALE for accounts with raised quotas and for tests.

    RAMSTACK_RATES gives single ones: `ram:AttachPolicyToUser=20,ims:CreateUser=50`.
    """
    pairs = [
        pair.partition("=") for pair in world.environ.get("RAMSTACK_RATES", "").split(",") if pair.strip()
    ]
    own = {api.strip(): _rate("RAMSTACK_RATES", rate) for api, _, rate in pairs}
    return Rates(_rate("RAMSTACK_RATE_SCALE", world.environ.get("RAMSTACK_RATE_SCALE", "1")), own)


def _rate(name: str, text: str) -> float:
    try:
        rate = float(text)
    except ValueError:
        rate = 0.0
    if not 0 < rate < float("inf"):
        raise RamstackError(f"{name}: {text!r} is not a number above 0, such as 10")
    return rate
