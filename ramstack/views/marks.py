"""Where a problem is and what a machine shall call it: the parts that SARIF, JUnit and workflow commands share."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from ramstack.model.problem import Problem
from ramstack.planning.expects import Trial
from ramstack.planning.lint import Review
from ramstack.planning.lint.suppress import Silenced


@dataclass(frozen=True, slots=True)
class Told:
    """A problem as machines get it; `silenced` where the stack silences it."""

    problem: Problem
    silenced: Silenced | None = None


def everything(review: Review) -> Iterator[Told]:
    """What stands against the stacks, what is remarked, and what is silenced."""
    yield from (Told(problem) for problem in (*review.failures, *review.problems))
    yield from (Told(one.problem, one) for one in review.silenced)


def message(problem: Problem) -> str:
    """Summary and detail as one text."""
    return f"{problem.summary}: {problem.detail}"


def title(trial: Trial) -> str:
    """`user/bob may ice:GetMediaInfo, may not ice:Delete* (acs:SourceIp 203.0.113.7)`."""
    test = trial.test
    parts = [f"may {', '.join(test.allow)}"] * bool(test.allow)
    parts += [f"may not {', '.join(test.deny)}"] * bool(test.deny)
    where = [f"on {test.resource}"] * bool(test.resource)
    where += [f"{key} {value}" for key, value in sorted(test.context.items())]
    return f"{trial.subject} {', '.join(parts)}" + (f" ({', '.join(where)})" if where else "")
