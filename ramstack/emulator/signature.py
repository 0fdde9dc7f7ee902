"""Request signatures, from the published algorithms: V1 (HMAC-SHA1) and V3 (ACS3-HMAC-SHA256).

Written from ram-api.md sections 1.2 and 1.4; no SDK's signer is used, so that a mistake there is seen here.
"""

import base64
import hashlib
import hmac
import re
from collections.abc import Iterable, Mapping
from functools import lru_cache
from urllib.parse import quote

V3_ALGORITHM = "ACS3-HMAC-SHA256"

Pairs = Iterable[tuple[str, str]]


UNRESERVED = re.compile(r"[A-Za-z0-9_.~-]*", re.ASCII)
ENCODED_AGAIN = str.maketrans({"%": "%25", "&": "%26", "=": "%3D"})
"""For what is encoded and joined already, and holds nothing else that would change."""


@lru_cache(maxsize=4096)
def percent_encode(text: str) -> str:
    """RFC 3986: only letters, digits and ``-_.~`` stay as they are."""
    return text if UNRESERVED.fullmatch(text) else quote(text, safe="~")


def canonical_query(pairs: Pairs) -> str:
    """Encoded pairs in byte order of their names; an empty value keeps its ``=``."""
    encoded = sorted((percent_encode(name), percent_encode(value)) for name, value in pairs)
    return "&".join(f"{name}={value}" for name, value in encoded)


def v1_string_to_sign(method: str, params: Mapping[str, str]) -> str:
    """All parameters but ``Signature``, wherever they travelled, blank ones too."""
    signed = [(name, value) for name, value in params.items() if name != "Signature"]
    return f"{method}&%2F&{canonical_query(signed).translate(ENCODED_AGAIN)}"


def v1_signature(secret: str, string_to_sign: str) -> str:
    digest = hmac.digest(f"{secret}&".encode(), string_to_sign.encode(), "sha1")
    return base64.b64encode(digest).decode()


def v3_string_to_sign(
    method: str,
    query: Pairs,
    headers: Mapping[str, str],
    signed_names: Iterable[str],
    payload_hash: str,
) -> str:
    """Exactly the headers that the client named are signed, in the order of their names."""
    names = sorted(signed_names)
    lines = "".join(f"{name}:{headers.get(name, '').strip()}\n" for name in names)
    request = "\n".join([method, "/", canonical_query(query), lines, ";".join(names), payload_hash])
    return f"{V3_ALGORITHM}\n{hashlib.sha256(request.encode()).hexdigest()}"


def v3_signature(secret: str, string_to_sign: str) -> str:
    return hmac.new(secret.encode(), string_to_sign.encode(), "sha256").hexdigest()


def is_same(expected: str, given: str) -> bool:
    """Compared in constant time."""
    return hmac.compare_digest(expected.encode(), given.encode())
