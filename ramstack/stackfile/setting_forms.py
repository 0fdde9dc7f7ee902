"""The form of `account_settings:`, under RAM's own names for the fields."""

from __future__ import annotations

from collections.abc import Mapping
from ipaddress import ip_network
from types import MappingProxyType
from typing import Annotated, Final

from pydantic import BaseModel, BeforeValidator, ConfigDict, PlainValidator, WithJsonSchema
from pydantic_core import PydanticCustomError

from ramstack.model.settings import MAX_MASKS, MAX_NETWORKS, RANGES
from ramstack.stackfile.node import EMPTY, Quoted
from ramstack.stackfile.values import Flag, Text, written


def _number(field: str) -> tuple[PlainValidator, WithJsonSchema]:
    least, most = RANGES[field]

    def read(value: object) -> int:
        is_number = (
            isinstance(value, str) and not isinstance(value, Quoted) and value.isascii() and value.isdigit()
        )
        if not is_number or not least <= int(str(value)) <= most:
            raise PydanticCustomError(
                "number", "Write a whole number from {least} to {most}.", {"least": least, "most": most}
            )
        return int(str(value))

    return PlainValidator(read), WithJsonSchema({"type": "integer", "minimum": least, "maximum": most})


def _read_masks(value: object) -> str:
    text = value if isinstance(value, str) else " "
    masks = text.split(";") if text else []
    if len(text) > MAX_MASKS or len(masks) > MAX_NETWORKS or not all(map(_is_network, masks)):
        raise PydanticCustomError(
            "network-masks",
            'Write up to 40 networks with `;` between them (10.0.0.0/8;192.0.2.7), or "" for everywhere.',
        )
    return text


def _is_network(text: str) -> bool:
    try:
        ip_network(text, strict=False)
    except ValueError:
        return False
    return True


class SettingForm(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, use_attribute_docstrings=True)


class PasswordPolicyForm(SettingForm):
    """What the account asks of passwords. A key left out is not managed."""

    minimum_password_length: Annotated[int, *_number("minimum_password_length")] | None = None
    """8 to 32 characters."""
    require_lowercase_characters: Flag | None = None
    """At least one lower-case letter."""
    require_uppercase_characters: Flag | None = None
    """At least one upper-case letter."""
    require_numbers: Flag | None = None
    """At least one digit."""
    require_symbols: Flag | None = None
    """At least one symbol."""
    hard_expiry: Flag | None = None
    """An expired password does not let its user log on to change it."""
    max_password_age: Annotated[int, *_number("max_password_age")] | None = None
    """Days until a password expires; 0: never."""
    password_reuse_prevention: Annotated[int, *_number("password_reuse_prevention")] | None = None
    """How many earlier passwords cannot be used again; 0: none."""
    max_login_attemps: Annotated[int, *_number("max_login_attemps")] | None = None
    """Wrong passwords in an hour until logon is locked; 0: no limit. Spelled as the service spells it."""


class SecurityPreferenceForm(SettingForm):
    """What users may do for themselves, and how they log on. A key left out is not managed."""

    enable_save_mfa_ticket: Flag | None = None
    """A second factor may be remembered for seven days."""
    allow_user_to_change_password: Flag | None = None
    """Users may change their passwords."""
    allow_user_to_manage_access_keys: Flag | None = None
    """Users may manage their own access keys."""
    allow_user_to_manage_mfa_devices: Flag | None = None
    """Users may bind and unbind their own second factors."""
    allow_user_to_manage_public_keys: Flag | None = None
    """Users may manage their own public keys."""
    login_session_duration: Annotated[int, *_number("login_session_duration")] | None = None
    """Hours that a logon lasts, 1 to 24."""
    login_network_masks: Annotated[str, PlainValidator(_read_masks), written(maxLength=MAX_MASKS)] | None = (
        None
    )
    """Addresses that users may log on from, with `;` between them; empty: all."""


def _body(value: object) -> object:
    return {} if value is EMPTY else value


class AccountSettingsForm(SettingForm):
    """Settings of the account as a whole, in a stack of their own."""

    password_policy: Annotated[PasswordPolicyForm, BeforeValidator(_body)] | None = None
    """What the account asks of passwords."""
    security_preference: Annotated[SecurityPreferenceForm, BeforeValidator(_body)] | None = None
    """What users may do for themselves."""
    alias: Text | None = None
    """Stands for the account's id in logon names; "" for none."""


PARTS: Final[Mapping[str, type[SettingForm]]] = MappingProxyType(
    {"password_policy": PasswordPolicyForm, "security_preference": SecurityPreferenceForm}
)
