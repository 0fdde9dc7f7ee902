"""Replies as text: compact JSON, or XML where a client asks for it (ram-api.md sections 1.1 and 1.6).

In XML a list is its element again and again, and the root is named after the action; an error's root is ``Error``.
"""

import json
import re
from collections.abc import Iterator, Mapping
from html import escape

from ramstack.emulator.call import Body, Json
from ramstack.emulator.wire import RawRequest

JSON_TYPE = b"application/json;charset=utf-8"
XML_TYPE = b"text/xml;charset=utf-8"
XML_HEAD = "<?xml version='1.0' encoding='UTF-8'?>"
UNFIT = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
"""What XML cannot hold at all."""


def wants_xml(raw: RawRequest, params: Mapping[str, str]) -> bool:
    """``Format=XML``; without a Format an ``accept`` header that names XML and not JSON."""
    form, accept = params.get("Format", ""), raw.headers.get("accept", "")
    return form.upper() == "XML" if form else "xml" in accept and "json" not in accept


def as_json(body: Body) -> bytes:
    return json.dumps(body, ensure_ascii=False, separators=(",", ":")).encode()


def as_xml(root: str, body: Body) -> bytes:
    return (XML_HEAD + "".join(_element(root, body))).encode()


def _element(name: str, value: Json) -> Iterator[str]:
    match value:
        case list() | tuple():
            for item in value:
                yield from _element(name, item)
        case Mapping():
            yield f"<{name}>"
            for inner, held in value.items():
                yield from _element(inner, held)
            yield f"</{name}>"
        case _:
            yield f"<{name}>{_text(value)}</{name}>"


def _text(value: object) -> str:
    text = str(value).lower() if isinstance(value, bool) else str(value)
    return escape(UNFIT.sub("\ufffd", text), quote=False)
