"""Who is in which group: asked of each group or of each user in question, whichever takes fewer calls."""

from __future__ import annotations

from collections.abc import Iterable
from concurrent.futures import Executor
from dataclasses import dataclass

from ramstack.account.partial import Part, each_once, gaps_of, part
from ramstack.gateway.port import Reader
from ramstack.model.address import group_address, user_address
from ramstack.model.unread import Unread, groups_of_user, members_of_group

Pair = tuple[str, str]  # user, group


@dataclass(frozen=True)
class Memberships:
    """Pairs of user and group."""

    pairs: frozenset[Pair] = frozenset()
    unread: tuple[Unread, ...] = ()

    def __or__(self, other: Memberships) -> Memberships:
        return Memberships(self.pairs | other.pairs, self.unread + other.unread)

    @property
    def users(self) -> frozenset[str]:
        return frozenset(user for user, _ in self.pairs)


def of_groups(reader: Reader, pool: Executor, groups: Iterable[str]) -> Memberships:
    """The members of these groups, one call each up to 1,000 members."""

    def read(group: str) -> Part[frozenset[Pair]]:
        def members() -> frozenset[Pair]:
            return frozenset((user, group) for user in each_once(lambda: reader.members(group), str))

        return part(members, members_of_group(group_address(group)))

    return _joined(pool.map(read, sorted(groups)))


def near_memberships(
    reader: Reader, pool: Executor, groups: frozenset[str], near: frozenset[str], users: frozenset[str]
) -> Memberships:
    """Of all `groups`: everybody in those that are near, and every group of theirs and of `users`."""
    first = of_groups(reader, pool, near & groups)
    people, others = users | first.users, groups - near
    if len(others) <= len(people):
        return first | of_groups(reader, pool, others)
    return first | _of_users(reader, pool, people)


def _of_users(reader: Reader, pool: Executor, users: Iterable[str]) -> Memberships:
    def read(user: str) -> Part[frozenset[Pair]]:
        def joined() -> frozenset[Pair]:
            return frozenset((user, group) for group in reader.groups_of(user))

        return part(joined, groups_of_user(user_address(user)))

    return _joined(pool.map(read, sorted(users)))


def _joined(parts: Iterable[Part[frozenset[Pair]]]) -> Memberships:
    found = tuple(parts)
    return Memberships(frozenset().union(*(one.value or frozenset() for one in found)), gaps_of(found))
