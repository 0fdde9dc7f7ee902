"""Tags of users and roles, never believed absent on the word of an answer that may not carry tags.

It is not documented whether `ListUsers` fills `Tags` when no tag filter is given. So one `ListTagResources` on the owner tag
asks the account itself: if it knows a tag that `ListUsers` did not show, or if nobody showed any tag at all, tags are read
by 50 user ids a call for every user that matters.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from itertools import islice

from ramstack.gateway.port import Reader, RoleRow, TagRow, UserRow
from ramstack.model.limits import TAG_TARGETS_PER_CALL
from ramstack.model.owner import OWNER_TAG

SAMPLE = 100  # one page of ListTagResources

Tags = Mapping[str, Mapping[str, str]]
UserTags = Tags  # user id → its tags
RoleTags = Tags  # role name → its tags


def read_user_tags(reader: Reader, users: Sequence[UserRow], declared: frozenset[str]) -> UserTags:
    """The tags of every user, or, where ListUsers cannot be trusted, of those declared or marked by any stack."""
    shown = {user.id: dict(user.tags) for user in users}
    ids = {user.id for user in users if user.name in declared}
    return _checked(shown, ids, reader.users_tagged(OWNER_TAG), reader.user_tags)


def read_role_tags(reader: Reader, roles: Sequence[RoleRow], declared: frozenset[str]) -> RoleTags:
    """The same of roles, whose names stand for ids."""
    shown = {role.name: dict(role.tags) for role in roles}
    return _checked(shown, declared, reader.roles_tagged(OWNER_TAG), reader.role_tags) if shown else {}


def _checked(
    shown: Tags,
    wanted: AbstractSet[str],
    marked: Iterator[TagRow],
    ask: Callable[[tuple[str, ...]], Iterator[TagRow]],
) -> Tags:
    sample = list(islice(marked, SAMPLE))
    if any(shown.values()) and _agrees(sample, shown):
        return shown
    ids = {row.user_id for row in (*sample, *marked)} | wanted
    return {**shown, **_by_ids(ask, sorted(ids & shown.keys()))}


def _agrees(rows: Iterable[TagRow], shown: Tags) -> bool:
    """Every tag in the sample is on its bearer as shown; one that came or went in between says nothing."""
    return all(shown[row.user_id].get(row.key) == row.value for row in rows if row.user_id in shown)


def _by_ids(ask: Callable[[tuple[str, ...]], Iterator[TagRow]], ids: Sequence[str]) -> Tags:
    tags: dict[str, dict[str, str]] = {id_: {} for id_ in ids}
    for start in range(0, len(ids), TAG_TARGETS_PER_CALL):
        for row in ask(tuple(ids[start : start + TAG_TARGETS_PER_CALL])):
            tags.setdefault(row.user_id, {})[row.key] = row.value
    return tags
