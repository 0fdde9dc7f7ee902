"""Paging: every page of an answer, or an error; never fewer."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from ramstack.gateway.client import Reply
from ramstack.gateway.errors import undecodable
from ramstack.gateway.rows import flag, text

Fetch = Callable[[str], Reply]


def marker_pages(fetch: Fetch) -> Iterator[Reply]:
    """Pages chained by `Marker`, which counts only while `IsTruncated` is true, or not told (RAM, IMS)."""
    return _pages(fetch, _next_marker)


def token_pages(fetch: Fetch) -> Iterator[Reply]:
    """Pages chained by `NextToken`: the last one has none, or says that it is not truncated (tags)."""
    return _pages(fetch, _next_token)


def _pages(fetch: Fetch, next_of: Callable[[Reply], str]) -> Iterator[Reply]:
    """The first page is asked for with an empty marker. A marker seen before would go on for ever, so it is an error."""
    seen = {""}
    marker = ""
    while True:
        reply = fetch(marker)
        yield reply
        marker = next_of(reply)
        if not marker:
            return
        if marker in seen:
            raise undecodable("The service gave the same page marker twice.")
        seen.add(marker)


def _next_marker(reply: Reply) -> str:
    marker = text(reply, "Marker")
    if "IsTruncated" not in reply:
        return marker
    if not flag(reply, "IsTruncated"):
        return ""
    if not marker:
        raise undecodable("The service says that there are more pages, and gives no marker.")
    return marker


def _next_token(reply: Reply) -> str:
    is_last = "IsTruncated" in reply and not flag(reply, "IsTruncated")
    return "" if is_last else text(reply, "NextToken")
