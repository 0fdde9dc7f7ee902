"""Commands that only look: `policies`, `whoami`, `schema`."""

from __future__ import annotations

from fnmatch import fnmatchcase
from typing import TYPE_CHECKING

import click

from ramstack.cli.exits import Exit
from ramstack.cli.options import Where, account_options, format_option
from ramstack.cli.world import World

if TYPE_CHECKING:
    from ramstack.gateway.port import PolicyRow, Reader
    from ramstack.views.policies_text import PolicyDetail, PolicyLine

FEW = 5  # matches up to this many are shown with document and holders


@click.command()
@click.argument("pattern", default="*")
@click.option(
    "--details/--no-details", default=None, help="Document and holders; by default when at most 5 match."
)
@format_option
@account_options
@click.pass_obj
def policies(
    world: World, pattern: str, *, details: bool | None, format_: str, local: bool, endpoint: str
) -> Exit:
    """Search system and custom policies: part of a name, or a pattern with * and ?."""
    from ramstack.cli.connection import open_account
    from ramstack.views.json_text import json_text
    from ramstack.views.policies_text import policies_text, policy_detail_text, policy_records

    with open_account(world, Where(local, endpoint)) as gateway:
        rows = [row for row in gateway.reader.policies() if _matches(row.ref.name, pattern)]
        lines = [_line(row) for row in rows]
        detailed = bool(rows) and (len(rows) <= FEW if details is None else details)
        found = [_detail(gateway.reader, line) for line in lines] if detailed else []
    if format_ == "json":
        world.emit(json_text({"format_version": "1.0", "policies": policy_records(lines, found)}))
    elif found:
        world.emit("\n".join(policy_detail_text(one, **world.look(world.stdout)) for one in found))
    else:
        world.emit(policies_text(lines, **world.look(world.stdout)))
    return Exit.DONE


def _matches(name: str, pattern: str) -> bool:
    """Without case; a pattern without wildcards may stand anywhere in the name."""
    wanted = pattern.lower() if set(pattern) & set("*?[") else f"*{pattern.lower()}*"
    return fnmatchcase(name.lower(), wanted)


def _line(row: PolicyRow) -> PolicyLine:
    from ramstack.model.owner import OWNER_TAG
    from ramstack.views.policies_text import PolicyLine

    return PolicyLine(row.ref, row.description, row.attachment_count or 0, dict(row.tags).get(OWNER_TAG, ""))


def _detail(reader: Reader, line: PolicyLine) -> PolicyDetail:
    from ramstack.model.address import Address
    from ramstack.policy import stored_document
    from ramstack.views.policies_text import PolicyDetail

    text = next((v.document for v in reader.policy_versions(line.ref) if v.is_default), "")
    holders = reader.entities_of(line.ref) if line.attachments else ()
    return PolicyDetail(line, stored_document(text), tuple(Address((h.kind, h.principal)) for h in holders))


@click.command()
@format_option
@account_options
@click.pass_obj
def whoami(world: World, format_: str, *, local: bool, endpoint: str) -> Exit:
    """The identity that the credentials belong to, and its account."""
    from ramstack.cli.connection import open_account, reached
    from ramstack.views.json_text import json_text
    from ramstack.views.whoami_text import whoami_text

    where = Where(local, endpoint)
    with open_account(world, where) as gateway:
        caller = gateway.reader.caller()
    if format_ == "json":
        world.emit(
            json_text(
                {
                    "format_version": "1.0",
                    "account": caller.account,
                    "arn": caller.arn,
                    "type": caller.identity_type,
                }
            )
        )
    else:
        world.emit(whoami_text(caller, reached(world, where), **world.look(world.stdout)))
    return Exit.DONE


@click.command()
@click.option("--plan", "of_plans", is_flag=True, help="That of plans, as JSON and saved ones have it.")
@click.pass_obj
def schema(world: World, *, of_plans: bool) -> Exit:
    """The JSON Schema of stack files, for editors; or that of plans, for whatever reads them."""
    from importlib.resources import files

    from ramstack.stackfile import json_schema
    from ramstack.views.json_text import json_text

    if of_plans:
        world.emit((files("ramstack.planning") / "plan.schema.json").read_text(encoding="utf-8"))
    else:
        world.emit(json_text(json_schema()))
    return Exit.DONE
