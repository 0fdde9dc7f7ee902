"""Few calls become an Account: pages, plus one call for each group, role and document in question, never one for a user.

caller ─┐
users ──┼─ tags checked ─┐
groups ─┼─ members ──────┼─► Account
roles ──┼─ trust ────────┤
policies┼─ documents ────┤
page 1 ─┴─ attachments ──┘        (the six on the left side by side)

With targets, and where few declared users stand among many groups, memberships and grants are read near the roots in
question only.
"""

from __future__ import annotations

from concurrent.futures import Executor, ThreadPoolExecutor
from dataclasses import dataclass
from functools import cached_property
from itertools import chain

from ramstack.account.attachments import Grants, all_grants, granted_to, held_by
from ramstack.account.credentials import read_credentials
from ramstack.account.entries import (
    Entry,
    attachment_entries,
    group_entries,
    membership_entries,
    policy_entries,
    role_entries,
    user_entries,
    user_of,
)
from ramstack.account.lists import Lists, begin_lists
from ramstack.account.memberships import Memberships, near_memberships, of_groups
from ramstack.account.partial import Part, gaps_of, part
from ramstack.account.scope import Scope
from ramstack.gateway.port import Reader, RoleRow, VersionRow
from ramstack.model.account import Account
from ramstack.model.address import Address, Kind, PolicyRef, group_address, role_address, user_address
from ramstack.model.owner import OWNER_TAG, read_group_comments
from ramstack.model.resource import User
from ramstack.model.settings import SETTINGS, Setting
from ramstack.model.unread import (
    credentials_of_user,
    document_of_policy,
    scoped_grants,
    setting,
    trust_of_role,
)

WORKERS = 16


def read_account(reader: Reader, scope: Scope) -> Account:
    """The live account; what the service refuses to show of it is named as unread, never taken for empty.

    Raises what the reader raises where nothing can be known: Denied for the lists themselves, Throttled, Unreachable.
    """
    before = reader.calls_made()
    with ThreadPoolExecutor(WORKERS, thread_name_prefix="read") as pool:
        reading = Reading(reader, pool, scope, begin_lists(reader, pool, scope.users, scope.roles))
        relations = reading.relations()
        versions, credentials = reading.versions(), reading.credentials()
        lists = reading.lists
        tags, policies = lists.tags.result(), lists.policies.result()
        gone = frozenset(ref for ref, found in versions if found.value is None and not found.gap)
        documents = {ref: found.value for ref, found in versions if found.value}
        roles, role_tags, trusts = lists.roles.result(), lists.role_tags.result(), reading.trusts()
        settings = reading.settings()
        left = frozenset(name for name, found in trusts if found.value is None and not found.gap)
        rows = [row for row in policies.value or () if row.ref not in gone]
        entries = chain(
            user_entries(lists.users.result(), tags.value or {}),
            (entry for found in credentials for entry in found.value or ()),
            group_entries(lists.groups.result()),
            role_entries(
                [row for row in roles.value or () if row.name not in left],
                role_tags.value or {},
                {name: found.value for name, found in trusts if found.value},
            ),
            ((address, found.value or SETTINGS[address]()) for address, found in settings),
            membership_entries(relations.memberships.pairs),
            policy_entries(rows, documents),
            attachment_entries(relations.grants.rows),
        )
        gaps = gaps_of(
            (
                tags,
                policies,
                roles,
                role_tags,
                *(found for _, found in versions),
                *(found for _, found in trusts),
                *(found for _, found in settings),
                *credentials,
            )
        )
        return Account(
            id=lists.caller.result().account,
            caller=lists.caller.result().arn,
            resources=dict(entries),
            system_policies=frozenset(row.ref.name for row in rows if row.ref.type == "system"),
            unread=(*gaps, *relations.memberships.unread, *relations.grants.unread),
            quotas=lists.quotas.result(),
            reads=reader.calls_made() - before,
        )


@dataclass(frozen=True)
class Relations:
    """Who is in which group, and who has which policy."""

    memberships: Memberships
    grants: Grants


@dataclass(frozen=True)
class Reading:
    """One reading of an account: what is asked next follows from what the lists said."""

    reader: Reader
    pool: Executor
    scope: Scope
    lists: Lists

    def relations(self) -> Relations:
        """Of everybody, or of those near the roots in question where that takes fewer calls."""
        if self.scope.targets and not self._leaving:
            return self._near_targets()
        if self.scope.whole or len(self._users) >= len(self._all_groups - self._groups):
            memberships = self.pool.submit(of_groups, self.reader, self.pool, self._all_groups)
            grants = self._all_grants()
            return Relations(memberships.result(), grants)
        grants = self._all_grants()
        return Relations(self._memberships_near(grants), grants)

    def versions(self) -> list[tuple[PolicyRef, Part[tuple[VersionRow, ...]]]]:
        """Every version of the policies that are compared with a wish."""

        def read(ref: PolicyRef) -> tuple[PolicyRef, Part[tuple[VersionRow, ...]]]:
            return ref, part(lambda: self.reader.policy_versions(ref), document_of_policy(ref.name))

        return list(self.pool.map(read, sorted(self._policies)))

    def trusts(self) -> list[tuple[str, Part[RoleRow | None]]]:
        """The roles in question, each with its trust policy."""

        def read(name: str) -> tuple[str, Part[RoleRow | None]]:
            return name, part(lambda: self.reader.role(name), trust_of_role(role_address(name)))

        return list(self.pool.map(read, sorted(self._roles)))

    def settings(self) -> list[tuple[Address, Part[Setting]]]:
        """Settings of the account in question; of one that may not be read, the gap."""

        def read(address: Address) -> tuple[Address, Part[Setting]]:
            return address, part(lambda: self.reader.setting(address), setting(address))

        return list(self.pool.map(read, sorted(self.scope.settings)))

    def credentials(self) -> list[Part[tuple[Entry, ...]]]:
        """Of the users that declare some or leave."""

        def read(item: tuple[User, frozenset[Kind]]) -> Part[tuple[Entry, ...]]:
            user, kinds = item
            gap = credentials_of_user(user_address(user.name), kinds)
            return part(lambda: read_credentials(self.reader, user.name, user.mark, kinds), gap)

        asked = ((user, self.scope.credentials_of(user)) for user in self._people)
        return list(self.pool.map(read, [(user, kinds) for user, kinds in asked if kinds]))

    def _near_targets(self) -> Relations:
        """Who has the policies in question, those people's groups, and what all these have; or all, if that is fewer calls."""
        holders = held_by(self.reader, self.pool, sorted(self._policies))
        memberships = self._memberships_near(holders)
        groups = self._groups | {group for _, group in memberships.pairs}
        principals = {
            *map(user_address, self._users | memberships.users),
            *map(group_address, groups),
            *map(role_address, self._roles),
            *(Address((row.kind, row.principal)) for row in holders.rows),
        }
        if len(principals) >= self.lists.grants.result().count:
            return Relations(memberships, self._all_grants())
        near = granted_to(self.reader, self.pool, sorted(principals))
        return Relations(memberships, holders | near | Grants(unread=(scoped_grants(),)))

    def _memberships_near(self, grants: Grants) -> Memberships:
        held = [row for row in grants.rows if row.policy in self._policies]
        groups = self._groups | {row.principal for row in held if row.kind == "group"}
        users = self._users | {row.principal for row in held if row.kind == "user"}
        return near_memberships(self.reader, self.pool, self._all_groups, groups, users)

    def _all_grants(self) -> Grants:
        policies = self.lists.policies.result().value or ()
        return all_grants(self.reader, self.pool, policies, self.lists.grants)

    @cached_property
    def _all_groups(self) -> frozenset[str]:
        return frozenset(row.name for row in self.lists.groups.result())

    @cached_property
    def _groups(self) -> frozenset[str]:
        """Groups in question."""
        owners = {row.name: read_group_comments(row.comments)[1] for row in self.lists.groups.result()}
        return frozenset(n for n, owner in owners.items() if self.scope.concerns(group_address(n), owner))

    @cached_property
    def _people(self) -> tuple[User, ...]:
        tags = self.lists.tags.result().value or {}
        return tuple(user_of(row, tags.get(row.id, {})) for row in self.lists.users.result())

    @cached_property
    def _users(self) -> frozenset[str]:
        """Users in question."""
        concerns = self.scope.concerns
        return frozenset(u.name for u in self._people if concerns(user_address(u.name), u.owner))

    @cached_property
    def _roles(self) -> frozenset[str]:
        """Roles in question."""
        rows, tags = self.lists.roles.result().value or (), self.lists.role_tags.result().value or {}
        owners = {row.name: tags.get(row.name, {}).get(OWNER_TAG, "") for row in rows}
        return frozenset(n for n, owner in owners.items() if self.scope.concerns(role_address(n), owner))

    @cached_property
    def _policies(self) -> frozenset[PolicyRef]:
        """Custom policies in question."""
        rows = self.lists.policies.result().value or ()
        return frozenset(row.ref for row in rows if self.scope.needs_document(row))

    @property
    def _leaving(self) -> bool:
        """Something of ours is no longer declared: what hangs on it must be known whole."""
        named = (
            (self._users, self.scope.users),
            (self._groups, self.scope.groups),
            (self._roles, self.scope.roles),
            (frozenset(ref.name for ref in self._policies), self.scope.policies),
        )
        return any(ours - declared for ours, declared in named)
