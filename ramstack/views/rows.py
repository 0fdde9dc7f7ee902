"""Rows: what a plan tells of one principal or policy, before anybody decides how it looks.

    display name  "Analyst" → "Media Analyst"
    tags          + env=prod  ~ team=media → ops
    policies      + custom/ice-read-office  - system/AliyunICEFullAccess

Law: each change below a root is one item that has its address; items without an address are details.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, fields
from itertools import groupby
from types import MappingProxyType

from ramstack.model.address import Address, Kind
from ramstack.model.change import Action, Change, Risk
from ramstack.model.problem import Origin
from ramstack.model.resource import AccessKey, Console, Mfa, Policy, Resource, Role, Tag, in_words
from ramstack.planning.ownership import changed_fields
from ramstack.views.blocks import Block
from ramstack.views.credential_text import credential_text
from ramstack.views.signs import SIGNS, dangers_in
from ramstack.views.statements import compare
from ramstack.views.words import in_quotes, quoted

LABELS: Mapping[str, str] = MappingProxyType(
    {
        "name": "renamed",
        "tag": "tags",
        "membership": "groups",
        "attachment": "policies",
        "access_key": "access keys",
        "max_session_duration": "session",
    }
)
SECTIONS: tuple[Kind, ...] = ("tag", "membership", "attachment", "console", "mfa", "access_key")
DOCUMENT = "document"
NOTE = "note"
RECUT = "the same permissions, written as other statements"
SILENT = ("name", "owner")
"""Fields that a heading says already where the whole resource comes or goes: its address, and the stack."""


@dataclass(frozen=True, slots=True)
class Item:
    """One thing in a row. The action is that of the change at `address`, or of a statement in a document."""

    text: str
    action: Action | None = None
    risks: tuple[Risk, ...] = ()
    address: Address | None = None

    @property
    def sign(self) -> str:
        return SIGNS[self.action] if self.action else " "


@dataclass(frozen=True, slots=True)
class Row:
    """Items under one label: a field, a kind of thing below the root, the statements of a document, a note."""

    label: str
    items: tuple[Item, ...]


@dataclass(frozen=True)
class Section:
    """A block as it is told. `rest` counts what a concise plan leaves out; where it is all, the block is `folded`."""

    root: Address
    action: Action | None
    risks: tuple[Risk, ...]
    origin: Origin | None
    rows: tuple[Row, ...]
    changes: tuple[Change, ...]
    rest: str = ""
    folded: bool = False

    @property
    def sign(self) -> str:
        return SIGNS[self.action] if self.action else " "

    @property
    def tally(self) -> str:
        return tally(self.changes)

    @property
    def actions(self) -> tuple[Action, ...]:
        """What is done at and below the root."""
        return tuple(action for action in SIGNS if any(change.action == action for change in self.changes))


def section_of(block: Block, *, concise: bool = False) -> Section:
    """Everything about a block; concise: its heading and what is dangerous in it, the rest counted."""
    told = [change for change in block.changes if not concise or dangers_in(change.risk)]
    left = [change for change in block.changes if concise and not dangers_in(change.risk)]
    rows = tuple(_rows(block, told, concise=concise))
    return Section(
        root=block.root,
        action=block.own.action if block.own else None,
        risks=dangers_in(block.risks),
        origin=None if concise else block.origin,
        rows=rows,
        changes=block.changes,
        rest=tally(left),
        folded=concise and not rows,
    )


def tally(changes: Iterable[Change]) -> str:
    """`display name, tags +1 ~1 -1, policies +2`: updated fields by name, all else counted by kind."""
    some = list(changes)
    named = [
        in_words(c.after, n)
        for c in some
        if c.address.is_root and c.action == "update" and c.after
        for n in changed_fields(c)
    ]
    counts = Counter((c.address.kind, c.action) for c in some if not c.address.is_root)
    parts = (
        " ".join([_label(kind), *(f"{sign}{n}" for a, sign in SIGNS.items() if (n := counts[kind, a]))])
        for kind in SECTIONS
        if any(counts[kind, action] for action in SIGNS)
    )
    return ", ".join((*named, *parts))


def _rows(block: Block, told: Sequence[Change], *, concise: bool) -> Iterator[Row]:
    own = block.own
    if own and own in told and not (concise and own.action == "delete"):
        yield from _field_rows(own)
    addresses = {change.address for change in told}
    parts = sorted((c for c in block.parts if c.address in addresses), key=_section)
    for kind, some in groupby(parts, key=lambda change: change.address.kind):
        yield Row(_label(kind), tuple(map(_item, some)))
    for note in dict.fromkeys(note for change in told for note in change.notes):
        yield Row(NOTE, (Item(note),))


def _section(change: Change) -> int:
    return SECTIONS.index(change.address.kind)


def _label(name: str) -> str:
    return LABELS.get(name, name.replace("_", " "))


def _item(change: Change) -> Item:
    """`+ env=prod`: what comes, changes or goes below a root."""
    return Item(_told(change), change.action, dangers_in(change.risk), change.address)


def _told(change: Change) -> str:
    if change.address.kind == "tag":
        values = [quoted(side.value) for side in (change.before, change.after) if isinstance(side, Tag)]
        return f"{quoted(change.address.tag_key)}={' → '.join(values)}"
    held = change.before or change.after
    if isinstance(held, AccessKey | Console):
        return credential_text(change)
    return quoted(held.serial) if isinstance(held, Mfa) else below_root(change.address)


def _sides(change: Change, field: str) -> list[object]:
    return [getattr(side, field) for side in (change.before, change.after) if side]


def below_root(address: Address) -> str:
    """`readers` of a membership, `system/AliyunICEFullAccess` of an attachment."""
    return str(Address(address.parts[3:]))


def _field_rows(change: Change) -> Iterator[Row]:
    for name in changed_fields(change) or _set_fields(change.after or change.before):
        if name == "document":
            yield Row("trust" if change.address.kind == "role" else DOCUMENT, tuple(_statements(change)))
        else:
            yield Row(
                _label(name), (Item(" → ".join(_plain(name, value) for value in _sides(change, name))),)
            )


def _set_fields(resource: Resource | None) -> Iterator[str]:
    """The fields that hold something in what comes or goes whole, but for those that its heading tells."""
    names = (f.name for f in fields(resource) if f.compare and f.name not in SILENT) if resource else ()
    return (name for name in names if getattr(resource, name))


def _plain(name: str, value: object) -> str:
    """Free text in quotes, so that it is seen where it begins and ends."""
    if isinstance(value, int) and not isinstance(value, bool):
        return f"{value} s" if name == "max_session_duration" else str(value)
    return _short(value) if isinstance(value, bool) or name in SILENT else in_quotes(str(value or ""))


def _short(value: object) -> str:
    return ("yes" if value else "no") if isinstance(value, bool) else quoted(str(value or ""))


def _statements(change: Change) -> Iterator[Item]:
    before, after = (
        side.document if isinstance(side, Policy | Role) else None for side in (change.before, change.after)
    )
    told = [Item(rule.text, action) for action, rule in compare(before, after)]
    yield from told or [Item(RECUT)]
