"""From changes to drafts: which calls each change costs, in which phase, and which changes one call covers."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import IntEnum

from ramstack.model.address import Address
from ramstack.model.call import (
    AddUserToGroup,
    AttachPolicy,
    Call,
    ClearAccountAlias,
    CreateGroup,
    CreatePolicy,
    CreatePolicyVersion,
    CreateRole,
    CreateUser,
    DeleteGroup,
    DeletePolicy,
    DeletePolicyVersion,
    DeleteRole,
    DeleteUser,
    DetachPolicy,
    RemoveUserFromGroup,
    RestoreUser,
    SetAccountAlias,
    SetDefaultPolicyVersion,
    SetPasswordPolicy,
    SetSecurityPreference,
    TagPolicies,
    TagUsers,
    UntagPolicies,
    UpdateGroup,
    UpdatePolicyDescription,
    UpdateRole,
    UpdateUser,
)
from ramstack.model.change import Change
from ramstack.model.limits import MAX_CREATE_DISPLAY_NAME, SESSION
from ramstack.model.owner import OWNER_TAG, PROTECT_TAG, write_group_comments
from ramstack.model.quotas import Quotas
from ramstack.model.resource import Group, Policy, Resource, Role, User
from ramstack.model.settings import AccountAlias, PasswordRules, SecurityPreference, values_of
from ramstack.planning.meaning import meaning_of
from ramstack.planning.remarks import changes_document, version_to_prune, version_to_restore
from ramstack.planning.room import Shelf, shelf_of
from ramstack.policy import Document, Relation


class Phase(IntEnum):
    """Order of issue. What gives comes before what takes away, so that nobody is left with nothing in between."""

    SETTINGS = -1
    PRUNE_VERSIONS = 0
    POLICIES = 1
    PRINCIPALS = 2
    DETAILS = 3
    UNTAG = 4
    TAG = 5
    MAKE_ROOM = 6
    JOIN = 7
    ATTACH = 8
    DISABLE_LOST = 9
    DELETE_LOST = 10
    LOGON = 11
    KEYS = 12
    PRUNE_REWRITTEN = 13
    REWRITE = 14
    DETACH = 15
    LEAVE = 16
    CONSOLE_OFF = 17
    MFA_OFF = 18
    DISABLE_KEYS = 19
    DELETE_KEYS = 20
    PRUNE_NARROWED = 21
    NARROW = 22
    DELETE = 23
    DELETE_POLICIES = 24

    @property
    def title(self) -> str:
        return self.name.lower().replace("_", " ")


_GIVING = (Phase.PRUNE_VERSIONS, Phase.POLICIES)
_MIXED = (Phase.PRUNE_REWRITTEN, Phase.REWRITE)
_TAKING = (Phase.PRUNE_NARROWED, Phase.NARROW)
_EDITING: Mapping[Relation, tuple[Phase, Phase]] = {
    Relation.EQUAL: _GIVING,
    Relation.BROADER: _GIVING,
    Relation.BOTH: _MIXED,
    Relation.UNDECIDED: _MIXED,
    Relation.NARROWER: _TAKING,
}
"""When room is made for a new version and when it comes: what both gives and takes stands between giving and taking."""


@dataclass(frozen=True)
class Draft:
    """A call and the changes that it covers; what it must wait for is found when all drafts are known."""

    phase: Phase
    call: Call
    covers: tuple[Address, ...]


def root_drafts(  # noqa: C901  # a table: what comes, changes and goes of each kind
    change: Change, born_with: Mapping[str, str], tags: tuple[Address, ...], quotas: Quotas
) -> Iterator[Draft]:
    """The drafts of one change of a user, group or policy, tags of existing users aside.

    `born_with` are the tags that a new user is created with, `tags` the addresses of their changes.
    """
    where = (change.address,)
    match change.before, change.after:
        case None, User() as user:
            coming = _restore_user if user.id else _create_user
            yield from coming(user, born_with, (*where, *tags))
        case User() as before, User() as after:
            yield from _update_user(before, after, where)
        case User(), None:
            yield Draft(Phase.DELETE, DeleteUser(change.address.name), (*where, *tags))
        case None, Group() as group:
            comments = write_group_comments(group.comments or "", group.owner)
            yield Draft(Phase.PRINCIPALS, CreateGroup(group.name, comments), where)
        case Group() as before, Group() as after:
            yield Draft(Phase.PRINCIPALS, _update_group(before, after), where)
        case Group(), None:
            yield Draft(Phase.DELETE, DeleteGroup(change.address.name), where)
        case None, Policy() as policy:
            yield Draft(Phase.POLICIES, _create_policy(policy), where)
        case Policy() as before, Policy() as after:
            yield from _update_policy(change, before, after, quotas)
        case Policy(), None:
            yield Draft(Phase.DELETE_POLICIES, DeletePolicy(change.address.name), where)
        case before, after:
            yield from _other_drafts(before, after, born_with, (*where, *tags))


def _other_drafts(
    before: Resource | None, after: Resource | None, born_with: Mapping[str, str], covers: tuple[Address, ...]
) -> Iterator[Draft]:
    match before, after:
        case None, Role() as role:
            yield Draft(Phase.PRINCIPALS, _create_role(role, born_with), covers)
        case Role() as held, Role() as wanted:
            yield from _update_role(held, wanted, covers)
        case Role(name=name), None:
            yield Draft(Phase.DELETE, DeleteRole(name), covers)
        case _, PasswordRules() as rules:
            yield Draft(Phase.SETTINGS, SetPasswordPolicy(values_of(rules)), covers)
        case _, SecurityPreference() as preference:
            yield Draft(Phase.SETTINGS, SetSecurityPreference(values_of(preference)), covers)
        case _, AccountAlias(alias=alias):
            yield Draft(Phase.SETTINGS, SetAccountAlias(alias) if alias else ClearAccountAlias(), covers)


def _create_role(role: Role, tags: Mapping[str, str]) -> CreateRole:
    return CreateRole(
        name=role.name,
        document=role.document.text if role.document else "",
        description=role.description or "",
        max_session_duration=role.max_session_duration or SESSION,
        tags=tuple(sorted({**tags, **own_tags(role)}.items())),
    )


def _update_role(before: Role, after: Role, where: tuple[Address, ...]) -> Iterator[Draft]:
    trust = after.document if after.document != before.document else None
    duration = after.max_session_duration
    call = UpdateRole(
        name=after.name,
        document=trust.text if trust else None,
        description=_new(before.description, after.description),
        max_session_duration=duration if duration != before.max_session_duration else None,
    )
    if call != UpdateRole(after.name):
        yield Draft(Phase.PRINCIPALS, call, where)


def _create_user(user: User, tags: Mapping[str, str], covers: tuple[Address, ...]) -> Iterator[Draft]:
    wanted = user.display_name or ""
    call = CreateUser(
        name=user.name,
        display_name=first_display_name(user),
        comments=user.comments or "",
        email=user.email or "",
        mobile=user.mobile or "",
        tags=tuple(sorted({**tags, **own_tags(user)}.items())),
    )
    yield Draft(Phase.PRINCIPALS, call, covers)
    if wanted != call.display_name:
        yield Draft(Phase.DETAILS, UpdateUser(user.name, display_name=wanted), covers[:1])


def _restore_user(user: User, tags: Mapping[str, str], covers: tuple[Address, ...]) -> Iterator[Draft]:
    """A new user with an id is one that was deleted. What the recycle bin may not have kept is written again."""
    yield Draft(Phase.PRINCIPALS, RestoreUser(user.name, user.id), covers)
    texts = UpdateUser(
        user.name,
        display_name=user.display_name or None,
        comments=user.comments or None,
        email=user.email or None,
        mobile=user.mobile or None,
    )
    if texts != UpdateUser(user.name):
        yield Draft(Phase.DETAILS, texts, covers[:1])
    if held := tuple(sorted({**tags, **own_tags(user)}.items())):
        yield Draft(Phase.TAG, TagUsers((user.name,), held), covers)


def first_display_name(user: User) -> str:
    """What a new user is created with: the service wants a display name, and takes a short one."""
    return (user.display_name or user.name)[:MAX_CREATE_DISPLAY_NAME].rstrip()


def _update_user(before: User, after: User, where: tuple[Address, ...]) -> Iterator[Draft]:
    call = UpdateUser(
        name=before.name,
        new_name=_new(before.name, after.name),
        display_name=_new(before.display_name, after.display_name),
        comments=_new(before.comments, after.comments),
        email=_new(before.email, after.email),
        mobile=_new(before.mobile, after.mobile),
    )
    if call != UpdateUser(before.name):
        yield Draft(Phase.PRINCIPALS, call, where)


def _update_group(before: Group, after: Group) -> UpdateGroup:
    stored = (write_group_comments(g.comments or "", g.owner) for g in (before, after))
    return UpdateGroup(before.name, _new(before.name, after.name), _new(*stored))


def _create_policy(policy: Policy) -> CreatePolicy:
    text = policy.document.text if policy.document else ""
    return CreatePolicy(policy.name, text, policy.description or "", ((OWNER_TAG, policy.owner),))


def _update_policy(change: Change, before: Policy, after: Policy, quotas: Quotas) -> Iterator[Draft]:
    where = (change.address,)
    if before.description != after.description:
        yield Draft(Phase.DETAILS, UpdatePolicyDescription(after.name, after.description or ""), where)
    if after.document and changes_document(change):
        yield from _switch_document(change, before.document, after.document, quotas)
    if after.owner != before.owner:
        yield Draft(Phase.TAG, _mark_policy(after), where)


def _switch_document(
    change: Change, before: Document | None, after: Document, quotas: Quotas
) -> Iterator[Draft]:
    """A version that holds the document becomes the default one again; else a new one does, with room made for it."""
    prune, edit = _EDITING[meaning_of(before, after)]
    name, where = change.address.name, (change.address,)
    if pruned := version_to_prune(change, quotas):
        yield Draft(prune, DeletePolicyVersion(name, pruned.id), where)
    held = version_to_restore(change)
    call = SetDefaultPolicyVersion(name, held.id) if held else CreatePolicyVersion(name, after.text)
    yield Draft(edit, call, where)


def _mark_policy(after: Policy) -> Call:
    names = (after.name,)
    return (
        TagPolicies(names, ((OWNER_TAG, after.owner),)) if after.owner else UntagPolicies(names, (OWNER_TAG,))
    )


def edge_draft(change: Change, crowded: frozenset[Shelf]) -> Draft:
    """The draft of one membership or attachment that comes or goes."""
    joins = change.address.kind == "membership"
    if change.action == "create":
        phase = Phase.JOIN if joins else Phase.ATTACH
    elif shelf_of(change.address) in crowded:
        phase = Phase.MAKE_ROOM
    else:
        phase = Phase.LEAVE if joins else Phase.DETACH
    return Draft(phase, _join_or_leave(change) if joins else _attach_or_detach(change), (change.address,))


def _join_or_leave(change: Change) -> Call:
    call = AddUserToGroup if change.action == "create" else RemoveUserFromGroup
    return call(change.address.name, change.address.group.name)


def _attach_or_detach(change: Change) -> Call:
    at = change.address
    if change.action == "create":
        return AttachPolicy(at.principal_kind, at.name, at.policy)
    return DetachPolicy(at.principal_kind, at.name, at.policy, at.resource_group)


def own_tags(root: User | Role) -> dict[str, str]:
    """The tags in which a user or role carries what is ours to remember: owner and protection."""
    is_protected = isinstance(root, User) and root.protect
    tags = {OWNER_TAG: root.owner, PROTECT_TAG: "true" if is_protected else ""}
    return {key: value for key, value in tags.items() if value}


def _new(before: str | None, after: str | None) -> str | None:
    """The new value when it differs; None leaves it as it is."""
    return after if after != before else None
