"""Names of what is delivered: stable, so that the same credential replaces itself, and safe wherever they are written."""

from __future__ import annotations

import hashlib
import re
from urllib.parse import quote

from ramstack.secrets.payload import KeyPair, Payload

_UNSAFE = re.compile(r"[^A-Za-z0-9._-]")
_MAX_USER = 24  # with a prefix of 20, a hash of 9 and a kind of 11 it makes 64: names of KMS are no longer


def file_stem(payload: Payload) -> str:
    """`alice.access-key.LTAI…`, `alice.password.1234567890123456`: one for each key, one for each password of an account."""
    match payload.credential:
        case KeyPair(access_key_id=key_id):
            parts = (payload.user, "access-key", key_id)
        case _:
            parts = (payload.user, "password", payload.account)
    stem = ".".join(quote(part, safe="") for part in parts)
    return f"%2E{stem[1:]}" if stem.startswith(".") else stem


def secret_path(payload: Payload) -> tuple[str, str]:
    """User and kind, for stores that keep versions: a program that reads the newest one needs no word of a rotation.

    A name that the store might refuse, or that is long, is cut, and made unique again by its hash.
    """
    kind = "access-key" if isinstance(payload.credential, KeyPair) else "password"
    user = _UNSAFE.sub("-", payload.user)
    if user != payload.user or len(user) > _MAX_USER or not user.strip("."):
        digest = hashlib.sha256(payload.user.encode()).hexdigest()[:8]
        user = f"{user[:_MAX_USER]}-{digest}"
    return user, kind
