"""Workflow commands of GitHub Actions: annotations at the lines of a pull request."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from ramstack.model.problem import Problem, Severity
from ramstack.planning.lint import Review

_COMMANDS: Mapping[Severity, str] = MappingProxyType(
    {"error": "error", "warning": "warning", "note": "notice"}
)
_IN_DATA = {"%": "%25", "\r": "%0D", "\n": "%0A"}
_DATA = str.maketrans(_IN_DATA)
_PROPERTY = str.maketrans({**_IN_DATA, ":": "%3A", ",": "%2C"})


def github_text(review: Review) -> str:
    """One line a problem; what is silenced is not told."""
    return "".join(f"{_command(problem)}\n" for problem in (*review.failures, *review.problems))


def _command(problem: Problem) -> str:
    properties = {"title": f"{problem.summary} ({problem.rule})"}
    if problem.origin:
        place = problem.origin
        properties = {"file": place.path, "line": str(place.line), "col": str(place.column), **properties}
    written = ",".join(f"{name}={value.translate(_PROPERTY)}" for name, value in properties.items())
    return f"::{_COMMANDS[problem.severity]} {written}::{problem.detail.translate(_DATA)}"
