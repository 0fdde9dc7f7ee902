"""Sinks of a stack: what is wrong with `sinks:` beyond its shape, and the wishes it makes."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from importlib.util import find_spec
from types import MappingProxyType
from typing import Final

from ramstack.model.limits import SINK_NAME
from ramstack.model.problem import Origin, Problem, error, warning
from ramstack.model.sink import (
    ENTRY_POINTS,
    TIMEOUT,
    AgeWish,
    ExecWish,
    FileWish,
    KmsWish,
    OtherWish,
    SinkKind,
    SinkWish,
    VaultWish,
)
from ramstack.stackfile.draft import Declared, Draft
from ramstack.stackfile.names import NameRule
from ramstack.stackfile.node import Entry, Loc, Table, child_items, child_table, locate, plain
from ramstack.stackfile.sink_forms import KIND_FORMS, REQUIRED, SinkForm
from ramstack.stackfile.wording import did_you_mean, shown

SINK_RULE: Final = NameRule(SINK_NAME, "1 to 64 letters, digits, `.`, `-` or `_`")
_EXTRAS: Mapping[str, str] = MappingProxyType({"kms": "alibabacloud_kms20160120", "vault": "hvac"})
_PRIVATE = re.compile(r"AGE-SECRET-KEY|AGE-PLUGIN|PRIVATE KEY", re.IGNORECASE)
_VARIABLE = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
_REGION = re.compile(r"[a-z]{2,}(-[a-z0-9]+)+")
_KMS_PREFIX = re.compile(r"[A-Za-z0-9_/+=.@-]{0,20}")
_VAULT_PATH = re.compile(r"[A-Za-z0-9._-]+(/[A-Za-z0-9._-]+)*")


def foreign_kinds() -> frozenset[str]:
    """The kinds of sinks that other installed distributions bring."""
    from importlib.metadata import entry_points  # noqa: PLC0415 - takes as long as reading a stack

    return frozenset(point.name for point in entry_points(group=ENTRY_POINTS))


def is_installed(module: str) -> bool:
    return find_spec(module) is not None


def check_sinks(draft: Draft, installed: Callable[[str], bool] = is_installed) -> Iterator[Problem]:
    """One kind each, with the options it needs, each of which can be what it is written to be."""
    for sink in draft.sinks.values():
        yield from SINK_RULE.breach("the name of a sink", sink.key)
        yield from _check_kind(sink, installed)
    yield from _check_users(draft)


def sink_wishes(draft: Draft) -> Mapping[str, SinkWish]:
    """The sinks of a draft without errors."""
    return MappingProxyType(
        {name: SinkWish(name, sink.origin, _kind(sink)) for name, sink in draft.sinks.items()}
    )


def _kind(sink: Declared[SinkForm]) -> SinkKind:
    form = sink.form
    if age := form.age:
        return AgeWish(tuple(age.recipients or ()), age.path or "secrets")
    if run := form.exec:
        return ExecWish(tuple(run.command or ()), run.timeout or TIMEOUT, tuple(run.environment or ()))
    if file := form.file:
        return FileWish(file.path or "")
    if kms := form.kms:
        prefix = "ramstack/" if kms.prefix is None else kms.prefix
        return KmsWish(kms.region or "", prefix, kms.key or "", kms.instance or "")
    if vault := form.vault:
        return VaultWish(vault.mount or "secret", vault.path or "ramstack")
    ((kind, entry),) = sink.body.entries.items()
    options = plain(entry.value, empty="")
    return OtherWish(kind, MappingProxyType(options if isinstance(options, dict) else {}))


def _check_kind(sink: Declared[SinkForm], installed: Callable[[str], bool]) -> Iterator[Problem]:
    kinds = sink.written.entries
    if len(kinds) != 1:
        some = ", ".join(KIND_FORMS)
        yield _wrong(
            f"The sink {shown(sink.name)} must be exactly one kind of place, such as {some}.", sink.origin
        )
        return
    ((kind, entry),) = kinds.items()
    if kind not in KIND_FORMS:
        yield from _check_foreign(kind, entry)
        return
    yield from _check_required(sink, kind)
    yield from _CHECKS[kind](sink)
    if kind in _EXTRAS and not installed(_EXTRAS[kind]):
        detail = (
            f"Nothing can be delivered to {shown(sink.name)} from this machine: the kind {kind} needs"
            f" `pip install 'ramstack[{kind}]'`."
        )
        yield warning("missing-extra", "Optional package is missing", detail, origin=entry.key.origin)


def _check_foreign(kind: str, entry: Entry) -> Iterator[Problem]:
    if kind == "stdout":
        detail = "Standard output is no place for a stack to name. Ask for it where you sit: `--deliver-to-stdout SINK`."
        yield error("sink-kind", "Unknown kind of sink", detail, origin=entry.key.origin)
        return
    known = foreign_kinds()
    if kind not in known:
        hint = did_you_mean(kind, [*KIND_FORMS, *known])
        detail = (
            f"{shown(kind)} is neither a kind of sink (there are {', '.join(KIND_FORMS)}) nor one that an installed package"
            f" brings.{hint}"
        )
        yield error("sink-kind", "Unknown kind of sink", detail, origin=entry.key.origin)


def _check_required(sink: Declared[SinkForm], kind: str) -> Iterator[Problem]:
    written, body = sink.written.entries[kind].value, child_table(sink.body, kind)
    if not isinstance(written, Table):
        return  # its shape was wrong, and that has been told
    for key, advice in REQUIRED[kind].items():
        if key not in written.entries:
            detail = f"The {kind} sink {shown(sink.name)} needs `{key}:`, {advice}."
            yield error("missing-key", "Key is missing", detail, origin=sink.written.key_origin(kind))
        elif key in body.entries and plain(body.entries[key].value) in ("", []):
            yield _wrong(f"`{key}` is empty. Write {advice}.", _place(sink, kind, key))


def _check_age(sink: Declared[SinkForm]) -> Iterator[Problem]:
    yield from _check_path(sink, "age")
    for item in child_items(child_table(sink.body, "age"), "recipients"):
        if complaint := recipient_complaint(item.text):
            yield error("age-recipient", "Not a recipient", complaint, origin=item.origin)


def recipient_complaint(text: str) -> str:
    """What is wrong with a recipient, in a sentence; empty when it is one. A private key is never repeated."""
    from pyrage import RecipientError, ssh, x25519  # noqa: PLC0415 - a stack without age needs no library

    if _PRIVATE.search(text):
        return (
            "This is a private key. Anyone who read the stack can decrypt with it: make a new one, and write its public half"
            " here."
        )
    kind = ssh if text.startswith("ssh-") else x25519
    try:
        kind.Recipient.from_str(text)
    except RecipientError:
        return f"{shown(text)} is not a public key that age can encrypt to: age1…, ssh-ed25519 … or ssh-rsa ….".strip()
    return ""


def _check_exec(sink: Declared[SinkForm]) -> Iterator[Problem]:
    if sink.form.exec and sink.form.exec.timeout is not None and not sink.form.exec.timeout:
        yield _wrong(
            "A timeout of 0 leaves no time at all. Write one such as 30s.", _place(sink, "exec", "timeout")
        )
    for item in child_items(child_table(sink.body, "exec"), "environment"):
        if not _VARIABLE.fullmatch(item.text):
            yield _wrong(f"{shown(item.text)} is no name of an environment variable.", item.origin)


def _check_file(sink: Declared[SinkForm]) -> Iterator[Problem]:
    yield from _check_path(sink, "file")


def _check_path(sink: Declared[SinkForm], kind: str) -> Iterator[Problem]:
    """A `~` would become a folder of that name."""
    entry = child_table(sink.body, kind).entries.get("path")
    path = plain(entry.value) if entry else None
    if isinstance(path, str) and path.startswith("~"):
        detail = f"{shown(path)} begins with `~`, which only shells understand. Write the folder, or a variable: ${{OUT}}."
        yield _wrong(detail, _place(sink, kind, "path"))


def _check_kms(sink: Declared[SinkForm]) -> Iterator[Problem]:
    form = sink.form.kms
    if form and form.region and not _REGION.fullmatch(form.region):
        yield _wrong(f"{shown(form.region)} is no region such as cn-hangzhou.", _place(sink, "kms", "region"))
    if form and form.prefix and not _KMS_PREFIX.fullmatch(form.prefix):
        detail = f"{shown(form.prefix)} cannot begin the name of a KMS secret: it takes up to 20 letters, digits and _/+=.@-"
        yield _wrong(f"{detail}.", _place(sink, "kms", "prefix"))


def _check_vault(sink: Declared[SinkForm]) -> Iterator[Problem]:
    table = child_table(sink.body, "vault")
    for key in ("mount", "path"):
        value = plain(table.entries[key].value) if key in table.entries else None
        if isinstance(value, str) and not _VAULT_PATH.fullmatch(value):
            detail = f"{shown(value)} is no path in Vault: letters, digits, `.`, `-` and `_`, parted by `/`."
            yield _wrong(detail, _place(sink, "vault", key))


_CHECKS: Mapping[str, Callable[[Declared[SinkForm]], Iterator[Problem]]] = MappingProxyType(
    {
        "age": _check_age,
        "exec": _check_exec,
        "file": _check_file,
        "kms": _check_kms,
        "vault": _check_vault,
    }
)


def _check_users(draft: Draft) -> Iterator[Problem]:
    """What users deliver to must be declared."""
    declared = draft.names("sinks")
    for user in draft.users.values():
        for part in ("console", "access_keys"):
            entry = child_table(user.body, part).entries.get("deliver")
            name = plain(entry.value) if entry else None
            if isinstance(name, str) and name not in declared:
                hint = did_you_mean(name, declared)
                detail = f"{shown(name)} is not declared in `sinks:`.{hint}"
                yield error(
                    "unknown-sink", "Unknown sink", detail, origin=locate(user.body, (part, "deliver"))
                )


def check_sinks_together(drafts: Sequence[Draft]) -> Iterator[Problem]:
    """Stacks of one run may share a sink; under one name there must be one place."""
    seen: dict[str, Declared[SinkForm]] = {}
    for sink in (sink for draft in drafts for sink in draft.sinks.values()):
        first = seen.setdefault(sink.name, sink)
        if plain(first.body) != plain(sink.body):
            detail = f"The sink {shown(sink.name)} is another place at {first.origin}. Write the same there, or rename one."
            yield error("sink-twice", "Two sinks of one name", detail, origin=sink.origin)


def _place(sink: Declared[SinkForm], *loc: str) -> Origin:
    found: Loc = loc
    return locate(sink.body, found)


def _wrong(detail: str, origin: Origin) -> Problem:
    return error("sink-form", "Unfit sink", detail, origin=origin)
