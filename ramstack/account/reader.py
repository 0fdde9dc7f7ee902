"""Few calls become an Account: pages, plus one call for each group and each document in question, never one for a user.

caller ─┐
users ──┼─ tags checked ─┐
groups ─┼─ members ──────┼─► Account
policies┼─ documents ────┤
page 1 ─┴─ attachments ──┘        (the five on the left side by side)
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace

from ramstack.account.attachments import read_attachments
from ramstack.account.credentials import read_credentials
from ramstack.account.tags import UserTags, read_user_tags
from ramstack.gateway.port import AttachmentRow, GroupRow, PolicyRow, Reader, UserRow, VersionRow
from ramstack.model.account import Account
from ramstack.model.address import (
    Address,
    PolicyRef,
    attachment_address,
    group_address,
    membership_address,
    policy_address,
    tag_address,
    user_address,
)
from ramstack.model.errors import Refused
from ramstack.model.owner import OWNER_TAG, PROTECT_TAG, RESERVED_TAG_PREFIX, read_group_comments
from ramstack.model.resource import Attachment, Group, Membership, Policy, PolicyVersion, Resource, Tag, User
from ramstack.policy import stored_document

WORKERS = 16
LOCK_PREFIX = "ramstack-lock-"
RESOURCE_GROUP_GRANTS = "grants at resource-group scope"

Entry = tuple[Address, Resource]


@dataclass(frozen=True)
class Scope:
    """What a run needs beyond the bulk: documents of these policies and of those with these marks, tags of these users,
    credentials of those that leave.
    """

    owners: frozenset[str] = frozenset()
    users: frozenset[str] = frozenset()
    policies: frozenset[str] = frozenset()
    leaving: frozenset[str] = frozenset()

    def needs_credentials(self, user: User) -> bool:
        """A user that leaves takes keys, logon and second factor with it, and each is a change that is shown."""
        undeclared = user.owner in self.owners and user.name not in self.users
        return user.name in self.leaving or undeclared

    def needs_document(self, row: PolicyRow) -> bool:
        """Declared by name, or ours by its mark."""
        owner = dict(row.tags).get(OWNER_TAG, "")
        return row.ref.type == "custom" and (row.ref.name in self.policies or owner in self.owners)


def read_account(reader: Reader, scope: Scope) -> Account:
    """The live account. Raises what the reader raises: a part that cannot be read is never taken for empty."""
    before = reader.calls_made()
    with ThreadPoolExecutor(WORKERS, thread_name_prefix="read") as pool:
        caller = pool.submit(reader.caller)
        users = pool.submit(lambda: tuple(reader.users()))
        groups = pool.submit(lambda: tuple(reader.groups()))
        marks = pool.submit(_policy_marks, reader)
        policies = pool.submit(lambda: tuple(_own_policies(reader.policies(), marks.result())))
        first = pool.submit(reader.attachment_page, 1)
        tags = pool.submit(lambda: read_user_tags(reader, users.result(), scope.users))
        members = pool.map(lambda g: (g, tuple(reader.members(g.name))), groups.result())
        documented = [row.ref for row in policies.result() if scope.needs_document(row)]
        versions = pool.map(lambda ref: (ref, reader.policy_versions(ref)), documented)
        grants = read_attachments(reader, pool, policies.result(), first)
        people = list(_users(users.result(), tags.result()))
        leaving = [u.name for _, u in people if isinstance(u, User) and scope.needs_credentials(u)]
        entries = [
            *people,
            *(
                entry
                for found in pool.map(lambda name: read_credentials(reader, name), leaving)
                for entry in found
            ),
            *_groups(members),
            *_policies(policies.result(), dict(versions)),
            *_attachments(grants.rows),
        ]
    return Account(
        id=caller.result().account,
        caller=caller.result().arn,
        resources=dict(entries),
        system_policies=frozenset(row.ref.name for row in policies.result() if row.ref.type == "system"),
        unread=() if grants.sees_resource_groups else (RESOURCE_GROUP_GRANTS,),
        reads=reader.calls_made() - before,
    )


def _policy_marks(reader: Reader) -> dict[str, str]:
    """Owner marks by policy, asked for by the tag itself: a list need not carry tags. Where that is refused, none."""
    try:
        return dict(reader.policies_tagged(OWNER_TAG))
    except Refused:
        return {}


def _own_policies(rows: Iterable[PolicyRow], marks: dict[str, str]) -> Iterator[PolicyRow]:
    """The rows with every owner mark that is known. Locks are policies by wire only: never part of an Account."""
    for row in rows:
        mark = marks.get(row.ref.name) if row.ref.type == "custom" else None
        tags = {**dict(row.tags), **({OWNER_TAG: mark} if mark else {})}
        if not row.ref.name.startswith(LOCK_PREFIX):
            yield replace(row, tags=tuple(tags.items()))


def _users(rows: Iterable[UserRow], tags: UserTags) -> Iterator[Entry]:
    for row in rows:
        address = user_address(row.name)
        held = tags.get(row.id, {})
        yield (
            address,
            User(
                name=row.name,
                display_name=row.display_name,
                comments=row.comments,
                email=row.email,
                mobile=row.mobile,
                protect=held.get(PROTECT_TAG) == "true",
                owner=held.get(OWNER_TAG, ""),
                id=row.id,
                frozen=row.status == "freeze",
                provisioned_by="" if row.provision_type in ("", "Manual") else row.provision_type,
            ),
        )
        for key, value in held.items():
            if not key.startswith(RESERVED_TAG_PREFIX):
                yield tag_address(address, key), Tag(value)


def _groups(rows: Iterable[tuple[GroupRow, tuple[str, ...]]]) -> Iterator[Entry]:
    for row, members in rows:
        text, owner = read_group_comments(row.comments)
        yield group_address(row.name), Group(row.name, text, owner)
        for user in members:
            yield membership_address(user_address(user), row.name), Membership()


def _policies(
    rows: Iterable[PolicyRow], versions: dict[PolicyRef, tuple[VersionRow, ...]]
) -> Iterator[Entry]:
    for row in rows:
        if row.ref.type == "custom":
            known = versions.get(row.ref, ())
            yield (
                policy_address(row.ref.name),
                Policy(
                    name=row.ref.name,
                    description=row.description,
                    document=next((stored_document(v.document) for v in known if v.is_default), None),
                    owner=dict(row.tags).get(OWNER_TAG, ""),
                    versions=tuple(PolicyVersion(v.id, v.is_default, v.created, v.document) for v in known),
                ),
            )


def _attachments(rows: Iterable[AttachmentRow]) -> Iterator[Entry]:
    for row in rows:
        principal = Address((row.kind, row.principal))
        yield attachment_address(principal, row.policy, row.resource_group), Attachment()
