"""A draft: the sheets of one stack put together, each thing with its place, nothing resolved yet."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Generic, TypeVar

from pydantic import BaseModel

from ramstack.model.problem import Origin, Problem, error
from ramstack.stackfile.forms import DefaultsForm, GroupForm, PolicyForm, ProfileForm, RoleForm, UserForm
from ramstack.stackfile.node import Scalar, Table, child_table, locate, plain
from ramstack.stackfile.sheet import Sheet
from ramstack.stackfile.sink_forms import SinkForm
from ramstack.stackfile.wording import shown

F = TypeVar("F", bound=BaseModel)

_HEADER = ("ramstack", "stack", "lineage", "account", "defaults")
_REQUIRED: Mapping[str, str] = {
    "ramstack": "Begin the file with `ramstack: 1`, the version of the format.",
    "stack": "Name the stack: `stack: NAME`. Of the files of a folder one must; folders below are stacks themselves.",
}


@dataclass(frozen=True, slots=True)
class Declared(Generic[F]):
    """A user, group, policy or sink: its name where it was written, its form and the tree of that; `written` is the tree with
    what was wrong.
    """

    name: str
    key: Scalar
    form: F
    body: Table
    written: Table
    folder: Path

    @property
    def origin(self) -> Origin:
        return self.key.origin

    def place(self, key: str) -> Origin:
        """Where the value of a key stands."""
        return locate(self.body, (key,))


@dataclass(frozen=True, slots=True)
class Draft:
    """`header` holds the values of the first sheet that writes them; `is_whole`: every file could be read."""

    sheets: tuple[Sheet, ...]
    header: Mapping[str, Scalar]
    defaults: DefaultsForm
    defaults_body: Table
    profiles: Mapping[str, Declared[ProfileForm]]
    users: Mapping[str, Declared[UserForm]]
    groups: Mapping[str, Declared[GroupForm]]
    policies: Mapping[str, Declared[PolicyForm]]
    roles: Mapping[str, Declared[RoleForm]]
    sinks: Mapping[str, Declared[SinkForm]]
    problems: tuple[Problem, ...]
    is_whole: bool

    @property
    def name(self) -> str:
        return self.text("stack")

    @property
    def origin(self) -> Origin:
        return self.header["stack"].origin if "stack" in self.header else self.sheets[0].origin

    def names(self, key: str) -> frozenset[str]:
        """Of all policies, profiles, roles or sinks that are declared, rightly or wrongly."""
        return frozenset(name for sheet in self.sheets for name in child_table(sheet.written, key).entries)

    def text(self, key: str) -> str:
        """A header value, empty where it was left out."""
        return self.header[key].text if key in self.header else ""


def make_draft(sheets: Sequence[Sheet], *, is_whole: bool = True) -> Draft:
    """The draft of a stack's sheets. Of two declarations the first is kept, the other is a problem."""
    problems = [problem for sheet in sheets for problem in sheet.problems]
    problems += [*_conflicts(sheets), *_missing(sheets)]
    with_defaults = next((sheet for sheet in sheets if sheet.form.defaults), sheets[0])
    return Draft(
        sheets=tuple(sheets),
        header=_header(sheets),
        defaults=with_defaults.form.defaults or DefaultsForm(),
        defaults_body=child_table(with_defaults.root, "defaults"),
        profiles=_unite([_declared(sheet, "profiles", sheet.form.profiles) for sheet in sheets], problems),
        users=_unite([_declared(sheet, "users", sheet.form.users) for sheet in sheets], problems),
        groups=_unite([_declared(sheet, "groups", sheet.form.groups) for sheet in sheets], problems),
        policies=_unite([declared_policies(sheet) for sheet in sheets], problems),
        roles=_unite([declared_roles(sheet) for sheet in sheets], problems),
        sinks=_unite([_declared(sheet, "sinks", sheet.form.sinks) for sheet in sheets], problems),
        problems=tuple(problems),
        is_whole=is_whole,
    )


def declared_policies(sheet: Sheet) -> tuple[Declared[PolicyForm], ...]:
    """The custom policies of one sheet."""
    return _declared(sheet, "policies", sheet.form.policies)


def declared_roles(sheet: Sheet) -> tuple[Declared[RoleForm], ...]:
    """The roles of one sheet."""
    return _declared(sheet, "roles", sheet.form.roles)


def _header(sheets: Sequence[Sheet]) -> dict[str, Scalar]:
    found = ((key, sheet.scalar(key)) for key in _HEADER for sheet in reversed(sheets))
    return {key: value for key, value in found if value is not None}


def _conflicts(sheets: Sequence[Sheet]) -> Iterator[Problem]:
    for key in _HEADER:
        entries = [sheet.root.entries[key] for sheet in sheets if key in sheet.root.entries]
        for entry in entries[1:]:
            if plain(entry.value) != plain(entries[0].value):
                there = entries[0].key.origin
                detail = f"{key} says something else at {there}. Write it in one file of the stack only."
                yield error("header-conflict", "Conflicting headers", detail, origin=entry.key.origin)


def _missing(sheets: Sequence[Sheet]) -> Iterator[Problem]:
    for key, advice in _REQUIRED.items():
        if not any(sheet.mentions(key) for sheet in sheets):
            yield error(
                "missing-key", "Key is missing", f"`{key}:` is missing. {advice}", origin=sheets[0].origin
            )


def _declared(sheet: Sheet, key: str, forms: Mapping[str, F] | None) -> tuple[Declared[F], ...]:
    table, written = child_table(sheet.root, key), child_table(sheet.written, key)
    folder = sheet.path.parent
    return tuple(
        Declared(
            name, table.entries[name].key, form, child_table(table, name), child_table(written, name), folder
        )
        for name, form in (forms or {}).items()
    )


def _unite(
    collections: Iterable[Sequence[Declared[F]]], problems: list[Problem]
) -> Mapping[str, Declared[F]]:
    united: dict[str, Declared[F]] = {}
    for declared in (one for collection in collections for one in collection):
        first = united.setdefault(declared.name, declared)
        if first is not declared:
            problems.append(_twice(first, declared))
    return united


def _twice(first: Declared[F], again: Declared[F]) -> Problem:
    detail = f"{shown(again.name)} was already declared at {first.origin}. Declare it once."
    return error("declared-twice", "Declared twice", detail, origin=again.origin)
