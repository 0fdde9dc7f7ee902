"""Faults as data: which call goes wrong, and how.

A fault matches calls by action, product, kind and parameters (globs). Of the calls that match it strikes the
``nth``, every ``every``-th, or each with probability ``chance`` (from ``seed``, so a run can be repeated); with
none of the three it strikes them all. ``times`` limits how often.
"""

import random
from collections.abc import Mapping
from dataclasses import dataclass, field
from fnmatch import fnmatchcase

REFUSING = {"throttle": "Throttling.User", "internal": "InternalError", "unavailable": "ServiceUnavailable"}
"""The call is not performed; the service says why."""

UNPERFORMED = frozenset({*REFUSING, "bad-gateway", "drop-before", "freeze-before"})
"""The call leaves no trace in the account."""

FREEZING = frozenset({"freeze", "freeze-before"})
"""From then on the account is silent."""

EFFECTS = frozenset({*UNPERFORMED, "slow", "drop-after", "truncate", *FREEZING})
"""What a fault can do.

- ``throttle``, ``internal`` (500), ``unavailable`` (503): refused in JSON, not performed;
- ``bad-gateway``: a 502 with an HTML page, not performed;
- ``drop-before``, ``drop-after``: the connection breaks before or after the call was performed;
- ``truncate``: performed, half of the reply arrives;
- ``slow``: performed, the reply comes ``delay_ms`` later;
- ``freeze``: performed, but its reply never comes, and later calls are neither performed nor answered until the
  faults are set anew: the account as a killed client would leave it;
- ``freeze-before``: the same, but not performed.
"""


@dataclass(frozen=True)
class Fault:
    effect: str
    action: str = "*"
    product: str = "*"
    kind: str = "*"
    where: Mapping[str, str] = field(default_factory=dict)
    nth: int | None = None
    every: int | None = None
    chance: float | None = None
    seed: int = 0
    times: int | None = None
    delay_ms: float = 0.0

    def __post_init__(self) -> None:
        if self.effect not in EFFECTS:
            raise ValueError(f"effect must be one of {', '.join(sorted(EFFECTS))}, not {self.effect!r}")


def read_faults(text: str | bytes) -> tuple[Fault, ...]:
    """From a JSON list. Raises ValueError."""
    from pydantic import TypeAdapter  # noqa: PLC0415 - most servers read none, and start the sooner

    return TypeAdapter(tuple[Fault, ...]).validate_json(text)


@dataclass(frozen=True)
class Sighting:
    """What a fault may know of a call."""

    action: str
    product: str
    kind: str
    params: Mapping[str, str]


class Trouble:
    """The faults of one server, with their counts. At most one fault strikes a call: the first that matches."""

    def __init__(self, faults: tuple[Fault, ...]) -> None:
        self._traps = [_Trap(fault) for fault in faults]

    def strike(self, sighting: Sighting) -> Fault | None:
        struck = [trap.fault for trap in self._traps if trap.springs(sighting)]
        return struck[0] if struck else None


class _Trap:
    def __init__(self, fault: Fault) -> None:
        self.fault = fault
        self._dice = random.Random(fault.seed)  # noqa: S311 - repeatable on purpose
        self._seen = 0
        self._struck = 0

    def springs(self, sighting: Sighting) -> bool:
        if not _matches(self.fault, sighting) or self._struck == self.fault.times:
            return False
        self._seen += 1
        if not self._is_due():
            return False
        self._struck += 1
        return True

    def _is_due(self) -> bool:
        fault = self.fault
        if fault.nth is not None:
            return self._seen == fault.nth
        if fault.every is not None:
            return self._seen % fault.every == 0
        return fault.chance is None or self._dice.random() < fault.chance


def _matches(fault: Fault, sighting: Sighting) -> bool:
    return (
        fnmatchcase(sighting.action, fault.action)
        and fnmatchcase(sighting.product, fault.product)
        and fnmatchcase(sighting.kind, fault.kind)
        and all(fnmatchcase(sighting.params.get(name, ""), glob) for name, glob in fault.where.items())
    )
