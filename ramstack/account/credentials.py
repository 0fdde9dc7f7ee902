"""Credentials of one user: keys by slot, console logon, second factor. Three calls, so only for users that matter."""

from __future__ import annotations

from collections.abc import Iterator

from ramstack.gateway.port import Reader
from ramstack.model.address import Address, access_key_address, console_address, mfa_address, user_address
from ramstack.model.resource import AccessKey, Console, Mfa, Resource


def read_credentials(reader: Reader, name: str) -> tuple[tuple[Address, Resource], ...]:
    """What the user can log on or sign with, never a secret."""
    return tuple(_credentials(reader, name))


def _credentials(reader: Reader, name: str) -> Iterator[tuple[Address, Resource]]:
    user = user_address(name)
    for slot, key in enumerate(reader.access_keys(name), start=1):
        yield access_key_address(user, slot), AccessKey(key.id, key.status, key.created)
    if login := reader.login_profile(name):
        yield console_address(user), Console(login.reset_required, login.mfa_required)
    if serial := reader.mfa_serial(name):
        yield mfa_address(user), Mfa(serial)
