"""Policy documents that a stack holds as JSON text, `document: |`: read into the tree of the file, where they are like any other.

Where the text stands in the file as it is (a block under `|`, or one line of it), each part keeps its line and column;
elsewhere, folded or with escapes, everything stands where the text begins.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TypeAlias

from ramstack.model.problem import Origin, Problem, error, from_finding
from ramstack.policy import tree
from ramstack.policy.finding import Place
from ramstack.policy.jsontext import read_json
from ramstack.stackfile.node import Entry, Items, Loc, Node, Scalar, Table
from ramstack.stackfile.shape import address_at
from ramstack.stackfile.textfile import MAX_BYTES, TextFile, Unreadable, lines_of

_ANY = "*"
_DOCUMENTS = (("policies", _ANY, "document"), ("roles", _ANY, "trust", "document"))
Placer: TypeAlias = Callable[[Place], Origin]


@dataclass(frozen=True, slots=True)
class Unfolded:
    """The tree with such documents as mappings; `broken`: where one is that nobody can read, which `problems` tells."""

    root: Table
    broken: frozenset[Loc]
    problems: tuple[Problem, ...]


def unfold_documents(root: Table, file: TextFile) -> Unfolded:
    """Raises Unreadable where aliases make more text of the file than a file may have."""
    work = _Work(file)
    entries: Mapping[str, Entry] = root.entries
    for path in _DOCUMENTS:
        entries = work.below(entries, (), path)
    return Unfolded(root._replace(entries=entries), frozenset(work.broken), tuple(work.problems))


@dataclass(slots=True)
class _Work:
    file: TextFile
    problems: list[Problem] = field(default_factory=list)
    broken: list[Loc] = field(default_factory=list)
    size: int = 0

    def below(self, entries: Mapping[str, Entry], here: Loc, path: tuple[str, ...]) -> dict[str, Entry]:
        step, *ahead = path
        return {
            key: entry._replace(value=self._node(entry.value, (*here, key), tuple(ahead)))
            if step in (_ANY, key)
            else entry
            for key, entry in entries.items()
        }

    def _node(self, node: Node, here: Loc, ahead: tuple[str, ...]) -> Node:
        if ahead and isinstance(node, Table):
            return node._replace(entries=self.below(node.entries, here, ahead))
        if not ahead and isinstance(node, Scalar) and node.text.lstrip().startswith("{"):
            return self._document(node, here)
        return node

    def _document(self, written: Scalar, here: Loc) -> Node:
        self.size += len(written.text)
        if self.size > MAX_BYTES:
            detail = "The file holds too much JSON text, each alias counted as what it stands for."
            raise Unreadable(error("yaml-size", "Too many values", detail, origin=written.origin))
        found, slips = read_json(written.text)
        place = _placer(written, self.file)
        address = address_at(here)
        self.problems += [from_finding(slip, place(slip.place), address=address) for slip in slips]
        if found is None:
            self.broken.append(here)
            return Table({}, *written[2:])
        return _node_of(found, place)


def _placer(written: Scalar, file: TextFile) -> Placer:
    """Where the file has what the text has at a place; what is missing at the end is missed where the last line ends."""
    lines, parts = lines_of(file.text), written.text.rstrip("\n").split("\n")
    below = lines[written.line : written.line + len(parts)]
    if len(below) == len(parts) and all(map(str.endswith, below, parts)):
        indents = [len(line) - len(part) for line, part in zip(below, parts, strict=True)]
        end = Place(len(parts), len(parts[-1]) + 1)
        return lambda at: _below(written, min(at, end), indents)
    begins = lines[written.line - 1].find(parts[0], written.column - 1) if len(parts) == 1 else -1
    if begins >= 0:
        return lambda at: Origin(written.path, written.line, begins + at.column)
    return lambda _: written.origin


def _below(written: Scalar, at: Place, indents: Sequence[int]) -> Origin:
    return Origin(written.path, written.line + at.line, indents[at.line - 1] + at.column)


def _node_of(found: tree.Node, place: Placer) -> Node:
    """Of a key that is written twice the first counts; that it is has been told."""
    at = place(found.place)
    match found:
        case tree.Text(value=text):
            return Scalar(text, True, at.path, at.line, at.column)
        case tree.Literal(value=text):
            return Scalar(text, False, at.path, at.line, at.column)
        case tree.Items(values=values):
            return Items(tuple(_node_of(value, place) for value in values), at.path, at.line, at.column)
        case tree.Table(entries=entries):
            members = {entry.key.value: _entry_of(entry, place) for entry in reversed(entries)}
            return Table(dict(reversed(members.items())), at.path, at.line, at.column)


def _entry_of(entry: tree.Entry, place: Placer) -> Entry:
    at = place(entry.key.place)
    return Entry(Scalar(entry.key.value, True, at.path, at.line, at.column), _node_of(entry.value, place))
