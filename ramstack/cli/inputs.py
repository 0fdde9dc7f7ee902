"""What a command is given: stacks from paths and variables, addresses, rails to lift."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import click

from ramstack.cli.world import World
from ramstack.model.address import Address
from ramstack.model.errors import DamagedPlan, RamstackError
from ramstack.model.moment import read_duration

if TYPE_CHECKING:
    from ramstack.cli.options import Given
    from ramstack.model.change import Plan
    from ramstack.model.rails import RailLimits
    from ramstack.model.run import Run
    from ramstack.model.stack import Stack
    from ramstack.planning.plan import Request
    from ramstack.policy import Request as PolicyRequest

STACK_SUFFIXES = (".yaml", ".yml")
VARIABLE_PREFIX = "RAMSTACK_VAR_"
_ASSIGNMENT = re.compile(r"([A-Z0-9_]+)=(.*)", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Variables:
    """What stacks may use; `asked` are those that a flag gave, so that somebody expects them to be used."""

    values: Mapping[str, str]
    asked: frozenset[str]


def stacks_of(world: World, paths: Sequence[Path], variables: Variables) -> tuple[Stack, ...]:
    """The stacks at `paths`; without any, those in `stacks/` or, where there is none, here."""
    from ramstack.stackfile import load_stacks

    found = [path for path in (Path("stacks"), Path()) if (world.cwd / path).is_dir()]
    stacks = load_stacks(tuple(paths) or (found[0],), variables=variables.values)
    _tell_unused(world, variables.asked, frozenset[str]().union(*(stack.variables for stack in stacks)))
    return stacks


def _tell_unused(world: World, asked: frozenset[str], used: frozenset[str]) -> None:
    from ramstack.policy.spelling import did_you_mean

    for name in sorted(asked - used):
        world.say(f"warning: --var {name}: no stack uses ${{{name}}}.{did_you_mean(name, used)}")


def stacks_given(world: World, paths: Sequence[Path], given: Given) -> tuple[Stack, ...]:
    """The stacks at `paths` with the variables that a command that writes was given."""
    return stacks_of(world, paths, variables_of(world, given.variables, given.variable_files))


def variables_of(world: World, assigned: Sequence[str], files: Sequence[Path]) -> Variables:
    """From the environment, then files, then flags: the later wins.

    Raises UsageError for all that is no NAME=VALUE, by its place: what is written there may be a secret.
    """
    prefix = len(VARIABLE_PREFIX)
    around = {k[prefix:]: v for k, v in world.environ.items() if k.startswith(VARIABLE_PREFIX)}
    flags = [(f"--var number {number}", text) for number, text in enumerate(assigned, 1)]
    found = [(place, _ASSIGNMENT.fullmatch(text)) for place, text in (*_lines(files), *flags)]
    if wrong := [place for place, match in found if match is None]:
        raise click.UsageError(f"{', '.join(wrong)}: not NAME=VALUE with NAME of A-Z, 0-9 and _")
    given = {match[1]: match[2] for _, match in found if match}
    return Variables(around | given, frozenset(text.partition("=")[0] for text in assigned))


def _lines(files: Sequence[Path]) -> Iterator[tuple[str, str]]:
    """The lines that say something, each with its place."""
    for file in files:
        for number, line in enumerate(_text_of(file).splitlines(), 1):
            if (text := line.strip()) and not text.startswith("#"):
                yield f"{file}:{number}", text


def runs_of(world: World, journal_dir: Path | None) -> tuple[Run, ...]:
    """The runs that journals tell of, the oldest first. What cannot be read of them is told, and stops nothing."""
    from ramstack.account.runs import list_runs
    from ramstack.cli.workdir import journal_folder

    try:
        kept = list_runs(journal_folder(world.cwd, journal_dir))
    except RamstackError as error:
        world.say(f"warning: {error}")
        return ()
    for problem in kept.problems:
        world.say(
            f"warning: {problem.detail}; what that run changed may be shown as changed by somebody else"
        )
    return kept.runs


def addresses_of(texts: Sequence[str]) -> tuple[Address, ...]:
    """Addresses as typed. Raises UsageError for what is none."""
    try:
        return tuple(Address.parse(text) for text in texts)
    except ValueError as error:
        raise click.UsageError(str(error)) from None


def roots_of(texts: Sequence[str]) -> tuple[Address, ...]:
    """Addresses of users, groups, policies and roles. Raises UsageError for anything below one, and for settings."""
    from ramstack.model.settings import SETTINGS

    addresses = addresses_of(texts)
    if unmarked := [str(address) for address in addresses if not address.is_root or address in SETTINGS]:
        raise click.UsageError(
            f"{', '.join(unmarked)}: only users, groups, policies and roles carry an owner mark"
        )
    return addresses


def allowed_of(texts: Sequence[str]) -> dict[str, int | None]:
    """Rails to lift: `NAME` or `NAME=N`. Raises UsageError for a rail that does not exist or is never lifted."""
    from ramstack.planning.rails import LIFTABLE

    allowed: dict[str, int | None] = {}
    for text in texts:
        name, given, number = text.partition("=")
        if name not in LIFTABLE or (given and not number.isdecimal()):
            raise click.UsageError(
                f"--allow {text}: there is no such rail to lift; there are {', '.join(LIFTABLE)}"
            )
        allowed[name] = int(number) if given else None
    return allowed


def request_of(
    world: World,
    targets: Sequence[str] = (),
    allowed: Sequence[str] = (),
    lifetime: str = "24h",
    rails: Path | None = None,
) -> Request:
    """What is asked of the planner, at this moment. Raises StackError for rails that cannot be read."""
    from ramstack.planning.plan import Request

    return Request(
        world.now(), addresses_of(targets), allowed_of(allowed), duration_of(lifetime), floor_of(world, rails)
    )


def floor_of(world: World, rails: Path | None) -> RailLimits:
    """The limits that no stack can widen, from the file that was named or from RAMSTACK_RAILS."""
    from ramstack.model.rails import NO_LIMITS
    from ramstack.stackfile.rails import load_rails

    named = rails or world.environ.get("RAMSTACK_RAILS")
    return load_rails(world.cwd / named) if named else NO_LIMITS


def duration_of(text: str) -> timedelta:
    """`90s`, `30m`, `24h`, `7d`. Raises UsageError for anything else."""
    duration = read_duration(text)
    if duration is None:
        raise click.UsageError(f"{text!r} is not a duration such as 30m, 24h or 7d")
    return duration


def lock_ttl_of(text: str, *, no_lock: bool) -> timedelta | None:
    """How long a lock holds without being renewed; None: no lock at all. Raises UsageError for no time."""
    ttl = duration_of(text)
    if not ttl:
        raise click.UsageError("--lock-ttl must be at least 1s")
    return None if no_lock else ttl


def saved_plan_of(world: World, paths: Sequence[Path], key: bytes | None = None) -> Plan | None:
    """The plan when the one path is a plan file; None when the paths are stacks. Raises DamagedPlan.

    With a key there must be a plan, and it must be signed with that key: stacks are a UsageError.
    """
    file = world.cwd / paths[0] if len(paths) == 1 else None
    if file and file.is_file() and not _is_stack(file):
        return plan_in(world, paths[0], key)
    if key is not None:
        raise click.UsageError("--verify-key-env is for one plan file, as plan --out writes it")
    return None


def _is_stack(file: Path) -> bool:
    return file.suffix in STACK_SUFFIXES and '"format_version"' not in _text_of(file)


def plan_in(world: World, path: Path, key: bytes | None = None) -> Plan:
    """The plan that was saved at `path`. Raises DamagedPlan; with a key, also when it is not signed with it."""
    from ramstack.planning.planfile import read_plan

    try:
        return read_plan(_text_of(world.cwd / path), key)
    except DamagedPlan as error:
        raise DamagedPlan(f"{path} is not a plan that can be applied: {error}") from None


def key_of(world: World, name: str) -> bytes | None:
    """The signing key in the environment variable `name`; None without a name. Raises UsageError; never tells the key."""
    from ramstack.planning.signature import SHORTEST_KEY

    if not name:
        return None
    key = os.fsencode(world.environ.get(name, ""))
    if len(key) < SHORTEST_KEY:
        size = f"has {len(key)} bytes; a key has at least {SHORTEST_KEY}" if key else "is not set"
        raise click.UsageError(f"the environment variable {name} {size}")
    return key


def _text_of(file: Path) -> str:
    try:
        return file.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise RamstackError(f"cannot read {file}: {error}") from None


def principal_in(known: Sequence[Address], text: str) -> Address:
    """A user by its name, or `user/NAME`, `group/NAME`, `role/NAME`. Raises RamstackError for one that is not there."""
    from ramstack.policy.spelling import did_you_mean

    kind, slash, _ = text.partition("/")
    if slash and kind not in ("user", "group", "role"):
        raise click.UsageError(f"{text!r} is no principal: write NAME, user/NAME, group/NAME or role/NAME")
    address = addresses_of([text if slash else f"user/{text}"])[0]
    if address not in known:
        hint = did_you_mean(str(address), [str(one) for one in known])
        raise RamstackError(f"there is no {address} in the account.{hint}")
    return address


def question_of(
    world: World, action: str, resource: str | None, address: str | None, moment: str | None, mfa: bool | None
) -> PolicyRequest:
    """What is asked of the policies. Raises UsageError for what is no action, address or time."""
    from ramstack.model.circumstances import context_of
    from ramstack.policy import Request
    from ramstack.policy.catalogue import asked_resource, find_operation
    from ramstack.policy.lint import lint_actions

    if not re.fullmatch(r"[A-Za-z0-9-]+:[A-Za-z0-9_-]+", action):
        raise click.UsageError(f"{action!r} is not one operation such as ice:GetMediaInfo")
    if resource == "":
        raise click.UsageError("RESOURCE is empty: leave it out, or write one such as acs:oss:*:*:media/*")
    try:
        context = context_of(address, moment, mfa)
    except ValueError as error:
        raise click.UsageError(str(error)) from None
    operation = find_operation(action)
    for finding in () if operation else lint_actions([action]):
        world.say(f"{finding.severity}: {finding.detail}")
    asked = asked_resource(action, resource)
    if asked != resource:
        world.say(f"note: {action} knows no resource of its own: {resource} does not count")
    return Request(operation.action if operation else action, asked, context, complete=False)
