"""Remarks: what apply will do for a change beyond what before and after show."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace

from ramstack.model.account import Account
from ramstack.model.address import Address
from ramstack.model.change import Change, Note
from ramstack.model.quotas import Quotas
from ramstack.model.resource import Policy, PolicyVersion
from ramstack.model.settings import AccountAlias
from ramstack.model.stack import Stack
from ramstack.planning.meaning import meaning_of
from ramstack.planning.room import Shelf, crowded, room_on, shelf_of
from ramstack.policy import Document, Relation, stored_document

VERSIONS = "VersionsPerPolicyQuota"


def remarked(changes: Sequence[Change], live: Account) -> tuple[Change, ...]:
    """The changes with their notes."""
    full = crowded(changes, live)
    return tuple(replace(change, notes=tuple(_notes(change, full, live.quotas))) for change in changes)


def explained(changes: Sequence[Change], reasons: Mapping[Address, str]) -> tuple[Change, ...]:
    """The changes, each with the reason for it where there is one."""
    return tuple(
        replace(change, notes=(*change.notes, reasons[change.address]))
        if change.address in reasons
        else change
        for change in changes
    )


def settings_stay(stacks: Iterable[Stack]) -> tuple[Note, ...]:
    """What `destroy` leaves of what the stacks declare."""
    declared = sorted({address for stack in stacks for address in stack.settings})
    return tuple(Note(a, "a setting of the account is never deleted; it stays as it is") for a in declared)


def _notes(change: Change, full: frozenset[Shelf], quotas: Quotas) -> Iterator[str]:
    if pruned := version_to_prune(change, quotas):
        most = quotas.of(VERSIONS)
        yield f"{pruned.id} is deleted first: a policy keeps at most {most} versions"
    if held := version_to_restore(change):
        yield f"{held.id} becomes the default version again: it holds this document already"
    if isinstance(change.after, AccountAlias):
        yield f"logon names end in @{change.after.alias or 'the account id'}.onaliyun.com from then on"
    if is_reworded(change):
        yield "it permits what it permitted before: only the text is another one"
    shelf = shelf_of(change.address)
    if change.action == "delete" and shelf and shelf in full:
        yield f"taken away before the new ones are given: {room_on(shelf, quotas)} {shelf[1]} are the limit"


def changes_document(change: Change) -> bool:
    """A policy's default version becomes another one: its text is never edited in place."""
    match change.before, change.after:
        case Policy() as before, Policy() as after:
            return before.document != after.document
    return False


def is_reworded(change: Change) -> bool:
    """Whether the document is another one of the same meaning, whatever else its holders have."""
    match change.before, change.after:
        case Policy(document=before), Policy(document=Document() as after) if changes_document(change):
            return meaning_of(before, after) is Relation.EQUAL
    return False


def version_to_restore(change: Change) -> PolicyVersion | None:
    """The newest version that holds the wanted document already: switching back costs neither a version nor history."""
    before, after = change.before, change.after
    if not isinstance(before, Policy) or not isinstance(after, Policy) or not changes_document(change):
        return None
    newest_first = sorted(before.versions, key=lambda v: v.number, reverse=True)
    return next((v for v in newest_first if _holds(v, after.document)), None)


def _holds(version: PolicyVersion, document: Document | None) -> bool:
    return bool(version.text) and not version.is_default and stored_document(version.text) == document


def version_to_prune(change: Change, quotas: Quotas) -> PolicyVersion | None:
    """The oldest version that is not the default one, when a new one would be one too many."""
    if not isinstance(change.before, Policy) or not changes_document(change) or version_to_restore(change):
        return None
    versions = change.before.versions
    spare = sorted((v for v in versions if not v.is_default), key=lambda v: v.number)
    return spare[0] if spare and len(versions) >= quotas.of(VERSIONS) else None
