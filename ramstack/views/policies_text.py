"""Policies as text: a table of many, or all about one."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from ramstack.model.address import Address, PolicyRef
from ramstack.policy import Document
from ramstack.views.layout import BLANK, Line, prose, render, row, title
from ramstack.views.statements import rules_of
from ramstack.views.tables import table_lines
from ramstack.views.words import Word, counted, in_quotes, listed, split

HEADINGS = ("TYPE", "NAME", "ATTACHED", "OWNER", "DESCRIPTION")
ROOM = 13


@dataclass(frozen=True)
class PolicyLine:
    """One policy; `attachments` counts who has it, `owner` is the stack's mark or empty."""

    ref: PolicyRef
    description: str
    attachments: int
    owner: str


@dataclass(frozen=True)
class PolicyDetail:
    """One policy with what it says and who has it."""

    line: PolicyLine
    document: Document
    holders: tuple[Address, ...]


def policies_text(lines: Sequence[PolicyLine], *, color: bool, width: int) -> str:
    """A row for each policy, in the order given, and how many there are."""
    count = counted(len(lines), "policy", "policies")
    rows = [
        (line.ref.type, line.ref.name, str(line.attachments), line.owner or "-", line.description)
        for line in lines
    ]
    table = table_lines(HEADINGS, rows, width=width)
    return render([*table, BLANK, prose(f"{count}.")], color=color, width=width)


def policy_detail_text(detail: PolicyDetail, *, color: bool, width: int) -> str:
    """What the policy says in sentences, who has it, and the document itself."""
    line = detail.line
    lines = (
        title(str(line.ref)),
        _labelled("description", split(in_quotes(line.description))),
        _labelled("owner", split(line.owner or "no stack")),
        *_says(detail.document),
        _labelled(
            "held by", listed(str(holder) for holder in detail.holders) if detail.holders else split("nobody")
        ),
        BLANK,
        *_pretty(detail.document.text),
    )
    return render(lines, color=color, width=width)


def _labelled(label: str, words: Sequence[Word], hang: int = 0) -> Line:
    return row(label, words, indent=4, room=ROOM, hang=hang)


def _says(document: Document) -> Iterator[Line]:
    for number, rule in enumerate(rules_of(document)):
        yield _labelled("" if number else "says", split(rule.text), hang=2)


def _pretty(text: str) -> Iterable[Line]:
    """The document to copy: as JSON where it is that, else as it is stored."""
    try:
        text = json.dumps(json.loads(text), indent=2, ensure_ascii=False)
    except (ValueError, RecursionError):
        return [Line([Word(text)])]
    return (Line([Word(line.lstrip())], len(line) - len(line.lstrip())) for line in text.splitlines())


def policy_records(
    lines: Sequence[PolicyLine], details: Sequence[PolicyDetail] = ()
) -> list[dict[str, object]]:
    """The same as JSON records; document and holders only for those in `details`."""
    known = {detail.line.ref: detail for detail in details}
    return [_record(line) | (_more(known[line.ref]) if line.ref in known else {}) for line in lines]


def _record(line: PolicyLine) -> dict[str, object]:
    return {
        "type": line.ref.type,
        "name": line.ref.name,
        "attachments": line.attachments,
        "owner": line.owner or None,
        "description": line.description,
    }


def _more(detail: PolicyDetail) -> dict[str, object]:
    return {"document": _parsed(detail.document), "holders": [str(holder) for holder in detail.holders]}


def _parsed(document: Document) -> object:
    """As JSON; the very text where nobody can read it."""
    return document.text if document.is_opaque else json.loads(document.text)
