"""Drafts of credentials: what a logon, a key or a second factor costs that comes, changes or goes."""

from __future__ import annotations

from collections.abc import Iterator

from ramstack.model.address import Address
from ramstack.model.call import (
    CreateAccessKey,
    CreateLoginProfile,
    DeleteAccessKey,
    DeleteLoginProfile,
    UnbindMfa,
    UpdateAccessKey,
    UpdateLoginProfile,
)
from ramstack.model.change import Change
from ramstack.model.resource import AccessKey, Console, Mfa
from ramstack.planning.steps import Draft, Phase


def credential_drafts(change: Change) -> Iterator[Draft]:
    """A key is disabled before it is deleted, and one that nobody holds is deleted before another takes its slot."""
    where, user = (change.address,), change.address.name
    match change.before, change.after:
        case None, Console() as logon:
            flags = (logon.reset_required, logon.mfa_required)
            yield Draft(Phase.LOGON, CreateLoginProfile(user, *flags, logon.password, logon.sink), where)
        case Console() as before, Console() as after:
            yield Draft(Phase.LOGON, _update_logon(user, before, after), where)
        case Console(), None:
            yield Draft(Phase.CONSOLE_OFF, DeleteLoginProfile(user), where)
        case Mfa(), None:
            yield Draft(Phase.MFA_OFF, UnbindMfa(user), where)
        case None, AccessKey() as key:
            yield _new_key(change.address, key)
        case AccessKey() as before, AccessKey() as after if before.id != after.id:
            yield from _removal(before, where, (Phase.DISABLE_LOST, Phase.DELETE_LOST))
            yield _new_key(change.address, after)
        case AccessKey() as before, AccessKey() as after:
            phase = Phase.KEYS if after.status == "Active" else Phase.DISABLE_KEYS
            yield Draft(phase, UpdateAccessKey(user, before.id, after.status, after.is_retired), where)
        case AccessKey() as key, None:
            yield from _removal(key, where, (Phase.DISABLE_KEYS, Phase.DELETE_KEYS))


def _update_logon(user: str, before: Console, after: Console) -> UpdateLoginProfile:
    return UpdateLoginProfile(
        user,
        after.reset_required if after.reset_required != before.reset_required or after.password else None,
        after.mfa_required if after.mfa_required != before.mfa_required else None,
        after.password,
        after.sink,
    )


def _new_key(address: Address, key: AccessKey) -> Draft:
    return Draft(Phase.KEYS, CreateAccessKey(address.name, address.slot, key.sink), (address,))


def _removal(key: AccessKey, where: tuple[Address, ...], phases: tuple[Phase, Phase]) -> Iterator[Draft]:
    user = where[0].name
    if key.status == "Active":
        yield Draft(phases[0], UpdateAccessKey(user, key.id, "Inactive"), where)
    yield Draft(phases[1], DeleteAccessKey(user, key.id), where)
