"""The lists of an account: its users with their tags, groups and policies, read side by side."""

from __future__ import annotations

from collections.abc import Mapping
from concurrent.futures import Executor, Future
from dataclasses import dataclass, replace

from ramstack.account.partial import Part, each_once, part
from ramstack.account.tags import RoleTags, UserTags, read_role_tags, read_user_tags
from ramstack.gateway.port import AttachmentPage, Caller, GroupRow, PolicyRow, Reader, RoleRow, UserRow
from ramstack.model.errors import GatewayError, Refused
from ramstack.model.owner import OWNER_TAG
from ramstack.model.quotas import DEFAULT_QUOTAS, Quotas
from ramstack.model.unread import roles as unread_roles
from ramstack.model.unread import tags_of_policies, tags_of_roles, tags_of_users

LOCK_PREFIX = "ramstack-lock-"


@dataclass(frozen=True)
class Lists:
    """Every row of each list, once, and the first page of grants; all under way."""

    caller: Future[Caller]
    users: Future[tuple[UserRow, ...]]
    tags: Future[Part[UserTags]]
    groups: Future[tuple[GroupRow, ...]]
    roles: Future[Part[tuple[RoleRow, ...]]]
    role_tags: Future[Part[RoleTags]]
    policies: Future[Part[tuple[PolicyRow, ...]]]
    grants: Future[AttachmentPage]
    quotas: Future[Quotas]


def begin_lists(
    reader: Reader, pool: Executor, declared: frozenset[str], declared_roles: frozenset[str]
) -> Lists:
    """All lists; tags surely those of declared users and roles, and of those with any stack's mark."""
    users = pool.submit(_users, reader)
    roles = pool.submit(part, lambda: each_once(reader.roles, lambda role: role.name), unread_roles())
    marks = pool.submit(part, lambda: dict(reader.policies_tagged(OWNER_TAG)), tags_of_policies())
    return Lists(
        caller=pool.submit(reader.caller),
        users=users,
        tags=pool.submit(part, lambda: read_user_tags(reader, users.result(), declared), tags_of_users()),
        groups=pool.submit(each_once, reader.groups, lambda group: group.name),
        roles=roles,
        role_tags=pool.submit(
            part, lambda: read_role_tags(reader, roles.result().value or (), declared_roles), tags_of_roles()
        ),
        policies=pool.submit(_policies, reader, marks),
        grants=pool.submit(reader.attachment_page, 1),
        quotas=pool.submit(_quotas, reader),
    )


def _users(reader: Reader) -> tuple[UserRow, ...]:
    """As IMS lists them, tags and status with them; where that is refused, as RAM does."""
    try:
        return each_once(reader.users, lambda user: user.id)
    except Refused:
        return each_once(reader.users_without_tags, lambda user: user.id)


def _quotas(reader: Reader) -> Quotas:
    """The account's own; the documented ones where it does not say. No plan fails for that."""
    try:
        return Quotas(reader.quotas())
    except GatewayError:
        return DEFAULT_QUOTAS


def _policies(reader: Reader, marks: Future[Part[dict[str, str]]]) -> Part[tuple[PolicyRow, ...]]:
    """The rows with every owner mark that is known, from the list or asked for by the tag itself: a list need not carry tags.

    Locks are policies by wire only: never part of an Account.
    """
    rows = each_once(reader.policies, lambda policy: policy.ref)
    known = marks.result()
    marked = tuple(
        _marked(row, known.value or {}) for row in rows if not row.ref.name.startswith(LOCK_PREFIX)
    )
    return Part(marked, None if any(row.tags for row in marked) else known.gap)


def _marked(row: PolicyRow, marks: Mapping[str, str]) -> PolicyRow:
    mark = marks.get(row.ref.name) if row.ref.type == "custom" else None
    return replace(row, tags=(*row.tags, (OWNER_TAG, mark))) if mark else row
