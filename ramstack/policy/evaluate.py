"""Decide requests as the service does: explicit deny, then allow, then implicit deny; layer by layer.

Source: help page "Policy evaluation process" (AlibabaCloudDocs/ram; the page of 2026-03-20 agrees). A layer's answer is kept as
the *set* of what it may be, so that what is unknown in one layer can be carried through the others without guessing.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace

from ramstack.policy.catalogue import knows_resource_groups
from ramstack.policy.condition import holds
from ramstack.policy.decision import Answer, Decision, Grant, Match
from ramstack.policy.document import Document
from ramstack.policy.match import applies
from ramstack.policy.request import Request, Truth, all_of
from ramstack.policy.statement import Effect

Outcomes = frozenset[Answer]
"""What a layer may answer, of allow, explicit deny and implicit deny."""


@dataclass(frozen=True, slots=True)
class Layers:
    """Every policy that has a say in one request. None: the layer is not there."""

    identity: tuple[Grant, ...] | None = None
    """Of the user, its groups or the role. None for callers that have none: services, federated users."""
    resource: Document | None = None
    """The bucket's policy, or the trust policy of the role to be assumed."""
    session: Document | None = None
    control: tuple[Grant, ...] | None = None
    """The control policies of the resource directory that bind the account."""


@dataclass(frozen=True, slots=True)
class _Verdict:
    outcomes: Outcomes
    deciding: tuple[Match, ...] = ()
    notes: tuple[str, ...] = ()


def evaluate(policies: Iterable[Grant | Document], request: Request) -> Decision:
    """The decision of identity policies alone: those of a user and its groups, or of a role. Their order does not count."""
    return _decide(_evaluate_identity(_grants(policies), request))


def evaluate_layers(layers: Layers, request: Request) -> Decision:
    """The decision of all layers. Control and session policies never grant; assuming a role needs both sides' Allow."""
    verdict = _evaluate_sides(layers, request)
    if layers.session is not None:
        verdict = _combine(_gate, _evaluate_unit(_grants([layers.session]), request), verdict)
    if layers.control is not None:
        verdict = _combine(_gate, _evaluate_unit(layers.control, request), verdict)
    return _decide(verdict)


def _evaluate_sides(layers: Layers, request: Request) -> _Verdict:
    resource = None if layers.resource is None else _evaluate_unit(_grants([layers.resource]), request)
    identity = None if layers.identity is None else _evaluate_identity(layers.identity, request)
    if identity is None or resource is None:
        return identity or resource or _Verdict(frozenset({Answer.IMPLICIT_DENY}))
    return _combine(_both if request.action.lower() == "sts:assumerole" else _either, identity, resource)


def _evaluate_identity(grants: tuple[Grant, ...], request: Request) -> _Verdict:
    """Account level first. Only where it says nothing are grants within the request's resource group looked at."""
    account = _evaluate_unit(tuple(grant for grant in grants if grant.resource_group is None), request)
    scoped = tuple(grant for grant in grants if grant.resource_group is not None)
    if not scoped:
        return account
    if not knows_resource_groups(request.action):
        return replace(
            account, notes=("Grants within resource groups do not count: the service knows none.",)
        )
    inner = _evaluate_unit(scoped, request)
    return replace(_combine(_fall_back, account, inner), notes=_notes(account, inner))


def _notes(account: _Verdict, inner: _Verdict) -> tuple[str, ...]:
    if Answer.ALLOW in account.outcomes and Answer.EXPLICIT_DENY in inner.outcomes:
        return (
            "A Deny within the resource group does not stop the account's Allow, as the documentation reads.",
        )
    return ()


def _evaluate_unit(grants: tuple[Grant, ...], request: Request) -> _Verdict:
    """The smallest unit: any Deny that applies decides, else any Allow, else nothing."""
    found = [match for grant in grants for match in _matches(grant, request)]
    denies = [match for match in found if match.effect is Effect.DENY]
    allows = [match for match in found if match.effect is Effect.ALLOW]
    sure_denies = tuple(match for match in denies if match.truth)
    if sure_denies:
        return _Verdict(frozenset({Answer.EXPLICIT_DENY}), sure_denies)
    sure_allows = tuple(match for match in allows if match.truth)
    outcomes = {Answer.EXPLICIT_DENY} if denies else set()
    outcomes |= {Answer.ALLOW} if allows else set()
    outcomes |= set() if sure_allows else {Answer.IMPLICIT_DENY}
    return _Verdict(frozenset(outcomes), (*denies, *(sure_allows or allows)))


def _matches(grant: Grant, request: Request) -> Iterator[Match]:
    scope = _in_scope(grant, request)
    for statement in grant.document.statements:
        truth = all_of((scope, applies(statement, request)))
        if truth is not False:
            unknown = (condition for condition in statement.conditions if holds(condition, request) is None)
            yield Match(grant, statement, truth, tuple(sorted(unknown)))


def _in_scope(grant: Grant, request: Request) -> Truth:
    if grant.resource_group is None:
        return True
    return None if request.resource_group is None else grant.resource_group == request.resource_group


def _grants(policies: Iterable[Grant | Document]) -> tuple[Grant, ...]:
    return tuple(policy if isinstance(policy, Grant) else Grant(policy) for policy in policies)


Rule = Callable[[Answer, Answer], Answer]


def _combine(rule: Rule, first: _Verdict, second: _Verdict) -> _Verdict:
    """A rule on two answers, for every pair of answers that may be; with the statements of those that matter."""
    outcomes = frozenset(rule(one, other) for one in first.outcomes for other in second.outcomes)
    deciding = tuple(
        match
        for verdict in (first, second)
        for match in verdict.deciding
        if _ANSWERS[match.effect] in outcomes
    )
    return _Verdict(outcomes, deciding, first.notes + second.notes)


_ANSWERS = {Effect.ALLOW: Answer.ALLOW, Effect.DENY: Answer.EXPLICIT_DENY}


def _gate(first: Answer, second: Answer) -> Answer:
    """Anything but Allow ends it."""
    return second if first is Answer.ALLOW else first


def _fall_back(first: Answer, second: Answer) -> Answer:
    return second if first is Answer.IMPLICIT_DENY else first


def _either(first: Answer, second: Answer) -> Answer:
    """Any explicit deny, else any allow."""
    return Answer.EXPLICIT_DENY if Answer.EXPLICIT_DENY in {first, second} else _fall_back(first, second)


def _both(first: Answer, second: Answer) -> Answer:
    """Any explicit deny, else allow where both allow."""
    return Answer.EXPLICIT_DENY if Answer.EXPLICIT_DENY in {first, second} else _gate(first, second)


def _decide(verdict: _Verdict) -> Decision:
    """One answer is that answer; several are a deny where none is an allow, and otherwise depend."""
    if len(verdict.outcomes) == 1:
        (answer,) = verdict.outcomes
    else:
        answer = Answer.DEPENDS if Answer.ALLOW in verdict.outcomes else Answer.IMPLICIT_DENY
    return Decision(answer, () if answer is Answer.IMPLICIT_DENY else verdict.deciding, verdict.notes)
