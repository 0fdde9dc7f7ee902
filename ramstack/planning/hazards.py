"""Hazards: what is certain to go wrong, found before the first write. Unlike a rail, no `--allow` lifts it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import fields

from ramstack.model.account import Account
from ramstack.model.address import Address
from ramstack.model.change import Change
from ramstack.model.limits import OWN_TAGS
from ramstack.model.problem import Problem, error, warning
from ramstack.model.resource import Policy, Resource, Role, User
from ramstack.model.settings import SETTINGS, is_weaker
from ramstack.planning.room import ACCOUNT, Shelf, held_on, room_on, shelf_of

OVER_QUOTA = "over-quota"
SIZE = "PolicySizeQuota"
NEARLY = 0.9
TAGS = "tags"
_LOCKED = (ACCOUNT, "custom policies")


def over_quota(live: Account, changes: Sequence[Change], locks: int = 0) -> Iterator[Problem]:
    """What would hold more than the account's quotas let it, at the end or on the way there; one problem for each.

    What leaves a principal makes room before the new comes, where it must. In the account everything new comes first, and a
    run holds `locks`, which are custom policies, meanwhile.
    """
    coming, going, first = _moves(changes)
    coming[_LOCKED] += locks if _LOCKED in first else 0
    held = held_on(first, live) + _held_marks(first, live)
    for shelf, change in first.items():
        most = held[shelf] + coming[shelf] - (0 if shelf[0] is ACCOUNT else going[shelf])
        if most > room_on(shelf, live.quotas):
            yield _too_many(change, shelf, (held[shelf], most, room_on(shelf, live.quotas)), going[shelf])


def _moves(changes: Iterable[Change]) -> tuple[Counter[Shelf], Counter[Shelf], dict[Shelf, Change]]:
    """How many come on each shelf and how many go; and of those on which something comes, the first change that does it."""
    coming: Counter[Shelf] = Counter()
    going: Counter[Shelf] = Counter()
    first: dict[Shelf, Change] = {}
    for change in changes:
        before, after = _takes(change.address, change.before), _takes(change.address, change.after)
        for shelf in after - before:
            first.setdefault(shelf, change)
        coming.update(after - before)
        going.update(before - after)
    return coming, going, first


def _takes(address: Address, resource: Resource | None) -> Counter[Shelf]:
    shelf = shelf_of(address)
    taken = Counter([shelf] if shelf and resource else [])
    return taken + Counter({(address, TAGS): _own_tags(resource)})


def _own_tags(resource: Resource | None) -> int:
    """How many tags of what ramstack owns are its own. Room is kept for all three of a user; of a role it is the mark alone."""
    match resource:
        case User(owner=owner) if owner:
            return OWN_TAGS
        case Role(owner=owner) if owner:
            return 1
    return 0


def _held_marks(shelves: Iterable[Shelf], live: Account) -> Counter[Shelf]:
    return Counter({(holder, what): _own_tags(live.get(holder)) for holder, what in shelves if what == TAGS})


def _too_many(change: Change, shelf: Shelf, numbers: tuple[int, int, int], going: int) -> Problem:
    (holder, what), (held, most, limit) = shelf, numbers
    if holder is ACCOUNT:
        until = " until what leaves is deleted" if going else ""
        lock = ", the run's own lock included" if shelf == _LOCKED else ""
        advice = f"What others hold counts too{lock}. Delete some first, or have the quota raised."
    else:
        until = ""
        kept = OWN_TAGS if holder.kind == "user" else 1
        own = f", and {kept} {'are' if kept > 1 else 'is'} kept for ramstack's own" if what == TAGS else ""
        advice = (
            f"What was there before and is kept (additive, ignored or unmanaged) counts too{own}. Take some away,"
            " or have the quota raised."
        )
    name = str(holder) if holder else "The account"
    return error(
        OVER_QUOTA,
        "More than the service allows",
        f"{name} has {held:,} {what}, would have {most:,} of at most {limit:,}{until}. {advice}",
        address=holder or change.address,
        origin=change.origin,
    )


def too_long(live: Account, changes: Iterable[Change]) -> Iterator[Problem]:
    """Documents longer than the service takes, and a warning near it: whether it counts characters or bytes is not established."""
    limit = live.quotas.of(SIZE)
    for change in changes:
        match change.before, change.after:
            case before, Policy(document=document) if document and (
                not isinstance(before, Policy) or before.document != document
            ):
                yield from _length_of(change, document.text, limit)


def _length_of(change: Change, text: str, limit: int) -> Iterator[Problem]:
    characters, size = len(text), len(text.encode())
    told = f"The document of {change.address} has {characters:,} characters ({size:,} bytes) of at most {limit:,}."
    if characters > limit:
        detail = f"{told} Split it into several policies."
        yield error(OVER_QUOTA, "Document too long", detail, address=change.address, origin=change.origin)
    elif size > NEARLY * limit:
        detail = f"{told} How the service counts is not documented to the letter, so it may refuse it."
        yield warning(
            "nearly-too-long",
            "Document nearly too long",
            detail,
            address=change.address,
            origin=change.origin,
        )


def in_recycle_bin(live: Account, changes: Iterable[Change]) -> Iterator[Problem]:
    """New users whose name a deleted one still has there; whether the service then lets it be used again is not established."""
    for change in changes:
        if (
            change.address.kind == "user"
            and change.action == "create"
            and change.address.name in live.recycled
        ):
            yield warning(
                "name-in-recycle-bin",
                "A deleted user has this name",
                f"{change.address} is in the recycle bin. The new one will be another user, with another id, and the service"
                " may not let the name be used again before the old one is restored or deleted there.",
                address=change.address,
                origin=change.origin,
            )


def target_of_nothing(targets: Sequence[Address], live: Account, desired: Account) -> Iterator[Problem]:
    """Targets that name nothing are probably misspelt."""
    for target in targets:
        if target not in live and target not in desired:
            detail = (
                f"No stack declares {target}, so it is not managed and stays as it is."
                if target in SETTINGS
                else f"{target} is neither in the account nor in the stacks."
            )
            yield warning("unknown-target", "Target names nothing", detail, address=target)


def weakened(changes: Iterable[Change]) -> Iterator[Problem]:
    """Settings of the account that ask less of users, or let them do more."""
    for change in changes:
        if change.address not in SETTINGS:
            continue
        sides = (
            (f.name, getattr(change.before, f.name, None), getattr(change.after, f.name, None))
            for f in fields(SETTINGS[change.address])
        )
        told = [
            f"{name} from {_shown(before)} to {_shown(after)}"
            for name, before, after in sides
            if is_weaker(name, before, after)
        ]
        if told:
            detail = f"{change.address} would protect less: {', '.join(told)}."
            yield warning(
                "weaker-setting", "Weaker setting", detail, address=change.address, origin=change.origin
            )


def _shown(value: object) -> str:
    return '""' if value == "" else str(value).lower()
