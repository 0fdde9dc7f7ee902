"""The rules for documents, on every custom policy of the stacks, in the light of what its holders have besides, and on every
trust policy; and those on single actions on access tests.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from ramstack.model.address import Address, PolicyRef, policy_address, role_address
from ramstack.model.problem import Problem, from_finding
from ramstack.model.stack import RoleWish, Stack
from ramstack.planning.lint.rule import Scene
from ramstack.planning.wish import NO_ACCOUNT
from ramstack.policy import Document, Finding, Kind
from ramstack.policy.lint import RULES, Rule, Subject, lint_actions

_SOME = 3
_ALONE = tuple(rule for rule in RULES if not rule.looks_beside)
_BESIDE = tuple(rule for rule in RULES if rule.looks_beside)


def document_problems(scene: Scene) -> Iterator[Problem]:
    """What every rule for documents says of every policy and trust, at its place in the stack."""
    for stack in scene.stacks:
        for wish in stack.policies.values():
            address = policy_address(wish.name)
            for finding in _findings(scene, PolicyRef("custom", wish.name), wish.document):
                yield from_finding(finding, wish.site(finding.path), address=address)
        for role in stack.roles.values():
            for finding in _trust_findings(role, stack.account or NO_ACCOUNT):
                yield from_finding(finding, role.trust_site(finding.path), address=role_address(role.name))


def test_problems(stack: Stack) -> Iterator[Problem]:
    """Access tests of operations that nobody knows: `deny:` with a slip of the pen holds whatever the policies say."""
    for test in stack.expects:
        for finding in lint_actions((*test.allow, *test.deny)):
            yield from_finding(finding, test.origin, address=test.subject)


def _trust_findings(role: RoleWish, account: str) -> Iterator[Finding]:
    if role.trust:
        subject = Subject(role.trust.document_in(account), Kind.TRUST)
        yield from (finding for rule in _ALONE for finding in rule.findings(subject))


def _findings(scene: Scene, policy: PolicyRef, document: Document) -> Iterator[Finding]:
    alone = Subject(document)
    for rule in _ALONE:
        yield from rule.findings(alone)
    for rule in _BESIDE:
        if found := tuple(rule.findings(alone)):  # more documents never make such a rule say more
            yield from _beside(rule, found, scene, policy)


def _beside(rule: Rule, found: tuple[Finding, ...], scene: Scene, policy: PolicyRef) -> Iterator[Finding]:
    """What is still true for some holder, with the names of those; of a policy that nobody has, all."""
    holders = _holders(scene, policy)
    if not holders:
        yield from found
        return
    told: dict[Finding, list[Address]] = {}
    known: dict[tuple[int, ...], tuple[Finding, ...]] = {}
    for holder in holders:
        grants = scene.holdings.grants(holder)
        documents = {grant.name: grant.document for grant in grants}
        document = documents.pop(str(policy))
        key = tuple(map(id, documents.values()))
        if key not in known:
            known[key] = tuple(rule.findings(Subject(document, beside=tuple(documents.values()))))
        for finding in known[key]:
            told.setdefault(finding, []).append(holder)
    for finding, lacking in told.items():
        yield replace(finding, detail=f"{finding.detail} So it is for {_listed(lacking)}.")


def _holders(scene: Scene, policy: PolicyRef) -> tuple[Address, ...]:
    """Users, directly or through a group; a group that has no members in these stacks; in order."""
    direct = scene.holdings.holders(policy)
    members = {group: scene.holdings.members(group) for group in direct if group.kind == "group"}
    found = {member for group in members.values() for member in group}
    return tuple(sorted(found | {one for one in direct if not members.get(one)}))


def _listed(addresses: list[Address]) -> str:
    more = f" and {len(addresses) - _SOME} more" if len(addresses) > _SOME else ""
    return ", ".join(map(str, addresses[:_SOME])) + more
