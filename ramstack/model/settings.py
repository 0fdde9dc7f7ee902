"""Settings of the account as a whole: password policy, security preference, alias. The names of fields are RAM's own.

Settings always exist: nobody creates or deletes them, and no owner mark fits on them. A field of None is not managed.
Source of fields, ranges and defaults: RAM fact sheet, sections 2.6 and 4.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, fields
from types import MappingProxyType

from ramstack.model.address import Address

ALIAS = re.compile(r"(?=.{3,32}$)[a-z0-9]+(-[a-z0-9]+)*")
MAX_MASKS = 512  # characters
MAX_NETWORKS = 40


@dataclass(frozen=True, slots=True)
class PasswordRules:
    """What the account asks of passwords. `max_login_attemps` is spelled as the service spells it."""

    minimum_password_length: int | None = None
    require_lowercase_characters: bool | None = None
    require_uppercase_characters: bool | None = None
    require_numbers: bool | None = None
    require_symbols: bool | None = None
    hard_expiry: bool | None = None
    max_password_age: int | None = None
    password_reuse_prevention: int | None = None
    max_login_attemps: int | None = None


@dataclass(frozen=True, slots=True)
class SecurityPreference:
    """What users may do for themselves, and how long a logon lasts, in hours."""

    enable_save_mfa_ticket: bool | None = None
    allow_user_to_change_password: bool | None = None
    allow_user_to_manage_access_keys: bool | None = None
    allow_user_to_manage_mfa_devices: bool | None = None
    allow_user_to_manage_public_keys: bool | None = None
    login_session_duration: int | None = None
    login_network_masks: str | None = None


@dataclass(frozen=True, slots=True)
class AccountAlias:
    """Stands for the account's id in logon names. Empty: none."""

    alias: str | None = None


Setting = PasswordRules | SecurityPreference | AccountAlias

PASSWORD_POLICY = Address(("account", "password-policy"))
SECURITY_PREFERENCE = Address(("account", "security-preference"))
ACCOUNT_ALIAS = Address(("account", "alias"))
SETTINGS: Mapping[Address, type[Setting]] = MappingProxyType(
    {PASSWORD_POLICY: PasswordRules, SECURITY_PREFERENCE: SecurityPreference, ACCOUNT_ALIAS: AccountAlias}
)
RANGES: Mapping[str, tuple[int, int]] = MappingProxyType(
    {
        "minimum_password_length": (8, 32),
        "max_password_age": (0, 1095),
        "password_reuse_prevention": (0, 24),
        "max_login_attemps": (0, 32),
        "login_session_duration": (1, 24),
    }
)
_CAPITALS = {"mfa": "MFA"}


def api_name(field: str) -> str:
    """`minimum_password_length` is `MinimumPasswordLength` on the wire."""
    return "".join(_CAPITALS.get(part, part.capitalize()) for part in field.split("_"))


def values_of(setting: Setting) -> tuple[tuple[str, str], ...]:
    """What is sent: every field, since a service may take one that is left out for its default."""
    values = ((f.name, getattr(setting, f.name)) for f in fields(setting))
    return tuple((name, _text(value)) for name, value in values if value is not None)


def _text(value: object) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


def is_weaker(name: str, before: object, after: object) -> bool:
    """Whether a change of one field asks less of users, or lets them do more. Other networks may let in others; none lets in all."""
    if isinstance(before, bool) and isinstance(after, bool):
        opens = name.startswith(("allow_", "enable_"))
        return after is opens and before is not opens
    if name == "login_network_masks":
        held, wanted = (frozenset(str(side or "").split(";")) - {""} for side in (before, after))
        return bool(held) and not (wanted and wanted <= held)
    if not isinstance(before, int) or not isinstance(after, int) or before == after:
        return False
    if name in ("max_password_age", "max_login_attemps"):  # none at all is the weakest
        return after == 0 or (before != 0 and after > before)
    return after > before if name == "login_session_duration" else after < before
