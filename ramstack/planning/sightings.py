"""Sightings: what a stack does not govern and a person should know about its users and groups."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from ramstack.model.account import Account
from ramstack.model.address import Address
from ramstack.model.problem import Origin, Problem, warning
from ramstack.model.resource import User


def sightings(ours: Iterable[Address], live: Account, origins: Mapping[Address, Origin]) -> Iterator[Problem]:
    """Frozen users, and grants at resource-group scope, which IMS ignores and `policies:` leaves alone."""
    roots = frozenset(ours)
    for address in sorted(roots):
        user = live.get(address)
        if isinstance(user, User) and user.frozen:
            yield warning(
                "frozen-user",
                "Frozen user",
                f"{address} is frozen: it can neither log on nor sign calls until somebody unfreezes it in the console.",
                address=address,
                origin=origins.get(address),
            )
    for address in sorted(
        a for a in live.resources if a.kind == "attachment" and a.root in roots and a.resource_group
    ):
        yield warning(
            "resource-group-grant",
            "Grant at resource-group scope",
            f"{address.root} has {address.policy} in resource group {address.resource_group}. policies: governs account scope "
            "only, so it stays as it is; Intelligent Media Service does not look at it.",
            address=address,
            origin=origins.get(address.root),
        )
