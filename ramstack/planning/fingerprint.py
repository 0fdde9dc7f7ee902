"""Fingerprints: what a plan was computed from, by address, so that "it moved" can say what and how."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping

from ramstack.model.account import Account
from ramstack.model.address import Address
from ramstack.model.change import Change
from ramstack.model.resource import AccessKey, Resource
from ramstack.planning.record import record_of


def fingerprints(live: Account, changes: Iterable[Change]) -> dict[str, str]:
    """A digest for every live address at or below a root that the changes touch, under its old and its new name.

    Of what is deleted, also who uses it; but nothing else of those users whose only change is that it goes: they may be
    anybody's, and their tags need not have been read. Grants at resource-group scope count only where they go with what is deleted:
    nothing else depends on them, and not every source shows them.
    """
    all_changes = tuple(changes)
    if not all_changes:
        return {}
    leaving = _leaving(all_changes)
    roots = roots_seen(all_changes)
    seen = (
        a
        for a in live.resources
        if {a.root, a.target} & leaving
        or (a.root in roots and (a.kind != "attachment" or not a.resource_group))
    )
    retiring = {c.address for c in all_changes if isinstance(c.after, AccessKey) and c.after.is_retired}
    return {str(a): digest(_facts(live.resources[a], is_retiring=a in retiring)) for a in sorted(seen)}


def roots_seen(changes: Iterable[Change]) -> frozenset[Address]:
    """The roots of which everything is fingerprinted, under their old and new names."""
    all_changes = tuple(changes)
    leaving = _leaving(all_changes)
    own = (change for change in all_changes if change.address.is_root or change.address.target not in leaving)
    return frozenset(root for change in own for root in _touched(change))


def _leaving(changes: Iterable[Change]) -> frozenset[Address]:
    return frozenset(change.address for change in changes if change.action == "delete")


def _facts(resource: Resource, *, is_retiring: bool) -> dict[str, object]:
    """What is compared; of a key that is to be disabled also its last use: it must not have been used since."""
    used = {"used": resource.used} if is_retiring and isinstance(resource, AccessKey) else {}
    return {**record_of(resource), **used}


def _touched(change: Change) -> set[Address]:
    old = {Address((change.address.kind, change.renamed_from))} if change.renamed_from else set()
    return {change.address.root} | old


def base_of(seen: Mapping[str, str]) -> str:
    """One digest over all fingerprints."""
    return digest(seen)


def digest(value: object) -> str:
    """SHA-256 of the canonical JSON as `sha256:…`."""
    return "sha256:" + hashlib.sha256(canonical(value)).hexdigest()


def canonical(value: object) -> bytes:
    """JSON with sorted keys and no white space, in UTF-8. Raises ValueError for text that is no Unicode."""
    return json.dumps(value, sort_keys=True, ensure_ascii=False, separators=(",", ":")).encode()
