"""Find circumstances in which some conditions hold and others do not.

A key has one value or none. For each key the values worth trying are finite: the texts that its patterns tell apart, both
sides of every number, instant and block of addresses. What nobody can judge (an unknown operator, a masked address) is
assumed to hold or not, the same throughout.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from decimal import MAX_EMAX, MAX_PREC, MIN_EMIN, Context, Decimal, localcontext
from functools import lru_cache
from itertools import pairwise

from ramstack.policy.automaton import Mode, Pattern, UndecidedError
from ramstack.policy.condition import holds
from ramstack.policy.request import Request
from ramstack.policy.statement import Condition
from ramstack.policy.texts import Texts, find_text
from ramstack.policy.values import read_instant, read_network, read_number
from ramstack.policy.vocabulary import OPERATORS, Test, ValueType, find_key

Literal = tuple[Condition, bool]
"""A condition, and whether it shall hold."""

_MODES: dict[Test, Mode] = {Test.LIKE: "glob", Test.EQUALS: "exact", Test.EQUALS_IGNORE_CASE: "folded"}
_MAX_CHOICES = 200
_SOME_DAY = datetime(2026, 1, 1, tzinfo=UTC)
_DAY = timedelta(days=1)
_FIRST_INSTANT = datetime(1, 1, 1, tzinfo=UTC)
_LAST_INSTANT = datetime(9999, 12, 31, 23, 59, 59, 999999, tzinfo=UTC)
_EXACT = Context(prec=MAX_PREC, Emax=MAX_EMAX, Emin=MIN_EMIN)


@dataclass(frozen=True, slots=True)
class Situation:
    context: Mapping[str, str] = field(default_factory=dict)
    assumed: Mapping[Condition, bool] = field(default_factory=dict)


@lru_cache(maxsize=8192)
def find_situation(literals: frozenset[Literal]) -> Situation | None:
    """Circumstances in which all literals are as wanted; None where they contradict each other. May raise UndecidedError."""
    if not literals:
        return Situation()
    if any((condition, not wanted) in literals for condition, wanted in literals):
        return None
    context: dict[str, str] = {}
    assumed: dict[Condition, bool] = {}
    by_key: dict[str, list[Literal]] = defaultdict(list)
    for literal in sorted(literals):
        by_key[literal[0].key].append(literal)
    for key, some in sorted(by_key.items()):
        found = _settle(key, some)
        if found is None:
            return None
        context |= found.context
        assumed |= found.assumed
    return Situation(context, assumed)


def _settle(key: str, literals: list[Literal]) -> Situation | None:
    """A value of one key, or its absence, that suits all its literals."""
    blind = {condition: wanted for condition, wanted in literals if condition.operator not in OPERATORS}
    seen = [literal for literal in literals if literal[0] not in blind]
    if not seen:
        return Situation(assumed=blind)
    for context in _contexts(key, seen):
        request = Request("", "", context)
        truths = [(condition, wanted, holds(condition, request)) for condition, wanted in seen]
        if all(truth is None or truth is wanted for _, wanted, truth in truths):
            if any(truth is None for *_, truth in truths) and not context:
                continue
            return Situation(
                context, blind | {condition: wanted for condition, wanted, truth in truths if truth is None}
            )
    if len({OPERATORS[condition.operator].type for condition, _ in seen}) > 1:
        raise UndecidedError  # texts asked of a key beside another type: the values tried may not be all that matter
    return None


def _contexts(key: str, literals: list[Literal]) -> Iterator[dict[str, str]]:
    for value in _values(literals):
        yield {key: value}
    known = find_key(key)
    if known is not None and not known.always:
        yield {}


def _values(literals: list[Literal]) -> Iterator[str]:
    """Every value worth trying, those named first."""
    types = {OPERATORS[condition.operator].type for condition, _ in literals}
    written = [value for condition, _ in literals for value in condition.values]
    if ValueType.IP in types:
        yield from _addresses(written)
    if ValueType.NUMBER in types:
        numbers = [number for number in map(read_number, written) if number is not None]
        yield from (format(number, "f") for number in _around_numbers(numbers or [Decimal(0)]))
    if ValueType.DATE in types:
        instants = [instant for instant in map(read_instant, written) if instant is not None]
        for instant in _around_instants(instants or [_SOME_DAY]):
            yield instant.isoformat().replace("+00:00", "Z")
    if ValueType.BOOLEAN in types:
        yield from ("true", "false")
    if ValueType.STRING in types:
        yield from _texts(literals)


def _addresses(written: list[str]) -> Iterator[str]:
    """The first address of every block, the first one after it, and the first of all."""
    blocks = [block for block in map(read_network, written) if block is not None]
    for block in blocks:
        yield str(block.network_address)
    for block in blocks:
        last = block.broadcast_address
        if int(last) + 1 < 1 << block.max_prefixlen:
            yield str(last + 1)
    yield from ("192.0.2.1", "0.0.0.0", "2001:db8::1", "::")  # noqa: S104  # addresses to be judged, not to be bound


def _around_numbers(points: Iterable[Decimal]) -> list[Decimal]:
    """The points themselves, one between each two neighbours, one before and one after all; none of them rounded."""
    ordered = sorted(set(points))
    with localcontext(_EXACT):
        between = [(low + high) * Decimal("0.5") for low, high in pairwise(ordered)]
        return [*ordered, *between, ordered[-1] + 1, ordered[0] - 1]


def _around_instants(points: Iterable[datetime]) -> list[datetime]:
    """The same of instants, a day before and after all, or as far as time goes."""
    ordered = sorted(set(points))
    between = [low + (high - low) / 2 for low, high in pairwise(ordered)]
    after = ordered[-1] + min(_DAY, _LAST_INSTANT - ordered[-1])
    return [*ordered, *between, after, ordered[0] - min(_DAY, ordered[0] - _FIRST_INSTANT)]


def _texts(literals: list[Literal]) -> Iterator[str]:
    """A text that matches one pattern of every wanted list and nothing that is unwanted, where there is one."""
    wanted, unwanted = _patterns(literals)
    yield from _Choice(wanted, unwanted).texts(())


@dataclass(slots=True)
class _Choice:
    """Picks a text, and where it misses a wanted list, tries each pattern of that list. Gives up after so many texts."""

    wanted: list[tuple[Pattern, ...]]
    unwanted: tuple[Pattern, ...]
    left: int = _MAX_CHOICES

    def texts(self, chosen: tuple[Pattern, ...]) -> Iterator[str]:
        self.left -= 1
        if self.left < 0:
            raise UndecidedError
        text = find_text(Texts(chosen, self.unwanted))
        if text is None:
            return
        missed = next((some for some in self.wanted if not any(one.matches(text) for one in some)), None)
        if missed is None:
            yield text
            return
        for pattern in missed:
            yield from self.texts((*chosen, pattern))


def _patterns(literals: list[Literal]) -> tuple[list[tuple[Pattern, ...]], tuple[Pattern, ...]]:
    """The lists of which one pattern each must match, and the patterns that must not."""
    wanted: list[tuple[Pattern, ...]] = []
    unwanted: list[Pattern] = []
    for condition, truth in literals:
        operator = OPERATORS[condition.operator]
        if operator.type is not ValueType.STRING:
            continue
        patterns = tuple(Pattern(value, _MODES[operator.test]) for value in condition.values)
        if truth == operator.negated:
            unwanted.extend(patterns)
        else:
            wanted.append(patterns)
    return wanted, tuple(dict.fromkeys(unwanted))
