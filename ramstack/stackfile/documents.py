"""The document of a policy: written in the stack, or a file inside the stack's own folder."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path, PurePosixPath, PureWindowsPath
from types import MappingProxyType
from typing import TypeAlias, TypeVar, cast

from ramstack.model.address import Address, policy_address, role_address
from ramstack.model.limits import MAX_DOCUMENT
from ramstack.model.problem import Origin, Problem, error, from_finding
from ramstack.model.stack import InputFile
from ramstack.policy import Document, Finding, Reading, read_document
from ramstack.policy.finding import Path as Loc
from ramstack.policy.statement import Kind
from ramstack.stackfile.compose import compose
from ramstack.stackfile.draft import Declared
from ramstack.stackfile.forms import PolicyForm, TrustForm
from ramstack.stackfile.node import Scalar, Table, child_table, locate, locate_key, plain, sites_of
from ramstack.stackfile.textfile import UNREADABLE, TextFile, Unreadable, read_text, real_path
from ramstack.stackfile.wording import shown

_Form = TypeVar("_Form", PolicyForm, TrustForm)
FILE_KEY = "file"
_ABOUT_KEYS = frozenset({"unknown-element", "condition-operator", "condition-key", "sid"})


@dataclass(frozen=True, slots=True)
class PolicyText:
    """What came of a policy's document: the document unless there are errors, and the file that was read for it."""

    document: Document | None
    problems: tuple[Problem, ...]
    input: InputFile | None = None
    sites: Mapping[Loc, Origin] = field(default_factory=lambda: MappingProxyType({}))


@dataclass(frozen=True, slots=True)
class _Source:
    """A document as the policy language takes it, and where its parts stand."""

    content: str | Mapping[str, object]
    place: Callable[[Finding], Origin]
    sites: Callable[[Reading], Mapping[Loc, Origin]]
    origin: Origin
    problems: tuple[Problem, ...] = ()
    input: InputFile | None = None


def read_policy_text(policy: Declared[PolicyForm]) -> PolicyText:
    """The document of a policy. Whatever was written, there is an answer."""
    return _read_text(policy, policy_address(policy.name), Kind.IDENTITY)


def read_trust_text(trust: Declared[TrustForm]) -> PolicyText:
    """The document of a role's trust, where it is written as one."""
    return _read_text(trust, role_address(trust.name), Kind.TRUST)


def _read_text(policy: Declared[_Form], address: Address, kind: Kind) -> PolicyText:
    if policy.form.document is None and "document" in policy.written.entries:
        return PolicyText(None, ())  # its shape was wrong, and that has been told
    try:
        text = _judge(policy, _find_source(policy), kind)
    except Unreadable as reason:
        text = PolicyText(None, (reason.problem,))
    return replace(text, problems=tuple(replace(problem, address=address) for problem in text.problems))


def document_path(policy: Declared[_Form]) -> Path | None:
    """The file that a policy names as its document; None for an inline one, and for a path that is refused."""
    try:
        return _path_inside(policy) if _names_file(policy) else None
    except Unreadable:
        return None


def _find_source(policy: Declared[_Form]) -> _Source:
    if "document" not in policy.written.entries:
        detail = (
            f"The policy {shown(policy.name)} needs `document:`, a policy document in YAML or {{file: PATH}}."
        )
        raise _refuse("no-document", "No document", detail, policy.origin)
    if not _names_file(policy):
        return _tree_source(child_table(policy.body, "document"), policy.place("document"))
    path = _path_inside(policy)
    read = _READERS.get(path.suffix.lower())
    if read is None:
        detail = f"{path.name} must end in .json, .yaml or .yml, so that one knows how to read it."
        raise _refuse("document-file", "Unfit document file", detail, _file_origin(policy))
    return read(_read_file(policy, path))


def _read_file(policy: Declared[_Form], path: Path) -> TextFile:
    """The file; one that is not there is told where it is named."""
    try:
        return read_text(path)
    except Unreadable as reason:
        if reason.problem.rule != UNREADABLE:
            raise
        raise Unreadable(replace(reason.problem, origin=_file_origin(policy))) from reason


def _names_file(policy: Declared[_Form]) -> bool:
    return FILE_KEY in child_table(policy.body, "document").entries


def _tree_source(table: Table, origin: Origin) -> _Source:
    def place(finding: Finding) -> Origin:
        return (locate_key if finding.rule in _ABOUT_KEYS else locate)(table, finding.path)

    def sites(_: Reading) -> Mapping[Loc, Origin]:
        return dict(sites_of(table))

    return _Source(cast("dict[str, object]", plain(table, empty=None)), place, sites, origin)


def _read_yaml(file: TextFile) -> _Source:
    composition = compose(file)
    source = _tree_source(composition.root, composition.root.origin)
    return replace(source, problems=composition.problems, input=file.as_input)


def _read_json(file: TextFile) -> _Source:
    def place(finding: Finding) -> Origin:
        return Origin(file.path, max(finding.place.line, 1), max(finding.place.column, 1))

    def sites(reading: Reading) -> Mapping[Loc, Origin]:
        return {path: Origin(file.path, at.line, at.column) for path, at in reading.sites.items()}

    return _Source(file.text, place, sites, Origin(file.path), input=file.as_input)


_Reader: TypeAlias = Callable[[TextFile], _Source]
_READERS: Mapping[str, _Reader] = MappingProxyType(
    {".json": _read_json, ".yaml": _read_yaml, ".yml": _read_yaml}
)


def _judge(policy: Declared[_Form], source: _Source, kind: Kind) -> PolicyText:
    reading: Reading = read_document(source.content, kind)
    problems = [
        *source.problems,
        *(from_finding(finding, source.place(finding)) for finding in reading.findings),
    ]
    if reading.document and len(reading.document.text) > MAX_DOCUMENT:
        detail = (
            f"The document of {shown(policy.name)} has {len(reading.document.text):,} characters without white space;"
            f" {MAX_DOCUMENT:,} are allowed. Split it into several policies."
        )
        problems.append(error("document-too-long", "Document too long", detail, origin=source.origin))
    broken = any(problem.is_error for problem in problems)
    document = None if broken else reading.document
    return PolicyText(
        document, tuple(problems), source.input, MappingProxyType(source.sites(reading) if document else {})
    )


def _path_inside(policy: Declared[_Form]) -> Path:
    """The file's path as people see it. Raises Unreadable for one that may lead out of the stack's folder."""
    body = child_table(policy.body, "document")
    entry = body.entries[FILE_KEY]
    others = [other for other in body.entries if other != FILE_KEY]
    if others or not isinstance(entry.value, Scalar) or entry.value.is_empty:
        detail = "Beside a document file nothing else can be written: {file: PATH}, a path inside the stack's folder."
        raise _refuse("document-file", "Unfit document file", detail, _file_origin(policy))
    written = entry.value.text
    if not _stays_inside(policy.folder, written):
        detail = f"{shown(written)} must be a path inside the stack's folder: not absolute, no `..`, no link leading out."
        raise _refuse("document-file", "Unfit document file", detail, _file_origin(policy))
    return policy.folder / written


def _stays_inside(folder: Path, written: str) -> bool:
    path = PurePosixPath(written)
    if path.is_absolute() or PureWindowsPath(written).drive or "\\" in written or ".." in path.parts:
        return False
    try:
        return real_path(folder / path).is_relative_to(real_path(folder))
    except (OSError, ValueError):  # a NUL, a name that is too long: nothing that could be inside
        return False


def _file_origin(policy: Declared[_Form]) -> Origin:
    return locate(policy.body, ("document", FILE_KEY))


def _refuse(rule: str, summary: str, detail: str, origin: Origin) -> Unreadable:
    return Unreadable(error(rule, summary, detail, origin=origin))
