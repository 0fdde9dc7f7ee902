"""Variables: `${NAME}` in a value, never in a key and never inside the document of a policy or a trust."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from ramstack.model.problem import Problem, error
from ramstack.stackfile.node import Entry, Items, Node, Scalar, Table
from ramstack.stackfile.wording import did_you_mean

_PLACEHOLDER = re.compile(r"\$(?P<escaped>\$)?\{(?P<name>[A-Z0-9_]+)\}|\$\$\{")


@dataclass(slots=True)
class Substitution:
    """Replaces variables in a tree; `problems` holds each use of an unknown one, once for each place; `used` the others."""

    variables: Mapping[str, str]
    _unknown: dict[Problem, None] = field(default_factory=dict)
    _used: set[str] = field(default_factory=set)

    @property
    def problems(self) -> tuple[Problem, ...]:
        return tuple(self._unknown)

    @property
    def used(self) -> frozenset[str]:
        return frozenset(self._used)

    def into_file(self, root: Table) -> Table:
        """The tree of a stack file with its variables replaced; inline documents stay as written."""
        return self._table(root, ())

    def _node(self, node: Node, path: tuple[str, ...]) -> Node:
        if isinstance(node, Scalar):
            return self._scalar(node)
        if isinstance(node, Items):
            return node._replace(nodes=tuple(self._node(item, (*path, "-")) for item in node.nodes))
        return node if _is_inline_document(node, path) else self._table(node, path)

    def _table(self, table: Table, path: tuple[str, ...]) -> Table:
        return table._replace(entries=dict(self._entries(table, path)))

    def _entries(self, table: Table, path: tuple[str, ...]) -> Iterator[tuple[str, Entry]]:
        for key, entry in table.entries.items():
            yield key, Entry(entry.key, self._node(entry.value, (*path, key)))

    def _scalar(self, node: Scalar) -> Scalar:
        if "${" not in node.text:
            return node
        text = _PLACEHOLDER.sub(lambda found: self._value(found, node), node.text)
        put_in = node._replace(text=text)
        return put_in._replace(quoted=put_in.quoted or put_in.is_empty)

    def _value(self, found: re.Match[str], node: Scalar) -> str:
        name = found["name"]
        if found["escaped"] or name is None:
            return found.group()[1:]
        if name not in self.variables:
            detail = (
                f"${{{name}}} has no value. Give one with --var {name}=…, a --var-file, or RAMSTACK_VAR_{name};"
                f" to write it literally use $${{{name}}}.{did_you_mean(name, self.variables)}"
            )
            self._unknown[error("unknown-variable", "Unknown variable", detail, origin=node.origin)] = None
            return ""
        self._used.add(name)
        return self.variables[name]


def _is_inline_document(table: Table, path: tuple[str, ...]) -> bool:
    match path:
        case ("policies", _, "document") | ("roles", _, "trust", "document"):
            return "file" not in table.entries
        case _:
            return False
