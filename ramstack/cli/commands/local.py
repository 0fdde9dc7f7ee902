"""`ramstack local`: the embedded account, a local server that speaks the real wire protocol."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import timedelta
from pathlib import Path
from shlex import quote
from typing import TYPE_CHECKING, TextIO

import click

from ramstack.cli.exits import Exit
from ramstack.cli.world import World

if TYPE_CHECKING:
    from ramstack.emulator import Certificate, EmbeddedAccount, Fault, Settings

LOOPBACK = ("127.0.0.1", "::1", "localhost")


@click.group()
def local() -> None:
    """The embedded account: serve it to any client, fill it, empty it, or say where it is kept."""


db_option = click.option(
    "--db", type=click.Path(path_type=Path, dir_okay=False), help="Instead of .ramstack/local.db."
)
MOST = 1e9
POSITIVE = click.FloatRange(min=0, min_open=True, max=MOST)
NOT_NEGATIVE = click.FloatRange(min=0, max=MOST)
DAYS = click.FloatRange(min=-3660, max=3660)

SWITCHES = (
    click.option(
        "--quota", type=click.Choice(["off", "documented"]), default="off", show_default=True, help="Rates."
    ),
    click.option("--quota-scale", type=POSITIVE, default=1.0, help="Multiplies all rates."),
    click.option("--latency-ms", type=NOT_NEGATIVE, default=0.0, help="Added to every reply."),
    click.option("--stale-ms", type=NOT_NEGATIVE, default=0.0, help="How far reads lag behind writes."),
    click.option("--date-offset-days", type=DAYS, default=0.0, help="How far the service's date is ahead."),
    click.option(
        "--list-users-tags/--no-list-users-tags",
        default=True,
        help="Whether IMS ListUsers shows tags without a tag filter.",
    ),
    click.option(
        "--faults",
        type=click.Path(path_type=Path, dir_okay=False, exists=True),
        help="A JSON list of faults.",
    ),
)
"""How the account behaves: for each a field of ``Settings``."""


def with_switches(command: Callable[..., Exit]) -> Callable[..., Exit]:
    for option in reversed(SWITCHES):
        command = option(command)
    return command


@local.command()
@click.option("--port", type=click.IntRange(0, 65535), default=0, help="0: any free one.", show_default=True)
@click.option("--host", default="127.0.0.1", show_default=True)
@db_option
@click.option("--tls", is_flag=True, help="https, with a certificate of its own beside the database.")
@with_switches
@click.pass_obj
def serve(
    world: World,
    /,
    port: int,
    host: str,
    db: Path | None,
    tls: bool,
    **switches: float | str | bool | Path | None,
) -> Exit:
    """Serve until SIGINT or SIGTERM; prints endpoint and root key as export lines once it answers."""
    from ramstack.cli.connection import telling_trouble
    from ramstack.cli.workdir import local_database
    from ramstack.emulator import own_certificate, serve_forever

    if host not in LOOPBACK:
        world.say(
            f"warning: {host} may be reached from other machines; whoever reaches it can try to use this account"
        )
    path = db or local_database(world.cwd)
    with telling_trouble():
        certificate = own_certificate(path) if tls else None
        ready = _announce(world, certificate)
        serve_forever(path, _settings(switches), host, port, ready, certificate)
    return Exit.DONE


def _settings(switches: Mapping[str, float | str | bool | Path | None]) -> Settings:
    """The click options as settings; a switch that means nothing was refused by click."""
    from ramstack.emulator import Settings

    faults, days = switches["faults"], switches["date_offset_days"]
    return Settings(
        quota=str(switches["quota"]),
        quota_scale=_number(switches["quota_scale"]),
        latency_ms=_number(switches["latency_ms"]),
        stale_ms=_number(switches["stale_ms"]),
        date_offset=timedelta(days=_number(days)),
        list_users_tags=bool(switches["list_users_tags"]),
        faults=_read_faults(faults) if isinstance(faults, Path) else (),
    )


def _number(value: float | str | bool | Path | None) -> float:
    assert isinstance(value, int | float)
    return value


def _read_faults(path: Path) -> tuple[Fault, ...]:
    from ramstack.emulator import read_faults
    from ramstack.model.errors import RamstackError

    try:
        return read_faults(path.read_text(encoding="utf-8"))
    except ValueError as error:
        raise RamstackError(f"{path} is not a list of faults: {error}") from error


def _announce(world: World, certificate: Certificate | None) -> Callable[[EmbeddedAccount], None]:
    def ready(account: EmbeddedAccount) -> None:
        trusted = {"ALIBABA_CLOUD_CA_BUNDLE": certificate.certfile} if certificate else {}
        lines = {**account.environment, **trusted}
        world.emit("".join(f"export {name}={quote(str(value))}\n" for name, value in lines.items()))

    return ready


@local.command()
@db_option
@click.pass_obj
def reset(world: World, db: Path | None) -> Exit:
    """Empty the embedded account. Nothing is asked: it is a test bed."""
    from ramstack.cli.connection import telling_trouble
    from ramstack.cli.workdir import local_database
    from ramstack.emulator import reset as empty

    with telling_trouble():
        empty(db or local_database(world.cwd))
    return Exit.DONE


@local.command()
@db_option
@click.pass_obj
def dump(world: World, db: Path | None) -> Exit:
    """Print what the embedded account holds as JSON, without keys and passwords: what `load` takes."""
    import json

    from ramstack.cli.connection import telling_trouble
    from ramstack.cli.workdir import local_database
    from ramstack.emulator import dump as read

    with telling_trouble():
        state = read(db or local_database(world.cwd))
    world.emit(json.dumps(state, indent=2, sort_keys=True, ensure_ascii=False) + "\n")
    return Exit.DONE


@local.command()
@click.argument("file", type=click.File(encoding="utf-8"))
@db_option
@click.pass_obj
def load(world: World, file: TextIO, db: Path | None) -> Exit:
    """Add what FILE (`-`: standard input) holds to the embedded account: all of it, or nothing."""
    from ramstack.cli.connection import telling_trouble
    from ramstack.cli.workdir import local_database
    from ramstack.emulator import load as add
    from ramstack.model.errors import RamstackError

    try:
        with telling_trouble():
            add(db or local_database(world.cwd), file.read())
    except ValueError as error:
        raise RamstackError(f"{file.name} cannot be loaded: {error}") from error
    return Exit.DONE


@local.command()
@click.pass_obj
def path(world: World) -> Exit:
    """Where the embedded account is kept."""
    from ramstack.cli.workdir import local_database

    world.emit(f"{local_database(world.cwd)}\n")
    return Exit.DONE
