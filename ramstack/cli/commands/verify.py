"""`ramstack verify`: a key proves itself by calling Intelligent Media Service."""

from __future__ import annotations

from pathlib import Path

import click

from ramstack.cli.exits import Exit
from ramstack.cli.options import Where, account_options, format_option
from ramstack.cli.world import World


@click.command()
@click.argument("users", nargs=-1, metavar="[USER]...")
@click.option(
    "--key",
    "files",
    multiple=True,
    type=click.Path(path_type=Path, allow_dash=True, dir_okay=False),
    help="A key as a sink delivered it (JSON); - for stdin. May be repeated. Otherwise RAMSTACK_VERIFY_ACCESS_KEY_ID and _SECRET.",
)
@click.option(
    "--probe",
    "probes",
    multiple=True,
    metavar="ACTION",
    help="A read to try instead of the usual two, such as ice:SearchEditingProject. May be repeated.",
)
@click.option("--region", default="", help="Where IMS is asked; ALIBABA_CLOUD_REGION_ID, else cn-shanghai.")
@click.option("--wait", default="30s", show_default=True, help="How long to wait for what takes effect late.")
@format_option
@account_options
@click.pass_obj
def verify(
    world: World,
    users: tuple[str, ...],
    files: tuple[Path, ...],
    *,
    probes: tuple[str, ...],
    region: str,
    wait: str,
    format_: str,
    local: bool,
    endpoint: str,
) -> Exit:
    """Try a key on Intelligent Media Service, with reads only, and say what it is worth.

    The answers are held against what the policies of its user say, where credentials that may read them are in the standard
    chain. With USER, a key of each of these users must prove itself.
    """
    from ramstack.cli.proving import Observer, keys_given, open_for, prove, trial_of
    from ramstack.planning.verdict import is_key_at_fault
    from ramstack.views.json_text import json_text
    from ramstack.views.proof_text import proof_document, proof_text

    trial = trial_of(world, probes, region, wait)
    with open_for(world, Where(local, endpoint), keys_given(world, files)) as (gateway, operator, keys):
        observer = Observer(operator)
        proofs = tuple(prove(world, gateway, observer, key, trial) for key in keys)
    proven = {proof.identity.user for proof in proofs if proof.is_proven}
    missing = tuple(sorted(set(users) - proven))
    if format_ == "json":
        world.emit(json_text(proof_document(proofs, missing, observer.remarks, region=trial.region)))
    else:
        look = world.look(world.stdout)
        world.emit(proof_text(proofs, missing, observer.remarks, region=trial.region, **look))
    if not missing and all(proof.is_proven for proof in proofs):
        return Exit.DONE
    return Exit.DENIED if is_key_at_fault(proofs) else Exit.ERROR
