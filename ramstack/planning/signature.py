"""Signatures of plan documents: who holds the key can tell that a plan is the one which the plan job made.

An HMAC-SHA256 over the canonical JSON without digest and signature, written `hmac-sha256:` and 64 hexadecimal digits. The
digest finds accidents, for anybody can make a new one; the signature finds tampering.
"""

from __future__ import annotations

import hmac
from collections.abc import Mapping

from ramstack.model.errors import DamagedPlan
from ramstack.planning.fingerprint import canonical

SHORTEST_KEY = 16  # bytes
_SCHEME = "hmac-sha256"
_UNSEALED = ("digest", "signature")


def sealed(document: Mapping[str, object]) -> dict[str, object]:
    """What digest and signature are over."""
    return {key: value for key, value in document.items() if key not in _UNSEALED}


def signed(document: Mapping[str, object], key: bytes) -> dict[str, object]:
    """The document with its signature."""
    return {**document, "signature": _signature_of(document, key)}


def check_signature(document: Mapping[str, object], key: bytes) -> None:
    """Raises DamagedPlan for a document that is not signed, or not with this key, or not as it is now."""
    signature = document.get("signature")
    if signature is None:
        raise DamagedPlan("it is not signed. Make it with plan --out FILE --sign-key-env NAME")
    if not hmac.compare_digest(str(signature).encode(), _signature_of(document, key).encode()):
        raise DamagedPlan(
            "its signature is wrong: it was signed with another key, or was changed after it was signed"
        )


def _signature_of(document: Mapping[str, object], key: bytes) -> str:
    return f"{_SCHEME}:{hmac.new(key, canonical(sealed(document)), 'sha256').hexdigest()}"
