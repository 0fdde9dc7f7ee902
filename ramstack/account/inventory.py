"""Taking inventory of credentials: from the service's report where that is permitted, else user by user."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

from ramstack.account.reader import WORKERS
from ramstack.gateway.inventory import SdkInventory
from ramstack.gateway.port import Reader
from ramstack.model.errors import NotFound, Refused
from ramstack.model.inventory import HeldCredentials, Inventory, Source

PAUSE = 2.0
TRIES = 15


def take_inventory(
    reader: Reader, credentials: SdkInventory, sleep: Callable[[float], None], source: Source | None = None
) -> Inventory:
    """Every user's credentials. The report costs two calls and a page each 3,500 users; it does not tell the ids of keys.

    Without a `source` it is the report and, where the service refuses that, the users; a remark says so.
    """
    if source == "users":
        return from_users(reader, credentials)
    try:
        return from_report(credentials, sleep)
    except Refused as refusal:
        if source == "report":
            raise
        remark = f"There is no credential report to be had ({refusal.code}), so every user was asked."
    return from_users(reader, credentials, remark)


def from_report(credentials: SdkInventory, sleep: Callable[[float], None]) -> Inventory:
    """As the service's report tells it; where a new one is long in the making, the one before, and a remark."""
    tries = 1
    while not (is_ready := credentials.make_report()) and tries < TRIES:
        sleep(PAUSE)
        tries += 1
    users, made_at = credentials.report()
    remarks = () if is_ready else (f"A new credential report is not ready; this one was made at {made_at}.",)
    return Inventory("report", tuple(sorted(users, key=lambda one: one.user)), made_at, remarks)


def from_users(reader: Reader, credentials: SdkInventory, *remarks: str) -> Inventory:
    """Three calls a user and one or two for each key and logon, side by side. Who is deleted meanwhile is left out."""

    def ask(user: str) -> HeldCredentials | None:
        try:
            keys = reader.access_keys(user)
            return HeldCredentials(
                user=user,
                has_mfa=bool(reader.mfa_serial(user)),
                logon=credentials.logon(user),
                keys=tuple(credentials.key(user, slot, row) for slot, row in enumerate(keys, start=1)),
            )
        except NotFound:
            return None

    names = sorted(row.name for row in reader.users())
    with ThreadPoolExecutor(WORKERS, thread_name_prefix="keys") as pool:
        return Inventory("users", tuple(found for found in pool.map(ask, names) if found), "", remarks)
