"""Decisions: may this principal do that, and which statement says so. Identity policies only, as attachments give them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from ramstack.model.account import Account
from ramstack.model.address import Address, PolicyRef
from ramstack.model.problem import Origin
from ramstack.model.stack import PolicyWish, Stack
from ramstack.planning.holdings import Holdings, edition_of
from ramstack.policy import Answer, Decision, Match, Request, evaluate
from ramstack.policy.match import names_target

Wishes = Mapping[PolicyRef, PolicyWish]


@dataclass(frozen=True, slots=True)
class Reason:
    """A statement that decides: what it says, of which policy and version, through which group, and where we wrote it."""

    effect: str
    policy: str
    version: str
    via: str
    number: int
    actions: tuple[str, ...]
    but: bool
    resources: tuple[str, ...]
    conditions: tuple[str, ...]
    origin: Origin | None = None
    is_certain: bool = True


@dataclass(frozen=True, slots=True)
class Verdict:
    """The answer for one principal, with its reasons; `open` says what it depends on, conditions first, `unread` names policies
    whose document nobody could read.
    """

    principal: Address
    answer: Answer
    reasons: tuple[Reason, ...] = ()
    open: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    unread: tuple[str, ...] = ()


@dataclass(frozen=True)
class Judge:
    """Decides in one account; `wishes` are the policies of stacks, so that a reason can name its line."""

    holdings: Holdings
    wishes: Wishes

    @classmethod
    def of(cls, account: Account, stacks: Iterable[Stack] = ()) -> Judge:
        return cls(Holdings(account), wishes_of(stacks))

    def decide(self, principal: Address, request: Request) -> Verdict:
        """What is not known never allows: then the answer depends."""
        return self._tell(principal, request, evaluate(self.holdings.grants(principal), request))

    def who_can(self, request: Request) -> tuple[Verdict, ...]:
        """Every principal that may, or may under conditions. Those with equal holdings are decided once."""
        known: dict[object, Decision] = {}
        found: list[Verdict] = []
        for principal in self.holdings.principals:
            grants = self.holdings.grants(principal)
            key = tuple(map(id, grants))
            if key not in known:
                known[key] = evaluate(grants, request)
            if known[key].answer in (Answer.ALLOW, Answer.DEPENDS):
                found.append(self._tell(principal, request, known[key]))
        return tuple(found)

    def _tell(self, principal: Address, request: Request, decision: Decision) -> Verdict:
        readable = [match for match in decision.deciding if not match.grant.document.is_opaque]
        hangs = readable if decision.answer is Answer.DEPENDS else []
        return Verdict(
            principal,
            decision.answer,
            tuple(self.reason(match) for match in readable),
            (
                *sorted({str(condition) for match in hangs for condition in match.open}),
                *sorted({word for match in hangs for word in _unsaid(match, request)}),
            ),
            decision.notes,
            tuple(sorted({m.grant.name for m in decision.deciding if m.grant.document.is_opaque})),
        )

    def reason(self, match: Match) -> Reason:
        """A statement as people look for it."""
        statement, grant = match.statement, match.grant
        kind, _, name = grant.name.partition("/")
        ref = PolicyRef("system" if kind == "system" else "custom", name)
        edition = edition_of(self.holdings.account, ref)
        return Reason(
            effect=str(statement.effect),
            policy=grant.name,
            version=edition.version if edition else "",
            via=grant.via,
            number=statement.index + 1,
            actions=statement.spelled,
            but=statement.but,
            resources=statement.targets,
            conditions=tuple(str(condition) for condition in sorted(statement.conditions)),
            origin=self._origin(ref, match),
            is_certain=match.truth is True,
        )

    def _origin(self, ref: PolicyRef, match: Match) -> Origin | None:
        """Where a stack wrote the statement; None where the account holds another document."""
        wish = self.wishes.get(ref)
        if wish is None or wish.document != match.grant.document:
            return None
        written = (one.index for one in wish.document.statements if one == match.statement)
        return wish.site(("Statement", next(written)))


def _unsaid(match: Match, request: Request) -> Iterator[str]:
    """What the request does not say and the statement asks for, conditions aside."""
    if names_target(match.statement, request) is None:
        yield "the resource"
    if match.grant.resource_group is not None and request.resource_group is None:
        yield "the resource group"


def wishes_of(stacks: Iterable[Stack]) -> Wishes:
    """The custom policies of stacks by what they are called in the account."""
    return {PolicyRef("custom", name): wish for stack in stacks for name, wish in stack.policies.items()}
