"""Access tests: what stacks expect of an account. On the planned one a failed test is a rail that nothing lifts."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from types import MappingProxyType
from typing import Literal, get_args

from ramstack.model.account import Account
from ramstack.model.address import Address, PolicyRef, user_address
from ramstack.model.problem import Problem, error
from ramstack.model.stack import Expectation, Stack
from ramstack.planning.decisions import Judge, Reason, Verdict
from ramstack.planning.holdings import Holdings
from ramstack.planning.offline import Offline
from ramstack.policy import (
    Answer,
    Document,
    Effect,
    Grant,
    Request,
    Statement,
    compare,
    expand_action,
    parse_document,
)
from ramstack.policy.catalogue import asked_resource
from ramstack.policy.condition import holds
from ramstack.policy.document import UNREADABLE
from ramstack.policy.glob import has_wildcard
from ramstack.policy.match import names_target
from ramstack.policy.request import all_of

EXPECT = "expect"
_ANY = frozenset({"*"})
Word = Literal["allowed", "denied"]
Status = Literal["passed", "failed", "undecided"]
STATUSES: tuple[Status, ...] = get_args(Status)


@dataclass(frozen=True, slots=True)
class Trial:
    """An access test held against one principal. `failures` and `doubts` are sentences."""

    stack: str
    test: Expectation
    subject: Address
    failures: tuple[str, ...] = ()
    doubts: tuple[str, ...] = ()

    @property
    def status(self) -> Status:
        if self.failures:
            return "failed"
        return "undecided" if self.doubts else "passed"

    @property
    def problems(self) -> tuple[Problem, ...]:
        """What stands against the stack."""
        return tuple(
            error(
                EXPECT,
                "Expectation not met",
                f"{self.subject}: {detail}",
                address=self.subject,
                origin=self.test.origin,
            )
            for detail in self.failures
        )


def needs_of(stacks: Sequence[Stack], after: Holdings) -> frozenset[PolicyRef]:
    """The documents that judging needs and nobody has read."""
    subjects = {one for stack in stacks for test in stack.expects for one in _subjects(test, stack)}
    return after.missing(after.policies(subjects))


def failures(stacks: Sequence[Stack], account: Account) -> tuple[Problem, ...]:
    """Every expectation that does not hold, with the statement that decides."""
    return tuple(problem for trial in trials(stacks, account) for problem in trial.problems)


def trials(stacks: Sequence[Stack], account: Account) -> tuple[Trial, ...]:
    """Every test on an account that was read. What is not known does not hold."""
    return _tried(stacks, _Court(Judge.of(account, stacks)))


def offline_trials(stacks: Sequence[Stack], view: Offline) -> tuple[Trial, ...]:
    """Every test on what the stacks alone decide. What only the account can tell is undecided."""
    return _tried(stacks, _Court(Judge.of(view.account, stacks), view.gaps, waits=True))


def _tried(stacks: Sequence[Stack], court: _Court) -> tuple[Trial, ...]:
    return tuple(
        court.trial(stack.name, test, subject)
        for stack in stacks
        for test in stack.expects
        for subject in _subjects(test, stack)
    )


def _subjects(test: Expectation, stack: Stack) -> tuple[Address, ...]:
    return (test.subject,) if test.subject else tuple(map(user_address, stack.users))


@dataclass(frozen=True)
class _Court:
    """Where tests are judged. `waits`: doubts are left for the account to settle; `gaps`: why it may know more."""

    judge: Judge
    gaps: Mapping[Address, str] = field(default_factory=lambda: MappingProxyType({}))
    waits: bool = False
    _known: dict[object, _Finding] = field(default_factory=dict)

    @cached_property
    def _principals(self) -> frozenset[Address]:
        return frozenset(self.judge.holdings.principals)

    def trial(self, stack: str, test: Expectation, subject: Address) -> Trial:
        if subject not in self._principals:
            return self._without(stack, test, subject)
        wanted: tuple[tuple[Word, str], ...] = (
            *(("allowed", pattern) for pattern in test.allow),
            *(("denied", pattern) for pattern in test.deny),
        )
        found = [self._found(test, subject, word, pattern) for word, pattern in wanted]
        failures = tuple(one.detail for one in found if one.status == "failed")
        doubts = tuple(one.detail for one in found if one.status == "undecided")
        return Trial(stack, test, subject, failures, doubts)

    def _without(self, stack: str, test: Expectation, subject: Address) -> Trial:
        if self.waits:
            return Trial(stack, test, subject, doubts=(f"{subject} is not of these stacks.",))
        return Trial(stack, test, subject, failures=(f"{subject} will not exist.",))

    def _found(self, test: Expectation, subject: Address, word: Word, pattern: str) -> _Finding:
        """Principals with equal holdings are judged once."""
        grants, gap = self.judge.holdings.grants(subject), self.gaps.get(subject, "")
        asked = (test.resource, tuple(sorted(test.context.items())), word, pattern)
        key = (tuple(map(id, grants)), gap, asked)
        if key not in self._known:
            requests = (_request(test, action) for action in _actions(grants, _request(test, pattern)))
            verdicts = [(request.action, self.judge.decide(subject, request)) for request in requests]
            self._known[key] = self._finding(word, pattern, verdicts, gap)
        return self._known[key]

    def _finding(
        self, word: Word, pattern: str, verdicts: Sequence[tuple[str, Verdict]], gap: str
    ) -> _Finding:
        open_ = [(a, v) for a, v in verdicts if self.waits and _may_turn(v, word, gap)]
        wrong = [(a, v) for a, v in verdicts if _is_wrong(v, word) and (a, v) not in open_]
        if wrong:
            return _Finding("failed", _words(word, wrong))
        if open_:
            action, verdict = open_[0]
            return _Finding("undecided", f"{action} must be {word}, and {_doubt(verdict, gap)}.")
        if gap and not verdicts:
            return _Finding("undecided", f"{pattern} must be {word}, and the account may have more: {gap}.")
        if not verdicts and word == "allowed":
            return _Finding("failed", f"{pattern} must be allowed, and nothing that it matches is.")
        return _Finding("passed")


@dataclass(frozen=True, slots=True)
class _Finding:
    status: Status
    detail: str = ""


def _request(test: Expectation, action: str) -> Request:
    return Request(action, asked_resource(action, test.resource), test.context, complete=False)


def _is_wrong(verdict: Verdict, word: Word) -> bool:
    if word == "allowed":
        return verdict.answer is not Answer.ALLOW
    return verdict.answer in (Answer.ALLOW, Answer.DEPENDS)


def _may_turn(verdict: Verdict, word: Word, gap: str) -> bool:
    """Whether the account may know what makes the answer another one; a Deny that nobody wrote is not expected."""
    match verdict.answer:
        case Answer.ALLOW | Answer.EXPLICIT_DENY:
            return False
        case Answer.IMPLICIT_DENY:
            return bool(gap)
        case Answer.DEPENDS:
            return _is_uncertain(verdict) or (word == "allowed" and bool(gap))


def _is_uncertain(verdict: Verdict) -> bool:
    return bool(verdict.unread) or any(condition.startswith(UNREADABLE) for condition in verdict.open)


def _doubt(verdict: Verdict, gap: str) -> str:
    if verdict.unread:
        return f"only the account knows what {', '.join(verdict.unread)} says"
    if _is_uncertain(verdict):
        names = sorted({reason.policy for reason in verdict.reasons if not reason.is_certain})
        return f"what is published of {', '.join(names)} leaves it open"
    return f"the account may have more: {gap}"


def _actions(grants: Sequence[Grant], asked: Request) -> tuple[str, ...]:
    """Every known operation that the asked pattern matches, and one for whatever else is allowed there, the rest being as asked."""
    known = expand_action(asked.action)
    if not has_wildcard(asked.action):
        return known or (asked.action,)
    fence = parse_document(
        {"Version": "1", "Statement": [{"Effect": "Deny", "Action": asked.action, "Resource": "*"}]}
    )
    said = _of_actions_alone(grants, asked)
    inside = compare((said, fence), (said,)).gains
    return tuple(sorted({*known, *(found.witness.action for found in inside)}))


def _of_actions_alone(grants: Sequence[Grant], asked: Request) -> Document:
    """What policies say of actions, the resource and circumstances being as asked. What is not known may allow, and denies
    nothing.
    """
    found: list[Statement] = []
    for grant in grants:
        scope = True if grant.resource_group is None else None
        for one in grant.document.statements:
            parts = (names_target(one, asked), *(holds(condition, asked) for condition in one.conditions))
            truth = all_of((scope, *parts))
            if truth or (truth is None and one.effect is Effect.ALLOW):
                found.append(replace(one, resources=_ANY, conditions=frozenset()))
    return Document("", frozenset(found), tuple(found))


def _words(word: str, wrong: Sequence[tuple[str, Verdict]]) -> str:
    action, verdict = wrong[0]
    more = f" So are {len(wrong) - 1} more operations." if len(wrong) > 1 else ""
    by = "; ".join(map(_cite, verdict.reasons)) or "no statement speaks of it"
    unread = f" {', '.join(verdict.unread)} could not be read." if verdict.unread else ""
    open_ = f" It depends on {' and on '.join(verdict.open)}." if verdict.open else ""
    return f"{action} must be {word}, and the answer is {verdict.answer}: {by}.{open_}{unread}{more}"


def _cite(reason: Reason) -> str:
    via = f" through {reason.via}" if reason.via else ""
    where = f" ({reason.origin})" if reason.origin else ""
    return f"{reason.effect} in statement {reason.number} of {reason.policy}{via}{where}"
