"""Attachments of the whole account from whichever source needs fewer calls, checked against each policy's own count."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from concurrent.futures import Executor, Future
from dataclasses import dataclass
from math import ceil

from ramstack.gateway.port import AttachmentPage, AttachmentRow, PolicyRow, Reader
from ramstack.model.address import PolicyRef
from ramstack.model.errors import Refused, Throttled, Unreachable

PAGE = 100


@dataclass(frozen=True)
class Grants:
    """Who holds what. Only Resource Manager tells of grants at resource-group scope."""

    rows: tuple[AttachmentRow, ...]
    sees_resource_groups: bool = True


def read_attachments(
    reader: Reader, pool: Executor, policies: Sequence[PolicyRow], first: Future[AttachmentPage]
) -> Grants:
    """Every grant, each once. `first` is page 1 of Resource Manager, already under way.

    By pages, 100 grants a call; or by policy, one call for each that is attached, when that is fewer and no grant is at
    resource-group scope (which only the pages show). Where Resource Manager does not answer: by policy, and every policy
    whose count is not known is asked.
    """
    counted = {row.ref: row.attachment_count for row in policies if row.attachment_count != 0}
    try:
        page = first.result()
    except (Refused, Throttled, Unreachable):
        return Grants(_by_policy(reader, pool, counted), sees_resource_groups=False)
    rest = ceil(page.total / PAGE) - 1
    known = sum(count or 0 for count in counted.values())
    if len(counted) < rest and page.total <= known:
        return Grants(_by_policy(reader, pool, counted))
    pages = pool.map(reader.attachment_page, range(2, rest + 2))
    rows = tuple(dict.fromkeys(row for p in (page, *pages) for row in p.rows))
    return Grants(_settled(reader, pool, rows, counted))


def _by_policy(reader: Reader, pool: Executor, refs: Iterable[PolicyRef]) -> tuple[AttachmentRow, ...]:
    return tuple(row for rows in pool.map(reader.entities_of, refs) for row in rows)


def _settled(
    reader: Reader, pool: Executor, rows: Sequence[AttachmentRow], counted: dict[PolicyRef, int | None]
) -> tuple[AttachmentRow, ...]:
    """Where the bulk and a policy's own count disagree, the bulk may lag: the policy itself is asked."""
    seen = Counter(row.policy for row in rows if not row.resource_group)
    doubted = {ref for ref in seen.keys() | counted.keys() if counted.get(ref, 0) not in (None, seen[ref])}
    kept = [row for row in rows if row.policy not in doubted or row.resource_group]
    return (*kept, *_by_policy(reader, pool, sorted(doubted)))
