"""Senses: what a plan means, ready to be told: who can newly do what and no longer do what, the dangerous first."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType

from ramstack.model.address import Address
from ramstack.model.change import Action
from ramstack.model.permission import UNDECIDED, Ability, Meaning
from ramstack.policy import Operations, Stem, load_services, operations_of
from ramstack.views.words import counted, quoted

BY_NAME = 8
MANY = 6
LEVELS: Mapping[str, tuple[str, str]] = MappingProxyType(
    {
        "identity": ("changes identities", "bold red"),
        "delete": ("deletes", "bold red"),
        "money": ("costs money", "bold yellow"),
        "secrets": ("hands out secrets", "bold yellow"),
        "write": ("writes", ""),
        "media": ("hands out media", ""),
        "read": ("reads", ""),
        "": ("what is not known one by one", "bold yellow"),
    }
)
"""What an operation can do: its words and its style, which only what is dangerous has."""


@dataclass(frozen=True, slots=True)
class Level:
    """Operations of one service that can do equally bad things."""

    name: str
    actions: tuple[str, ...]

    @property
    def label(self) -> str:
        return LEVELS[self.name][0]

    @property
    def style(self) -> str:
        return LEVELS[self.name][1]


@dataclass(frozen=True, slots=True)
class Power:
    """What is newly allowed (`create`) or no longer (`delete`) in one service, then what that can do."""

    action: Action
    text: str
    levels: tuple[Level, ...]


@dataclass(frozen=True, slots=True)
class Sense:
    """Principals for whom a plan means the same. `names` are a few of them, and how many more."""

    principals: tuple[Address, ...]
    powers: tuple[Power, ...]
    unknown: tuple[str, ...] = ()
    escalations: tuple[str, ...] = ()

    @property
    def names(self) -> tuple[str, ...]:
        return _short([quoted(str(principal)) for principal in self.principals])

    @property
    def warnings(self) -> tuple[tuple[str, str], ...]:
        """What is to be told first: a heading, and what it is about."""
        reaches = ("reaches administrator level", ", ".join(_short(self.escalations)))
        unread = [("not known", _gap(policy)) for policy in self.unknown]
        return (*([reaches] if self.escalations else []), *unread)


def _gap(policy: str) -> str:
    if policy == UNDECIDED:
        return "the policies are too tangled to compare; more may change than is listed"
    return f"{policy} could not be read"


def senses_of(meanings: Sequence[Meaning], *, concise: bool = False) -> tuple[Sense, ...]:
    """Equal meanings once, the most dangerous first. Concise: of what an ability can do, only what is dangerous."""
    ranked = sorted(_alike(meanings), key=lambda group: (_danger(group[0]), group[0].principal))
    return tuple(_sense(group, concise=concise) for group in ranked)


def _alike(meanings: Sequence[Meaning]) -> list[list[Meaning]]:
    groups: dict[object, list[Meaning]] = defaultdict(list)
    for one in meanings:
        groups[one.gains, one.loses, one.unknown, one.escalations].append(one)
    return list(groups.values())


def _danger(meaning: Meaning) -> int:
    """Administrator level, then what nobody knows, then by the most dangerous gain; who only loses comes last."""
    if meaning.escalations or meaning.unknown:
        return -1
    worst = (level for ability in meaning.gains for level, _ in ability.access[:1])
    levels = [*worst, *("" for ability in meaning.gains if ability.patterns)]
    return min(map([*LEVELS].index, levels), default=len(LEVELS))


def _sense(group: Sequence[Meaning], *, concise: bool) -> Sense:
    one = group[0]
    gains = (_power(ability, "create", concise=concise) for ability in one.gains)
    loses = (_power(ability, "delete", concise=concise) for ability in one.loses)
    principals = tuple(meaning.principal for meaning in group)
    return Sense(principals, (*gains, *loses), one.unknown, one.escalations)


def _power(ability: Ability, action: Action, *, concise: bool) -> Power:
    """`can ice (Intelligent Media Service), 400 operations, only from 192.168.0.1`."""
    verb = "can" if action == "create" else "no longer"
    name = f" ({ability.name})" if ability.name else ""
    count = f", {counted(ability.count, 'operation')}" if ability.count else ""
    where = f", on {', '.join(map(quoted, ability.resources))}" if _is_narrow(ability) else ""
    when = f", {ability.when}" if ability.when else ""
    levels = (Level(level, actions) for level, actions in _by_level(ability).items())
    shown = tuple(level for level in levels if level.style or not concise)
    return Power(action, f"{verb} {_service(ability)}{name}{count}{where}{when}", shown)


def _service(ability: Ability) -> str:
    return "other services" if ability.service == "*" else quoted(ability.service)


def _is_narrow(ability: Ability) -> bool:
    """Where every request of a service names the same resource, the resource tells nothing."""
    service = load_services().get(ability.service)
    return ability.resources != ("*",) and not (service and service.resources)


def _by_level(ability: Ability) -> dict[str, tuple[str, ...]]:
    """What can be done, by the most dangerous thing that each operation can do; patterns beyond the known ones under no level."""
    known = operations_of(ability.service, frozenset(ability.actions))
    levels = {str(access): _summary(some) for access, some in known.levels}
    return levels | ({"": _short(ability.patterns, BY_NAME)} if ability.patterns else {})


def _summary(some: Operations) -> tuple[str, ...]:
    """By name up to a number, then by first word and count, the largest first: `ice:Get* (70 of 75)`."""
    if len(some) <= BY_NAME:
        return some.names
    largest = sorted(some.stems, key=lambda pair: -len(pair[1]))
    told = [_line(stem, inside) for stem, inside in largest[:BY_NAME]]
    left = sum(len(inside) for _, inside in largest[BY_NAME:])
    return (*told, *([f"and {left} more"] if left else []))


def _line(stem: Stem, some: Operations) -> str:
    if len(some) == 1:
        return some.first
    count = f"{len(some)}" if stem.is_all(some) else f"{len(some)} of {stem.matched}"
    return f"{stem.pattern} ({count})"


def _short(names: Sequence[str], most: int = MANY) -> tuple[str, ...]:
    rest = [f"and {len(names) - most} more"] if len(names) > most else []
    return (*names[:most], *rest)
