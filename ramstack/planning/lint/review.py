"""A review: everything that can be said of stacks without asking the account. Pure; the same stacks, the same review."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from ramstack.model.address import Address, group_address, policy_address, role_address, user_address
from ramstack.model.problem import Problem, in_order
from ramstack.model.stack import Stack
from ramstack.planning.expects import Trial, offline_trials
from ramstack.planning.lint.documents import document_problems, test_problems
from ramstack.planning.lint.register import STACK_RULES
from ramstack.planning.lint.rule import Scene
from ramstack.planning.lint.suppress import Silenced, sort_out, unknown_suppressions, unused_suppressions
from ramstack.planning.offline import offline


@dataclass(frozen=True)
class Review:
    """`problems` in order of place, what was silenced, and how each access test went."""

    stacks: tuple[Stack, ...] = ()
    problems: tuple[Problem, ...] = ()
    silenced: tuple[Silenced, ...] = ()
    trials: tuple[Trial, ...] = ()

    @property
    def failures(self) -> tuple[Problem, ...]:
        """What access tests have against the stacks."""
        return in_order([problem for trial in self.trials for problem in trial.problems])


def review(stacks: Sequence[Stack], system: frozenset[str]) -> Review:
    """`system`: the names of system policies that are known without the account."""
    view = offline(stacks, system)
    linted = _lint(Scene(stacks, view))
    told: list[Problem] = []
    silenced: list[Silenced] = []
    for stack in stacks:
        own = (problem for root in _roots(stack) for problem in linted.get(root, ()))
        problems = tuple(dict.fromkeys((*stack.problems, *own, *test_problems(stack))))
        shown, hushed = sort_out(problems, stack)
        told += [*shown, *unused_suppressions(problems, stack), *unknown_suppressions(stack)]
        silenced += hushed
    return Review(tuple(stacks), in_order(told), tuple(silenced), offline_trials(stacks, view))


def _lint(scene: Scene) -> Mapping[Address, list[Problem]]:
    """What the rules say, by what they say it of; no two stacks declare the same."""
    found: dict[Address, list[Problem]] = defaultdict(list)
    for problem in (*document_problems(scene), *(p for rule in STACK_RULES for p in rule.problems(scene))):
        assert problem.address is not None
        found[problem.address].append(problem)
    return found


def _roots(stack: Stack) -> Iterator[Address]:
    yield from map(user_address, stack.users)
    yield from map(group_address, stack.groups)
    yield from map(policy_address, stack.policies)
    yield from map(role_address, stack.roles)
