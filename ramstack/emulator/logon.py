"""Console logon: login profiles and passwords (ram-api.md section 2.6). Passwords are kept as hashes only."""

import hashlib
import hmac
from datetime import timedelta

from ramstack.emulator.call import Action, Body, Call, write_date
from ramstack.emulator.credentials import SESSION_PREFIX
from ramstack.emulator.errors import Refusal, missing_entity, taken_entity
from ramstack.emulator.nouns import USER, find
from ramstack.emulator.preferences import PASSWORD_POLICY, SECURITY, read_settings
from ramstack.emulator.rules import is_strong
from ramstack.emulator.shapes import pick
from ramstack.emulator.store import Row
from ramstack.emulator.users import user_at
from ramstack.emulator.world import draw, new_key

FIELDS = ("PasswordResetRequired", "MFABindRequired", "CreateDate")
SALT = 16
STATES = ("Active", "Inactive")


def create_login_profile(call: Call) -> Body:
    user, password = find(call, USER), call.params.required("Password")
    if _profile(call, user):
        raise taken_entity("User.LoginProfile", user["UserName"])
    _check_strength(call, "Password", password)
    call.store.run(
        "INSERT INTO login_profiles (user, password, PasswordResetRequired, MFABindRequired, CreateDate, UpdateDate)"
        " VALUES (?, ?, ?, ?, ?, ?)",
        user["seq"],
        _hash(call, password),
        call.params.flag("PasswordResetRequired"),
        call.params.flag("MFABindRequired"),
        call.date,
        call.date,
    )
    return get_login_profile(call)


def get_login_profile(call: Call) -> Body:
    user = find(call, USER)
    return {"LoginProfile": {"UserName": user["UserName"], **pick(find_profile(call, user), FIELDS)}}


def update_login_profile(call: Call) -> Body:
    user = find(call, USER)
    profile, password = find_profile(call, user), call.params.text("Password")
    if password:
        _check_strength(call, "Password", password)
    call.store.run(
        "UPDATE login_profiles SET password = ?, PasswordResetRequired = ?, MFABindRequired = ?, UpdateDate = ?"
        " WHERE user = ?",
        _hash(call, password) if password else profile["password"],
        call.params.flag("PasswordResetRequired", default=bool(profile["PasswordResetRequired"])),
        call.params.flag("MFABindRequired", default=bool(profile["MFABindRequired"])),
        call.date,
        user["seq"],
    )
    return {}


def delete_login_profile(call: Call) -> Body:
    profile = find_profile(call, find(call, USER))
    call.store.run("DELETE FROM past_passwords WHERE user = ?", profile["user"])
    call.store.run("DELETE FROM login_profiles WHERE user = ?", profile["user"])
    return {}


def change_password(call: Call) -> Body:
    """A user changes the own password; root has none here."""
    old, new = call.params.required("OldPassword"), call.params.required("NewPassword")
    if call.caller.kind != "user" or call.caller.number is None:
        raise Refusal("NotSupport.Account", "Only a RAM user can change its password.")
    profile = find_profile(call, user_at(call, call.caller.number))
    if not is_password(profile["password"], old):
        raise Refusal("InvalidParameter.OldPassword.Incorrect", "The old password is not correct.")
    _check_strength(call, "NewPassword", new)
    _check_history(call, profile, new)
    call.store.run(
        "INSERT INTO past_passwords (user, password) VALUES (?, ?)", profile["user"], profile["password"]
    )
    call.store.run(
        "UPDATE login_profiles SET password = ?, PasswordResetRequired = 0, UpdateDate = ? WHERE user = ?",
        _hash(call, new),
        call.date,
        profile["user"],
    )
    return {}


def log_on(call: Call) -> Body:
    """What the console does with ``UserName`` and ``Password``: a session of the user.

    No action of the service. The codes of a bound device are taken as given, so the session of its user has a second factor.
    """
    user, password = find(call, USER), call.params.required("Password")
    profile, has_mfa = find_profile(call, user), _has_device(call, user)
    if not is_password(profile["password"], password):
        raise Refusal("Forbidden.Logon.Password", "The password is not correct.")
    if profile["Status"] != "Active" or user["Status"] != "active":
        raise Refusal("Forbidden.Logon.Inactive", "The user may not log on.")
    if profile["MFABindRequired"] and not has_mfa:
        raise Refusal("Forbidden.Logon.MFADevice", "The user has to bind an MFA device first.")
    call.store.run("UPDATE users SET LastLoginDate = ? WHERE seq = ?", call.date, user["seq"])
    return _open_session(call, user, has_mfa=has_mfa)


def _open_session(call: Call, user: Row, *, has_mfa: bool) -> Body:
    key_id, token = SESSION_PREFIX + draw(call.dice, 25), draw(call.dice, 400)
    secret, expires = new_key(call.dice).secret, call.now + _duration(call)
    call.store.run("DELETE FROM logons WHERE expires < ?", call.now.timestamp())
    call.store.run(
        "INSERT INTO logons (AccessKeyId, secret, token, user, has_mfa, expires) VALUES (?, ?, ?, ?, ?, ?)",
        key_id,
        secret,
        token,
        user["seq"],
        has_mfa,
        expires.timestamp(),
    )
    return {
        "AccessKeyId": key_id,
        "AccessKeySecret": secret,
        "SecurityToken": token,
        "Expiration": write_date(expires),
    }


def _duration(call: Call) -> timedelta:
    return timedelta(hours=int(read_settings(call, SECURITY)["LoginSessionDuration"]))


def _has_device(call: Call, user: Row) -> bool:
    return call.store.row("SELECT 1 FROM mfa_devices WHERE user = ?", user["seq"]) is not None


def _profile(call: Call, user: Row) -> Row | None:
    return call.store.row("SELECT * FROM login_profiles WHERE user = ?", user["seq"])


def find_profile(call: Call, user: Row) -> Row:
    profile = _profile(call, user)
    if profile is None:
        raise missing_entity("User.LoginProfile", user["UserName"])
    return profile


def _check_strength(call: Call, parameter: str, password: str) -> None:
    if not is_strong(password, read_settings(call, PASSWORD_POLICY)):
        raise Refusal(
            f"InvalidParameter.{parameter}.TooWeak", "The password does not meet the password policy."
        )


def _check_history(call: Call, profile: Row, password: str) -> None:
    """The present password and those before it, as many as the password policy remembers."""
    remembered = int(read_settings(call, PASSWORD_POLICY)["PasswordReusePrevention"])
    rows = call.store.rows(
        "SELECT ?2 AS password UNION ALL SELECT * FROM"
        " (SELECT password FROM past_passwords WHERE user = ?1 ORDER BY seq DESC) LIMIT ?3",
        profile["user"],
        profile["password"],
        remembered,
    )
    if any(is_password(row["password"], password) for row in rows):
        raise Refusal(
            "InvalidParameter.NewPassword.ReusePrevention",
            f"The password is one of the last {remembered}.",
        )


def _hash(call: Call, password: str) -> str:
    salt = call.dice.randbytes(SALT)
    return (salt + _scrypt(password, salt)).hex()


def is_password(stored: str, password: str) -> bool:
    salted = bytes.fromhex(stored)
    return hmac.compare_digest(salted[SALT:], _scrypt(password, salted[:SALT]))


def _scrypt(password: str, salt: bytes) -> bytes:
    return hashlib.scrypt(password.encode(), salt=salt, n=2**12, r=8, p=1)


ACTIONS: dict[str, Action] = {
    "ChangePassword": change_password,
    "CreateLoginProfile": create_login_profile,
    "DeleteLoginProfile": delete_login_profile,
    "GetLoginProfile": get_login_profile,
    "UpdateLoginProfile": update_login_profile,
}
