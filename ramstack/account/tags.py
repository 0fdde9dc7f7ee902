"""Tags of users, never believed absent on the word of an answer that may not carry tags.

It is not documented whether `ListUsers` fills `Tags` when no tag filter is given. So one `ListTagResources` on the owner tag
asks the account itself: if it knows a tag that `ListUsers` did not show, or if nobody showed any tag at all, tags are read
by 50 user ids a call for every user that matters.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from itertools import islice

from ramstack.gateway.port import Reader, TagRow, UserRow
from ramstack.model.limits import TAG_TARGETS_PER_CALL
from ramstack.model.owner import OWNER_TAG

SAMPLE = 100  # one page of ListTagResources

UserTags = Mapping[str, Mapping[str, str]]  # user id → its tags


def read_user_tags(reader: Reader, users: Sequence[UserRow], declared: frozenset[str]) -> UserTags:
    """The tags of every user, or, where ListUsers cannot be trusted, of those declared or marked by any stack."""
    shown = {user.id: dict(user.tags) for user in users}
    marked = reader.users_tagged(OWNER_TAG)
    sample = list(islice(marked, SAMPLE))
    if any(shown.values()) and _agrees(sample, shown):
        return shown
    ids = {row.user_id for row in (*sample, *marked)} | {u.id for u in users if u.name in declared}
    return {**shown, **_by_ids(reader, sorted(ids & shown.keys()))}


def _agrees(rows: Iterable[TagRow], shown: UserTags) -> bool:
    """Every tag in the sample is on the user as shown; a user that came or went in between says nothing."""
    return all(shown[row.user_id].get(row.key) == row.value for row in rows if row.user_id in shown)


def _by_ids(reader: Reader, ids: Sequence[str]) -> UserTags:
    tags: dict[str, dict[str, str]] = {user_id: {} for user_id in ids}
    for start in range(0, len(ids), TAG_TARGETS_PER_CALL):
        for row in reader.user_tags(tuple(ids[start : start + TAG_TARGETS_PER_CALL])):
            tags.setdefault(row.user_id, {})[row.key] = row.value
    return tags
