"""GitHub-flavoured markdown whose shape no text can change: what others wrote stands in code, and nowhere else.

In code nothing is a link, a mention, a reference or HTML. Law: every character between our own marks is printable, so that
nothing ends a line.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from html import escape

from ramstack.views.words import visible

_TICKS = re.compile(r"`+")
LONGEST = 200  # characters of one value outside of a fenced block


def code(text: str) -> str:
    """A code span. A pipe, which would end a table's cell even here, is written as its escape."""
    shown = clipped(visible(text).replace("|", r"\x7c"))
    ticks = "`" * (_longest_run(shown) + 1)
    room = " " if shown[:1] in ("", "`", " ") or shown[-1:] in ("`", " ") else ""
    return f"{ticks}{room}{shown}{room}{ticks}"


def fenced(lines: Iterable[str], language: str = "") -> str:
    """A fenced block, one line for each: the fence is longer than any in it."""
    shown = [visible(line) for line in lines]
    fence = "`" * max(3, 1 + max(map(_longest_run, shown), default=0))
    return "\n".join((f"{fence}{language}", *shown, fence))


def folded(summary: str, body: str) -> str:
    """A section that opens on demand. The summary is HTML of ours; the body is markdown."""
    return f"<details><summary>{summary}</summary>\n\n{body}\n\n</details>"


def html_code(text: str) -> str:
    """Code inside HTML, where markdown is not read."""
    return f"<code>{escape(clipped(visible(text)))}</code>"


def clipped(text: str, longest: int = LONGEST) -> str:
    """The text, or its beginning and end."""
    half = longest // 2
    return text if len(text) <= longest else f"{text[:half]} … {text[-half:]}"


def size(text: str) -> int:
    """Bytes: no way of counting characters finds more."""
    return len(text.encode())


def _longest_run(text: str) -> int:
    return max(map(len, _TICKS.findall(text)), default=0)
