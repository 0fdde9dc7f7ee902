"""The generic value tree a document is read from, each node with its place in the source.

JSON text (``jsontext``) and native mappings (a YAML loader's) end in the same tree, so the grammar is written once.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from ramstack.policy.finding import NOWHERE, Path, Place

CONDITION = "Condition"
MAX_DEPTH = 100
"""Deeper nesting is refused: no policy needs six levels, and a bomb shall not reach the recursion limit."""


class LiteralKind(StrEnum):
    NUMBER = "number"
    BOOLEAN = "boolean"
    NULL = "null"


@dataclass(frozen=True, slots=True)
class Text:
    value: str
    place: Place = NOWHERE


@dataclass(frozen=True, slots=True)
class Literal:
    """A bare number, boolean or null, as it was written."""

    kind: LiteralKind
    value: str
    place: Place = NOWHERE


@dataclass(frozen=True, slots=True)
class Items:
    values: tuple[Node, ...]
    place: Place = NOWHERE


@dataclass(frozen=True, slots=True)
class Entry:
    key: Text
    value: Node


@dataclass(frozen=True, slots=True)
class Table:
    """Entries in order of writing. Keys may repeat: telling so is the reader's business."""

    entries: tuple[Entry, ...]
    place: Place = NOWHERE

    def __iter__(self) -> Iterator[Entry]:
        return iter(self.entries)

    def get(self, key: str) -> Node | None:
        return next((entry.value for entry in self.entries if entry.key.value == key), None)


Node = Text | Literal | Items | Table


class UnfitValueError(ValueError):
    """A native value that JSON can't hold."""


def tree_of(value: object, depth: int = 0) -> Node:
    """The tree of a native value; text stays text, whatever it looks like. Raises UnfitValueError."""
    if depth > MAX_DEPTH:
        raise UnfitValueError(f"It nests deeper than {MAX_DEPTH} levels")
    match value:
        case str():
            return Text(str(value))
        case bool():
            return Literal(LiteralKind.BOOLEAN, "true" if value else "false")
        case int() | float():
            return Literal(LiteralKind.NUMBER, repr(value))
        case None:
            return Literal(LiteralKind.NULL, "null")
        case Mapping():
            return Table(tuple(Entry(_key(key), tree_of(item, depth + 1)) for key, item in value.items()))
        case Sequence() if not isinstance(value, bytes | bytearray | memoryview):
            return Items(tuple(tree_of(item, depth + 1) for item in value))
        case _:
            raise UnfitValueError(f"A value of type {type(value).__name__} has no place in it")


def _key(key: object) -> Text:
    if not isinstance(key, str):
        raise UnfitValueError(f"The key {key!r} is not text")
    return Text(str(key))


def members_of(node: Node, path: Path) -> Iterator[tuple[Node, Path]]:
    """The values of a list, each with its path; a bare value is a list of one."""
    if isinstance(node, Items):
        yield from ((value, (*path, index)) for index, value in enumerate(node.values))
    else:
        yield node, path


def sites_of(node: Node, path: Path = ()) -> Iterator[tuple[Path, Place]]:
    """Where each part stands. Of a condition it is the operator or key that is read, not the value behind it."""
    yield path, node.place
    match node:
        case Items(values=values):
            for index, value in enumerate(values):
                yield from sites_of(value, (*path, index))
        case Table(entries=entries):
            for entry in entries:
                here = (*path, entry.key.value)
                yield from sites_of(entry.value, here)
                if CONDITION in path:
                    yield here, entry.key.place


def describe(node: Node) -> str:
    """What a node is, in words for a message."""
    match node:
        case Text():
            return "text"
        case Literal(kind=kind):
            return "null" if kind is LiteralKind.NULL else f"a {kind.value}"
        case Items():
            return "a list"
        case Table():
            return "an object"
