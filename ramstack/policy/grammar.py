"""What the grammar asks of a document, and the statements that are in it.

Errors only for what the grammar forbids ("Policy structure and syntax", help page 93739). ``read_statements`` tells
everything at once; it returns no statements where one of them might mean something else than would be understood.
"""

from __future__ import annotations

from ramstack.policy.complaint import Complaints
from ramstack.policy.conditions import read_conditions
from ramstack.policy.finding import Finding, Path
from ramstack.policy.patterns import check_action, check_resource
from ramstack.policy.principals import read_principals
from ramstack.policy.spelling import did_you_mean
from ramstack.policy.statement import Effect, Kind, Principal, Statement
from ramstack.policy.tree import Items, Node, Table, Text, describe, members_of
from ramstack.policy.vocabulary import FOREIGN_ELEMENTS, STATEMENT_ELEMENTS, TOP_ELEMENTS


def read_statements(root: Node, kind: Kind) -> tuple[tuple[Statement, ...] | None, tuple[Finding, ...]]:
    """The statements in order, or None; and every complaint."""
    complaints = Complaints()
    statements = _read_document(root, kind, complaints)
    return (None if complaints.unclear else statements), complaints.told


def _read_document(root: Node, kind: Kind, complaints: Complaints) -> tuple[Statement, ...]:
    body = root.get("PolicyDocument") if isinstance(root, Table) else root
    if not isinstance(root, Table):
        detail = f"The top level is {describe(root)}; wanted an object with Version and Statement."
        complaints.error("document-shape", "Not a policy document", detail, (), root.place)
        return ()
    if body is not None:
        detail = (
            "This is the body of a CreatePolicy request, not a document: use the value of PolicyDocument."
        )
        complaints.error("document-shape", "Not a policy document", detail, ("PolicyDocument",), body.place)
        return ()
    _check_elements(root, (), TOP_ELEMENTS, complaints)
    _check_version(root, complaints)
    return _read_list(root, kind, complaints)


def _check_version(root: Table, complaints: Complaints) -> None:
    version = root.get("Version")
    match version:
        case Text(value="1"):
            return
        case None:
            detail = 'The document has no Version; it must be "1".'
        case Text(value="2012-10-17" | "2008-10-17" as written):
            detail = f'"{written}" is the version of AWS policies; RAM wants "1".'
        case Text(value=written):
            detail = f'Version is "{written}"; it must be "1".'
        case _:
            detail = f'Version is {describe(version)}; it must be the text "1", in quotes.'
    complaints.error("version", "Wrong version", detail, ("Version",), (version or root).place)


def _read_list(root: Table, kind: Kind, complaints: Complaints) -> tuple[Statement, ...]:
    node, path = root.get("Statement"), ("Statement",)
    match node:
        case Items(values=values) if values:
            return tuple(
                _read_statement(value, kind, index, complaints) for index, value in enumerate(values)
            )
        case Items():
            detail = "Statement is an empty list; wanted at least one statement."
        case None:
            detail = "The document has no Statement; wanted a list of statements."
        case _:
            detail = f"Statement is {describe(node)}; RAM wants a list of objects, also around a single one."
    complaints.error("statement-list", "Wrong statement list", detail, path, (node or root).place)
    return ()


def _read_statement(node: Node, kind: Kind, index: int, complaints: Complaints) -> Statement:
    path: Path = ("Statement", index)
    if not isinstance(node, Table):
        detail = f"Statement {index} is {describe(node)}; wanted an object."
        complaints.error("statement-list", "Wrong statement list", detail, path, node.place)
        return Statement(Effect.DENY, frozenset(), frozenset())
    _check_elements(node, path, STATEMENT_ELEMENTS[kind], complaints)
    actions = _read_actions(node, path, complaints)
    resources = _read_resources(node, path, kind, complaints)
    sid = node.get("Sid")
    return Statement(
        effect=_read_effect(node, path, complaints),
        actions=frozenset(action.lower() for action in actions),
        resources=frozenset(resources),
        but=node.get("NotAction") is not None,
        conditions=read_conditions(node.get("Condition"), (*path, "Condition"), complaints),
        principals=_read_principals(node, path, kind, complaints),
        sid=sid.value if isinstance(sid, Text) else None,
        index=index,
        place=node.place,
        spelled=actions,
        targets=resources,
    )


def _check_elements(table: Table, path: Path, known: tuple[str, ...], complaints: Complaints) -> None:
    for entry in table:
        name, where, place = entry.key.value, (*path, entry.key.value), entry.key.place
        if name in known:
            continue
        if name == "Sid" and path:
            detail = (
                "RAM's grammar has no Sid (KMS key policies use it): the service may reject the document."
            )
            complaints.warning("sid", "Sid is not in the grammar", detail, where, place)
            if not isinstance(entry.value, Text):
                complaints.error("sid", "Sid is no text", f"Sid is {describe(entry.value)}.", where, place)
            continue
        hint = f" {FOREIGN_ELEMENTS[name]}" if name in FOREIGN_ELEMENTS else did_you_mean(name, known)
        detail = f'"{name}" is not an element here.{hint}'
        complaints.error("unknown-element", "Unknown element", detail, where, place)


def _read_effect(node: Table, path: Path, complaints: Complaints) -> Effect:
    value, where = node.get("Effect"), (*path, "Effect")
    match value:
        case Text(value="Allow"):
            return Effect.ALLOW
        case Text(value="Deny"):
            return Effect.DENY
        case Text(value=written):
            detail = f'Effect is "{written}".{did_you_mean(written.strip(), Effect) or " It must be Allow or Deny."}'
        case None:
            detail = f"Statement {path[-1]} has no Effect; it must be Allow or Deny."
        case _:
            detail = f'Effect is {describe(value)}; wanted the text "Allow" or "Deny".'
    complaints.error("effect", "Wrong effect", detail, where, (value or node).place)
    return Effect.DENY


def _read_actions(node: Table, path: Path, complaints: Complaints) -> tuple[str, ...]:
    given = [name for name in ("Action", "NotAction") if node.get(name) is not None]
    if len(given) != 1:
        found = "both Action and NotAction" if given else "neither Action nor NotAction"
        detail = f"Statement {path[-1]} has {found}; exactly one is wanted."
        complaints.error("action-one-of", "Action or NotAction", detail, path, node.place)
    name = given[0] if given else "Action"
    return _read_patterns(node.get(name), (*path, name), complaints)


def _read_resources(node: Table, path: Path, kind: Kind, complaints: Complaints) -> tuple[str, ...]:
    value = node.get("Resource")
    if value is None and kind not in {Kind.TRUST, Kind.RESOURCE}:
        detail = f"Statement {path[-1]} has no Resource."
        complaints.error("resource-missing", "Resource is missing", detail, path, node.place)
    return ("*",) if value is None else _read_patterns(value, (*path, "Resource"), complaints)


def _read_principals(
    node: Table, path: Path, kind: Kind, complaints: Complaints
) -> frozenset[Principal] | None:
    value = node.get("Principal")
    if kind not in {Kind.TRUST, Kind.RESOURCE}:
        return None
    if value is None:
        detail = f"Statement {path[-1]} has no Principal: a {kind.value} policy says whom it speaks of."
        complaints.error("principal", "Principal is missing", detail, path, node.place)
    return read_principals(value, (*path, "Principal"), kind, complaints)


def _read_patterns(node: Node | None, path: Path, complaints: Complaints) -> tuple[str, ...]:
    """The texts of a bare value or a list, each checked by itself."""
    if node is None:
        return ()
    members = tuple(members_of(node, path))
    if not members:
        detail = f"{path[-1]} is an empty list; wanted at least one."
        complaints.error("empty-list", "Empty list", detail, path, node.place)
    return tuple(
        text for value, where in members for text in _read_pattern(value, where, path[-1], complaints)
    )


def _read_pattern(node: Node, path: Path, element: str | int, complaints: Complaints) -> tuple[str, ...]:
    if not isinstance(node, Text):
        detail = f"{element} holds {describe(node)}; wanted text."
        complaints.error("not-text", "Text wanted", detail, path, node.place)
        return ()
    check = check_resource if element == "Resource" else check_action
    check(node, path, complaints)
    return (node.value,)
