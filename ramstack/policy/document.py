"""One policy document: the text that is sent or stored, and the normal form that decides equality."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field

from ramstack.policy.finding import Finding, Path, Place, Severity
from ramstack.policy.grammar import read_statements
from ramstack.policy.jsontext import read_json
from ramstack.policy.statement import Condition, Effect, Kind, Statement
from ramstack.policy.tree import (
    Items,
    Literal,
    LiteralKind,
    Node,
    Table,
    Text,
    UnfitValueError,
    sites_of,
    tree_of,
)

Normal = frozenset[Statement] | str
"""The statements as a set; for a document nobody could read, its very text."""


class MalformedDocument(ValueError):
    """The grammar forbids the document. ``problems`` lists everything found, warnings too, in order of place."""

    def __init__(self, problems: tuple[Finding, ...]) -> None:
        self.problems = problems
        super().__init__(
            "; ".join(f"{problem.where or 'document'}: {problem.detail}" for problem in problems)
        )


UNREADABLE = "(unreadable)"
"""The operator of the condition under which an opaque document allows and denies; no real operator has brackets."""


@dataclass(frozen=True, slots=True)
class Document:
    """One policy document. Equal when their normal forms are equal: order of lists and statements, scalar or list,
    duplicates, the case of actions and white space do not count.
    """

    text: str = field(compare=False)
    """Minified JSON as it will be sent, or byte for byte as the service stores it."""
    normal: Normal
    statements: tuple[Statement, ...] = field(default=(), compare=False)
    """In order of writing. An opaque document has one that may allow and one that may deny everything."""

    @property
    def is_opaque(self) -> bool:
        """Nobody knows what it says: it may allow anything and deny anything."""
        return isinstance(self.normal, str)


@dataclass(frozen=True, slots=True)
class Reading:
    """What came of reading a source: every finding, and the document where its meaning is plain.

    A document may come with errors: an unknown operator leaves everything else to be understood. Only
    ``parse_document`` insists on none.
    """

    document: Document | None
    findings: tuple[Finding, ...]
    root: Node | None = field(default=None, compare=False, repr=False)

    @property
    def sites(self) -> dict[Path, Place]:
        """Where each part of the document stands in the text; nothing where there is no document."""
        return dict(sites_of(self.root)) if self.root else {}

    @property
    def has_errors(self) -> bool:
        return any(finding.severity is Severity.ERROR for finding in self.findings)


def parse_document(source: str | Mapping[str, object], kind: Kind = Kind.IDENTITY) -> Document:
    """The document in a JSON text or a native mapping. Raises MalformedDocument with all problems at once.

    In a mapping scalars are text, as the YAML loader hands them; in JSON ``Version`` must be quoted.
    """
    reading = read_document(source, kind)
    if reading.document is None or reading.has_errors:
        raise MalformedDocument(reading.findings)
    return reading.document


def read_document(source: str | Mapping[str, object], kind: Kind = Kind.IDENTITY) -> Reading:
    """Everything that can be said of a source without raising."""
    tree, slips = read_json(source) if isinstance(source, str) else _read_native(source)
    if tree is None:
        return Reading(None, slips)
    statements, findings = read_statements(tree, kind)
    if statements is None or slips:
        return Reading(None, slips + findings)
    return Reading(Document(minify(tree), frozenset(statements), statements), findings, tree)


def stored_document(text: str, kind: Kind = Kind.IDENTITY) -> Document:
    """What the service stores, byte for byte; opaque where its meaning is not plain. Never raises."""
    document = read_document(text, kind).document
    return opaque(text) if document is None else Document(text, document.normal, document.statements)


def opaque(text: str) -> Document:
    """A document that nobody could read: equal only to the same text, and it may allow and deny anything."""
    return Document(text, text, (_unreadable(Effect.ALLOW, text), _unreadable(Effect.DENY, text)))


def _unreadable(effect: Effect, text: str) -> Statement:
    """A statement about everything under a condition that nobody knows."""
    condition = Condition(UNREADABLE, effect, (text,))
    return Statement(effect, frozenset({"*"}), frozenset({"*"}), conditions=frozenset({condition}))


def minify(tree: Node) -> str:
    """The shortest JSON of a tree: what is sent, and what the limits count. Bare condition values are quoted."""
    return json.dumps(_native(tree), ensure_ascii=False, separators=(",", ":"))


def _read_native(source: Mapping[str, object]) -> tuple[Node | None, tuple[Finding, ...]]:
    try:
        return tree_of(source), ()
    except UnfitValueError as error:
        return None, (Finding("document-shape", Severity.ERROR, "Not a policy document", f"{error}."),)


def _native(node: Node) -> object:
    match node:
        case Text(value=value):
            return value
        case Literal(kind=LiteralKind.NULL):
            return None
        case Literal(value=value):
            return value
        case Items(values=values):
            return [_native(value) for value in values]
        case Table(entries=entries):
            return {entry.key.value: _native(entry.value) for entry in entries}
