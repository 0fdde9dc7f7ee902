"""Credentials and whose they are: keys of root and of users, and the short-lived ones of role sessions."""

from dataclasses import dataclass
from datetime import datetime

from ramstack.emulator.call import Account, Caller, write_date
from ramstack.emulator.errors import Refusal
from ramstack.emulator.signature import is_same
from ramstack.emulator.store import Row, Store

SESSION_PREFIX = "STS."

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


def note_use(store: Store, caller: Caller, now: datetime) -> None:
    """When a user's key was last used is told by GetAccessKeyLastUsed."""
    if caller.kind == "user":
        store.run(
            "UPDATE access_keys SET LastUsedDate = ? WHERE AccessKeyId = ?", write_date(now), caller.key_id
        )


def _key_caller(store: Store, account: Account, key: Row) -> Caller:
    if key["user"] is None:
        return Caller("root", account.root_arn, key["AccessKeyId"])
    user = store.row("SELECT * FROM users WHERE seq = ?", key["user"])
    if user is None or user["Status"] != "active":
        raise Refusal("InvalidAccessKeyId.Inactive", "The user of the specified AccessKeyId is frozen.")
    return Caller(
        kind="user",
        arn=f"acs:ram::{account.account_id}:user/{user['UserName']}",
        key_id=key["AccessKeyId"],
        number=user["seq"],
        principal_id=user["UserId"],
    )


def _session_credential(store: Store, account: Account, key_id: str, token: str, now: datetime) -> Credential:
    session = store.row(SESSION, key_id)
    if session is None:
        raise _unknown_key()
    if not is_same(session["token"], token):
        raise Refusal(
            "InvalidSecurityToken.MismatchWithAccessKey", "The SecurityToken does not go with the key."
        )
    if now.timestamp() >= session["expires"]:
        raise Refusal("InvalidSecurityToken.Expired", "The SecurityToken has expired.")
    caller = Caller(
        kind="role",
        arn=f"acs:sts::{account.account_id}:assumed-role/{session['RoleName']}/{session['name']}",
        key_id=key_id,
        number=session["role"],
        principal_id=f"{session['RoleId']}:{session['name']}",
        session_policy=session["policy"],
    )
    return Credential(session["secret"], caller)


def _unknown_key() -> Refusal:
    return Refusal("InvalidAccessKeyId.NotFound", "The specified AccessKeyId does not exist.")
