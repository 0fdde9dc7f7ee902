"""Whether a condition holds for a request.

Values of one key are alternatives; a negated operator wants none of them (AlibabaCloudDocs/ecs, ``ecs:CommandRunAs``). What is
not documented is not guessed: an unknown operator or key, a value that is no value of the operator's type, a key with
several values of which only some match: unknown.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from decimal import Decimal
from functools import lru_cache
from operator import eq, ge, gt, le, lt
from typing import assert_never

from ramstack.policy.glob import matches
from ramstack.policy.request import Request, Truth, any_of, opposite
from ramstack.policy.statement import Condition
from ramstack.policy.values import read_boolean, read_instant, read_network, read_number
from ramstack.policy.vocabulary import OPERATORS, Operator, Test, ValueType, find_key

_EMPTY = {ValueType.STRING: "", ValueType.BOOLEAN: "false"}
"""What an absent key might be read as. O-ex 8b (OSS help) speaks of ``StringLike "*"`` as hitting absent keys too."""

Ordered = Decimal | datetime | bool

_ORDERS: dict[Test, Callable[[Ordered, Ordered], bool]] = {
    Test.EQUALS: eq,
    Test.LESS: lt,
    Test.LESS_EQUAL: le,
    Test.GREATER: gt,
    Test.GREATER_EQUAL: ge,
}


def holds(condition: Condition, request: Request) -> Truth:
    truth = _judge(condition, request)
    return request.assumed.get(condition) if truth is None else truth


def _judge(condition: Condition, request: Request) -> Truth:
    if condition.operator not in OPERATORS:
        return None
    if condition.key in request.context:
        given = request.context[condition.key]
        return _compare(condition.operator, (given,) if isinstance(given, str) else given, condition.values)
    key = find_key(condition.key)
    if key is None or key.always or not request.complete:
        return None
    return _judge_absent(condition.operator, condition.values)


def _judge_absent(name: str, values: tuple[str, ...]) -> Truth:
    """A positive operator is not met, a negated one is; unknown where reading "absent" as empty would say otherwise."""
    operator = OPERATORS[name]
    if operator.type not in _EMPTY:
        return operator.negated
    as_empty = _compare(name, (_EMPTY[operator.type],), values)
    return as_empty if as_empty is operator.negated else None


@lru_cache(maxsize=65536)
def _compare(name: str, given: tuple[str, ...], wanted: tuple[str, ...]) -> Truth:
    """Remembered: comparisons of policies ask the same over and over."""
    operator = OPERATORS[name]
    met = {any_of(_test(operator, one, value) for value in wanted) for one in given}
    truth = met.pop() if len(met) == 1 else None
    return opposite(truth) if operator.negated else truth


def _test(operator: Operator, given: str, wanted: str) -> Truth:
    match operator.type:
        case ValueType.STRING:
            return _test_text(operator.test, given, wanted)
        case ValueType.NUMBER:
            return _test_order(operator.test, read_number(given), read_number(wanted))
        case ValueType.DATE:
            return _test_order(operator.test, read_instant(given), read_instant(wanted))
        case ValueType.BOOLEAN:
            return _test_order(operator.test, read_boolean(given), read_boolean(wanted))
        case ValueType.IP:
            return _test_within(given, wanted)
        case _:
            assert_never(operator.type)


def _test_text(test: Test, given: str, wanted: str) -> Truth:
    if test is Test.LIKE:
        return matches(wanted, given)
    if test is Test.EQUALS_IGNORE_CASE:
        return given.lower() == wanted.lower()
    return given == wanted


def _test_within(given: str, wanted: str) -> Truth:
    """An IPv6 address never lies in an IPv4 block. What stands for a whole block is no address."""
    address, block = read_network(given), read_network(wanted)
    if address is None or block is None or address.num_addresses != 1:
        return None
    return address.version == block.version and address.network_address in block


def _test_order(test: Test, given: Ordered | None, wanted: Ordered | None) -> Truth:
    """Both are of one type: they were read by the same reader."""
    return None if given is None or wanted is None else _ORDERS[test](given, wanted)
