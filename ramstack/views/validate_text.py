"""What `validate` says: every problem, then what was read."""

from __future__ import annotations

from collections.abc import Sequence

from ramstack.model.problem import Problem
from ramstack.model.stack import Stack
from ramstack.views.layout import prose, render
from ramstack.views.problems_text import count_problems, problem_lines
from ramstack.views.words import counted


def validate_text(stacks: Sequence[Stack], problems: Sequence[Problem], *, color: bool, width: int) -> str:
    """`Valid: 1 stack in 2 files with 3 users, 1 group, 2 policies. No problems.`"""
    verdict = _refusal(problems) if any(p.is_error for p in problems) else _praise(stacks, problems)
    return render([*problem_lines(problems), prose(verdict)], color=color, width=width)


def _refusal(problems: Sequence[Problem]) -> str:
    return f"Not valid: {count_problems(problems)}."


def _praise(stacks: Sequence[Stack], problems: Sequence[Problem]) -> str:
    files = {file.path for stack in stacks for file in stack.inputs}
    told = (
        counted(sum(len(stack.users) for stack in stacks), "user"),
        counted(sum(len(stack.groups) for stack in stacks), "group"),
        counted(sum(len(stack.policies) for stack in stacks), "policy", "policies"),
    )
    where = f"{counted(len(stacks), 'stack')} in {counted(len(files), 'file')}"
    return f"Valid: {where} with {', '.join(told)}. {count_problems(problems)}."
