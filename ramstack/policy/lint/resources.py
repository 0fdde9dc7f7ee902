"""Rules on resources: can they match, and do they match more than was meant."""

from __future__ import annotations

import re
from collections.abc import Iterator

from ramstack.policy.catalogue import Service, fixed_resources, load_services
from ramstack.policy.glob import covers_all, has_wildcard, matches
from ramstack.policy.lint.rule import Remark, Subject, actions_of, path_of, resources_of
from ramstack.policy.statement import Kind, Statement

_MASKED = re.compile(r"[0-9]+[*?]+[0-9]*|[*?]+[0-9]+")
_ACCOUNT_FIELD = 3


def fixed_resource(subject: Subject) -> Iterator[Remark]:
    """A service without resource-level authorization names one resource in every request; anything else never matches."""
    for statement in subject.statements:
        service = _only_service(statement)
        if service is None or not service.resources or statement.but:
            continue
        for resource, path in resources_of(statement):
            named = fixed_resources(f"{service.code}:x", statement.resources)
            if not any(matches(resource, one) for one in named):
                told = f'{service.code} has no resource-level authorization: "{resource}" never matches. '
                yield Remark(f'{told}Write "*" or "acs:{service.code}:*:*:*".', path, statement)


def _only_service(statement: Statement) -> Service | None:
    """The service all actions of a statement belong to."""
    codes = {action.partition(":")[0] for action in statement.actions}
    return load_services().get(codes.pop()) if len(codes) == 1 else None


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


def _values_of(statement: Statement) -> Iterator[tuple[str, tuple[str | int, ...]]]:
    for condition in sorted(statement.conditions):
        for value in condition.values:
            yield value, path_of(statement, "Condition", condition.operator, condition.key)


def is_wide(resource: str) -> bool:
    """Whether a resource pattern reaches more than one thing by name."""
    return covers_all(resource) or has_wildcard(resource.split(":", 4)[-1])
