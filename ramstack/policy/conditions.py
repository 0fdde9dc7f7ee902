"""Condition blocks: operator, key, values. Errors for unknown operators and values no operator can take."""

from __future__ import annotations

import re

from ramstack.policy.complaint import Complaints
from ramstack.policy.finding import Path
from ramstack.policy.spelling import did_you_mean
from ramstack.policy.statement import Condition
from ramstack.policy.tree import Entry, Literal, LiteralKind, Node, Table, Text, describe, members_of
from ramstack.policy.values import flaw_of
from ramstack.policy.vocabulary import FOREIGN_OPERATORS, KEYS, OPERATORS

_PLACEHOLDER = re.compile(r"[xX*]{2}|\{\{|\$\{|<.*>")


def read_conditions(node: Node | None, path: Path, complaints: Complaints) -> frozenset[Condition]:
    """Every condition of a block, unknown operators too: whoever evaluates them knows that he does not know."""
    if node is None:
        return frozenset()
    if not isinstance(node, Table):
        detail = f"Condition is {describe(node)}; wanted an object of operators."
        complaints.error("condition-shape", "Wrong condition", detail, path, node.place)
        return frozenset()
    return frozenset(condition for entry in node for condition in _read_operator(entry, path, complaints))


def _read_operator(entry: Entry, path: Path, complaints: Complaints) -> list[Condition]:
    operator, where = entry.key.value, (*path, entry.key.value)
    if operator not in OPERATORS:
        _refuse_operator(entry, where, complaints)
    if not isinstance(entry.value, Table):
        if ":" not in operator:
            detail = f'Under "{operator}" is {describe(entry.value)}; wanted an object of keys and values.'
            complaints.error("condition-shape", "Wrong condition", detail, where, entry.value.place)
        complaints.unclear = True
        return []
    return [_read_key(operator, member, where, complaints) for member in entry.value]


def _refuse_operator(entry: Entry, path: Path, complaints: Complaints) -> None:
    operator = entry.key.value
    foreign = next((why for beginning, why in FOREIGN_OPERATORS if operator.startswith(beginning)), None)
    if foreign:
        detail = f'"{operator}" is unknown. {foreign}'
    elif operator.endswith("IfExists"):
        detail = f'"{operator}" is unknown. The suffix IfExists is a word of AWS; RAM has none.'
    elif ":" in operator:
        wanted = f'{{"IpAddress": {{"{operator}": …}}}}'
        detail = f'"{operator}" is a condition key where an operator is wanted, as in {wanted}.'
    else:
        detail = f'"{operator}" is not a documented operator.{did_you_mean(operator, OPERATORS)}'
    complaints.local_error("condition-operator", "Unknown condition operator", detail, path, entry.key.place)


def _read_key(operator: str, entry: Entry, path: Path, complaints: Complaints) -> Condition:
    key, where = entry.key.value, (*path, entry.key.value)
    if ":" not in key:
        full = next((known for known in KEYS if known.split(":")[1].lower() == key.lower()), None)
        hint = f' Did you mean "{full}"?' if full else ""
        detail = f'The condition key "{key}" has no prefix such as acs: or that of a service.{hint}'
        complaints.local_error("condition-key", "Wrong condition key", detail, where, entry.key.place)
    members = tuple(members_of(entry.value, where))
    if not members:
        complaints.error("empty-list", "Empty list", f'"{key}" has no value.', where, entry.value.place)
    values = {text for node, at in members for text in _read_value(operator, key, node, at, complaints)}
    return Condition(operator, key, tuple(sorted(values)))


def _read_value(operator: str, key: str, node: Node, path: Path, complaints: Complaints) -> tuple[str, ...]:
    match node:
        case Text(value=value):
            pass
        case Literal(kind=LiteralKind.NUMBER | LiteralKind.BOOLEAN, value=value):
            detail = f'Condition values are text in RAM: write "{value}".'
            complaints.warning(
                "condition-bare-value", "Condition value without quotes", detail, path, node.place
            )
        case _:
            detail = f'A value of "{key}" is {describe(node)}; wanted text.'
            complaints.error("condition-value", "Wrong condition value", detail, path, node.place)
            return ()
    if operator in OPERATORS and (flaw := flaw_of(OPERATORS[operator].type, value)):
        _refuse_value(f'"{value}" under {operator} {flaw}', value, path, node, complaints)
    return (value,)


def _refuse_value(detail: str, value: str, path: Path, node: Node, complaints: Complaints) -> None:
    """Masked samples (``203.0.XX.XX``) and unrendered templates are told as such: their author knows what is missing."""
    if _PLACEHOLDER.search(value):
        detail = f"{detail} It looks like a placeholder that is still to be filled in."
        complaints.warning("condition-placeholder", "Placeholder in a condition", detail, path, node.place)
    else:
        complaints.local_error("condition-value", "Wrong condition value", detail, path, node.place)
