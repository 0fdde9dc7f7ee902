"""Rules on resources: can they match, and do they match more than was meant."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterable, Iterator

from ramstack.policy.catalogue import Service, fixed_resources, load_services
from ramstack.policy.finding import Path
from ramstack.policy.glob import covers_all, has_wildcard, matches
from ramstack.policy.jsontext import name_character
from ramstack.policy.lint.rule import Remark, Subject, actions_of, path_of, resources_of
from ramstack.policy.statement import Kind, Statement

_MASKED = re.compile(r"[0-9]+[*?]+[0-9]*|[*?]+[0-9]+")
_ACCOUNT_FIELD = 3


def fixed_resource(subject: Subject) -> Iterator[Remark]:
    """A service without resource-level authorization names one resource in every request; anything else never matches."""
    for statement in subject.statements:
        if statement.but:
            continue
        service = _only_service(statement)
        for code, path in [(service, None)] if service else _strays(statement):
            yield from _misses(load_services()[code], path, statement)


def _misses(service: Service, path: Path | None, statement: Statement) -> Iterator[Remark]:
    """Resources that no request names; of an action among those of other services, told where the action stands."""
    named = fixed_resources(f"{service.code}:x", statement.resources)
    advice = f'Write "*" or "acs:{service.code}:*:*:*"'
    missed = [
        (one, where)
        for one, where in resources_of(statement)
        if not any(matches(one, name) for name in named)
    ]
    if path is None:
        for resource, where in missed:
            told = (
                f'{service.code} has no resource-level authorization: "{resource}" never matches. {advice}.'
            )
            yield Remark(told, where, statement)
    elif len(missed) == len(statement.targets):
        told = f"{service.code} has no resource-level authorization, so on these resources its actions never match. {advice} in a statement of their own."
        yield Remark(told, path, statement)


def _only_service(statement: Statement) -> str | None:
    """The service with a fixed resource that all actions of a statement belong to."""
    codes = {action.partition(":")[0] for action in statement.actions}
    return _fixed(codes.pop()) if len(codes) == 1 else None


def _strays(statement: Statement) -> Iterator[tuple[str, Path]]:
    """The first action of each service with a fixed resource, among actions of others."""
    found: dict[str, Path] = {}
    for action, path in actions_of(statement):
        if code := _fixed(action.partition(":")[0].lower()):
            found.setdefault(code, path)
    yield from found.items()


def _fixed(code: str) -> str | None:
    service = load_services().get(code)
    return code if service and service.resources else None


def masked_account(subject: Subject) -> Iterator[Remark]:
    for statement in subject.statements:
        for resource, path in resources_of(statement):
            fields = resource.split(":")
            if len(fields) > _ACCOUNT_FIELD and _MASKED.fullmatch(fields[_ACCOUNT_FIELD]):
                told = f'The account "{fields[_ACCOUNT_FIELD]}" looks masked, but its stars are wildcards: other accounts match too.'
                yield Remark(told, path, statement)


def resource_level(subject: Subject) -> Iterator[Remark]:
    """An action on buckets needs the bucket's own name, one on objects a name below it."""
    levels = load_services()["oss"].levels
    for statement in subject.statements:
        if statement.but or subject.kind is not Kind.IDENTITY:
            continue
        names = [resource.split(":", 4)[-1] for resource in statement.resources]
        for action, path in actions_of(statement):
            if action in levels["bucket"] and all(_is_object(name) for name in names):
                told = f"{action} is about a bucket: it needs acs:oss:*:*:<bucket>, no resource here is one."
                yield Remark(told, path, statement)
            if action in levels["object"] and not any(
                _is_object(name) or has_wildcard(name) for name in names
            ):
                told = f"{action} is about objects: it needs acs:oss:*:*:<bucket>/<key>, no resource here is one."
                yield Remark(told, path, statement)


def _is_object(name: str) -> bool:
    """Whether a relative id can only be an object's."""
    head = name.partition("/")[0]
    return "/" in name and "*" not in head


def resource_case(subject: Subject) -> Iterator[Remark]:
    seen: dict[str, str] = {}
    for statement in subject.statements:
        for resource, path in resources_of(statement):
            other = seen.setdefault(resource.lower(), resource)
            if other != resource:
                yield Remark(
                    f'"{resource}" and "{other}" differ only in case; resources are compared with case.',
                    path,
                    statement,
                )


def unrendered(subject: Subject) -> Iterator[Remark]:
    """Templates and variables: RAM takes them literally."""
    for statement in subject.statements:
        for text, path in (*actions_of(statement), *resources_of(statement), *_values_of(statement)):
            if "{{" in text or "<%" in text:
                yield Remark(f'"{text}" looks like a template that was not rendered.', path, statement)
            elif "${" in text:
                told = f'"{text}": RAM documents no policy variables; the text is taken literally.'
                yield Remark(told, path, statement)


def odd_character(subject: Subject) -> Iterator[Remark]:
    """Characters that come with pasting and that nobody sees, or takes for others. Names of things may be in any script."""
    for statement in subject.statements:
        yield from _odd(statement, actions_of(statement), lambda one: not one.isascii() or one < " ")
        yield from _odd(statement, resources_of(statement), _is_unseen)
        for condition in sorted(statement.conditions):
            here = path_of(statement, "Condition", condition.operator, condition.key)
            yield from _odd(
                statement, ((text, here) for text in (condition.key, *condition.values)), _is_unseen
            )


def _odd(
    statement: Statement, texts: Iterable[tuple[str, Path]], is_odd: Callable[[str], bool]
) -> Iterator[Remark]:
    for text, path in texts:
        odd = dict.fromkeys(name_character(one) for one in text if is_odd(one))
        if odd:
            told = f'"{text}" holds {", ".join(odd)}: it will hardly match what is meant.'
            yield Remark(told, path, statement)
        elif text != text.strip():
            yield Remark(f'"{text}" begins or ends with a blank, which counts.', path, statement)


def _is_unseen(character: str) -> bool:
    """Controls, blanks that are no plain blank, marks without a width, and quotes that word processors put."""
    category = unicodedata.category(character)
    return category in {"Cc", "Cf", "Zl", "Zp", "Pi", "Pf"} or (category == "Zs" and character != " ")


def _values_of(statement: Statement) -> Iterator[tuple[str, tuple[str | int, ...]]]:
    for condition in sorted(statement.conditions):
        for value in condition.values:
            yield value, path_of(statement, "Condition", condition.operator, condition.key)


def is_wide(resource: str) -> bool:
    """Whether a resource pattern reaches more than one thing by name."""
    return covers_all(resource) or has_wildcard(resource.split(":", 4)[-1])
