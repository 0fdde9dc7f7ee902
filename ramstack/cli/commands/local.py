"""`ramstack local`: the embedded account, a local server that speaks the real wire protocol."""

from __future__ import annotations

from pathlib import Path

import click

from ramstack.cli.exits import Exit
from ramstack.cli.world import World


@click.group()
def local() -> None:
    """The embedded account: serve it to any client, empty it, or say where it is kept."""


db_option = click.option(
    "--db", type=click.Path(path_type=Path, dir_okay=False), help="Instead of .ramstack/local.db."
)


@local.command()
@click.option("--port", type=click.IntRange(0, 65535), default=0, help="0: any free one.", show_default=True)
@click.option("--host", default="127.0.0.1", show_default=True)
@db_option
@click.option(
    "--quota", type=click.Choice(["off", "documented"]), default="off", show_default=True, help="Rates."
)
@click.option("--quota-scale", default=1.0, help="Multiplies all rates.")
@click.option("--latency-ms", default=0.0, help="Added to every reply.")
@click.option("--stale-ms", default=0.0, help="How far reads lag behind writes.")
@click.pass_obj
def serve(
    world: World,
    port: int,
    host: str,
    db: Path | None,
    quota: str,
    quota_scale: float,
    latency_ms: float,
    stale_ms: float,
) -> Exit:
    """Serve until SIGINT or SIGTERM; prints endpoint and root key as export lines once it answers."""
    from ramstack.cli.connection import telling_trouble
    from ramstack.cli.workdir import local_database
    from ramstack.emulator import EmbeddedAccount, Settings, serve_forever

    def ready(account: EmbeddedAccount) -> None:
        world.emit("".join(f"export {name}={value}\n" for name, value in account.environment.items()))

    if host not in ("127.0.0.1", "::1", "localhost"):
        world.say(
            f"warning: {host} may be reached from other machines; whoever reaches it can try to use this account"
        )
    settings = Settings(quota=quota, quota_scale=quota_scale, latency_ms=latency_ms, stale_ms=stale_ms)
    with telling_trouble():
        serve_forever(db or local_database(world.cwd), settings, host, port, ready)
    return Exit.DONE


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
@click.pass_obj
def path(world: World) -> Exit:
    """Where the embedded account is kept."""
    from ramstack.cli.workdir import local_database

    world.emit(f"{local_database(world.cwd)}\n")
    return Exit.DONE
