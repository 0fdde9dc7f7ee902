"""Settings of the account in a stack of their own: what is wrong with that beyond its shape, and the wishes."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from types import MappingProxyType

from ramstack.model.address import Address
from ramstack.model.problem import Problem, error
from ramstack.model.settings import (
    ACCOUNT_ALIAS,
    ALIAS,
    PASSWORD_POLICY,
    SECURITY_PREFERENCE,
    AccountAlias,
    PasswordRules,
    SecurityPreference,
    Setting,
)
from ramstack.model.stack import SettingWish
from ramstack.stackfile.draft import Draft
from ramstack.stackfile.node import Table, child_table, locate
from ramstack.stackfile.sheet import Sheet
from ramstack.stackfile.wording import shown

KEY = "account_settings"
_ALONE = ("users", "groups", "policies", "roles")


def setting_wishes(draft: Draft) -> Mapping[Address, SettingWish]:
    """The settings of a draft without errors, each with its place."""
    return MappingProxyType({address: wish for sheet in draft.sheets for address, wish in _wishes(sheet)})


def _wishes(sheet: Sheet) -> Iterator[tuple[Address, SettingWish]]:
    form, body = sheet.form.account_settings, child_table(sheet.root, KEY)
    if form and form.password_policy:
        rules = PasswordRules(**form.password_policy.model_dump())
        yield PASSWORD_POLICY, _wish(rules, body, "password_policy")
    if form and form.security_preference:
        preference = SecurityPreference(**form.security_preference.model_dump())
        yield SECURITY_PREFERENCE, _wish(preference, body, "security_preference")
    if form and form.alias is not None:
        yield ACCOUNT_ALIAS, _wish(AccountAlias(form.alias), body, "alias")


def _wish(setting: Setting, body: Table, key: str) -> SettingWish:
    """The alias is a field of its own block, so what stands beside it is its table."""
    entries = {key: body.entries[key], **child_table(body, key).entries}
    sites = {name: entry.value.origin for name, entry in entries.items()}
    return SettingWish(setting, body.key_origin(key), MappingProxyType(sites))


def check_settings(draft: Draft) -> Iterator[Problem]:
    """Alone in their stack, once, and an alias that the service takes."""
    sheets = [sheet for sheet in draft.sheets if sheet.mentions(KEY)]
    for sheet in sheets[1:]:
        yield _wrong("settings-twice", f"{KEY} is also at {_place(sheets[0])}. Write it once.", sheet)
    declared = [key for key in _ALONE if any(sheet.mentions(key) for sheet in draft.sheets)]
    for sheet in sheets[:1]:
        if declared:
            detail = f"{KEY} stands in a stack of its own, and this one declares {', '.join(declared)}. Move it to another stack."
            yield _wrong("settings-alone", detail, sheet)
        form = sheet.form.account_settings
        if form and form.alias and not ALIAS.fullmatch(form.alias):
            detail = f"{shown(form.alias)} cannot be an alias: it takes 3 to 32 lower-case letters, digits and single `-` between them."
            origin = locate(sheet.root, (KEY, "alias"))
            yield error("invalid-name", "Invalid name", detail, address=ACCOUNT_ALIAS, origin=origin)


def check_settings_together(drafts: Sequence[Draft]) -> Iterator[Problem]:
    """An account has them once, so one stack of a run may say what they are."""
    found = (next((sheet for sheet in draft.sheets if sheet.mentions(KEY)), None) for draft in drafts)
    sheets = [sheet for sheet in found if sheet]
    for sheet in sheets[1:]:
        detail = f"{KEY} is also at {_place(sheets[0])}, in another stack. One stack can say it."
        yield _wrong("settings-twice", detail, sheet)


def _wrong(rule: str, detail: str, sheet: Sheet) -> Problem:
    return error(rule, "Unfit account settings", detail, origin=sheet.written.key_origin(KEY))


def _place(sheet: Sheet) -> str:
    return str(sheet.written.key_origin(KEY))
