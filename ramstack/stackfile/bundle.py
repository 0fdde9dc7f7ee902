"""Bundles: which files are read together, decided before anything is read.

A file given by name is a bundle of its own. A folder is a bundle of the YAML files that lie directly in it; each folder
below it is a bundle again. Which stacks a bundle holds is decided by what its files say (`load`).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from ramstack.model.problem import Origin, Problem, error
from ramstack.stackfile.textfile import real_path

_SUFFIXES = frozenset({".yaml", ".yml"})


@dataclass(frozen=True, slots=True)
class Bundle:
    folder: Path
    files: tuple[Path, ...]
    problems: tuple[Problem, ...] = ()


def find_bundles(paths: Sequence[Path]) -> tuple[Bundle, ...]:
    """The bundles below the paths, each file in one only, however often and by which name it was given.

    Hidden files and folders, and files that do not end in .yaml or .yml, are not looked at, unless given by name.
    """
    finder = _Finder()
    folders = [path for path in paths if path.is_dir()]
    files = [path for path in paths if not path.is_dir()]
    bundles = [bundle for folder in folders for bundle in finder.below(folder, given=True)]
    return (*bundles, *(bundle for file in files for bundle in finder.alone(file)))


@dataclass(slots=True)
class _Finder:
    seen: set[Path] = field(default_factory=set)

    def alone(self, file: Path) -> Iterator[Bundle]:
        if self._is_new(file):
            yield Bundle(file.parent, (file,))

    def below(self, folder: Path, *, given: bool = False) -> Iterator[Bundle]:
        if not self._is_new(folder):
            return
        try:
            folders, files = _list(folder)
        except OSError as reason:
            yield Bundle(folder, (), (_unreadable(folder, reason),))
            return
        files = tuple(file for file in files if self._is_new(file))
        below = [bundle for child in folders for bundle in self.below(child)]
        if files:
            yield Bundle(folder, files)
        elif given and not below:
            yield Bundle(folder, (), (_no_files(folder),))
        yield from below

    def _is_new(self, path: Path) -> bool:
        real = real_path(path)
        is_new = real not in self.seen
        self.seen.add(real)
        return is_new


def _list(folder: Path) -> tuple[tuple[Path, ...], tuple[Path, ...]]:
    """The folders and the YAML files in a folder, sorted, without hidden ones."""
    children = sorted(child for child in folder.iterdir() if not child.name.startswith("."))
    folders = tuple(child for child in children if child.is_dir())
    return folders, tuple(c for c in children if c.suffix.lower() in _SUFFIXES and c not in folders)


def _unreadable(folder: Path, reason: OSError) -> Problem:
    detail = f"The folder {folder.as_posix()} cannot be read: {reason.strerror}."
    return error("unreadable-file", "File cannot be read", detail, origin=Origin(folder.as_posix()))


def _no_files(folder: Path) -> Problem:
    detail = f"{folder.as_posix()} holds no .yaml file. Give a stack file, or a folder of them; `ramstack init` writes one."
    return error("no-stack", "No stack", detail, origin=Origin(folder.as_posix()))
