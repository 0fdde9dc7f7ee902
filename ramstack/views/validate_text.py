"""What `validate` says: every problem, how the access tests went, then what was read."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence

from ramstack.model.problem import Origin, Problem, note
from ramstack.model.stack import Stack
from ramstack.planning.expects import STATUSES, Trial
from ramstack.planning.lint import Review, Silenced
from ramstack.views.layout import Line, prose, render
from ramstack.views.problems_text import count_problems, problem_lines
from ramstack.views.words import counted


def validate_text(review: Review, *, refused: bool, color: bool, width: int) -> str:
    """`Valid: 1 stack in 2 files with 3 users, 1 group, 2 policies. No problems.` `refused`: by the severity that was asked for."""
    problems = (*review.failures, *review.problems)
    verdict = _refusal(problems) if refused else _praise(review.stacks, problems)
    told = [*problem_lines(problems), *_undecided(review.trials)]
    counts = [prose(text) for text in (*_tested(review.trials), *_silenced(review.silenced))]
    return render([*told, *counts, prose(verdict)], color=color, width=width)


def _undecided(trials: Sequence[Trial]) -> Iterator[Line]:
    """Each doubt once, with the tests that have it: a plan settles them all."""
    doubts: dict[tuple[Origin, str], list[Trial]] = {}
    for trial in trials:
        if trial.status == "undecided":
            doubts.setdefault((trial.test.origin, " ".join(trial.doubts)), []).append(trial)
    for (origin, doubt), alike in doubts.items():
        whom = str(alike[0].subject) + (f" and {len(alike) - 1} more" if len(alike) > 1 else "")
        place = f"{whom}: {doubt}"
        problem = note("expect", "Undecided without the account", place, origin=origin)
        yield from problem_lines([problem])


def _tested(trials: Sequence[Trial]) -> Iterator[str]:
    """`Access tests: 3 passed, 1 undecided.`"""
    tally = Counter(trial.status for trial in trials)
    counts = [f"{tally[status]} {status}" for status in STATUSES if tally[status]]
    if counts:
        yield f"Access tests: {', '.join(counts)}."


def _silenced(silenced: Sequence[Silenced]) -> Iterator[str]:
    if silenced:
        yield f"Silenced by the stacks: {counted(len(silenced), 'problem')}."


def _refusal(problems: Sequence[Problem]) -> str:
    return f"Not valid: {count_problems(problems)}."


def _praise(stacks: Sequence[Stack], problems: Sequence[Problem]) -> str:
    files = {file.path for stack in stacks for file in stack.inputs}
    told = (
        counted(sum(len(stack.users) for stack in stacks), "user"),
        counted(sum(len(stack.groups) for stack in stacks), "group"),
        counted(sum(len(stack.policies) for stack in stacks), "policy", "policies"),
        *([counted(roles, "role")] if (roles := sum(len(stack.roles) for stack in stacks)) else []),
        *(
            [counted(settings, "setting")]
            if (settings := sum(len(stack.settings) for stack in stacks))
            else []
        ),
    )
    where = f"{counted(len(stacks), 'stack')} in {counted(len(files), 'file')}"
    return f"Valid: {where} with {', '.join(told)}. {count_problems(problems)}."
