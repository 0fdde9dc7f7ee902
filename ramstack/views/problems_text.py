"""Problems as text: every one, in the order given, a command to copy alone on its line."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence

from ramstack.model.problem import Problem
from ramstack.views.layout import BLANK, Line, prose, render
from ramstack.views.signs import COMMAND, STYLES
from ramstack.views.words import Word, counted, quoted, split

INDENT = 4


def problems_text(problems: Sequence[Problem], *, color: bool, width: int) -> str:
    """Every problem with its place and detail, then how many there are."""
    count = [prose(f"{count_problems(problems)}.")]
    return render([*problem_lines(problems), *count], color=color, width=width)


def count_problems(problems: Sequence[Problem]) -> str:
    """`2 errors, 1 warning`."""
    tally = Counter(problem.severity for problem in problems)
    told = [
        counted(tally[severity], severity) for severity in ("error", "warning", "note") if tally[severity]
    ]
    return ", ".join(told) or "No problems"


def problem_lines(problems: Sequence[Problem], label: str = "") -> Iterator[Line]:
    """The lines of all problems, each followed by an empty one; `label` stands in place of the severity."""
    for problem in problems:
        yield _heading(problem, label or problem.severity)
        yield from _detail(problem.detail)
        yield BLANK


def _heading(problem: Problem, label: str) -> Line:
    """`error: Unknown policy — stacks/ops.yaml:14:9  (unknown-policy)`."""
    place = problem.origin or problem.address
    where = [Word("—"), *split(quoted(str(place)), "bold")] if place else []
    rule = [Word(f"({problem.rule})", "dim", gap=2)] if problem.rule else []
    return Line(
        [Word(f"{label}:", STYLES[problem.severity]), *split(problem.summary, "bold"), *where, *rule],
        hang=INDENT,
    )


def _detail(detail: str) -> Iterator[Line]:
    """Sentences are wrapped; lines that are indented are to be copied, and stay as they are."""
    lines = [text for text in detail.splitlines() if text.strip()]
    margin = min((_indent(text) for text in lines if text[0].isspace()), default=0)
    for text in lines:
        if text[0].isspace():
            yield Line([Word(text.strip(), COMMAND)], 2 * INDENT + _indent(text) - margin)
        else:
            yield prose(text, INDENT)


def _indent(text: str) -> int:
    return len(text) - len(text.lstrip())
