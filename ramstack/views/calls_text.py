"""Calls in the order in which they will leave: what `--show-calls` adds to a plan."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import fields

from ramstack.model.address import PolicyRef
from ramstack.model.call import Batch, Call
from ramstack.views.layout import Line
from ramstack.views.words import Word, counted, quoted, split

INDENT = 4
IMPLIED = ("kind",)
"""Fields that the name of the API tells."""


def batch_name(number: int, batches: Sequence[Batch]) -> str:
    """`batch 3 of 4 · attach · 5 calls`; numbers count from 1."""
    batch = batches[number - 1]
    return f"batch {number} of {len(batches)} · {batch.phase} · {counted(len(batch.steps), 'call')}"


def call_lines(batches: Sequence[Batch]) -> Iterator[Line]:
    """Every batch and each of its calls."""
    for number, batch in enumerate(batches, 1):
        yield Line([Word(batch_name(number, batches), "bold")])
        yield from (_call_line(step.call) for step in batch.steps)


def _call_line(call: Call) -> Line:
    words = [word for text in _parameters(call) for word in split(text, gap=2)]
    return Line([Word(call.api, "cyan"), *words], INDENT, 2 * INDENT)


def call_text(call: Call) -> str:
    """`ram:AddUserToGroup  user=analyst  group=readers`."""
    return "  ".join((call.api, *_parameters(call)))


def _parameters(call: Call) -> Iterator[str]:
    values = ((f.name, _told(f.name, getattr(call, f.name))) for f in fields(call) if f.name not in IMPLIED)
    return (f"{name}={value}" for name, value in values if value)


def _told(name: str, value: object) -> str:
    """A parameter as text; empty when the call leaves it out."""
    match value:
        case str() if name == "document":
            return f"({counted(len(value), 'character')})"
        case str() | PolicyRef() if value:
            return quoted(str(value))
        case tuple():
            return ", ".join(_item(item) for item in value)
    return ""


def _item(item: object) -> str:
    match item:
        case (str() as key, str() as value):
            return f"{quoted(key)}={quoted(value)}"
    return quoted(str(item))
