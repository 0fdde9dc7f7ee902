"""Documents as JSON text."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence


def json_text(document: Mapping[str, object] | Sequence[object]) -> str:
    """The same bytes for the same document, in the order of its keys, ended by a newline."""
    return json.dumps(document, indent=2, ensure_ascii=False) + "\n"
