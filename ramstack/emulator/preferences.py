"""What holds for the whole account: its alias, the password policy, the security preference (section 2.6)."""

import json
from collections.abc import Mapping
from dataclasses import dataclass

from ramstack.emulator.call import Action, Body, Call
from ramstack.emulator.errors import bad_parameter
from ramstack.emulator.rules import check_text

Setting = bool | int | str


@dataclass(frozen=True)
class Group:
    """Settings that are read and written together. Integers have a range."""

    name: str
    defaults: Mapping[str, Setting]
    ranges: Mapping[str, tuple[int, int]]


PASSWORD_POLICY = Group(
    name="password_policy",
    defaults={
        "MinimumPasswordLength": 8,
        "RequireLowercaseCharacters": False,
        "RequireUppercaseCharacters": False,
        "RequireNumbers": False,
        "RequireSymbols": False,
        "HardExpiry": False,
        "MaxPasswordAge": 0,
        "PasswordReusePrevention": 0,
        "MaxLoginAttemps": 5,
    },
    ranges={
        "MinimumPasswordLength": (8, 32),
        "MaxPasswordAge": (0, 1095),
        "PasswordReusePrevention": (0, 24),
        "MaxLoginAttemps": (0, 32),
    },
)

SECURITY = Group(
    name="security_preference",
    defaults={
        "EnableSaveMFATicket": False,
        "AllowUserToChangePassword": True,
        "AllowUserToManageAccessKeys": False,
        "AllowUserToManageMFADevices": True,
        "AllowUserToManagePublicKeys": False,
        "LoginSessionDuration": 6,
        "LoginNetworkMasks": "",
    },
    ranges={"LoginSessionDuration": (1, 24)},
)

PREFERENCES = {
    "LoginProfilePreference": (
        "EnableSaveMFATicket",
        "AllowUserToChangePassword",
        "LoginSessionDuration",
        "LoginNetworkMasks",
    ),
    "AccessKeyPreference": ("AllowUserToManageAccessKeys",),
    "MFAPreference": ("AllowUserToManageMFADevices",),
    "PublicKeyPreference": ("AllowUserToManagePublicKeys",),
}
LONGEST_MASKS = 512


def get_password_policy(call: Call) -> Body:
    return {"PasswordPolicy": read_settings(call, PASSWORD_POLICY)}


def set_password_policy(call: Call) -> Body:
    _write_settings(call, PASSWORD_POLICY)
    return get_password_policy(call)


def get_security_preference(call: Call) -> Body:
    settings = read_settings(call, SECURITY)
    return {
        "SecurityPreference": {
            part: {name: settings[name] for name in names} for part, names in PREFERENCES.items()
        }
    }


def set_security_preference(call: Call) -> Body:
    _write_settings(call, SECURITY)
    return get_security_preference(call)


def set_account_alias(call: Call) -> Body:
    """From now on the alias is in every login name; names with the account id are understood still."""
    alias = check_text("AccountAlias", call.params.required("AccountAlias"))
    _write(call, "alias", alias)
    return {}


def get_account_alias(call: Call) -> Body:
    return {"AccountAlias": call.account.alias}


def clear_account_alias(call: Call) -> Body:
    call.store.run("DELETE FROM meta WHERE name = 'alias'")
    return {}


def read_settings(call: Call, group: Group) -> dict[str, Setting]:
    stored = call.store.value("SELECT value FROM meta WHERE name = ?", group.name)
    return {**group.defaults, **(json.loads(stored) if stored else {})}


def _write_settings(call: Call, group: Group) -> None:
    """A setting left out keeps its value."""
    settings = {
        name: _read_setting(call, group, name, value) for name, value in read_settings(call, group).items()
    }
    _write(call, group.name, json.dumps(settings))


def _read_setting(call: Call, group: Group, name: str, present: Setting) -> Setting:
    match present:
        case bool():
            return call.params.flag(name, default=present)
        case int():
            return call.params.number(name, *group.ranges[name], present)
        case str():
            text = call.params.text(name, present)
            if len(text) > LONGEST_MASKS:
                raise bad_parameter(name, "Length")
            return text


def _write(call: Call, name: str, value: str) -> None:
    call.store.run(
        "INSERT INTO meta (name, value) VALUES (?, ?) ON CONFLICT DO UPDATE SET value = excluded.value",
        name,
        value,
    )


ACTIONS: dict[str, Action] = {
    "ClearAccountAlias": clear_account_alias,
    "GetAccountAlias": get_account_alias,
    "GetPasswordPolicy": get_password_policy,
    "GetSecurityPreference": get_security_preference,
    "SetAccountAlias": set_account_alias,
    "SetPasswordPolicy": set_password_policy,
    "SetSecurityPreference": set_security_preference,
}
