"""Documents of policies, read to be understood: one call each, whoever holds them."""

from __future__ import annotations

from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

from ramstack.account.reader import WORKERS
from ramstack.gateway.port import Reader
from ramstack.model.account import Account, Edition
from ramstack.model.address import PolicyRef
from ramstack.model.errors import Refused
from ramstack.policy import stored_document


def with_documents(reader: Reader, live: Account, wanted: Iterable[PolicyRef]) -> Account:
    """The account with the editions of these policies. One that the service refuses to show stays unknown."""
    refs = sorted({*wanted} - live.editions.keys())
    if not refs:
        return live
    before = reader.calls_made()
    with ThreadPoolExecutor(WORKERS, thread_name_prefix="documents") as pool:
        found = pool.map(lambda ref: (ref, _edition(reader, ref)), refs)
        editions = {ref: edition for ref, edition in found if edition}
    reads = live.reads + reader.calls_made() - before
    return replace(live, editions={**live.editions, **editions}, reads=reads)


def _edition(reader: Reader, ref: PolicyRef) -> Edition | None:
    try:
        versions = reader.policy_versions(ref)
    except Refused:
        return None
    return next((Edition(stored_document(v.document), v.id) for v in versions if v.is_default), None)
