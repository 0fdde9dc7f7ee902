"""Who a resource-based policy speaks of."""

from __future__ import annotations

from ramstack.policy.complaint import Complaints
from ramstack.policy.finding import Path
from ramstack.policy.spelling import did_you_mean
from ramstack.policy.statement import Kind, Principal
from ramstack.policy.tree import Entry, Items, Node, Table, Text, describe, members_of
from ramstack.policy.vocabulary import PRINCIPAL_KINDS

ANYBODY = Principal("*", "*")


def read_principals(
    node: Node | None, path: Path, kind: Kind, complaints: Complaints
) -> frozenset[Principal]:
    """The principals of a statement. Bucket policies take a bare list of account or user ids, trust policies an object."""
    match node:
        case None:
            return frozenset()
        case Table(entries=entries) if entries:
            return frozenset(
                principal
                for entry in entries
                for principal in _read_kind(entry.key, entry.value, (*path, entry.key.value), complaints)
            )
        case Text(value="*"):
            return frozenset({ANYBODY})
        case Items() | Text() if kind is Kind.RESOURCE:
            detail = "Principal is a bare list: bucket policies take it, a role's trust policy does not."
            complaints.warning("principal-list", "Principal is a list", detail, path, node.place)
            return frozenset(Principal("*", value) for value in _texts(node, path, complaints))
        case _:
            detail = f'Principal is {describe(node)}; wanted an object such as {{"Service": ["ecs.aliyuncs.com"]}}.'
            complaints.error("principal", "Wrong principal", detail, path, node.place)
            return frozenset()


def _read_kind(kind: Text, node: Node, path: Path, complaints: Complaints) -> list[Principal]:
    if kind.value not in PRINCIPAL_KINDS:
        hint = (
            ' "AWS" is a word of AWS; accounts, users and roles of RAM go under "RAM".'
            if kind.value == "AWS"
            else ""
        )
        known = ", ".join(PRINCIPAL_KINDS)
        detail = f'"{kind.value}" is no kind of principal (known: {known}).{hint or did_you_mean(kind.value, PRINCIPAL_KINDS)}'
        complaints.error("principal", "Wrong principal", detail, path, kind.place)
    return [Principal(kind.value, value) for value in _texts(node, path, complaints)]


def _texts(node: Node, path: Path, complaints: Complaints) -> list[str]:
    members = tuple(members_of(node, path))
    texts = [text for value, at in members for text in _text(value, at, complaints)]
    if not members:
        detail = "The list of principals is empty: the statement speaks of nobody."
        complaints.warning("principal-empty", "Nobody is named", detail, path, node.place)
    return texts


def _text(node: Node, path: Path, complaints: Complaints) -> list[str]:
    match node:
        case Text(value=value) if value:
            return [value]
        case Table(entries=(Entry(key=Text(value=name)),)) if name == "Ref" or name.startswith("Fn::"):
            detail = f"{name} is a function of a template: render it, until then it names nobody."
            complaints.warning("principal-template", "Template function", detail, path, node.place)
            return []
        case _:
            detail = f"A principal is {describe(node)}; wanted text."
            complaints.error("principal", "Wrong principal", detail, path, node.place)
            return []
