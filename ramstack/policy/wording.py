"""Conditions in words: ``only from 192.168.0.1``."""

from __future__ import annotations

from collections.abc import Iterable

from ramstack.policy.situation import Literal
from ramstack.policy.statement import SCOPE, Condition
from ramstack.policy.vocabulary import OPERATORS, Test, ValueType

_TESTS = {
    Test.EQUALS: "is",
    Test.EQUALS_IGNORE_CASE: "is (in any case)",
    Test.LIKE: "is like",
    Test.LESS: "is less than",
    Test.LESS_EQUAL: "is at most",
    Test.GREATER: "is greater than",
    Test.GREATER_EQUAL: "is at least",
    Test.WITHIN: "is in",
}
_DATES = {
    Test.LESS: "before",
    Test.LESS_EQUAL: "until",
    Test.GREATER: "after",
    Test.GREATER_EQUAL: "from",
    Test.EQUALS: "exactly at",
}
_SWITCHES = {"acs:MFAPresent": "a second factor", "acs:SecureTransport": "HTTPS"}


def render_conditions(literals: Iterable[Literal]) -> str:
    """All conditions of a permission as one phrase; empty where there are none."""
    return " and ".join(render_condition(condition, wanted) for condition, wanted in literals)


def render_condition(condition: Condition, wanted: bool = True) -> str:
    """One condition, or its opposite, as the end of "allowed …"."""
    operator = OPERATORS.get(condition.operator)
    values = " or ".join(condition.values)
    if condition.operator == SCOPE:
        return f"{'only' if wanted else 'not'} in resource group {condition.key}"
    if operator is None:
        return f"only where {condition} {'holds' if wanted else 'does not hold'} (nobody can tell)"
    positive = wanted is not operator.negated
    if condition.key == "acs:SourceIp" and operator.type is ValueType.IP:
        return f"{'only' if positive else 'not'} from {values}"
    if condition.key == "acs:CurrentTime" and operator.type is ValueType.DATE:
        return f"{'only' if positive else 'not'} {_DATES[operator.test]} {values}"
    if condition.key in _SWITCHES and len(condition.values) == 1:
        given = positive is (condition.values[0].lower() == "true")
        return f"only {'with' if given else 'without'} {_SWITCHES[condition.key]}"
    return f"only where {condition.key} {_TESTS[operator.test] if positive else _TESTS[operator.test].replace('is', 'is not', 1)} {values}"
