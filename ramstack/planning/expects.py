"""Access tests: what stacks expect of the account as the plan will have it. A failed one is a rail that nothing lifts."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from ramstack.model.account import Account
from ramstack.model.address import Address, PolicyRef, user_address
from ramstack.model.problem import Problem, error
from ramstack.model.stack import Expectation, Stack
from ramstack.planning.decisions import Judge, Reason, Verdict
from ramstack.planning.holdings import Holdings
from ramstack.policy import Answer, Document, Grant, Request, compare, expand_action, parse_document
from ramstack.policy.glob import has_wildcard

EXPECT = "expect"


def needs_of(stacks: Sequence[Stack], after: Holdings) -> frozenset[PolicyRef]:
    """The documents that judging needs and nobody has read."""
    subjects = {one for stack in stacks for test in stack.expects for one in _subjects(test, stack)}
    return after.missing(after.policies(subjects))


def failures(stacks: Sequence[Stack], account: Account) -> tuple[Problem, ...]:
    """Every expectation that does not hold, with the statement that decides. What is not known does not hold."""
    judge = Judge.of(account, stacks)
    return tuple(
        problem
        for stack in stacks
        for test in stack.expects
        for subject in _subjects(test, stack)
        for problem in _judged(judge, test, subject)
    )


def _subjects(test: Expectation, stack: Stack) -> tuple[Address, ...]:
    return (test.subject,) if test.subject else tuple(map(user_address, stack.users))


def _judged(judge: Judge, test: Expectation, subject: Address) -> Iterator[Problem]:
    if subject not in judge.holdings.principals:
        yield _failed(test, subject, f"{subject} will not exist.")
        return
    wanted = (("allowed", test.allow), ("denied", test.deny))
    for word, patterns in wanted:
        for pattern in patterns:
            wrong = [v for v in _verdicts(judge, test, subject, pattern) if _is_wrong(v[1], word)]
            if wrong:
                yield _failed(test, subject, _words(word, wrong))


def _is_wrong(verdict: Verdict, word: str) -> bool:
    if word == "allowed":
        return verdict.answer is not Answer.ALLOW
    return verdict.answer in (Answer.ALLOW, Answer.DEPENDS)


def _verdicts(judge: Judge, test: Expectation, subject: Address, pattern: str) -> list[tuple[str, Verdict]]:
    actions = _actions(judge.holdings.grants(subject), pattern)
    requests = (Request(action, test.resource, test.context, complete=False) for action in actions)
    return [(request.action, judge.decide(subject, request)) for request in requests]


def _actions(grants: Sequence[Grant], pattern: str) -> tuple[str, ...]:
    """Every known operation that the pattern matches, and one for whatever else it is allowed to do there."""
    known = expand_action(pattern)
    if not has_wildcard(pattern):
        return known or (pattern,)
    fence = parse_document(
        {"Version": "1", "Statement": [{"Effect": "Deny", "Action": pattern, "Resource": "*"}]}
    )
    fenced: list[Grant | Document] = [*grants, fence]
    inside = compare(fenced, grants).gains
    return tuple(sorted({*known, *(found.witness.action for found in inside)}))


def _words(word: str, wrong: Sequence[tuple[str, Verdict]]) -> str:
    action, verdict = wrong[0]
    more = f" So are {len(wrong) - 1} more operations." if len(wrong) > 1 else ""
    by = "; ".join(map(_cite, verdict.reasons)) or "no statement speaks of it"
    unread = f" {', '.join(verdict.unread)} could not be read." if verdict.unread else ""
    return f"{action} must be {word}, and the answer is {verdict.answer}: {by}.{unread}{more}"


def _cite(reason: Reason) -> str:
    via = f" through {reason.via}" if reason.via else ""
    where = f" ({reason.origin})" if reason.origin else ""
    return f"{reason.effect} in statement {reason.number} of {reason.policy}{via}{where}"


def _failed(test: Expectation, subject: Address, detail: str) -> Problem:
    return error(EXPECT, "Expectation not met", f"{subject}: {detail}", address=subject, origin=test.origin)
