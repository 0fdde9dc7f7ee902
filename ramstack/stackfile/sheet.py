"""A sheet: one stack file, read and in shape, not yet put together with the others of its stack."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from ramstack.model.problem import Origin, Problem
from ramstack.stackfile.compose import compose
from ramstack.stackfile.forms import StackForm
from ramstack.stackfile.jsonblock import unfold_documents
from ramstack.stackfile.node import Scalar, Table
from ramstack.stackfile.shape import shape
from ramstack.stackfile.textfile import TextFile, read_text
from ramstack.stackfile.variables import Substitution


@dataclass(frozen=True, slots=True)
class Sheet:
    """`root` and `form` hold what is right; `written` is the whole file, what is wrong too; `variables`: those it uses."""

    path: Path
    file: TextFile
    written: Table
    form: StackForm
    root: Table
    problems: tuple[Problem, ...]
    variables: frozenset[str]

    def mentions(self, key: str) -> bool:
        """Whether the file has this key, rightly or wrongly."""
        return key in self.written.entries

    @property
    def is_blank(self) -> bool:
        """Nothing but comments."""
        return not self.written.entries

    @property
    def origin(self) -> Origin:
        """The place of the stack's name; of the file where it names none."""
        return self.root.key_origin("stack")

    def scalar(self, key: str) -> Scalar | None:
        """The value of a header key."""
        entry = self.root.entries.get(key)
        return entry.value if entry and isinstance(entry.value, Scalar) else None


def read_sheet(path: Path, variables: Mapping[str, str]) -> Sheet:
    """The sheet of a file. Raises Unreadable where there is no reading on."""
    return sheet_of(path, read_text(path), variables)


def sheet_of(path: Path, file: TextFile, variables: Mapping[str, str]) -> Sheet:
    """The sheet that a text makes. Raises Unreadable."""
    composition = compose(file)
    unfolded = unfold_documents(composition.root, file)
    substitution = Substitution(variables)
    root = substitution.into_file(unfolded.root) if "${" in file.text else unfolded.root
    shaped = shape(root, unfolded.broken)
    problems = (*composition.problems, *unfolded.problems, *substitution.problems, *shaped.problems)
    return Sheet(path, file, root, shaped.form, shaped.root, problems, substitution.used)
