"""Checks of content: tags, grants, memberships, comments and contact data against the limits of the service."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from ramstack.model.address import Address, PolicyRef, group_address, role_address, user_address
from ramstack.model.limits import (
    DISPLAY_NAME,
    MAX_CUSTOM_POLICIES,
    MAX_DECLARED_TAGS,
    MAX_GROUPS_OF_USER,
    MAX_SYSTEM_POLICIES,
    MAX_TAG_KEY,
    MAX_TAG_VALUE,
    is_service_tag,
)
from ramstack.model.owner import RESERVED_TAG_PREFIX, group_comments_room, owner_mark, read_group_comments
from ramstack.model.problem import Problem, error, warning
from ramstack.model.stack import PolicyName, ignores_tag
from ramstack.stackfile.catalogue import Catalogue, Grant
from ramstack.stackfile.credentials import check_credentials
from ramstack.stackfile.draft import Declared, Draft
from ramstack.stackfile.forms import GroupForm, RoleForm, UserForm
from ramstack.stackfile.names import GROUP_RULE, POLICY_RULE
from ramstack.stackfile.node import Scalar, Table, child_items, child_table
from ramstack.stackfile.roles import check_role
from ramstack.stackfile.wishes import SitedTags, declared_tags, sited_tags
from ramstack.stackfile.wording import shown

_EMAIL = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s.]+")
_MOBILE = re.compile(r"[0-9]{1,4}-[0-9]{4,15}")


def check_content(draft: Draft, catalogue: Catalogue) -> Iterator[Problem]:
    """Everything about users and groups that the limits of the service, or the stack itself, forbid."""
    defaults = sited_tags(draft.defaults_body)
    ignored = tuple(draft.defaults.ignore_tags or ())
    yield from _check_tags(draft.defaults_body, ignored, None)
    for profile in draft.profiles.values():
        yield from _check_tags(profile.body, (*ignored, *(profile.form.ignore_tags or ())), None)
        yield from _Grants(profile.body, catalogue, None).check()
    for user in draft.users.values():
        address = user_address(user.name)
        yield from _check_tags(user.body, (*ignored, *(user.form.ignore_tags or ())), address)
        yield from _check_tag_count(user, draft, defaults, address)
        yield from _check_groups(user)
        yield from _Grants(user.body, catalogue, address).check()
        yield from _check_contact(user)
        yield from check_credentials(user)
    for role in draft.roles.values():
        address = role_address(role.name)
        yield from _check_tags(role.body, (*ignored, *(role.form.ignore_tags or ())), address)
        yield from _check_tag_count(role, draft, defaults, address)
        yield from _Grants(role.body, catalogue, address).check()
        yield from check_role(role)
    for group in draft.groups.values():
        yield from _Grants(group.body, catalogue, group_address(group.name)).check()
        yield from _check_group_comments(group, owner_mark(draft.name, draft.text("lineage")))


def _check_tags(body: Table, ignored: tuple[str, ...], address: Address | None) -> Iterator[Problem]:
    for key, value in child_table(body, "tags").entries.values():
        for breach in _key_breaches(key.text):
            yield error(
                "tag-key",
                "Invalid tag key",
                f"The tag key {shown(key.text)} {breach}.",
                address=address,
                origin=key.origin,
            )
        if ignores_tag(key.text, ignored) and not any(_key_breaches(key.text)):
            detail = f"The tag {shown(key.text)} is declared, but ignore_tags says never to touch it: it will not be set."
            yield warning("ignored-tag", "Ignored tag", detail, address=address, origin=key.origin)
        if isinstance(value, Scalar) and len(value.text) > MAX_TAG_VALUE:
            detail = f"The value of the tag {shown(key.text)} has {len(value.text)} characters; {MAX_TAG_VALUE} are allowed."
            yield error("too-long", "Text too long", detail, address=address, origin=value.origin)


def _key_breaches(key: str) -> Iterator[str]:
    if not 0 < len(key) <= MAX_TAG_KEY:
        yield f"has {len(key)} characters; 1 to {MAX_TAG_KEY} are allowed"
    if is_service_tag(key):
        yield "belongs to the service: keys cannot begin with aliyun or acs:"
    if key.startswith(RESERVED_TAG_PREFIX):
        yield f"belongs to ramstack itself: keys cannot begin with {RESERVED_TAG_PREFIX}"
    if "http://" in key or "https://" in key:
        yield "holds http:// or https://, which the service refuses"


def _check_tag_count(
    user: Declared[UserForm] | Declared[RoleForm], draft: Draft, defaults: SitedTags, address: Address
) -> Iterator[Problem]:
    count = len(declared_tags(user, draft, defaults) or ())
    if count > MAX_DECLARED_TAGS:
        detail = (
            f"{address} has {count} tags, those of defaults included; {MAX_DECLARED_TAGS} can be declared,"
            " since three of the service's 20 are used by ramstack."
        )
        yield error(
            "too-many-tags",
            "Too many tags",
            detail,
            address=address,
            origin=user.place("tags"),
        )


def _check_groups(user: Declared[UserForm]) -> Iterator[Problem]:
    address, items = user_address(user.name), child_items(user.body, "groups")
    for item in items:
        yield from GROUP_RULE.breach("the name of a group", item, address)
    yield from _repeated(((item.text, item) for item in items), address)
    count = len({item.text for item in items})
    if count > MAX_GROUPS_OF_USER:
        detail = f"The user {shown(user.name)} is in {count} groups; {MAX_GROUPS_OF_USER} are allowed."
        yield error(
            "too-many-groups", "Too many groups", detail, address=address, origin=user.place("groups")
        )


@dataclass(frozen=True, slots=True)
class _Grants:
    """The policies of one user, group or profile."""

    body: Table
    catalogue: Catalogue
    address: Address | None

    def check(self) -> Iterator[Problem]:
        granted: list[tuple[PolicyRef | PolicyName, Scalar]] = []
        for item in child_items(self.body, "policies"):
            grant = self.catalogue.read(item.text)
            if grant is None:
                yield self._unknown_prefix(item)
            else:
                yield from self._check_name(grant, item)
                granted.append((grant.meaning, item))
        yield from _repeated(granted, self.address)
        yield from self._check_count(granted)

    def _unknown_prefix(self, item: Scalar) -> Problem:
        detail = f"{shown(item.text)} names no policy. Write NAME, system/NAME or custom/NAME."
        return error("policy-name", "Unknown policy prefix", detail, address=self.address, origin=item.origin)

    def _check_name(self, grant: Grant, item: Scalar) -> Iterator[Problem]:
        policy = grant.policy
        if not POLICY_RULE.allows(policy.name):
            detail = f"{shown(policy)} cannot be the name of a policy: it takes {POLICY_RULE.words}."
            yield error("invalid-name", "Invalid name", detail, address=self.address, origin=item.origin)
        elif not self.catalogue.knows(grant):
            detail = _describe_unknown(policy) + self.catalogue.suggest(policy)
            yield warning(
                "unknown-policy", "Unknown policy", detail, address=self.address, origin=item.origin
            )

    def _check_count(self, granted: Sequence[tuple[PolicyRef | PolicyName, Scalar]]) -> Iterator[Problem]:
        if len(granted) <= MAX_CUSTOM_POLICIES:
            return
        counts = Counter(policy.type for policy in {meaning for meaning, _ in granted})
        all_room = MAX_SYSTEM_POLICIES + MAX_CUSTOM_POLICIES
        rooms = (
            ("system", counts["system"], MAX_SYSTEM_POLICIES),
            ("custom", counts["custom"], MAX_CUSTOM_POLICIES),
        )
        for kind, count, room in (*rooms, ("system and custom", counts[None] and counts.total(), all_room)):
            if count > room:
                detail = (
                    f"{count} {kind} policies are attached here; {room} are allowed. Use a group for some."
                )
                origin = self.body.key_origin("policies")
                yield error(
                    "too-many-policies", "Too many policies", detail, address=self.address, origin=origin
                )


def _describe_unknown(policy: PolicyName) -> str:
    if policy.type == "system":
        return f"{shown(policy)} is not among the system policies known by name: only a plan can tell whether it exists."
    return (
        f"{shown(policy)} is neither a custom policy of this stack nor a system policy known by name."
        f" If the account has it, write custom/{policy} or system/{policy}."
    )


def _repeated(items: Iterable[tuple[object, Scalar]], address: Address | None) -> Iterator[Problem]:
    seen: dict[object, Scalar] = {}
    for meaning, item in items:
        if meaning in seen:
            detail = (
                f"{shown(meaning)} is already in this list at {seen[meaning].origin}. Remove one of them."
            )
            yield warning("duplicate-item", "Written twice", detail, address=address, origin=item.origin)
        seen.setdefault(meaning, item)


def _check_contact(user: Declared[UserForm]) -> Iterator[Problem]:
    address, form = user_address(user.name), user.form
    if form.email and not _EMAIL.fullmatch(form.email):
        detail = f"{shown(form.email)} is no email address. Write one such as ann@example.com."
        yield error("email", "Invalid email address", detail, address=address, origin=user.place("email"))
    if form.mobile and not _MOBILE.fullmatch(form.mobile):
        detail = f"{shown(form.mobile)} should be country code, hyphen, number, such as 86-13900001111."
        yield warning("mobile", "Unusual mobile number", detail, address=address, origin=user.place("mobile"))
    if form.display_name and not DISPLAY_NAME.fullmatch(form.display_name):
        detail = (
            f"{shown(form.display_name)} has characters beside letters, digits, blanks and . @ - _, which the service may "
            "refuse."
        )
        origin = user.place("display_name")
        yield warning("display-name", "Unusual display name", detail, address=address, origin=origin)


def _check_group_comments(group: Declared[GroupForm], owner: str) -> Iterator[Problem]:
    text, room, address = group.form.comments or "", group_comments_room(owner), group_address(group.name)
    if read_group_comments(text)[1]:
        detail = (
            f"The comments of {shown(group.name)} end in an owner mark. Remove it: ramstack writes its own."
        )
        yield error("reserved-mark", "Reserved mark", detail, address=address, origin=group.place("comments"))
    elif len(text) > room:
        detail = f"The comments of {shown(group.name)} have {len(text)} characters; {room} are left beside the owner mark."
        yield error("too-long", "Text too long", detail, address=address, origin=group.place("comments"))
