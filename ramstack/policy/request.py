"""What is asked: one call, by whom, on what, in which circumstances; and three-valued truth about it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from ramstack.policy.statement import Condition, Principal

Truth = bool | None
"""True, False, or None: it can't be known from what is given. None never grants anything."""


def all_of(truths: Iterable[Truth]) -> Truth:
    """False where one is False, else unknown where one is unknown."""
    unknown = False
    for truth in truths:
        if truth is False:
            return False
        unknown = unknown or truth is None
    return None if unknown else True


def any_of(truths: Iterable[Truth]) -> Truth:
    """True where one is True, else unknown where one is unknown."""
    unknown = False
    for truth in truths:
        if truth is True:
            return True
        unknown = unknown or truth is None
    return None if unknown else False


def opposite(truth: Truth) -> Truth:
    return None if truth is None else not truth


@dataclass(frozen=True, slots=True)
class Request:
    """One call to be authorized.

    ``complete`` says that a condition key missing from ``context`` is absent from the request; without it, it is merely
    not known. Keys that every request carries (``acs:SourceIp``, ``acs:CurrentTime``, …) are never taken as absent.
    """

    action: str
    resource: str | None = None
    """None: not said; then only what holds for every resource of the operation is certain."""
    context: Mapping[str, str | tuple[str, ...]] = field(default_factory=dict)
    principal: Principal | None = None
    resource_group: str | None = None
    complete: bool = True
    assumed: Mapping[Condition, bool] = field(default_factory=dict)
    """Truth of conditions that can't be judged otherwise: unknown operators, unknown keys."""
