"""Rules on conditions: keys, values, and what never holds."""

from __future__ import annotations

import re
from collections.abc import Iterator

from ramstack.policy.automaton import UndecidedError
from ramstack.policy.lint.rule import Remark, Subject, path_of
from ramstack.policy.situation import find_situation
from ramstack.policy.spelling import did_you_mean
from ramstack.policy.statement import Condition, Statement
from ramstack.policy.values import read_instant, read_network
from ramstack.policy.vocabulary import KEYS, OPERATORS, Test, ValueType, find_key

_ZONE = re.compile(r"(Z|[+-]\d\d:?\d\d)$")


def unknown_key(subject: Subject) -> Iterator[Remark]:
    """Global keys are all known; services may add their own, of which only a wrong case is told."""
    for statement, condition in _conditions(subject):
        key = condition.key
        if ":" not in key or find_key(key) is not None:
            continue
        spelled = next((known for known in KEYS if known.lower() == key.strip().lower()), None)
        if spelled is not None:
            yield _remark(
                statement,
                condition,
                f'The condition key "{key}" is written "{spelled}" in the documentation.',
            )
        elif key.lower().startswith("aws:"):
            known = did_you_mean(f"acs:{key[4:]}", KEYS)
            yield _remark(statement, condition, f'The condition key "{key}" is one of AWS.{known}')
        elif key.lower().startswith("acs:"):
            yield _remark(
                statement,
                condition,
                f'No global condition key "{key}" is documented.{did_you_mean(key, KEYS)}',
            )


def wrong_type(subject: Subject) -> Iterator[Remark]:
    for statement, condition in _conditions(subject):
        operator, key = OPERATORS.get(condition.operator), find_key(condition.key)
        if operator and key and key.type is not ValueType.STRING and operator.type is not key.type:
            told = f"{condition.operator} compares {operator.type.value} values, but {condition.key} holds {key.type.value} values."
            yield _remark(statement, condition, told)


def literal_wildcard(subject: Subject) -> Iterator[Remark]:
    for statement, condition in _conditions(subject):
        operator = OPERATORS.get(condition.operator)
        if operator and operator.type is ValueType.STRING and operator.test is not Test.LIKE:
            for value in condition.values:
                if "*" in value:
                    like = "StringNotLike" if operator.negated else "StringLike"
                    yield _remark(
                        statement,
                        condition,
                        f'{condition.operator} takes the star in "{value}" literally; use {like}.',
                    )


def host_bits(subject: Subject) -> Iterator[Remark]:
    for statement, condition, value in _addresses(subject):
        block = read_network(value)
        address = value.partition("/")[0]
        if block is not None and block.num_addresses > 1 and str(block.network_address) != address:
            yield _remark(statement, condition, f'"{value}" has host bits set; it is taken as {block}.')


def private_address(subject: Subject) -> Iterator[Remark]:
    """Documentation blocks count as private too in ``ipaddress``; they are no mistake to be told."""
    for statement, condition, value in _addresses(subject):
        block = read_network(value)
        if (
            condition.key == "acs:SourceIp"
            and block is not None
            and any(_lies_in(value, one) for one in _PRIVATE)
        ):
            told = f'"{value}" is private: acs:SourceIp is the public address a service sees. From a VPC use acs:SourceVpc.'
            yield _remark(statement, condition, told)


_PRIVATE = ("10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "100.64.0.0/10", "127.0.0.0/8", "fc00::/7")


def _lies_in(value: str, outer: str) -> bool:
    inner, block = read_network(value), read_network(outer)
    if inner is None or block is None or inner.version != block.version:
        return False
    return (
        int(block.network_address)
        <= int(inner.network_address)
        <= int(inner.broadcast_address)
        <= int(block.broadcast_address)
    )


def single_address(subject: Subject) -> Iterator[Remark]:
    for statement, condition, value in _addresses(subject):
        block = read_network(value)
        if block is not None and block.num_addresses == 1 and "/" in value:
            told = f'"{value}": an older page says that a single address must be written without a mask.'
            yield _remark(statement, condition, told)


def no_zone(subject: Subject) -> Iterator[Remark]:
    for statement, condition in _conditions(subject):
        operator = OPERATORS.get(condition.operator)
        if operator is None or operator.type is not ValueType.DATE:
            continue
        for value in condition.values:
            if read_instant(value) and not _ZONE.search(value):
                yield _remark(statement, condition, f'The date "{value}" has no time zone: say Z or +08:00.')


def never_holds(subject: Subject) -> Iterator[Remark]:
    """Conditions that contradict each other: the statement never applies."""
    for statement in subject.statements:
        if statement.conditions and _contradict(statement):
            told = "The conditions contradict each other: the statement never applies."
            yield Remark(told, path_of(statement, "Condition"), statement)


def _contradict(statement: Statement) -> bool:
    try:
        return find_situation(frozenset((condition, True) for condition in statement.conditions)) is None
    except UndecidedError:
        return False


def _conditions(subject: Subject) -> Iterator[tuple[Statement, Condition]]:
    for statement in subject.statements:
        for condition in sorted(statement.conditions):
            yield statement, condition


def _addresses(subject: Subject) -> Iterator[tuple[Statement, Condition, str]]:
    for statement, condition in _conditions(subject):
        operator = OPERATORS.get(condition.operator)
        if operator is not None and operator.type is ValueType.IP:
            for value in condition.values:
                yield statement, condition, value


def _remark(statement: Statement, condition: Condition, told: str) -> Remark:
    return Remark(told, path_of(statement, "Condition", condition.operator, condition.key), statement)
