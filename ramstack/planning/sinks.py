"""Sinks in a plan: where what it makes is delivered, so that a saved plan needs no stack files to be applied."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from functools import cache
from types import MappingProxyType

from pydantic import TypeAdapter

from ramstack.model.change import Change
from ramstack.model.problem import Origin
from ramstack.model.resource import AccessKey, Console
from ramstack.model.sink import AgeWish, ExecWish, FileWish, KmsWish, OtherWish, SinkKind, SinkWish, VaultWish
from ramstack.model.stack import Stack

Record = Mapping[str, object]

_KINDS: Mapping[str, type[SinkKind]] = MappingProxyType(
    {
        "age": AgeWish,
        "exec": ExecWish,
        "file": FileWish,
        "kms": KmsWish,
        "vault": VaultWish,
        "other": OtherWish,
    }
)


def sinks_needed(changes: Iterable[Change], stacks: Sequence[Stack]) -> tuple[SinkWish, ...]:
    """The sinks that the changes deliver to, in order of name."""
    names = {c.after.sink for c in changes if isinstance(c.after, AccessKey | Console) and c.after.sink}
    declared = {name: wish for stack in stacks for name, wish in stack.sinks.items()}
    return tuple(declared[name] for name in sorted(names) if name in declared)


def sink_record(wish: SinkWish) -> dict[str, object]:
    """A sink as plans write it. Law: `sink_of` undoes it. A sink holds no secret."""
    kind = next(name for name, type_ in _KINDS.items() if isinstance(wish.kind, type_))
    options = _adapter(kind).dump_python(wish.kind, mode="json")
    return {"name": wish.name, "kind": kind, "options": options, "origin": str(wish.origin)}


def sink_of(name: str, kind: str, options: Record, origin: Origin) -> SinkWish:
    """Raises ValueError for what no sink is."""
    if kind not in _KINDS:
        raise ValueError(f"{kind} is no kind of sink")
    return SinkWish(name, origin, _adapter(kind).validate_python(options))


@cache
def _adapter(kind: str) -> TypeAdapter[SinkKind]:
    return TypeAdapter(_KINDS[kind])
