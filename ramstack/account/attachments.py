"""Attachments from whichever source needs fewer calls, checked against each policy's own count."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import Executor, Future
from dataclasses import dataclass
from typing import TypeVar

from ramstack.account.partial import TRIES, Part, gaps_of, part
from ramstack.gateway.port import AttachmentPage, AttachmentRow, PolicyRow, Reader
from ramstack.model.address import Address, PolicyRef
from ramstack.model.errors import Refused, Throttled, Unreachable
from ramstack.model.unread import Unread, grants_of, holders_of_policy, scoped_grants

T = TypeVar("T")


@dataclass(frozen=True)
class Grants:
    """Who holds what, and what could not be seen. Only Resource Manager tells of grants at resource-group scope."""

    rows: tuple[AttachmentRow, ...] = ()
    unread: tuple[Unread, ...] = ()

    def __or__(self, other: Grants) -> Grants:
        return Grants(tuple(dict.fromkeys(self.rows + other.rows)), self.unread + other.unread)


def all_grants(
    reader: Reader, pool: Executor, policies: Sequence[PolicyRow], first: Future[AttachmentPage]
) -> Grants:
    """Every grant, each once. `first` is page 1 of Resource Manager, already under way.

    By pages, 100 grants a call; or by policy, one call for each that is attached, when that is fewer and no grant is at
    resource-group scope (which only the pages show): a policy's count may or may not include these. Where Resource Manager does not answer, or its pages do not hold still:
    by policy, and every policy whose count is not known is asked.
    """
    counted = {row.ref: row.attachment_count for row in policies if row.attachment_count != 0}
    blindly = Grants(unread=(scoped_grants(),))
    try:
        page = first.result()
        if len(counted) < page.count - 1 and page.total <= sum(count or 0 for count in counted.values()):
            found = held_by(reader, pool, counted)
            if len(found.rows) >= page.total:
                return found
        rows = _all_pages(reader, pool, page)
    except (Refused, Throttled, Unreachable):
        return held_by(reader, pool, counted) | blindly
    return held_by(reader, pool, counted) | blindly if rows is None else _settled(reader, pool, rows, counted)


def held_by(reader: Reader, pool: Executor, refs: Iterable[PolicyRef]) -> Grants:
    """Everybody who has one of these policies at account scope, one call each."""
    return _together(pool, refs, lambda ref: part(lambda: reader.entities_of(ref), holders_of_policy(ref)))


def granted_to(reader: Reader, pool: Executor, principals: Iterable[Address]) -> Grants:
    """What these principals have at account scope, one call each."""
    return _together(pool, principals, lambda who: part(lambda: reader.policies_of(who), grants_of(who)))


def _together(
    pool: Executor, asked: Iterable[T], ask: Callable[[T], Part[tuple[AttachmentRow, ...]]]
) -> Grants:
    parts = tuple(pool.map(ask, asked))
    return Grants(tuple(row for one in parts for row in one.value or ()), gaps_of(parts))


def _all_pages(reader: Reader, pool: Executor, first: AttachmentPage) -> tuple[AttachmentRow, ...] | None:
    """Every row of every page; None when rows came and went during each of three attempts.

    A total that stays the same and is not the number of rows may be the service's way of counting: each policy's own count
    then has the last word. What this cannot see: a grant lost between two pages while two others of the same policy change
    places, all within the moment in which the pages are read. Only reading every page twice could.
    """
    for attempt in range(TRIES):
        start = reader.attachment_page(1) if attempt else first
        pages = (start, *pool.map(reader.attachment_page, range(2, start.count + 1)))
        rows = [row for page in pages for row in page.rows]
        holds_still = len({page.total for page in pages}) == 1 and len(set(rows)) == len(rows)
        if holds_still and (len(rows) == start.total or attempt == TRIES - 1):
            return tuple(rows)
    return None


def _settled(
    reader: Reader, pool: Executor, rows: Sequence[AttachmentRow], counted: dict[PolicyRef, int | None]
) -> Grants:
    """Where the bulk and a policy's own count disagree, the bulk may lag: the policy itself is asked."""
    seen = Counter(row.policy for row in rows if not row.resource_group)
    doubted = {ref for ref in seen.keys() | counted.keys() if counted.get(ref, 0) not in (None, seen[ref])}
    kept = tuple(row for row in rows if row.policy not in doubted or row.resource_group)
    return Grants(kept) | held_by(reader, pool, sorted(doubted))
