"""Resources as JSON records and back: the `before` and `after` of a plan document, and what is fingerprinted.

A record holds what is compared and nothing else; a document is held as JSON, not as text in JSON. Law: `resource_of` undoes
`record_of` for every resource.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import fields
from functools import cache

from pydantic import TypeAdapter

from ramstack.model.address import Kind
from ramstack.model.resource import (
    AccessKey,
    Attachment,
    Console,
    Group,
    Membership,
    Mfa,
    Policy,
    Resource,
    Role,
    Tag,
    User,
)
from ramstack.model.settings import AccountAlias, PasswordRules, SecurityPreference
from ramstack.policy import Document, stored_document
from ramstack.policy.statement import Kind as DocumentKind

Record = dict[str, object]

_TYPES: Mapping[Kind, type[Resource]] = {
    "user": User,
    "group": Group,
    "policy": Policy,
    "role": Role,
    "tag": Tag,
    "membership": Membership,
    "attachment": Attachment,
    "access_key": AccessKey,
    "console": Console,
    "mfa": Mfa,
    "password_policy": PasswordRules,
    "security_preference": SecurityPreference,
    "account_alias": AccountAlias,
}


def record_of(resource: Resource) -> Record:
    """The compared fields by name; what is unknown is left out."""
    values = {f.name: getattr(resource, f.name) for f in fields(resource) if f.compare}
    return {name: _plain(value) for name, value in values.items() if value is not None}


def resource_of(kind: Kind, record: Mapping[str, object]) -> Resource:
    """The resource of a record. Raises ValueError for what no resource of this kind can hold."""
    return _adapter(kind).validate_python({name: _rich(kind, name, value) for name, value in record.items()})


@cache
def _adapter(kind: Kind) -> TypeAdapter[Resource]:
    return TypeAdapter(_TYPES[kind])


def _plain(value: object) -> object:
    if not isinstance(value, Document):
        return value
    try:
        return json.loads(value.text)
    except ValueError:
        return value.text


def _rich(kind: Kind, name: str, value: object) -> object:
    if name != "document":
        return value
    text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False, separators=(",", ":"))
    return stored_document(text, DocumentKind.TRUST if kind == "role" else DocumentKind.IDENTITY)
