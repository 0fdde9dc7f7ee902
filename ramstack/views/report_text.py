"""A report as text: what failed and why first, what that held back, what is uncertain, what was done, how to continue."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence

from ramstack.model.address import Address
from ramstack.model.change import Change
from ramstack.model.outcome import Fault, Outcome
from ramstack.views.blocks import blocks_of
from ramstack.views.hints import hint_for
from ramstack.views.layout import BLANK, Line, prose, render, title
from ramstack.views.report import DONE, STATUSES, Report
from ramstack.views.signs import COMMAND, SIGNS, STYLES
from ramstack.views.words import Word, counted, split

INDENT = 4
AGAIN = "ramstack apply"
LEFT = "Nothing is lost: the same command does what is left."
LEFT_OF_PLAN = "Nothing is lost: a new plan holds what is left. Make it as this one was made, then apply it."
UNKNOWN = "Nobody knows whether it happened. The next plan reads the account and tells."


def report_text(
    report: Report, *, color: bool, width: int, again: str = AGAIN, needs_plan: bool = False
) -> str:
    """Every outcome once; `again` is the command that continues, `needs_plan`: with a new plan, as a saved one is used up."""
    lines = (
        *_section("Failed", (line for o in report.with_status("failed") for line in _fault_lines(o))),
        *_section("Uncertain", (line for o in report.with_status("uncertain") for line in _fault_lines(o))),
        *_section("Skipped", _skipped(report.with_status("skipped"))),
        *_section("Done", _by_root(report.with_status("done"), INDENT)),
        *_section("Delivered", _delivered(report.with_status("done"))),
        *_closing(report, again, LEFT_OF_PLAN if needs_plan else LEFT),
    )
    return render(lines, color=color, width=width)


def _section(name: str, lines: Iterable[Line]) -> Iterator[Line]:
    told = list(lines)
    if told:
        yield from (title(name), *told, BLANK)


def _fault_lines(outcome: Outcome) -> Iterator[Line]:
    """What was tried, the service's answer with its request id, and what to do about it."""
    fault = outcome.fault or Fault("NoAnswer", "")
    request = split(f"(request {outcome.request_id})", "dim") if outcome.request_id else []
    why = split(f"{fault.code}: {fault.message}", STYLES[outcome.status])
    yield Line([_named(outcome.change, outcome.change.address)], INDENT)
    yield Line([*why, *request], 2 * INDENT, 2 * INDENT)
    if hint := hint_for(fault.code) or (UNKNOWN if outcome.status == "uncertain" else ""):
        yield prose(hint, 2 * INDENT)


def _skipped(outcomes: Sequence[Outcome]) -> Iterator[Line]:
    """Grouped by what held them back: another change, or what befell the run."""
    by_cause: dict[tuple[Address | None, Fault | None], list[Outcome]] = defaultdict(list)
    for outcome in outcomes:
        by_cause[outcome.caused_by, outcome.fault].append(outcome)
    for (cause, fault), some in by_cause.items():
        yield prose(f"because of {cause}:" if cause else _unreached(fault), INDENT)
        yield from _by_root(some, 2 * INDENT)
        if fault and (hint := hint_for(fault.code)):
            yield prose(hint, 2 * INDENT)


def _unreached(fault: Fault | None) -> str:
    return f"not reached ({fault.code}: {fault.message}):" if fault else "not reached:"


def _by_root(outcomes: Iterable[Outcome], indent: int) -> Iterator[Line]:
    """`+ user/alice  + tag/env  + policy/system/AliyunICEFullAccess`: a line for each root."""
    for block in blocks_of(outcome.change for outcome in outcomes):
        own = _named(block.own, block.root) if block.own else Word(f"  {block.root}")
        parts = (_named(change, Address(change.address.parts[2:])) for change in block.parts)
        yield Line([own, *parts], indent, indent + INDENT)


def _delivered(outcomes: Iterable[Outcome]) -> Iterator[Line]:
    """What was made, and where it went: nobody can read it again."""
    for outcome in outcomes:
        if outcome.sink:
            what = outcome.key_id or "password"
            yield Line(split(f"{outcome.change.address.root}  {what} → {outcome.sink}"), INDENT)


def _named(change: Change, name: Address) -> Word:
    return Word(f"{SIGNS[change.action]} {name}", STYLES[change.action], gap=2)


def _closing(report: Report, again: str, how: str) -> Iterator[Line]:
    told = ", ".join(f"{report.count(status)} {status}" for status in STATUSES if report.count(status))
    whole = counted(len(report.outcomes), "change")
    if report.exit_code == DONE:
        yield Line(split(f"Applied: {whole} made. Run {report.run_id}.", "bold"))
        return
    yield Line(split(f"Applied in part: {told} of {whole}. Run {report.run_id}.", "bold"))
    yield prose(how)
    yield Line([Word(again, COMMAND)], INDENT)
