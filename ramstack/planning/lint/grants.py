"""Rules on who is given what: spelling, repetition, more than is needed, console logon without a second factor."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence

from ramstack.model.address import Address, PolicyRef, group_address, role_address, user_address
from ramstack.model.stack import Expectation, Stack
from ramstack.planning.lint.rule import Remark, Scene
from ramstack.planning.offline import granted
from ramstack.policy import Document, Effect, expand_action, least_privilege
from ramstack.policy.glob import has_wildcard

_MANY_USERS = 3
_FEW_OPERATIONS = 20
_SHOWN = 5


def policy_spelling(scene: Scene) -> Iterator[Remark]:
    """System policies are matched without case, custom ones with it: the next reader should not have to know."""
    spelling = {name.lower(): name for name in scene.view.account.system_policies}
    own = {name for stack in scene.stacks for name in stack.policies}
    for address, sited in granted(scene.stacks):
        written = sited.value
        known = spelling.get(written.name.lower())
        is_system = written.type == "system" or (written.type is None and written.name not in own)
        if is_system and known and known != written.name:
            told = f"The system policy is called {known}; here it is written {written.name}."
            yield Remark(told, sited.origin, address)


def repeated_attachments(scene: Scene) -> Iterator[Remark]:
    """The same policies on many users one by one: somebody will be forgotten at the next change."""
    alike: dict[frozenset[PolicyRef], list[Address]] = defaultdict(list)
    for address, user in scene.users.items():
        if user.policies:
            alike[frozenset(h.policy for h in scene.holdings.of(address) if not h.via)].append(address)
    for policies, users in alike.items():
        if len(users) >= _MANY_USERS:
            first = min(users, key=lambda one: scene.users[one].origin)
            yield Remark(_group_advice(policies, sorted(users)), scene.users[first].origin, first)


def _group_advice(policies: frozenset[PolicyRef], users: Sequence[Address]) -> str:
    names = [user.name for user in users]
    more = f" and {len(names) - _SHOWN} more" if len(names) > _SHOWN else ""
    told = (
        f"{len(users)} users have the same policies attached directly: {', '.join(names[:_SHOWN])}{more}. A group says it"
        " once; give these users `groups: [NAME]` instead:"
    )
    return "\n".join(
        (
            told,
            "  groups:",
            "    NAME:",
            f"      policies: [{', '.join(sorted(policy.name for policy in policies))}]",
        )
    )


def wide_grant(scene: Scene) -> Iterator[Remark]:
    """All of a service, where the stack's own tests need a handful of its operations."""
    for stack in scene.stacks:
        for subject, needed in _needed(stack).items():
            for service, actions in needed.items():
                wide = [policy for policy in _policies(scene, subject) if _is_all(policy[1], service)]
                if wide and len(actions) <= _FEW_OPERATIONS:
                    names = ", ".join(name for name, _ in wide)
                    yield Remark(_narrow(names, service, actions), scene.grantees[subject], subject)


def _needed(stack: Stack) -> dict[Address, dict[str, frozenset[str]]]:
    """The operations that tests expect to be allowed, by principal of the stack and service, without guessing at patterns."""
    found: dict[Address, dict[str, set[str]]] = defaultdict(lambda: defaultdict(set))
    for test in stack.expects:
        for subject in _subjects(test, stack):
            for action in test.allow:
                found[subject][action.partition(":")[0].lower()] |= set(expand_action(action) or (action,))
    return {
        subject: {
            service: frozenset(actions)
            for service, actions in services.items()
            if not any(has_wildcard(action) for action in actions)
        }
        for subject, services in found.items()
    }


def _subjects(test: Expectation, stack: Stack) -> tuple[Address, ...]:
    own = {
        *(user_address(name) for name in stack.users),
        *(group_address(name) for name in stack.groups),
        *(role_address(name) for name in stack.roles),
    }
    return tuple(sorted(own & {test.subject})) if test.subject else tuple(map(user_address, stack.users))


def _policies(scene: Scene, subject: Address) -> Iterator[tuple[str, Document]]:
    for grant in scene.holdings.grants(subject):
        if not grant.document.is_opaque:
            yield grant.name, grant.document


def _is_all(document: Document, service: str) -> bool:
    """Whether one statement allows the service's every operation, known or to come, under no condition."""
    everything = {f"{service}:*", "*", "*:*"}
    return any(
        one.effect is Effect.ALLOW and not one.but and not one.conditions and everything & one.actions
        for one in document.statements
    )


def _narrow(names: str, service: str, actions: frozenset[str]) -> str:
    (statement,) = least_privilege(actions).statements
    told = (
        f"{names} allows all of {service}, and the tests of this stack need {len(statement.spelled)} of its operations."
        " Where they say all that is needed, a custom policy is enough:"
    )
    return "\n".join(
        (
            told,
            "  document:",
            '    Version: "1"',
            "    Statement:",
            "      - Effect: Allow",
            "        Action:",
            *(f"          - {action}" for action in statement.spelled),
            '        Resource: "*"',
        )
    )


def console_without_mfa(scene: Scene) -> Iterator[Remark]:
    """A password alone opens the console."""
    for address, user in scene.users.items():
        console = user.console
        if console and console.is_on and not console.mfa_required:
            told = f"{address} may log on to the console with a password alone. Write `mfa_required: true` under `console:`."
            yield Remark(told, console.origin, address)
