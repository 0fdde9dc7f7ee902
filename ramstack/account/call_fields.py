"""What may be written down of a call: the fields on a list, so that a secret which a later call carries stays out."""

from __future__ import annotations

from dataclasses import fields

from ramstack.model.address import PolicyRef
from ramstack.model.call import Call

HIDDEN = "***"
PLAIN = frozenset(
    {
        "name",
        "names",
        "new_name",
        "display_name",
        "comments",
        "email",
        "mobile",
        "tags",
        "keys",
        "user",
        "user_id",
        "group",
        "document",
        "version",
        "description",
        "kind",
        "principal",
        "policy",
        "resource_group",
        "key_id",
        "status",
        "slot",
        "sink",
        "source",
        "retires",
        "max_session_duration",
        "values",
        "alias",
        "reset_required",
        "mfa_required",
    }
)


def call_fields(call: Call) -> dict[str, object]:
    """The fields by name, as JSON holds them; those that are not on the list as `***`, those that are None left out."""
    values = {f.name: getattr(call, f.name) for f in fields(call)}
    return {name: _plain(name, value) for name, value in values.items() if value is not None}


def _plain(name: str, value: object) -> object:
    if name not in PLAIN:
        return HIDDEN
    return str(value) if isinstance(value, PolicyRef) else value
