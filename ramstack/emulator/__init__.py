"""The embedded account: a local server that speaks the real wire protocol of RAM and its neighbours.

The road of a call: ``app`` (sockets, latency, faults) → ``service`` (one transaction) → ``wire`` (parameters) →
``authenticate`` with ``signature`` → ``pace`` → ``authorize`` → an action (``users``, ``groups``, ``policies``, …,
listed by product in ``products``) → ``calls`` (the log). The world is one SQLite file (``store``, ``schema.sql``).

It is written from the service's documentation and imports nothing of ours but the policy language: a second witness.
"""

from typing import TYPE_CHECKING

from ramstack.emulator.calls import LoggedCall
from ramstack.emulator.certificates import Certificate, own_certificate
from ramstack.emulator.faults import Fault, read_faults
from ramstack.emulator.rules import Quotas
from ramstack.emulator.server import EmbeddedAccount, dump, load, reset, serve_forever
from ramstack.emulator.settings import Settings
from ramstack.emulator.store import WrongStore
from ramstack.emulator.world import Key

if TYPE_CHECKING:
    from ramstack.emulator.seed import (
        Seed,
        SeedAttachment,
        SeedGroup,
        SeedMembership,
        SeedPolicy,
        SeedRole,
        SeedUser,
        UnfitSeed,
    )

__all__ = [
    "Certificate",
    "EmbeddedAccount",
    "Fault",
    "Key",
    "LoggedCall",
    "Quotas",
    "Seed",
    "SeedAttachment",
    "SeedGroup",
    "SeedMembership",
    "SeedPolicy",
    "SeedRole",
    "SeedUser",
    "Settings",
    "UnfitSeed",
    "WrongStore",
    "dump",
    "load",
    "own_certificate",
    "read_faults",
    "reset",
    "serve_forever",
]


def __getattr__(name: str) -> object:
    """Seeds are imported when they are wanted: serving needs none."""
    if name not in __all__:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from ramstack.emulator import seed  # noqa: PLC0415

    return getattr(seed, name)
