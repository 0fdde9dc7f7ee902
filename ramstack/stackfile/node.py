"""Nodes: a YAML file as it was written, each value with its place.

A scalar's value is its written text; what it means is the schema's business. Aliases and merge keys are already
resolved, so that a node may be found in several places of the tree.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Final, NamedTuple, TypeAlias

from ramstack.model.problem import Origin
from ramstack.policy.tree import CONDITION

Loc: TypeAlias = tuple[str | int, ...]
"""Where in a file: `("users", "alice", "groups", 0)`."""

_EMPTY_WORDS = frozenset({"", "null", "Null", "NULL"})


class Empty:
    """A value that was left empty: fits no text, no list and no flag, unlike `None`, which is a key left out."""


EMPTY: Final = Empty()


class Scalar(NamedTuple):
    """NamedTuple, not dataclass: a hundred thousand of them are made for 5,000 users."""

    text: str
    quoted: bool
    path: str
    line: int
    column: int

    @property
    def origin(self) -> Origin:
        return Origin(self.path, self.line, self.column)

    @property
    def is_empty(self) -> bool:
        """Nothing was written, or a plain `null`. A `~` is text like any other, and so is `""`."""
        return not self.quoted and self.text in _EMPTY_WORDS


class Items(NamedTuple):
    nodes: tuple[Node, ...]
    path: str
    line: int
    column: int

    @property
    def origin(self) -> Origin:
        return Origin(self.path, self.line, self.column)


class Entry(NamedTuple):
    key: Scalar
    value: Node


class Table(NamedTuple):
    entries: Mapping[str, Entry]
    path: str
    line: int
    column: int

    @property
    def origin(self) -> Origin:
        return Origin(self.path, self.line, self.column)

    def key_origin(self, key: str) -> Origin:
        """The place of a key, or of the table where it has no such key."""
        entry = self.entries.get(key)
        return entry.key.origin if entry else self.origin


Node: TypeAlias = Scalar | Items | Table


def child_table(node: Node, key: str) -> Table:
    """The table under a key; an empty one where there is none."""
    entry = node.entries.get(key) if isinstance(node, Table) else None
    if entry is not None and isinstance(entry.value, Table):
        return entry.value
    return Table({}, *(entry.key[2:] if entry else node[-3:]))


def child_items(node: Table, key: str) -> tuple[Scalar, ...]:
    """The scalars of the list under a key, in order."""
    entry = node.entries.get(key)
    nodes = entry.value.nodes if entry is not None and isinstance(entry.value, Items) else ()
    return tuple(item for item in nodes if isinstance(item, Scalar))


def plain(node: Node, empty: object = EMPTY) -> object:
    """The tree as native values: text, lists and mappings, and `empty` for what was left empty."""
    if isinstance(node, Scalar):
        return empty if node.is_empty else Quoted(node.text) if node.quoted else node.text
    if isinstance(node, Items):
        return [plain(item, empty) for item in node.nodes]
    return {key: plain(entry.value, empty) for key, entry in node.entries.items()}


class Quoted(str):
    """Text that was written in quotes: never a flag, never a number."""

    __slots__ = ()


def locate(node: Node, loc: Loc) -> Origin:
    """The place of the value at `loc`, or of the nearest thing around it. Of an empty value: the place of its key."""
    origin = node.origin
    for part in loc:
        entry = _step(node, part)
        if entry is None:
            break
        key, node = entry
        origin = key.origin if isinstance(node, Scalar) and node.is_empty else node.origin
    return origin


def locate_key(node: Node, loc: Loc) -> Origin:
    """The place of the key at the end of `loc`, or of the nearest thing around it."""
    for part in loc[:-1]:
        step = _step(node, part)
        if step is None:
            return node.origin
        node = step[1]
    return node.key_origin(str(loc[-1])) if isinstance(node, Table) and loc else node.origin


def reached(node: Node, loc: Loc) -> Loc:
    """As much of `loc` as is in the tree: one value may be read as a list of one, and then has no items to step into."""
    for depth, part in enumerate(loc):
        step = _step(node, part)
        if step is None:
            return loc[:depth]
        node = step[1]
    return loc


def sites_of(node: Node, here: Loc = ()) -> Iterator[tuple[Loc, Origin]]:
    """Where each part of a policy document stands. Of a condition it is the operator or key that is read, not the value."""
    yield here, node.origin
    if isinstance(node, Items):
        for index, item in enumerate(node.nodes):
            yield from sites_of(item, (*here, index))
    elif isinstance(node, Table):
        for name, entry in node.entries.items():
            yield from sites_of(entry.value, (*here, name))
            if CONDITION in here:
                yield (*here, name), entry.key.origin


def without(node: Node, locs: frozenset[Loc], here: Loc = ()) -> Node:
    """The tree without the values at `locs`."""
    if isinstance(node, Table):
        kept = {
            key: Entry(entry.key, without(entry.value, locs, (*here, key)))
            for key, entry in node.entries.items()
            if (*here, key) not in locs
        }
        return node._replace(entries=kept)
    if isinstance(node, Items):
        left = ((index, item) for index, item in enumerate(node.nodes) if (*here, index) not in locs)
        return node._replace(nodes=tuple(without(item, locs, (*here, index)) for index, item in left))
    return node


def _step(node: Node, part: str | int) -> tuple[Node, Node] | None:
    """The child called `part`, with what names it: its key, or in a list itself."""
    if isinstance(node, Table) and isinstance(part, str):
        return node.entries.get(part)
    if isinstance(node, Items) and isinstance(part, int) and part < len(node.nodes):
        return node.nodes[part], node.nodes[part]
    return None
