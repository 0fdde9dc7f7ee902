"""Account: what is held, live or wished, as a flat map."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from types import MappingProxyType

from ramstack.model.address import Address, PolicyRef
from ramstack.model.quotas import DEFAULT_QUOTAS, Quotas
from ramstack.model.resource import Resource, Root
from ramstack.model.unread import Unread
from ramstack.policy import Document


@dataclass(frozen=True, slots=True)
class Edition:
    """What a policy says: its default version's document and id. No id: a version that is not there yet."""

    document: Document
    version: str = ""


EMPTY: Mapping[Address, Resource] = MappingProxyType({})
NO_EDITIONS: Mapping[PolicyRef, Edition] = MappingProxyType({})


@dataclass(frozen=True)
class Account:
    """One account at one moment.

    `system_policies` is the service's own catalogue, names in the service's case. Nothing may be concluded about what is
    `unread`. `editions` are the policies that were read only to be understood: no plan compares them.
    `reads` is how many calls it took to know all this. `recycled` are names of users in the recycle bin, as far as anybody asked.
    """

    id: str = ""
    caller: str = ""
    resources: Mapping[Address, Resource] = field(default_factory=lambda: EMPTY)
    system_policies: frozenset[str] = frozenset()
    unread: tuple[Unread, ...] = ()
    editions: Mapping[PolicyRef, Edition] = field(default_factory=lambda: NO_EDITIONS)
    reads: int = 0
    quotas: Quotas = DEFAULT_QUOTAS
    recycled: frozenset[str] = frozenset()

    def __contains__(self, address: Address) -> bool:
        return address in self.resources

    def get(self, address: Address) -> Resource | None:
        return self.resources.get(address)

    def roots(self) -> Iterator[tuple[Address, Root]]:
        """Users, groups, policies and roles, without what hangs below them."""
        for address, resource in self.resources.items():
            if isinstance(resource, Root):
                yield address, resource

    def owner_of(self, address: Address) -> str:
        """The owner mark of the root that `address` belongs to; empty when it carries none or does not exist."""
        root = self.resources.get(address.root)
        return root.owner if isinstance(root, Root) else ""

    def only(self, keep: Callable[[Address], bool]) -> Account:
        """The part of the account whose addresses pass `keep`."""
        return replace(self, resources={a: r for a, r in self.resources.items() if keep(a)})
