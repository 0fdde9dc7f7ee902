"""Whether a statement speaks of a request."""

from __future__ import annotations

from ramstack.policy.catalogue import fixed_resources
from ramstack.policy.condition import holds
from ramstack.policy.glob import covers_all, matches, matches_any
from ramstack.policy.request import Request, Truth, all_of, any_of
from ramstack.policy.statement import Principal, Statement


def applies(statement: Statement, request: Request) -> Truth:
    """Action, principal, resource and every condition. Unknown only where what is known does not rule it out."""
    if not names_action(statement, request.action):
        return False
    parts = (names_principal(statement, request.principal), names_target(statement, request))
    return all_of((*parts, *(holds(condition, request) for condition in statement.conditions)))


def names_action(statement: Statement, action: str) -> bool:
    """Actions have no case. NotAction names everything but what it lists."""
    return matches_any(statement.actions, action.lower()) is not statement.but


def names_resource(statement: Statement, resource: str) -> bool:
    """Resources have case: no page says otherwise."""
    return matches_any(statement.resources, resource)


def names_target(statement: Statement, request: Request) -> Truth:
    """Where the request does not say its resource: unknown, but for what every request of the service names."""
    if request.resource is not None:
        return names_resource(statement, request.resource)
    if any(covers_all(pattern) for pattern in statement.resources):
        return True
    certain = {names_resource(statement, one) for one in fixed_resources(request.action, statement.resources)}
    return certain.pop() if len(certain) == 1 else None


def names_principal(statement: Statement, given: Principal | None) -> Truth:
    """Identity policies speak of whoever has them."""
    if statement.principals is None:
        return True
    return any_of(_is_principal(principal, given) for principal in statement.principals)


def _is_principal(wanted: Principal, given: Principal | None) -> Truth:
    if wanted.value == "*":
        return True
    if given is None:
        return None
    if (
        wanted.kind == "*"
    ):  # a bucket policy names ids, a request names an ARN: equality is all that is certain
        return True if wanted.value == given.value else None
    if wanted.kind != given.kind:
        return False
    return matches(wanted.value, given.value) or _is_account_of(wanted.value, given.value)


def _is_account_of(root: str, identity: str) -> bool:
    """``acs:ram::<account>:root`` stands for every identity of the account."""
    account, _, name = root.rpartition(":")
    return name == "root" and identity.startswith(f"{account}:")
