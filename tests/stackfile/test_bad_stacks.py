"""Bad stacks: each file of cases/stacks-bad says in its head which problems it has, and where."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from ramstack.model.errors import StackError
from ramstack.model.problem import Problem
from ramstack.stackfile import load_stacks

CASES = Path(__file__).parent.parent / "cases" / "stacks-bad"
_EXPECTATION = re.compile(r"^#   (.+)$", re.MULTILINE)


def spell(problem: Problem) -> str:
    """`rule @ line:column`, with a mark for warnings."""
    assert problem.origin is not None
    place = f"{problem.rule} @ {problem.origin.line}:{problem.origin.column}"
    return place if problem.is_error else f"{place} (warning)"


def problems_of(*paths: Path) -> tuple[Problem, ...]:
    """Everything told about the paths, whether they load or not."""
    try:
        return tuple(problem for stack in load_stacks(paths) for problem in stack.problems)
    except StackError as refused:
        return refused.problems


@pytest.mark.parametrize("path", sorted(CASES.glob("*.yaml")), ids=lambda path: path.stem)
def test_each_problem_is_told_at_its_place(path):
    """A bad file is told about completely: each rule, at its line and column, in order."""
    expected = _EXPECTATION.findall(path.read_text("utf-8"))
    assert [spell(problem) for problem in problems_of(path)] == expected


@pytest.mark.parametrize("path", sorted(CASES.glob("*.yaml")), ids=lambda path: path.stem)
def test_problems_are_written_for_people(path):
    """A detail is one or more full sentences; a summary is short, and says nothing of the user's data."""
    for problem in problems_of(path):
        assert problem.detail.endswith((".", "?"))
        assert 0 < len(problem.summary) <= 40
        assert not problem.summary.endswith(".")


def test_all_problems_of_all_files_are_told_at_once():
    """Loading all bad files together tells what each of them tells, and nothing gets lost."""
    paths = sorted(CASES.glob("*.yaml"))
    alone = {(spell(problem), problem.origin.path) for path in paths for problem in problems_of(path)}
    together = {(spell(problem), problem.origin.path) for problem in problems_of(*paths)}
    assert alone <= together


def test_problems_come_in_order_of_place():
    """By file, line and column, whatever finds them."""
    origins = [problem.origin for problem in problems_of(*sorted(CASES.glob("*.yaml")))]
    assert origins == sorted(origins)
