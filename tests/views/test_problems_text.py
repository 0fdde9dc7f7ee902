"""Laws of problems as text: all of them, in order, and no detail can pretend to be another problem."""

from __future__ import annotations

import re

from hypothesis import given
from hypothesis import strategies as st

from ramstack.model.problem import error
from ramstack.views.problems_text import count_problems, problems_text
from tests.views.samples import PROBLEMS
from tests.views.strategies import problems

HEADING = re.compile(r"^(error|warning): ", re.MULTILINE)


@given(st.lists(problems, max_size=5), st.integers(60, 160))
def test_every_problem_has_one_heading_in_order(told, width):
    """As many headings as problems, whatever their details hold."""
    shown = problems_text(told, color=False, width=width)
    assert HEADING.findall(shown) == [problem.severity for problem in told]
    assert all(line.isprintable() for line in shown.splitlines())


def test_commands_stand_alone():
    """A command is one indented line of its own, never wrapped."""
    command = "ramstack adopt " + "user/bob " * 20
    shown = problems_text([error("r", "S", f"Take it:\n    {command}")], color=False, width=60)
    assert f"\n        {command.strip()}\n" in shown


def test_counts():
    """The last line counts errors and warnings."""
    assert count_problems(PROBLEMS) == "2 errors, 1 warning"
    assert problems_text((), color=False, width=60) == "No problems.\n"
