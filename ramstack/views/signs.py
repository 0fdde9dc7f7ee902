"""Signs: how an action, a risk and a severity look, in words first and in colour second."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from types import MappingProxyType

from ramstack.model.change import Action, Risk
from ramstack.model.outcome import Status
from ramstack.model.problem import Severity
from ramstack.views.words import Word

SIGNS: Mapping[Action, str] = MappingProxyType({"create": "+", "update": "~", "delete": "-"})
STYLES: Mapping[Action | Risk | Status | Severity, str] = MappingProxyType(
    {
        "create": "green",
        "update": "yellow",
        "delete": "red",
        "admin-grant": "bold red",
        "unknown": "bold red",
        "destructive": "bold red",
        "credential": "bold yellow",
        "routine": "",
        "done": "green",
        "failed": "bold red",
        "uncertain": "bold yellow",
        "skipped": "yellow",
        "error": "bold red",
        "warning": "bold yellow",
        "note": "bold cyan",
    }
)
RISKS: tuple[Risk, ...] = ("admin-grant", "unknown", "destructive", "credential", "routine")
"""Most dangerous first."""
ITEM_RISKS: tuple[Risk, ...] = ("admin-grant", "unknown")
"""What a change shows neither by its sign nor by its kind."""

COMMAND = "bold cyan"


def dangers_in(risks: Iterable[Risk]) -> tuple[Risk, ...]:
    """What is not routine, the worst first."""
    found = frozenset(risks)
    return tuple(risk for risk in RISKS if risk in found and risk != "routine")


def warn(risk: Risk) -> list[Word]:
    """`! destructive`; nothing for what is routine."""
    return [] if risk == "routine" else [Word(f"! {risk}", STYLES[risk], gap=2)]
