"""Wishes: a draft with its defaults merged in, in the words of the model."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from types import MappingProxyType

from ramstack.model.address import PolicyRef
from ramstack.model.problem import Origin, Problem
from ramstack.model.stack import (
    GroupWish,
    InputFile,
    PolicyName,
    PolicyWish,
    RoleWish,
    Sited,
    Stack,
    UserWish,
)
from ramstack.stackfile.catalogue import Catalogue
from ramstack.stackfile.credentials import console_wish, keys_wish
from ramstack.stackfile.documents import PolicyText
from ramstack.stackfile.draft import Declared, Draft
from ramstack.stackfile.expects import read_expects
from ramstack.stackfile.forms import DefaultsForm, GroupForm, RoleForm, UserForm
from ramstack.stackfile.layers import layers_of
from ramstack.stackfile.node import Scalar, Table, child_items, child_table
from ramstack.stackfile.rails import rails_of
from ramstack.stackfile.roles import trust_wish
from ramstack.stackfile.settings import setting_wishes
from ramstack.stackfile.sinks import sink_wishes
from ramstack.stackfile.suppressions import read_suppressions

SitedTags = Mapping[str, Sited[str]]


def make_stack(
    draft: Draft,
    texts: Mapping[str, PolicyText],
    trusts: Mapping[str, PolicyText],
    catalogue: Catalogue,
    problems: tuple[Problem, ...],
) -> Stack:
    """The stack of a draft without errors."""
    wisher = _Wisher(draft, catalogue)
    return Stack(
        name=draft.name,
        lineage=draft.text("lineage"),
        account=draft.text("account"),
        origin=draft.origin,
        users=MappingProxyType({name: wisher.user(user) for name, user in draft.users.items()}),
        groups=MappingProxyType({name: wisher.group(group) for name, group in draft.groups.items()}),
        policies=MappingProxyType(dict(_policies(draft, texts))),
        roles=MappingProxyType(
            {name: wisher.role(role, trusts.get(name)) for name, role in draft.roles.items()}
        ),
        settings=setting_wishes(draft),
        expects=tuple(read_expects(draft)),
        suppressions=tuple(read_suppressions(draft)),
        sinks=sink_wishes(draft),
        rails=rails_of(draft),
        layers=layers_of(draft),
        inputs=tuple(
            sorted({*_inputs(draft, (*texts.values(), *trusts.values()))}, key=lambda file: file.path)
        ),
        variables=frozenset[str]().union(*(sheet.variables for sheet in draft.sheets)),
        problems=problems,
    )


def declared_tags(
    user: Declared[UserForm] | Declared[RoleForm], draft: Draft, defaults: SitedTags
) -> SitedTags | None:
    """The tags of a user or role and those of the defaults; its own value wins. None where neither says anything."""
    if user.form.tags is None and draft.defaults.tags is None:
        return None
    return {**defaults, **sited_tags(user.body)}


def sited_tags(body: Table) -> SitedTags:
    entries = child_table(body, "tags").entries.values()
    return {key.text: Sited(value.text, key.origin) for key, value in entries if isinstance(value, Scalar)}


class _Wisher:
    def __init__(self, draft: Draft, catalogue: Catalogue) -> None:
        self.draft = draft
        self.catalogue = catalogue
        self.default_tags = sited_tags(draft.defaults_body)
        self.ignored = tuple(draft.defaults.ignore_tags or ())

    def user(self, user: Declared[UserForm]) -> UserWish:
        form = user.form
        tags = declared_tags(user, self.draft, self.default_tags)
        return UserWish(
            name=user.name,
            origin=user.origin,
            display_name=form.display_name,
            comments=form.comments,
            email=form.email,
            mobile=form.mobile,
            protect=form.protect,
            tags=None if tags is None else MappingProxyType(tags),
            groups=None if form.groups is None else _groups(user),
            policies=None if form.policies is None else self._policies(user),
            console=console_wish(user),
            access_keys=keys_wish(user),
            ignore_tags=tuple(dict.fromkeys((*self.ignored, *(form.ignore_tags or ())))),
            additive=_is_additive(form.additive, self.draft.defaults),
            renamed_from=form.renamed_from,
            sites=_sites(user),
        )

    def group(self, group: Declared[GroupForm]) -> GroupWish:
        form = group.form
        return GroupWish(
            name=group.name,
            origin=group.origin,
            comments=form.comments,
            policies=None if form.policies is None else self._policies(group),
            additive=_is_additive(form.additive, self.draft.defaults),
            renamed_from=form.renamed_from,
            sites=_sites(group),
        )

    def role(self, role: Declared[RoleForm], trust: PolicyText | None) -> RoleWish:
        form = role.form
        tags = declared_tags(role, self.draft, self.default_tags)
        return RoleWish(
            name=role.name,
            origin=role.origin,
            trust=trust_wish(role, trust.document if trust else None),
            description=form.description,
            max_session_duration=form.max_session_duration,
            tags=None if tags is None else MappingProxyType(tags),
            ignore_tags=tuple(dict.fromkeys((*self.ignored, *(form.ignore_tags or ())))),
            policies=None if form.policies is None else self._policies(role),
            additive=_is_additive(form.additive, self.draft.defaults),
            sites=_sites(role),
            trust_sites=trust.sites if trust else MappingProxyType({}),
        )

    def _policies(
        self, declared: Declared[UserForm] | Declared[GroupForm] | Declared[RoleForm]
    ) -> tuple[Sited[PolicyName], ...]:
        first: dict[PolicyRef | PolicyName, Sited[PolicyName]] = {}
        for item in child_items(declared.body, "policies"):
            grant = self.catalogue.read(item.text)
            if grant and grant.meaning not in first:
                first[grant.meaning] = Sited(grant.policy, item.origin)
        return tuple(first.values())


def _sites(declared: Declared[UserForm] | Declared[GroupForm] | Declared[RoleForm]) -> Mapping[str, Origin]:
    return {key: entry.value.origin for key, entry in declared.body.entries.items()}


def _groups(user: Declared[UserForm]) -> tuple[Sited[str], ...]:
    items = child_items(user.body, "groups")
    first = {item.text: Sited(item.text, item.origin) for item in reversed(items)}
    return tuple(first[name] for name in dict.fromkeys(item.text for item in items))


def _is_additive(own: bool | None, defaults: DefaultsForm) -> bool:
    return bool(defaults.additive if own is None else own)


def _inputs(draft: Draft, texts: Iterable[PolicyText]) -> Iterator[InputFile]:
    yield from (sheet.file.as_input for sheet in draft.sheets)
    yield from (text.input for text in texts if text.input)


def _policies(draft: Draft, texts: Mapping[str, PolicyText]) -> Iterator[tuple[str, PolicyWish]]:
    for name, policy in draft.policies.items():
        text = texts[name]
        if text.document:
            yield name, PolicyWish(name, policy.origin, text.document, policy.form.description, text.sites)
