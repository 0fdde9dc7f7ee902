"""A decision as a person reads it, and as JSON: the answer, the statements that decide, and what is not known."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from types import MappingProxyType

from ramstack.planning.decisions import Reason, Verdict
from ramstack.policy import Answer, Request
from ramstack.views.layout import BLANK, Line, prose, render, row
from ramstack.views.tables import table_lines
from ramstack.views.words import Word, counted, listed, quoted, split

ROOM = 10
_SENTENCES: Mapping[Answer, tuple[str, str]] = MappingProxyType(
    {
        Answer.ALLOW: ("may", "bold green"),
        Answer.EXPLICIT_DENY: ("may not", "bold red"),
        Answer.IMPLICIT_DENY: ("may not", "bold red"),
        Answer.DEPENDS: ("may perhaps", "bold yellow"),
    }
)
_IMPLICIT = "No statement allows it, and what is not allowed is denied."


def decision_text(verdict: Verdict, request: Request, *, color: bool, width: int) -> str:
    """`allow: user/ann may call ice:GetMediaInfo`, then each statement with its policy, version, group and line."""
    may, style = _SENTENCES[verdict.answer]
    subject = f"{quoted(str(verdict.principal))} {may} call {quoted(request.action)}"
    where = f" on {quoted(request.resource)}" if request.resource else ""
    lines = (
        Line([Word(f"{verdict.answer}:", style), *split(subject + where, "bold")]),
        *(line for reason in verdict.reasons for line in _reason_lines(reason)),
        *_open_lines(verdict),
    )
    return render(lines, color=color, width=width)


def _reason_lines(reason: Reason) -> Iterator[Line]:
    but = [Word("everything"), Word("but")] if reason.but else []
    says = [Word(reason.effect, "bold"), *but, *listed(map(quoted, reason.actions))]
    yield BLANK
    yield Line([*says, Word("on"), *listed(map(quoted, reason.resources))], 2, 4)
    if reason.conditions:
        yield row("if", split(" and ".join(reason.conditions)), indent=4, room=ROOM)
    version = f" {reason.version}" if reason.version else ""
    yield row("policy", split(f"{reason.policy}{version}, statement {reason.number}"), indent=4, room=ROOM)
    if reason.via:
        yield row("through", split(reason.via), indent=4, room=ROOM)
    if reason.origin:
        yield row("written", split(str(reason.origin)), indent=4, room=ROOM)


def _open_lines(verdict: Verdict) -> Iterator[Line]:
    told = [f"It depends on: {condition}" for condition in verdict.open]
    told += [
        f"Not known: {policy} could not be read; it may allow and deny anything." for policy in verdict.unread
    ]
    told += [_IMPLICIT] if verdict.answer is Answer.IMPLICIT_DENY else []
    told += verdict.notes
    if told:
        yield BLANK
        yield from (prose(text, 2) for text in told)


def who_can_text(verdicts: Sequence[Verdict], request: Request, *, color: bool, width: int) -> str:
    """A row for each principal that may, or may under conditions."""
    where = f" on {quoted(request.resource)}" if request.resource else ""
    count = f"{counted(len(verdicts), 'principal')} may call {quoted(request.action)}{where}."
    if not verdicts:
        return render([prose(f"Nobody may call {quoted(request.action)}{where}.")], color=color, width=width)
    rows = [
        (str(one.principal), str(one.answer), _sources(one), "; ".join((*one.open, *one.unread)) or "-")
        for one in verdicts
    ]
    table = table_lines(("PRINCIPAL", "DECISION", "BY", "DEPENDS ON"), rows, width=width)
    return render([*table, BLANK, prose(count)], color=color, width=width)


def _sources(verdict: Verdict) -> str:
    by = (f"{r.policy} ({r.via})" if r.via else r.policy for r in verdict.reasons)
    return ", ".join(dict.fromkeys(by)) or "-"


def decision_document(verdict: Verdict, request: Request, *, is_planned: bool) -> dict[str, object]:
    """What `explain --format json` prints. `decision` is allow, explicit_deny, implicit_deny or depends."""
    return {
        "format_version": "1.0",
        "state": "planned" if is_planned else "live",
        **_asked(request),
        **verdict_record(verdict),
    }


def who_can_document(verdicts: Sequence[Verdict], request: Request, *, is_planned: bool) -> dict[str, object]:
    """What `who-can --format json` prints: those who may, or may under conditions."""
    return {
        "format_version": "1.0",
        "state": "planned" if is_planned else "live",
        **_asked(request),
        "principals": [verdict_record(verdict) for verdict in verdicts],
    }


def _asked(request: Request) -> dict[str, object]:
    return {"action": request.action, "resource": request.resource, "context": dict(request.context)}


def verdict_record(verdict: Verdict) -> dict[str, object]:
    return {
        "principal": str(verdict.principal),
        "decision": str(verdict.answer),
        "statements": [_reason_record(reason) for reason in verdict.reasons],
        "depends_on": list(verdict.open),
        "unread": list(verdict.unread),
        "notes": list(verdict.notes),
    }


def _reason_record(reason: Reason) -> dict[str, object]:
    return {
        "effect": reason.effect,
        "policy": reason.policy,
        "version": reason.version or None,
        "via": reason.via or None,
        "statement": reason.number,
        "origin": str(reason.origin) if reason.origin else None,
        "not_actions" if reason.but else "actions": list(reason.actions),
        "resources": list(reason.resources),
        "conditions": list(reason.conditions),
        "certain": reason.is_certain,
    }
