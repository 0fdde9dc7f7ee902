"""Forms of credentials: `console:` and `access_keys:` of a user."""

from __future__ import annotations

from datetime import timedelta
from typing import Annotated, Final

from pydantic import BaseModel, BeforeValidator, ConfigDict, PlainValidator, WithJsonSchema
from pydantic_core import PydanticCustomError

from ramstack.model.credential import GENERATE, KEY_STATUSES, MAX_KEYS, KeyStatus
from ramstack.model.moment import read_duration
from ramstack.stackfile.node import Quoted
from ramstack.stackfile.values import Flag, Text

SOURCES: Final = ("env/", "file/")


def _read_password(value: object) -> str:
    match value:
        case "generate":
            return GENERATE
        case {"from": str(source), **rest} if not rest and source.startswith(SOURCES) and source[-1] != "/":
            return str(source)
        case _:
            raise PydanticCustomError(
                "password-source",
                "Write `generate`, {from: env/NAME} or {from: file/PATH}. A password itself never stands in a stack.",
            )


def _read_count(value: object) -> int:
    if isinstance(value, Quoted) or value not in [str(n) for n in range(MAX_KEYS + 1)]:
        raise PydanticCustomError("key-count", "Write 0, 1 or 2: RAM gives a user at most two keys.")
    return int(str(value))


def _read_status(value: object) -> KeyStatus:
    for status in KEY_STATUSES:
        if value == status:
            return status
    raise PydanticCustomError("key-status", "Write Active or Inactive.")


def _read_span(value: object) -> timedelta:
    duration = read_duration(value) if isinstance(value, str) else None
    if duration is None:
        raise PydanticCustomError("duration", "Write a duration such as 60d, 12h or 30m.")
    return duration


Password = Annotated[
    str,
    PlainValidator(_read_password),
    WithJsonSchema(
        {
            "oneOf": [
                {"const": GENERATE},
                {
                    "type": "object",
                    "properties": {"from": {"type": "string", "pattern": r"^(env|file)/.+|\$\{"}},
                    "required": ["from"],
                    "additionalProperties": False,
                },
            ]
        }
    ),
]
Count = Annotated[
    int, PlainValidator(_read_count), WithJsonSchema({"type": "integer", "minimum": 0, "maximum": MAX_KEYS})
]
Status = Annotated[KeyStatus, PlainValidator(_read_status), WithJsonSchema({"enum": list(KEY_STATUSES)})]
Span = Annotated[
    timedelta,
    PlainValidator(_read_span),
    WithJsonSchema({"type": "string", "pattern": r"^[0-9]{1,6}[smhd]$|\$\{"}),
]


class CredentialForm(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, use_attribute_docstrings=True)


class ConsoleForm(CredentialForm):
    """Logon at the console with a password. `console: false` means none."""

    password: Password | None = None
    """Where the first password comes from: `generate`, `{from: env/NAME}` or `{from: file/PATH}`. Later ones are the user's."""
    reset_required: Flag | None = None
    """The user must change the password at the next logon. Having done so is no drift."""
    mfa_required: Flag | None = None
    """The user must bind a second factor."""
    deliver: Text | None = None
    """The sink that the password goes to."""


class NoConsole(ConsoleForm):
    """What `false` is read as."""


class KeysForm(CredentialForm):
    """Access keys that are made, delivered to a sink, and rotated."""

    count: Count | None = None
    """How many: 0, 1 (when left out) or 2."""
    status: Status | None = None
    """Active, or Inactive to disable all of them at once."""
    deliver: Text | None = None
    """The sink that new keys go to."""
    rotate_after: Span | None = None
    """The age at which a key gets a successor, such as 60d. Left out: never."""
    overlap: Span | None = None
    """How long an old key must be idle before it is disabled, and disabled before it is deleted; 7d when left out."""
    exclusive: Flag | None = None
    """Keys that ramstack did not deliver are retired as well. Otherwise they are shown and left alone."""


def _none(value: object) -> object:
    return NoConsole() if value == "false" and not isinstance(value, Quoted) else value


Console = Annotated[ConsoleForm, BeforeValidator(_none)]
