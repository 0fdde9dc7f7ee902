"""What a plan means, as a person reads it: who can newly do what and no longer do what, the dangerous first."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from types import MappingProxyType

from ramstack.model.address import Address
from ramstack.model.permission import Ability, Meaning
from ramstack.planning.abilities import stem_of
from ramstack.policy import expand_action, find_operation, load_services
from ramstack.views.layout import BLANK, Line, title
from ramstack.views.signs import STYLES
from ramstack.views.words import Word, counted, listed, quoted, split

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


def permission_lines(meanings: Sequence[Meaning]) -> Iterator[Line]:
    """Principals for whom the plan means the same are told together, those who gain the most dangerous first."""
    if not meanings:
        return
    yield title("What this means")
    for same in sorted(_alike(meanings), key=lambda group: (_danger(group[0]), group[0].principal)):
        yield Line(_named([meaning.principal for meaning in same]), 2, 4)
        yield from _meaning_lines(same[0])
    yield BLANK


def _alike(meanings: Sequence[Meaning]) -> list[list[Meaning]]:
    groups: dict[object, list[Meaning]] = defaultdict(list)
    for one in meanings:
        groups[one.gains, one.loses, one.unknown, one.escalations].append(one)
    return list(groups.values())


def _danger(meaning: Meaning) -> int:
    """Administrator level, then what nobody knows, then by the most dangerous gain; who only loses comes last."""
    if meaning.escalations or meaning.unknown:
        return -1
    levels = [[*LEVELS].index(level) for ability in meaning.gains for level in _by_level(ability)]
    return min(levels, default=len(LEVELS))


def _named(principals: Sequence[Address]) -> list[Word]:
    names = [quoted(str(principal)) for principal in principals]
    rest = [f"and {len(names) - MANY} more"] if len(names) > MANY else []
    return listed([*names[:MANY], *rest], "bold")


def _meaning_lines(meaning: Meaning) -> Iterator[Line]:
    if meaning.escalations:
        names = listed(_short(meaning.escalations))
        yield Line([Word("! reaches administrator level:", STYLES["admin-grant"]), *names], 4, 6)
    for policy in meaning.unknown:
        yield Line([Word("! not known:", STYLES["unknown"]), *split(f"{policy} could not be read")], 4, 6)
    for ability in meaning.gains:
        yield from _ability_lines(ability, "+ can", "create")
    for ability in meaning.loses:
        yield from _ability_lines(ability, "- no longer", "delete")


def _ability_lines(ability: Ability, verb: str, style: str) -> Iterator[Line]:
    """`+ can ice (Intelligent Media Service), 400 operations, only from 192.168.0.1`, then a line for each level."""
    name = f" ({ability.name})" if ability.name else ""
    count = f", {counted(ability.count, 'operation')}" if ability.count else ""
    where = f", on {', '.join(map(quoted, ability.resources))}" if _is_narrow(ability) else ""
    when = f", {ability.when}" if ability.when else ""
    sign, _, words = verb.partition(" ")
    told = split(f"{words} {_service(ability)}{name}{count}{where}{when}")
    yield Line([Word(sign, STYLES["create" if style == "create" else "delete"]), *told], 4, 6)
    for level, actions in _by_level(ability).items():
        label, colour = LEVELS[level]
        yield Line([*split(f"{label}:", colour), *listed(summary(actions))], 8, 10)


def _service(ability: Ability) -> str:
    return "other services" if ability.service == "*" else quoted(ability.service)


def _is_narrow(ability: Ability) -> bool:
    """Where every request of a service names the same resource, the resource tells nothing."""
    service = load_services().get(ability.service)
    return ability.resources != ("*",) and not (service and service.resources)


def _by_level(ability: Ability) -> dict[str, list[str]]:
    """The operations by the most dangerous thing that each can do; patterns beyond the known ones under no level."""
    found: dict[str, list[str]] = defaultdict(list)
    for action in ability.actions:
        for name in expand_action(action):
            operation = find_operation(name)
            found[str(operation.danger) if operation else ""].append(name)
    found[""] += ability.patterns
    return {level: found[level] for level in LEVELS if found[level]}


def summary(actions: Sequence[str]) -> tuple[str, ...]:
    """By name up to a number, then by first word and count, the largest first: `ice:Get* (70 of 75)`."""
    names = sorted(set(actions))
    if len(names) <= BY_NAME:
        return tuple(names)
    stems: dict[str, list[str]] = defaultdict(list)
    for name in names:
        stems[stem_of(name)].append(name)
    largest = sorted(stems, key=lambda stem: -len(stems[stem]))
    told = [_stem(stem, stems[stem]) for stem in largest[:BY_NAME]]
    left = sum(len(stems[stem]) for stem in largest[BY_NAME:])
    return (*told, *([f"and {left} more"] if left else []))


def _stem(stem: str, names: Sequence[str]) -> str:
    if len(names) == 1:
        return names[0]
    there = len(expand_action(f"{stem}*"))
    return f"{stem}* ({len(names)})" if there == len(names) else f"{stem}* ({len(names)} of {there})"


def _short(names: Sequence[str]) -> list[str]:
    rest = [f"and {len(names) - MANY} more"] if len(names) > MANY else []
    return [*names[:MANY], *rest]
