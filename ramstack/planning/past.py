"""The credentials of a run as they are to be judged when it is undone: keys where they are now, passwords aside.

A key is told by its id, since slots move up when an older key goes. What was deleted cannot come back, and that is said.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace

from ramstack.model.account import Account
from ramstack.model.address import Address
from ramstack.model.change import Change
from ramstack.model.problem import Problem, warning
from ramstack.model.resource import AccessKey, Console, Resource
from ramstack.model.run import Run

KEPT_APART = {
    "access_key": "nobody can read its secret again; within 30 days whoever still has it can restore the key from the recycle "
    "bin, if its user was restored from there",
    "console": "nobody can read its password again; give the user a new one",
    "mfa": "the user has to bind a device again",
}


@dataclass(frozen=True)
class Past:
    """The changes of a run, and what is told of those that nothing can undo."""

    changes: tuple[Change, ...]
    problems: tuple[Problem, ...] = ()


def past_of(changes: Iterable[Change], made: Mapping[Address, str], here: Account) -> Past:
    """`made` are the ids of the keys that the run made, by address. A key that nobody holds is taken for one of the run's."""
    all_changes = tuple(changes)
    roots = {change.address.root for change in all_changes}
    lost = {a for a, key in here.resources.items() if a.root in roots and _is_lost_key(key)}
    judged = [judged for change in all_changes for judged in _judged(change, made, here)]
    known = {change.address for change in judged}
    judged += [Change(address, None, here.get(address)) for address in sorted(lost - known)]
    problems = (_gone(change) for change in all_changes if _is_gone(change, here))
    return Past(tuple(judged), tuple(problems))


def made_by(run: Run) -> dict[Address, str]:
    """Address → the id of the key that the run made there."""
    return {outcome.change.address: outcome.key_id for outcome in run.outcomes if outcome.key_id}


def _judged(change: Change, made: Mapping[Address, str], here: Account) -> Iterator[Change]:
    match change.before, change.after:
        case _, AccessKey(id="") as key:
            yield from _at_slot(
                replace(change, before=None, after=replace(key, sink="")), made.get(change.address, ""), here
            )
        case AccessKey(), AccessKey() as key:
            yield from _at_slot(change, key.id, here)
        case AccessKey(), None:
            return
        case before, Console() as logon:
            yield replace(change, after=_without_password(logon, before, here.get(change.address)))
        case _:
            yield change


def _at_slot(change: Change, key_id: str, here: Account) -> Iterator[Change]:
    """The change at the slot where its key is now; nothing where it is gone."""
    for address, key in here.resources.items():
        if address.root == change.address.root and isinstance(key, AccessKey) and key.id == key_id != "":
            after = replace(change.after, id=key_id) if isinstance(change.after, AccessKey) else change.after
            yield replace(change, address=address, after=after)


def _without_password(logon: Console, before: Resource | None, now: Resource | None) -> Console:
    """What was left, as reading shows it. That a user has changed the password as told is no change since."""
    has_reset = before is None and isinstance(now, Console) and not now.reset_required
    return replace(logon, password="", sink="", reset_required=logon.reset_required and not has_reset)


def _is_lost_key(resource: Resource) -> bool:
    return isinstance(resource, AccessKey) and resource.standing == "lost"


def _is_gone(change: Change, here: Account) -> bool:
    """A key that was held and delivered, and is not there any more."""
    before = change.before
    if not isinstance(before, AccessKey) or (
        isinstance(change.after, AccessKey) and change.after.id == before.id
    ):
        return False
    held = {key.id for key in here.resources.values() if isinstance(key, AccessKey)}
    return change.address.root in here and before.id not in held


def _gone(change: Change) -> Problem:
    assert isinstance(change.before, AccessKey)
    detail = f"{change.address} ({change.before.id}) does not come back: {KEPT_APART['access_key']}."
    return warning("cannot-come-back", "Cannot come back", detail, address=change.address)
