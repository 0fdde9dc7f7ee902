"""One principal or policy in a plan: its heading, the fields that change, and what it gains and loses.

    ~ user/analyst  ! destructive  stacks/media.yaml:31:3
        display name  "Analyst" → "Media Analyst"
        tags          + env=prod  ~ team=media → ops
        policies      + custom/ice-read-office  - system/AliyunICEFullAccess

Law: each sign is one change of the plan, and each change has one sign; statements of a document aside.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import fields
from itertools import chain, groupby, repeat
from types import MappingProxyType

from ramstack.model.address import Address, Kind
from ramstack.model.change import Change
from ramstack.model.resource import AccessKey, Console, Mfa, Policy, Resource, Tag
from ramstack.planning.ownership import changed_fields
from ramstack.views.blocks import Block
from ramstack.views.layout import Line, row
from ramstack.views.signs import SIGNS, STYLES, sign, warn
from ramstack.views.statements import compare
from ramstack.views.words import Word, in_quotes, quoted, split

INDENT = 4
ROOM = 14
LABELS: Mapping[str, str] = MappingProxyType(
    {
        "name": "renamed",
        "tag": "tags",
        "membership": "groups",
        "attachment": "policies",
        "access_key": "access keys",
    }
)
SECTIONS: tuple[Kind, ...] = ("tag", "membership", "attachment", "console", "mfa", "access_key")
RECUT = "the same permissions, written as other statements"
SILENT = ("name", "owner")
"""Fields that a heading says already where the whole resource comes or goes: its address, and the stack."""


def block_lines(block: Block) -> Iterator[Line]:
    """The lines of one block, heading first."""
    yield _heading(block)
    if block.own:
        yield from _field_lines(block.own)
    for kind, parts in groupby(sorted(block.parts, key=_section), key=lambda change: change.address.kind):
        items = [word for change in parts for word in _item(change)]
        yield _labelled(kind, items)
    for note in dict.fromkeys(note for change in block.changes for note in change.notes):
        yield _labelled("note", split(note, "italic"))


def _section(change: Change) -> int:
    return SECTIONS.index(change.address.kind)


def _labelled(label: str, words: Sequence[Word], hang: int = 0) -> Line:
    return row(LABELS.get(label, label.replace("_", " ")), words, indent=INDENT, room=ROOM, hang=hang)


def _heading(block: Block) -> Line:
    action = block.own.action if block.own else None
    start = f"{SIGNS[action] if action else ' '} {block.root}"
    risks = [word for risk in block.risks for word in warn(risk)]
    origin = split(quoted(str(block.origin)), "dim", gap=2) if block.origin else []
    return Line([Word(start, f"bold {STYLES[action] if action else ''}"), *risks, *origin], hang=INDENT)


def _item(change: Change) -> list[Word]:
    """`+ env=prod`: what comes, changes or goes below a root; what grants everything says so."""
    style = STYLES[change.action]
    first, *more = split(_told(change), style)
    return [
        Word(f"{SIGNS[change.action]} {first.text}", style, gap=2),
        *more,
        *(word for risk in change.risk if risk == "admin-grant" for word in warn(risk)),
    ]


def _told(change: Change) -> str:
    if change.address.kind == "tag":
        values = [quoted(side.value) for side in (change.before, change.after) if isinstance(side, Tag)]
        return f"{quoted(change.address.tag_key)}={' → '.join(values)}"
    match change.before or change.after:
        case AccessKey(id=key_id, status=status):
            return f"{quoted(key_id)} ({status.lower()})"
        case Mfa(serial=serial):
            return quoted(serial)
        case Console():
            return "logon"
    return below_root(change.address)


def below_root(address: Address) -> str:
    """`readers` of a membership, `system/AliyunICEFullAccess` of an attachment."""
    return str(Address(address.parts[3:]))


def _field_lines(change: Change) -> Iterator[Line]:
    for name in changed_fields(change) or _set_fields(change.after or change.before):
        sides = [getattr(side, name) for side in (change.before, change.after) if side]
        if name == "document":
            yield from _document_lines(change)
        else:
            yield _labelled(name, split(" → ".join(_plain(name, value) for value in sides)))


def _set_fields(resource: Resource | None) -> Iterator[str]:
    """The fields that hold something in what comes or goes whole, but for those that its heading tells."""
    names = (f.name for f in fields(resource) if f.compare and f.name not in SILENT) if resource else ()
    return (name for name in names if getattr(resource, name))


def _plain(name: str, value: object) -> str:
    match value:
        case bool():
            return "yes" if value else "no"
        case _ if name in SILENT:
            return quoted(str(value))
        case _:
            return in_quotes(str(value or ""))


def _document_lines(change: Change) -> Iterator[Line]:
    before, after = (
        side.document if isinstance(side, Policy) else None for side in (change.before, change.after)
    )
    told = [[sign(action), *rule.words(STYLES[action])] for action, rule in compare(before, after)]
    labels = chain(("document",), repeat(""))
    for label, words in zip(labels, told or [split(RECUT)], strict=False):
        yield _labelled(label, words, hang=2)
