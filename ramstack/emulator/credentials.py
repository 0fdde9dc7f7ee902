"""Credentials and whose they are: keys of root and of users, and the short-lived ones of sessions.

A session is a role's, opened by AssumeRole, or a user's, who logged on at the console.
"""

from dataclasses import dataclass, replace
from datetime import datetime

from ramstack.emulator.call import Account, Caller, write_date
from ramstack.emulator.errors import Refusal
from ramstack.emulator.signature import is_same
from ramstack.emulator.store import Row, Store

SESSION_PREFIX = "STS."

USED = """
 UPDATE access_keys SET LastUsedDate = ?1, LastUsedService = ?2
 WHERE AccessKeyId = ?3 AND (LastUsedDate, LastUsedService) <> (?1, ?2)"""

SESSION = (
    "SELECT s.*, r.RoleId, r.RoleName FROM sessions s JOIN roles r ON r.seq = s.role WHERE s.AccessKeyId = ?"
)


@dataclass(frozen=True)
class Credential:
    """``address_policy`` tells where from a key may be used; empty for everywhere."""

    secret: str
    caller: Caller
    address_policy: str = ""

    def __repr__(self) -> str:
        return f"Credential(secret='***', caller={self.caller!r})"


def find_credential(store: Store, account: Account, key_id: str, token: str, now: datetime) -> Credential:
    """What the key id stands for. Refuses what is unknown, disabled, frozen, expired, or lacks its token."""
    if key_id.startswith(SESSION_PREFIX):
        return _session_credential(store, account, key_id, token, now)
    key = store.row("SELECT * FROM access_keys WHERE AccessKeyId = ?", key_id)
    if key is None:
        raise _unknown_key()
    if key["Status"] != "Active":
        raise Refusal("InvalidAccessKeyId.Inactive", "The specified AccessKeyId is disabled.")
    if token:
        raise Refusal("InvalidSecurityToken.MismatchWithAccessKey", "The key is not one of STS.")
    return Credential(key["secret"], _key_caller(store, account, key), key["policy"])


def note_use(store: Store, caller: Caller, now: datetime, service: str) -> None:
    """When and by which service a user's key was last used is told by GetAccessKeyLastUsed."""
    if caller.kind == "user":
        store.run(USED, write_date(now), service, caller.key_id)


def _key_caller(store: Store, account: Account, key: Row) -> Caller:
    if key["user"] is None:
        return Caller("root", account.root_arn, key["AccessKeyId"])
    user = store.row("SELECT * FROM users WHERE seq = ?", key["user"])
    if user is None:
        raise _unknown_key()
    return _user_caller(account, user, key["AccessKeyId"])


def _user_caller(account: Account, user: Row, key_id: str) -> Caller:
    if user["Status"] != "active":
        raise Refusal("InvalidAccessKeyId.Inactive", "The user of the specified AccessKeyId is frozen.")
    return Caller(
        kind="user",
        arn=f"acs:ram::{account.account_id}:user/{user['UserName']}",
        key_id=key_id,
        number=user["seq"],
        principal_id=user["UserId"],
    )


def _session_credential(store: Store, account: Account, key_id: str, token: str, now: datetime) -> Credential:
    session = store.row(SESSION, key_id)
    if session is None:
        return _logon_credential(store, account, key_id, token, now)
    _check_token(session, token, now)
    caller = Caller(
        kind="role",
        arn=f"acs:sts::{account.account_id}:assumed-role/{session['RoleName']}/{session['name']}",
        key_id=key_id,
        number=session["role"],
        principal_id=f"{session['RoleId']}:{session['name']}",
        session_policy=session["policy"],
    )
    return Credential(session["secret"], caller)


def _logon_credential(store: Store, account: Account, key_id: str, token: str, now: datetime) -> Credential:
    """Of a user who is still there."""
    session = store.row("SELECT * FROM logons WHERE AccessKeyId = ?", key_id)
    user = session and store.row("SELECT * FROM users WHERE seq = ?", session["user"])
    if session is None or user is None:
        raise _unknown_key()
    _check_token(session, token, now)
    caller = _user_caller(account, user, key_id)
    return Credential(session["secret"], replace(caller, has_mfa=bool(session["has_mfa"])))


def _check_token(session: Row, token: str, now: datetime) -> None:
    if not is_same(session["token"], token):
        raise Refusal(
            "InvalidSecurityToken.MismatchWithAccessKey", "The SecurityToken does not go with the key."
        )
    if now.timestamp() >= session["expires"]:
        raise Refusal("InvalidSecurityToken.Expired", "The SecurityToken has expired.")


def _unknown_key() -> Refusal:
    return Refusal("InvalidAccessKeyId.NotFound", "The specified AccessKeyId does not exist.")
