"""Hazards: what is certain to go wrong, found before the first write. Unlike a rail, no `--allow` lifts it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence

from ramstack.model.account import Account
from ramstack.model.address import Address
from ramstack.model.change import Change
from ramstack.model.limits import MAX_DECLARED_TAGS, is_service_tag
from ramstack.model.problem import Problem, error, warning
from ramstack.planning.room import QUOTAS, shelf_of


def over_quota(desired: Account, changes: Sequence[Change]) -> Iterator[Problem]:
    """Principals that would hold more than the service allows, what is kept counted in; one for each that gains."""
    gains = {shelf_of(c.address): c for c in changes if c.action == "create"}
    new_tags = {c.address.root: c for c in changes if c.action == "create" and c.address.kind == "tag"}
    roots = {change.address.root for change in (*gains.values(), *new_tags.values())}
    theirs = [address for address in desired.resources if address.root in roots]
    held = Counter(shelf for address in theirs if (shelf := shelf_of(address)))
    tags = Counter(a.root for a in theirs if a.kind == "tag" and not is_service_tag(a.tag_key))
    for shelf, count in held.items():
        if count > QUOTAS[shelf[1]] and shelf in gains:
            yield _too_many(gains[shelf], shelf[1], count, QUOTAS[shelf[1]])
    for user, count in tags.items():
        if count > MAX_DECLARED_TAGS and user in new_tags:
            yield _too_many(new_tags[user], "tags beside ramstack's own", count, MAX_DECLARED_TAGS)


def _too_many(change: Change, what: str, count: int, limit: int) -> Problem:
    return error(
        "over-quota",
        "More than the service allows",
        f"{change.address.root} would hold {count} {what}; {limit} are the limit. What was there before and is kept "
        "(additive, ignored or unmanaged) counts too.",
        address=change.address.root,
        origin=change.origin,
    )


def target_of_nothing(targets: Sequence[Address], live: Account, desired: Account) -> Iterator[Problem]:
    """Targets that name nothing are probably misspelt."""
    for target in targets:
        if target not in live and target not in desired:
            yield warning(
                "unknown-target",
                "Target names nothing",
                f"{target} is neither in the account nor in the stacks.",
                address=target,
            )
