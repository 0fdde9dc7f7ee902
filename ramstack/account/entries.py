"""Rows become the entries of an Account: addresses and what they hold."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from ramstack.account.memberships import Pair
from ramstack.account.tags import RoleTags, UserTags
from ramstack.gateway.port import AttachmentRow, GroupRow, PolicyRow, RoleRow, UserRow, VersionRow
from ramstack.model.address import (
    Address,
    PolicyRef,
    attachment_address,
    group_address,
    membership_address,
    policy_address,
    role_address,
    tag_address,
    user_address,
)
from ramstack.model.mark import read_mark
from ramstack.model.owner import KEYS_TAG, OWNER_TAG, PROTECT_TAG, RESERVED_TAG_PREFIX, read_group_comments
from ramstack.model.resource import (
    Attachment,
    Group,
    Membership,
    Policy,
    PolicyVersion,
    Resource,
    Role,
    Tag,
    User,
)
from ramstack.policy import stored_document
from ramstack.policy.statement import Kind

Entry = tuple[Address, Resource]


def user_of(row: UserRow, tags: Mapping[str, str]) -> User:
    """The user with what its tags say of it."""
    return User(
        name=row.name,
        display_name=row.display_name,
        comments=row.comments,
        email=row.email,
        mobile=row.mobile,
        protect=tags.get(PROTECT_TAG) == "true",
        owner=tags.get(OWNER_TAG, ""),
        id=row.id,
        frozen=row.status == "freeze",
        mark=read_mark(tags.get(KEYS_TAG, "")),
        provisioned_by="" if row.provision_type.lower() in ("", "manual") else row.provision_type,
    )


def user_entries(rows: Iterable[UserRow], tags: UserTags) -> Iterator[Entry]:
    for row in rows:
        held = tags.get(row.id, {})
        user = user_address(row.name)
        yield user, user_of(row, held)
        for key, value in held.items():
            if not key.startswith(RESERVED_TAG_PREFIX):
                yield tag_address(user, key), Tag(value)


def group_entries(rows: Iterable[GroupRow]) -> Iterator[Entry]:
    for row in rows:
        text, owner = read_group_comments(row.comments)
        yield group_address(row.name), Group(row.name, text, owner)


def role_entries(rows: Iterable[RoleRow], tags: RoleTags, known: Mapping[str, RoleRow]) -> Iterator[Entry]:
    """`known` are those of which the trust policy was read."""
    for row in rows:
        role, held, whole = role_address(row.name), tags.get(row.name, {}), known.get(row.name)
        yield (
            role,
            Role(
                name=row.name,
                description=(whole or row).description,
                document=stored_document(whole.document, Kind.TRUST) if whole else None,
                max_session_duration=(whole or row).max_session_duration,
                owner=held.get(OWNER_TAG, ""),
                is_linked=bool(whole and whole.is_linked),
            ),
        )
        for key, value in held.items():
            if not key.startswith(RESERVED_TAG_PREFIX):
                yield tag_address(role, key), Tag(value)


def membership_entries(pairs: Iterable[Pair]) -> Iterator[Entry]:
    for user, group in pairs:
        yield membership_address(user_address(user), group), Membership()


def policy_entries(
    rows: Iterable[PolicyRow], versions: Mapping[PolicyRef, tuple[VersionRow, ...]]
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


def attachment_entries(rows: Iterable[AttachmentRow]) -> Iterator[Entry]:
    for row in rows:
        principal = Address((row.kind, row.principal))
        yield attachment_address(principal, row.policy, row.resource_group), Attachment()
