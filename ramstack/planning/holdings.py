"""Holdings: which policies a principal has, directly and through its groups, and what each of them says."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property

from ramstack.model.account import Account, Edition
from ramstack.model.address import Address, PolicyRef
from ramstack.model.change import ADMINISTRATOR, Plan
from ramstack.model.resource import Policy
from ramstack.planning.diff import patch
from ramstack.planning.rename import rename, renames_of
from ramstack.policy import Document, Grant, opaque, permission_diff, stored_document

PRINCIPALS = ("user", "group", "role")


@dataclass(frozen=True, slots=True, order=True)
class Holding:
    """One policy that somebody has; `via` is the group it comes through, empty where it is attached directly."""

    policy: PolicyRef
    via: str = ""
    resource_group: str = ""


@dataclass(frozen=True)
class Holdings:
    """Everything about who has which policy in one account, live or planned."""

    account: Account

    def of(self, principal: Address) -> tuple[Holding, ...]:
        """Its own and those of its groups, in order."""
        inherited = (
            Holding(policy, str(group), scope)
            for group in self._groups.get(principal, ())
            for policy, scope in self._attached.get(group, ())
        )
        return tuple(sorted((*self._own(principal), *inherited)))

    def grants(self, principal: Address) -> tuple[Grant, ...]:
        """The same as the policy engine takes them. A document that is not known may allow and deny anything."""
        return tuple(map(self._grant, self.of(principal)))

    def policies(self, principals: Iterable[Address]) -> frozenset[PolicyRef]:
        return frozenset(holding.policy for principal in principals for holding in self.of(principal))

    def members(self, group: Address) -> tuple[Address, ...]:
        return tuple(self._members.get(group, ()))

    def holders(self, policy: PolicyRef) -> tuple[Address, ...]:
        """Who has it attached, the members of such groups left out."""
        return tuple(self._holders.get(policy, ()))

    @property
    def principals(self) -> tuple[Address, ...]:
        """Users, groups, and the roles that anything is attached to."""
        named = {address for address in self.account.resources if address.is_root}
        return tuple(sorted(a for a in named | self._attached.keys() if a.kind in PRINCIPALS))

    def missing(self, wanted: Iterable[PolicyRef]) -> frozenset[PolicyRef]:
        """Those of the policies whose document nobody has read."""
        return frozenset(ref for ref in wanted if edition_of(self.account, ref) is None)

    def _own(self, principal: Address) -> Iterator[Holding]:
        return (Holding(policy, "", scope) for policy, scope in self._attached.get(principal, ()))

    def _grant(self, holding: Holding) -> Grant:
        if holding not in self._known:
            document = document_of(self.account, holding.policy)
            grant = Grant(document, str(holding.policy), holding.via, holding.resource_group or None)
            self._known[holding] = grant
        return self._known[holding]

    @cached_property
    def _known(self) -> dict[Holding, Grant]:
        return {}

    @cached_property
    def _attached(self) -> dict[Address, list[tuple[PolicyRef, str]]]:
        found: dict[Address, list[tuple[PolicyRef, str]]] = defaultdict(list)
        for address in self.account.resources:
            if address.kind == "attachment":
                found[address.root].append((address.policy, address.resource_group))
        return dict(found)

    @cached_property
    def _holders(self) -> dict[PolicyRef, list[Address]]:
        found: dict[PolicyRef, list[Address]] = defaultdict(list)
        for principal, attached in self._attached.items():
            for policy in sorted({policy for policy, _ in attached}):
                found[policy].append(principal)
        return dict(found)

    @cached_property
    def _groups(self) -> dict[Address, list[Address]]:
        found: dict[Address, list[Address]] = defaultdict(list)
        for address in self.account.resources:
            if address.kind == "membership":
                found[address.root].append(address.group)
        return dict(found)

    @cached_property
    def _members(self) -> dict[Address, list[Address]]:
        found: dict[Address, list[Address]] = defaultdict(list)
        for user, groups in self._groups.items():
            for group in groups:
                found[group].append(user)
        return dict(found)


def is_administrator(holdings: Holdings, principal: Address) -> bool:
    """Surely: policies at account scope that are known say so."""
    held = {holding.policy for holding in holdings.of(principal) if not holding.resource_group}
    grants = [g for g in holdings.grants(principal) if not g.document.is_opaque and g.resource_group is None]
    return PolicyRef("system", ADMINISTRATOR) in held or bool(permission_diff((), grants).escalations)


def edition_of(account: Account, ref: PolicyRef) -> Edition | None:
    """What the policy says; None where it was not read. What a plan puts there counts before what was read."""
    policy = account.get(Address(("policy", ref.name))) if ref.type == "custom" else None
    if isinstance(policy, Policy) and policy.document:
        return Edition(policy.document, _version(policy))
    return account.editions.get(ref)


def document_of(account: Account, ref: PolicyRef) -> Document:
    """What the policy says; opaque where it was not read."""
    edition = edition_of(account, ref)
    return edition.document if edition else opaque(f"{ref} (not read)")


def _version(policy: Policy) -> str:
    """The id of the default version, where that holds the document; a planned document has no version yet."""
    held = (version for version in policy.versions if version.is_default and version.text)
    return next((v.id for v in held if stored_document(v.text) == policy.document), "")


def live_of(plan: Plan, live: Account) -> Account:
    """The account before the plan, everything under the name that the plan gives it."""
    return rename(live, renames_of(plan.changes))


def planned(plan: Plan, live: Account) -> Account:
    """The account as it will be."""
    return patch(live_of(plan, live), plan.changes)
