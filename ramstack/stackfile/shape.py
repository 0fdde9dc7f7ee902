"""Shape: a file's tree against the forms.

Everything wrong is told and cut out, and the rest goes on to the checks; so one run shows all problems of a file, not
only those of its shape.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from ramstack.model.address import Address, group_address, policy_address, role_address, user_address
from ramstack.model.problem import Problem, error
from ramstack.stackfile.credential_forms import ConsoleForm, KeysForm
from ramstack.stackfile.forms import (
    DefaultsForm,
    ExpectForm,
    GroupForm,
    IgnoreForm,
    LintForm,
    OidcForm,
    PolicyForm,
    ProfileForm,
    RoleForm,
    StackForm,
    TrustForm,
    UserForm,
)
from ramstack.stackfile.node import EMPTY, Loc, Table, locate, locate_key, plain, reached, without
from ramstack.stackfile.rail_forms import RailsForm
from ramstack.stackfile.setting_forms import PARTS, AccountSettingsForm
from ramstack.stackfile.sink_forms import KIND_FORMS, SinkForm
from ramstack.stackfile.wording import clean, did_you_mean, shown

_BODY_DEPTH = 2  # users, NAME

_ADDRESSES: Mapping[str, Callable[[str], Address]] = MappingProxyType(
    {"users": user_address, "groups": group_address, "policies": policy_address, "roles": role_address}
)
_BODIES: Mapping[str, type[BaseModel]] = MappingProxyType(
    {
        "profiles": ProfileForm,
        "users": UserForm,
        "groups": GroupForm,
        "policies": PolicyForm,
        "roles": RoleForm,
        "expect": ExpectForm,
        "lint": LintForm,
        "sinks": SinkForm,
        "rails": RailsForm,
        "account_settings": AccountSettingsForm,
    }
)
_NESTED: Mapping[str, type[BaseModel]] = MappingProxyType(
    {"console": ConsoleForm, "access_keys": KeysForm, "trust": TrustForm, **KIND_FORMS}
)
_OWN: Final = MappingProxyType(
    {
        "flag": "Not true or false",
        "password-source": "No source of a password",
        "key-count": "Not a number of keys",
        "key-status": "Unknown status",
        "duration": "Not a duration",
        "number": "Not a number",
        "network-masks": "Not networks",
    }
)
"""Kinds of errors that our own readers of values raise, with a sentence each."""
_WANTED: Final = MappingProxyType(
    {
        "string_type": ("text", 'write "" for none'),
        "list_type": ("a list", "write [] for none"),
        "dict_type": ("a mapping", "write {} for none"),
        "model_type": ("a mapping", "write {} for none"),
        "model_attributes_type": ("a mapping", "write {} for none"),
    }
)


@dataclass(frozen=True, slots=True)
class Shaped:
    """A form, the tree that it was read from (without what was wrong), and what was wrong."""

    form: StackForm
    root: Table
    problems: tuple[Problem, ...]


def shape(root: Table, told: frozenset[Loc] = frozenset()) -> Shaped:
    """The form of a file. Whatever the tree, there is one. `told`: places of what is known to be wrong."""
    root = _pruned(root, told)
    problems: list[Problem] = []
    while True:
        try:
            return Shaped(StackForm.model_validate(plain(root)), root, tuple(problems))
        except ValidationError as wrong:
            details = wrong.errors(include_url=False)
        problems += [_problem(root, detail) for detail in details]
        root = _pruned(root, frozenset(reached(root, detail["loc"]) for detail in details))


def _pruned(root: Table, wrong: frozenset[Loc]) -> Table:
    pruned = without(root, wrong) if wrong else root
    assert isinstance(pruned, Table)
    return pruned


def address_at(loc: Loc) -> Address | None:
    """The address of the user, group or policy that a place belongs to."""
    named = _ADDRESSES.get(str(loc[0])) if len(loc) >= _BODY_DEPTH else None
    return named(str(loc[1])) if named else None


def _problem(root: Table, detail: ErrorDetails) -> Problem:
    loc = detail["loc"]
    origin = locate_key(root, loc) if detail["type"] == "extra_forbidden" else locate(root, loc)
    rule, summary, text = _tell(detail)
    return error(rule, summary, text, address=address_at(loc), origin=origin)


def _tell(detail: ErrorDetails) -> tuple[str, str, str]:
    """Rule, summary and detail of what pydantic found."""
    kind, value, where = detail["type"], detail["input"], _in_words(detail["loc"])
    match kind:
        case "extra_forbidden":
            return _tell_key(detail["loc"])
        case kind if kind in _OWN:
            return kind, _OWN[kind], f"{where}: {detail['msg']}"
        case "format-version":
            return "format-version", "Unknown format version", detail["msg"]
        case "string_too_long":
            text = f"{where} has {len(str(value))} characters; {detail['ctx']['max_length']} are allowed."
            return "too-long", "Text too long", text
        case "string_too_short":
            text = (
                f"{where} cannot be an empty text: the service wants one. Leave the key out if any will do."
            )
            return "empty-value", "Empty value", text
        case _:
            return _tell_type(detail, *_WANTED.get(kind, ("text", "")))


def _tell_type(detail: ErrorDetails, wanted: str, for_none: str) -> tuple[str, str, str]:
    loc, value = detail["loc"], detail["input"]
    where = _in_words(loc)
    if value is EMPTY:
        return "empty-value", "Empty value", f"{where} is empty; {_advise(loc, for_none)}."
    return "wrong-type", "Wrong type", f"{where} must be {wanted}, not {_name_of(value)}."


def _advise(loc: Loc, for_none: str) -> str:
    match loc:
        case (*_, int()):
            return "remove it"
        case ("policies", _, "document"):
            return "write a policy document in YAML or JSON, or {file: PATH}"
        case _:
            return f"{for_none} or leave the key out"


def _tell_key(loc: Loc) -> tuple[str, str, str]:
    key, known = str(loc[-1]), _known_keys(loc[:-1])
    if loc[0] == "roles" and key == "renamed_from":
        return (
            "unknown-key",
            "Unknown key",
            "RAM cannot rename a role: make another one, and remove this key.",
        )
    hint = did_you_mean(key, known) or f" Known here: {', '.join(sorted(known))}."
    return "unknown-key", "Unknown key", f"{_in_words(loc[:-1]) or 'The file'} has no {shown(key)}.{hint}"


def _known_keys(loc: Loc) -> tuple[str, ...]:
    form: type[BaseModel] = StackForm
    if "oidc" in loc:
        form = OidcForm
    elif loc[:1] == ("account_settings",) and len(loc) == _BODY_DEPTH:
        form = PARTS.get(str(loc[1]), AccountSettingsForm)
    elif loc:
        nested = _NESTED.get(str(loc[-1])) if len(loc) > _BODY_DEPTH else None
        form = IgnoreForm if "ignore" in loc else nested or _BODIES.get(str(loc[0]), DefaultsForm)
    return tuple(field.alias or name for name, field in form.model_fields.items())


def _in_words(loc: Loc) -> str:
    """`users.ann.groups[0]`: the place in the tree, as people write it."""
    text = "".join(f"[{part}]" if isinstance(part, int) else f".{clean(part)}" for part in loc)
    return text.lstrip(".")


def _name_of(value: object) -> str:
    match value:
        case dict():
            return "a mapping"
        case list():
            return "a list"
        case _:
            return f"the text {shown(value)}"
