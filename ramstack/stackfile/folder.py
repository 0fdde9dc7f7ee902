"""A folder read: the sheets of a bundle, and which of them make a stack together."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from ramstack.model.problem import Origin, Problem, error
from ramstack.stackfile.bundle import Bundle
from ramstack.stackfile.documents import document_path
from ramstack.stackfile.draft import declared_policies, declared_roles
from ramstack.stackfile.roles import trust_of
from ramstack.stackfile.sheet import Sheet, read_sheet
from ramstack.stackfile.textfile import Unreadable, real_path


@dataclass(frozen=True, slots=True)
class Folder:
    """The sheets of a bundle; `unreadable` are the problems of files that have no sheet."""

    path: Path
    sheets: tuple[Sheet, ...]
    unreadable: tuple[Problem, ...]


@dataclass(frozen=True, slots=True)
class Grouping:
    """The sheets of each stack of a folder, and the problems of sheets that belong to none."""

    groups: tuple[tuple[Sheet, ...], ...]
    problems: tuple[Problem, ...]


def read_folders(bundles: Sequence[Bundle], variables: Mapping[str, str]) -> tuple[Folder, ...]:
    """The folders, without the sheets that are no stack files but the document of a policy."""
    folders = [_read_folder(bundle, variables) for bundle in bundles]
    documents = {path for folder in folders for sheet in folder.sheets for path in _documents(sheet)}
    return tuple(
        replace(folder, sheets=tuple(s for s in folder.sheets if real_path(s.path) not in documents))
        for folder in folders
    )


def group_sheets(folder: Folder) -> Grouping:
    """By the name of the stack; sheets without one belong to the only stack of the folder."""
    groups: dict[str, list[Sheet]] = {}
    nameless: list[Sheet] = []
    for sheet in folder.sheets:
        name = sheet.form.stack
        (nameless if name is None else groups.setdefault(name, [])).append(sheet)
    if len(groups) <= 1:
        return Grouping((folder.sheets,) if folder.sheets else (), ())
    lost = [sheet for sheet in nameless if not sheet.is_blank]
    told = [*(problem for sheet in lost for problem in sheet.problems), *_tell_lost(lost, groups)]
    return Grouping(tuple(tuple(group) for group in groups.values()), tuple(told))


def _read_folder(bundle: Bundle, variables: Mapping[str, str]) -> Folder:
    sheets: list[Sheet] = []
    unreadable = list(bundle.problems)
    for path in bundle.files:
        try:
            sheets.append(read_sheet(path, variables))
        except Unreadable as reason:
            unreadable.append(reason.problem)
    return Folder(bundle.folder, tuple(sheets), tuple(unreadable))


def _documents(sheet: Sheet) -> Iterator[Path]:
    trusts = (trust for role in declared_roles(sheet) if (trust := trust_of(role)))
    paths = (*map(document_path, declared_policies(sheet)), *map(document_path, trusts))
    yield from (real_path(path) for path in paths if path)


def _tell_lost(sheets: Sequence[Sheet], groups: Mapping[str, Sequence[Sheet]]) -> Iterator[Problem]:
    names = ", ".join(sorted(groups))
    for sheet in sheets:
        if not sheet.mentions("stack"):
            detail = f"This folder holds several stacks ({names}); say which one the file belongs to: `stack: NAME`."
            yield error("no-stack", "No stack", detail, origin=Origin(sheet.file.path))
