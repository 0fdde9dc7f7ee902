"""Credentials of users: keys by slot, console logon, second factor. A call for each, so only for users that matter."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

from ramstack.gateway.port import KeyRow, Reader
from ramstack.model.account import Account
from ramstack.model.address import (
    Address,
    Kind,
    access_key_address,
    console_address,
    mfa_address,
    user_address,
)
from ramstack.model.errors import Refused
from ramstack.model.mark import KeysMark
from ramstack.model.moment import read_stamp
from ramstack.model.resource import AccessKey, Console, Mfa, Resource, Standing

WORKERS = 16


def read_credentials(
    reader: Reader, name: str, mark: KeysMark, kinds: Collection[Kind]
) -> tuple[tuple[Address, Resource], ...]:
    """What the user can log on or sign with, as far as these kinds go; never a secret."""
    return tuple(_credentials(reader, name, mark, kinds))


def _credentials(
    reader: Reader, name: str, mark: KeysMark, kinds: Collection[Kind]
) -> Iterator[tuple[Address, Resource]]:
    user = user_address(name)
    if "access_key" in kinds:
        for slot, key in enumerate(reader.access_keys(name), start=1):
            yield access_key_address(user, slot), _key(key, mark)
    if "console" in kinds and (login := reader.login_profile(name)):
        is_lost = mark.lost_password(login.created)
        yield console_address(user), Console(login.reset_required, login.mfa_required, is_lost=is_lost)
    if "mfa" in kinds and (serial := reader.mfa_serial(name)):
        yield mfa_address(user), Mfa(serial)


def _key(row: KeyRow, mark: KeysMark) -> AccessKey:
    retired = mark.retired(row.id)
    is_retired = bool(retired) and row.status != "Active"
    return AccessKey(
        row.id,
        row.status,
        is_retired=is_retired,
        created=row.created,
        standing=_standing(row, mark),
        retired=retired,
        is_proven=row.id not in mark.unproven,
    )


def _standing(row: KeyRow, mark: KeysMark) -> Standing:
    if row.id in mark.delivered:
        return "delivered"
    return "lost" if mark.lost_key(row.id, row.created) else "foreign"


def with_last_use(reader: Reader, live: Account, wanted: Iterable[Address]) -> Account:
    """The account with the last use of these keys. Where the service does not tell, it stays unknown."""
    keys = {a: key for a in sorted(wanted) if isinstance(key := live.get(a), AccessKey)}
    if not keys:
        return live
    before = reader.calls_made()
    with ThreadPoolExecutor(WORKERS, thread_name_prefix="last-use") as pool:
        uses = pool.map(lambda item: _last_use(reader, item[0].name, item[1].id), keys.items())
        known = {a: replace(key, used=used) for (a, key), used in zip(keys.items(), uses, strict=True)}
    reads = live.reads + reader.calls_made() - before
    return replace(live, resources={**live.resources, **known}, reads=reads)


def _last_use(reader: Reader, user: str, key_id: str) -> str | None:
    try:
        used = reader.last_used(user, key_id)
    except Refused:
        return None
    return used if not used or read_stamp(used) else None
