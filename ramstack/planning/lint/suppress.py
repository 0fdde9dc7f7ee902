"""Suppressions: which problems a stack silences, and which of its suppressions are of no use."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from ramstack.model.problem import Problem, error, warning
from ramstack.model.stack import Stack, Suppression
from ramstack.planning.lint.register import known_rules
from ramstack.policy.spelling import did_you_mean


@dataclass(frozen=True, slots=True)
class Silenced:
    """A problem that a stack silences, and the reason that it gives."""

    problem: Problem
    by: Suppression


def sort_out(problems: Sequence[Problem], stack: Stack) -> tuple[tuple[Problem, ...], tuple[Silenced, ...]]:
    """What is told and what is silenced. Together it is what came in: nothing is added, nothing lost."""
    told: list[Problem] = []
    silenced: list[Silenced] = []
    for problem in problems:
        by = next((one for one in stack.suppressions if one.covers(problem)), None)
        if by is None:
            told.append(problem)
        else:
            silenced.append(Silenced(problem, by))
    return tuple(told), tuple(silenced)


def unused_suppressions(problems: Sequence[Problem], stack: Stack) -> Iterator[Problem]:
    """Suppressions that silence nothing: what they were for is gone, or comes back unseen."""
    for one in stack.suppressions:
        if one.rule in known_rules() and not any(one.covers(problem) for problem in problems):
            whom = f" about {one.subject}" if one.subject else ""
            told = f"{one.rule} has nothing to say{whom}: remove the entry."
            yield warning(
                "unused-suppression", "Suppression without use", told, address=one.subject, origin=one.origin
            )


def unknown_suppressions(stack: Stack) -> Iterator[Problem]:
    """Rules that do not exist, or are errors that nothing silences."""
    for one in stack.suppressions:
        if one.rule not in known_rules():
            hint = did_you_mean(one.rule, known_rules())
            told = f'"{one.rule}" is no rule that can be silenced.{hint} docs/lint.md lists them.'
            yield error("lint-ignore", "Unfit lint suppression", told, origin=one.origin)
