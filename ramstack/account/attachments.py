"""Attachments of the whole account from whichever source needs fewer calls, checked against each policy's own count."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from concurrent.futures import Executor, Future
from math import ceil

from ramstack.gateway.port import AttachmentPage, AttachmentRow, PolicyRow, Reader
from ramstack.model.address import PolicyRef
from ramstack.model.errors import Denied, NotFound

PAGE = 100


def read_attachments(
    reader: Reader, pool: Executor, policies: Sequence[PolicyRow], first: Future[AttachmentPage]
) -> tuple[AttachmentRow, ...]:
    """Every grant, each once. `first` is page 1 of Resource Manager, already under way.

    By pages, 100 grants a call; or by policy, one call for each that is attached, when that is fewer and no grant is at
    resource-group scope (which only the pages show). Where Resource Manager is not permitted: by policy.
    """
    counted = {row.ref: row.attachment_count for row in policies if row.attachment_count}
    try:
        page = first.result()
    except (Denied, NotFound):
        return _by_policy(reader, pool, counted)
    rest = ceil(page.total / PAGE) - 1
    if len(counted) < rest and page.total <= sum(counted.values()):
        return _by_policy(reader, pool, counted)
    pages = pool.map(reader.attachment_page, range(2, rest + 2))
    rows = tuple(dict.fromkeys(row for p in (page, *pages) for row in p.rows))
    return _settled(reader, pool, rows, counted)


def _by_policy(reader: Reader, pool: Executor, refs: Iterable[PolicyRef]) -> tuple[AttachmentRow, ...]:
    return tuple(row for rows in pool.map(reader.entities_of, refs) for row in rows)


def _settled(
    reader: Reader, pool: Executor, rows: Sequence[AttachmentRow], counted: dict[PolicyRef, int]
) -> tuple[AttachmentRow, ...]:
    """Where the bulk and a policy's own count disagree, the bulk may lag: the policy itself is asked."""
    seen = Counter(row.policy for row in rows if not row.resource_group)
    doubted = {ref for ref in seen.keys() | counted.keys() if seen[ref] != counted.get(ref, 0)}
    kept = [row for row in rows if row.policy not in doubted or row.resource_group]
    return (*kept, *_by_policy(reader, pool, sorted(doubted)))
