"""YAML text to nodes, over the event stream of libyaml.

The stream is watched before anything is built: depth, number of values (aliases counted as often as they are used) and
cycles are bounded there, since the composers of the library recurse. Whatever the text, `compose` returns or raises
Unreadable, in time proportional to the text.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any, TypeAlias

import yaml

from ramstack.model.problem import Origin, Problem, error
from ramstack.stackfile.node import Entry, Items, Node, Scalar, Table
from ramstack.stackfile.textfile import TextFile, Unreadable, place_after
from ramstack.stackfile.wording import clean, shown

MAX_DEPTH = 100
MAX_NODES = 1_000_000
MERGE_KEY = "<<"

_AnyLoader: TypeAlias = yaml.SafeLoader | yaml.CSafeLoader
# Where PyYAML was built without libyaml: the same events, ten times slower.
_LOADER: type[_AnyLoader] = getattr(yaml, "CSafeLoader", yaml.SafeLoader)

_HINTS = (
    ("mapping values are not allowed", "Put a value that holds `: ` in quotes, and check the indentation."),
    ("cannot start any token", "Put a value that begins with this character in quotes."),
    ("expected ':'", "A key needs a `:` and a blank behind it."),
    ("unexpected end of stream", "A quote or bracket is opened and never closed."),
    ("expected node content", "A value is missing, or a bracket is not closed."),
    ("expected <block end>", "Check the indentation of this line and the lines above."),
    ("expected ',' or", "A bracket is not closed, or a comma is missing."),
)


@dataclass(frozen=True, slots=True)
class Composition:
    """What came of a text: its table (empty for an empty file), and what was wrong without being in the way."""

    root: Table
    problems: tuple[Problem, ...]


def compose(file: TextFile, loader: type[_AnyLoader] = _LOADER) -> Composition:
    """The table that the file holds. Raises Unreadable where the text is not YAML, or not one that we read."""
    composer = _Composer(file.path)
    with _syntax_errors_told(file):
        composer.take_all(yaml.parse(file.text, Loader=loader))
    root = composer.root
    if isinstance(root, Scalar) and root.is_empty:
        root = Table({}, *root[2:])
    if not isinstance(root, Table):
        detail = "The file must hold a mapping, `key: value` on each line of the top level."
        raise Unreadable(error("wrong-type", "Wrong type", detail, origin=root.origin))
    return Composition(root, tuple(composer.problems))


@contextmanager
def _syntax_errors_told(file: TextFile) -> Iterator[None]:
    try:
        yield
    except yaml.MarkedYAMLError as reason:
        raise Unreadable(_syntax_problem(file, reason)) from reason
    except yaml.YAMLError as reason:
        detail = f"The file cannot be read as YAML: {reason}."
        raise Unreadable(error("yaml-syntax", "Not valid YAML", detail, origin=Origin(file.path))) from reason


def _syntax_problem(file: TextFile, reason: yaml.MarkedYAMLError) -> Problem:
    mark = reason.problem_mark or reason.context_mark
    marked = Origin(file.path, mark.line + 1, mark.column + 1) if mark else Origin(file.path)
    origin = min(marked, place_after(file.path, file.text))  # libyaml puts the end one line too far
    if "nesting depth" in (reason.problem or ""):  # libyaml 0.2.6 looks ahead, and stops at a thousand
        return _too_deep(origin)
    if _character_at(file.text, origin) == "\t":
        return error(
            "yaml-tab",
            "Tab in the indentation",
            "Indent with blanks: YAML allows no tabs here.",
            origin=origin,
        )
    what = ", ".join(part for part in (reason.problem, reason.context) if part)
    hints = (hint for words, hint in _HINTS if words in what)
    detail = f"{what[:1].upper()}{what[1:]}. {next(hints, '')}".strip()
    return error("yaml-syntax", "Not valid YAML", detail, origin=origin)


def _too_deep(origin: Origin) -> Problem:
    detail = f"The file nests deeper than {MAX_DEPTH} levels."
    return error("yaml-depth", "Nested too deeply", detail, origin=origin)


def _character_at(text: str, origin: Origin) -> str:
    lines = text.splitlines()
    line = lines[origin.line - 1] if origin.line <= len(lines) else ""
    return line[origin.column - 1 : origin.column]


@dataclass(slots=True)
class _Open:
    """A list or mapping whose end has not come yet; of a mapping the nodes are key, value, key, value."""

    event: yaml.CollectionStartEvent
    begun_at: int
    nodes: list[Node] = field(default_factory=list)
    height: int = 1


@dataclass(frozen=True, slots=True)
class _Anchored:
    node: Node
    size: int
    height: int


class _Composer:
    """Takes the events; afterwards `root` is the tree."""

    def __init__(self, path: str) -> None:
        self.path = path
        self.problems: list[Problem] = []
        self._pairs = _Pairs(self.problems)
        self._top = _Open(yaml.SequenceStartEvent(None, None, True), 0)
        self._stack = [self._top]
        self._anchors: dict[str, _Anchored] = {}
        self._size = 0
        self._documents = 0

    @property
    def root(self) -> Node:
        return self._top.nodes[0] if self._top.nodes else Table({}, self.path, 1, 1)

    def take_all(self, events: Iterable[yaml.Event]) -> None:
        takers: dict[type[yaml.Event], Callable[[Any], None]] = {
            yaml.ScalarEvent: self._scalar,
            yaml.SequenceStartEvent: self._begin,
            yaml.MappingStartEvent: self._begin,
            yaml.SequenceEndEvent: self._end,
            yaml.MappingEndEvent: self._end,
            yaml.AliasEvent: self._alias,
            yaml.DocumentStartEvent: self._document,
        }
        for event in events:
            take = takers.get(type(event))
            if take:
                take(event)

    def _scalar(self, event: yaml.ScalarEvent) -> None:
        mark = event.start_mark
        assert mark is not None
        node = Scalar(event.value, not event.implicit[0], self.path, mark.line + 1, mark.column + 1)
        self._stack[-1].nodes.append(node)
        self._grow(1, event)
        if event.tag is not None:
            self._tell_tag(event)
        if event.anchor is not None:
            self._anchors[event.anchor] = _Anchored(node, 1, 0)

    def _begin(self, event: yaml.CollectionStartEvent) -> None:
        if len(self._stack) > MAX_DEPTH:
            raise self._depth(event)
        if event.tag is not None:
            self._tell_tag(event)
        self._stack.append(_Open(event, self._size))
        self._grow(1, event)

    def _end(self, _: yaml.CollectionEndEvent) -> None:
        done = self._stack.pop()
        place = self._place(done.event)
        if type(done.event) is yaml.MappingStartEvent:
            node: Node = Table(self._pairs.entries(done.nodes), *place)
        else:
            node = Items(tuple(done.nodes), *place)
        self._add(node, done.height)
        if done.event.anchor is not None:
            self._anchors[done.event.anchor] = _Anchored(node, self._size - done.begun_at, done.height)

    def _alias(self, event: yaml.AliasEvent) -> None:
        assert event.anchor is not None
        anchored = self._anchors.get(event.anchor)
        if any(opened.event.anchor == event.anchor for opened in self._stack):
            detail = f"The alias *{event.anchor} stands inside of what it names, which would never end."
            raise Unreadable(error("yaml-cycle", "Endless alias", detail, origin=self._origin(event)))
        if anchored is None:
            detail = f"Nothing above is marked &{event.anchor}. Text that begins with * needs quotes."
            raise Unreadable(error("unknown-alias", "Unknown alias", detail, origin=self._origin(event)))
        if len(self._stack) - 1 + anchored.height > MAX_DEPTH:
            raise self._depth(event)
        self._grow(anchored.size, event)
        self._add(anchored.node, anchored.height)

    def _document(self, event: yaml.DocumentStartEvent) -> None:
        self._documents += 1
        if self._documents > 1:
            detail = "A file holds one document. Remove the `---`, or make two files."
            raise Unreadable(error("yaml-documents", "Several documents", detail, origin=self._origin(event)))

    def _add(self, node: Node, height: int) -> None:
        parent = self._stack[-1]
        parent.nodes.append(node)
        parent.height = max(parent.height, height + 1)

    def _grow(self, by: int, event: yaml.Event) -> None:
        self._size += by
        if self._size > MAX_NODES:
            detail = (
                f"The file holds more than {MAX_NODES:,} values, each alias counted as what it stands for."
            )
            raise Unreadable(error("yaml-size", "Too many values", detail, origin=self._origin(event)))

    def _tell_tag(self, event: yaml.ScalarEvent | yaml.CollectionStartEvent) -> None:
        assert event.tag is not None
        detail = (
            f"The tag {clean(event.tag)} is not supported: the schema decides what a value is. Remove it."
        )
        self.problems.append(error("yaml-tag", "YAML tag", detail, origin=self._origin(event)))

    def _depth(self, event: yaml.Event) -> Unreadable:
        return Unreadable(_too_deep(self._origin(event)))

    def _origin(self, event: yaml.Event) -> Origin:
        return Origin(*self._place(event))

    def _place(self, event: yaml.Event) -> tuple[str, int, int]:
        mark = event.start_mark
        assert mark is not None
        return self.path, mark.line + 1, mark.column + 1


@dataclass(slots=True)
class _Pairs:
    """The keys and values of one mapping, with merge keys resolved: own keys win, then the first that is merged."""

    problems: list[Problem]

    def entries(self, nodes: Sequence[Node]) -> dict[str, Entry]:
        own: dict[str, Entry] = {}
        for key, value in zip(nodes[::2], nodes[1::2], strict=True):
            if not isinstance(key, Scalar):
                self._tell("yaml-key", "Key is not text", "A key must be text, not a list or mapping.", key)
            elif not key.text and not key.quoted:
                self._tell("yaml-key", "Key is not text", "The key before this `:` is empty.", key)
            elif key.text in own:
                self._tell_twice(own[key.text].key, key)
            else:
                own[key.text] = Entry(key, value)
        if MERGE_KEY in own and not own[MERGE_KEY].key.quoted:
            for table in self._merged(own.pop(MERGE_KEY).value):
                own.update((name, entry) for name, entry in table.entries.items() if name not in own)
        return own

    def _merged(self, value: Node) -> Iterator[Table]:
        for part in value.nodes if isinstance(value, Items) else (value,):
            if isinstance(part, Table):
                yield part
            else:
                detail = (
                    "`<<` merges a mapping or a list of mappings: write `<<: *name` or `<<: [*one, *two]`."
                )
                self._tell("merge-key", "Nothing to merge", detail, part)

    def _tell_twice(self, first: Scalar, again: Scalar) -> None:
        more = " To merge two mappings write `<<: [*one, *two]`." if again.text == MERGE_KEY else ""
        detail = f"{shown(again.text)} was already written at {first.origin}.{more}"
        self._tell("duplicate-key", "Key written twice", detail, again)

    def _tell(self, rule: str, summary: str, detail: str, node: Node) -> None:
        self.problems.append(error(rule, summary, detail, origin=node.origin))
