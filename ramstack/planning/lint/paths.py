"""Ways to more that only show when a principal's policies, groups and neighbours are seen together.

Statements on resources of any name are left to the rules for documents. RAM's operations are authorized under `ram`, those of
the IMS API too, on `acs:ram:*:<account>:user/<name>` and its like (RAM fact sheet, sections 3 and 4).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

from ramstack.model.address import Address, PolicyRef
from ramstack.planning.lint.rule import Remark, Scene
from ramstack.policy import Answer, Effect, Grant, Match, Relation, Request, compare, evaluate
from ramstack.policy.glob import has_wildcard
from ramstack.policy.match import names_action

_ANY_ACCOUNT = "0000000000000000"
_ACCOUNT_FIELD = 3
_KINDS = ("user", "group", "policy")

Concerns = Callable[[Scene, Address, Address], bool]
"""Whether a holder gains by doing it to a thing."""


@dataclass(frozen=True, slots=True)
class Way:
    """What a holder does to a thing, and to which things it leads to more."""

    action: str
    how: str
    concerns: Concerns


def _itself(_: Scene, holder: Address, target: Address) -> bool:
    return target == holder


def _its_group(scene: Scene, holder: Address, target: Address) -> bool:
    return any(holding.via == str(target) for holding in scene.holdings.of(holder))


def _its_policy(scene: Scene, holder: Address, target: Address) -> bool:
    refs = {holding.policy for holding in scene.holdings.of(holder)}
    return target.kind == "policy" and PolicyRef("custom", target.name) in refs


def _bound(scene: Scene, holder: Address, target: Address) -> bool:
    """The holder, where one of its own policies denies something."""
    own = (grant for grant in _readable(scene, holder) if not grant.via)
    denies = (one.effect is Effect.DENY for grant in own for one in grant.document.statements)
    return target == holder and any(denies)


def _mightier(scene: Scene, holder: Address, target: Address) -> bool:
    """Another user or group of these stacks that may do what the holder may not; what nobody read counts for nothing."""
    if target == holder or target not in scene.grantees:
        return False
    relation = compare(_readable(scene, holder), _readable(scene, target)).relation
    return relation in (Relation.BROADER, Relation.BOTH)


WAYS = (
    Way("ram:AttachPolicyToUser", "attaches any policy to itself", _itself),
    Way("ram:AttachPolicyToGroup", "attaches any policy to its own group", _its_group),
    Way("ram:CreatePolicyVersion", "rewrites a policy that it has", _its_policy),
    Way("ram:SetDefaultPolicyVersion", "switches a policy that it has to another version", _its_policy),
    Way("ram:AddUserToGroup", "joins a group that may do more", _mightier),
    Way("ram:CreateAccessKey", "creates an AccessKey of a user who may do more", _mightier),
    Way("ram:CreateLoginProfile", "sets a password for a user who may do more", _mightier),
    Way("ram:UpdateLoginProfile", "changes the password of a user who may do more", _mightier),
    Way("ram:DetachPolicyFromUser", "takes off a policy that denies it something", _bound),
)

LAUNCHERS: Mapping[str, str] = {
    "ecs:RunInstances": "starts a server that acts as it",
    "ecs:AttachInstanceRamRole": "gives it to a server",
    "fc:CreateFunction": "runs a function that acts as it",
    "ros:CreateStack": "has a stack made by it",
    "oos:StartExecution": "has a task done by it",
}
"""Operations that put to use a role that was passed, and how."""


def escalation_path(scene: Scene) -> Iterator[Remark]:
    """Told of users, at the place where they are written, with the policies that open the way."""
    for holder, user in scene.users.items():
        grants = _readable(scene, holder)
        for detail in (*_by_name(scene, holder, grants), *_by_role(grants)):
            yield Remark(f"{holder} {detail}", user.origin, holder)


def _by_name(scene: Scene, holder: Address, grants: tuple[Grant, ...]) -> Iterator[str]:
    accounts = _accounts(scene, grants)
    for way in WAYS:
        for target in sorted(_named(grants, way.action)):
            match = _opens(grants, way.action, target, accounts)
            if match and way.concerns(scene, holder, target):
                yield f"{way.how}: {_cite(match)} allows {way.action} on {target}."


def _named(grants: tuple[Grant, ...], action: str) -> set[Address]:
    """What statements that allow the action name to the last letter: `acs:ram:*:*:user/ann`."""
    return {
        Address((kind, name))
        for grant in grants
        for one in grant.document.statements
        if one.effect is Effect.ALLOW and names_action(one, action)
        for resource in one.resources
        for kind, _, name in (resource.rpartition(":")[2].partition("/"),)
        if kind in _KINDS and name and not has_wildcard(name)
    }


def _opens(
    grants: tuple[Grant, ...], action: str, target: Address, accounts: tuple[str, ...]
) -> Match | None:
    """The statement that allows it, for certain or under conditions."""
    for account in accounts:
        resource = f"acs:ram::{account}:{target[0]}/{target.name}"
        decision = evaluate(grants, Request(action, resource, complete=False))
        if decision.answer in (Answer.ALLOW, Answer.DEPENDS):
            return next(match for match in decision.deciding if match.effect is Effect.ALLOW)
    return None


def _accounts(scene: Scene, grants: tuple[Grant, ...]) -> tuple[str, ...]:
    """The account where a stack names it, else those that the documents name, and any."""
    guarded = {stack.account for stack in scene.stacks if stack.account}
    fields = (r.split(":") for g in grants for one in g.document.statements for r in one.resources)
    named = {f[_ACCOUNT_FIELD] for f in fields if len(f) > _ACCOUNT_FIELD and f[_ACCOUNT_FIELD].isdecimal()}
    return tuple(sorted(guarded or {*named, _ANY_ACCOUNT}))


def _by_role(grants: tuple[Grant, ...]) -> Iterator[str]:
    """Passing a role and putting it to use, allowed by different statements; one statement for both is told there."""
    for passing in _allowing(grants, "ram:PassRole"):
        for action, how in LAUNCHERS.items():
            for using in _allowing(grants, action):
                if using.statement is not passing.statement:
                    yield f"passes a role and {how}: {_cite(passing)} allows ram:PassRole, {_cite(using)} {action}."
                    return


def _allowing(grants: tuple[Grant, ...], action: str) -> Iterator[Match]:
    decision = evaluate(grants, Request(action, complete=False))
    if decision.answer in (Answer.ALLOW, Answer.DEPENDS):
        yield from (match for match in decision.deciding if match.effect is Effect.ALLOW)


def _cite(match: Match) -> str:
    via = f" through {match.grant.via}" if match.grant.via else ""
    return f"statement {match.statement.index + 1} of {match.grant.name}{via}"


def _readable(scene: Scene, holder: Address) -> tuple[Grant, ...]:
    return tuple(grant for grant in scene.holdings.grants(holder) if not grant.document.is_opaque)
