"""Opening: from what stacks wish to sinks that can be checked and delivered to."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import assert_never

from ramstack.model.errors import SinkFailed
from ramstack.model.sink import AgeWish, ExecWish, FileWish, KmsWish, OtherWish, SinkWish, VaultWish
from ramstack.model.stack import Stack
from ramstack.secrets.age import age_sink
from ramstack.secrets.command import ExecSink
from ramstack.secrets.file import file_sink
from ramstack.secrets.foreign import foreign_sink
from ramstack.secrets.kms import KmsPort, KmsSink
from ramstack.secrets.sink import Sink
from ramstack.secrets.stdout import StdoutSink
from ramstack.secrets.vault import VaultSink


@dataclass(frozen=True, slots=True)
class Surroundings:
    """Where a run delivers from. `write` puts text on stdout, `kms` reaches the KMS of a region."""

    cwd: Path
    environ: Mapping[str, str] = field(repr=False)  # it may hold secrets
    write: Callable[[str], object]
    kms: Callable[[str], KmsPort]


def open_sinks(
    stacks: Sequence[Stack], here: Surroundings, *, to_stdout: Collection[str] = ()
) -> Mapping[str, Sink]:
    """The sinks of the stacks by name; those of `to_stdout` are replaced by stdout.

    Nothing is reached or written yet. Raises SinkFailed for a name of `to_stdout` that is none of them.
    """
    wishes = {name: wish for stack in stacks for name, wish in stack.sinks.items()}
    for name in sorted(set(to_stdout) - set(wishes)):
        raise SinkFailed(name, "nothing is delivered to it, so nothing of it can go to stdout")
    screen = StdoutSink(here.write)
    return {name: screen if name in to_stdout else open_sink(wish, here) for name, wish in wishes.items()}


def open_sink(wish: SinkWish, here: Surroundings) -> Sink:
    match wish.kind:
        case AgeWish() as age:
            return age_sink(wish.name, age, here.cwd)
        case ExecWish() as command:
            return ExecSink(wish.name, command, here.cwd, here.environ)
        case FileWish() as file:
            return file_sink(wish.name, file, here.cwd, here.environ)
        case KmsWish() as kms:
            return KmsSink(wish.name, kms, here.kms(kms.region))
        case VaultWish() as vault:
            return VaultSink(wish.name, vault, here.environ)
        case OtherWish() as other:
            return foreign_sink(wish.name, other)
        case _:
            assert_never(wish.kind)


def find_trouble(sinks: Iterable[Sink]) -> tuple[SinkFailed, ...]:
    """What stands against delivering, of all these sinks at once: asked before any credential is made."""
    return tuple(failure for sink in sinks if (failure := _trouble_of(sink)))


def _trouble_of(sink: Sink) -> SinkFailed | None:
    try:
        sink.check()
    except SinkFailed as failure:
        return failure
    return None
