"""Laws of what a plan has to tell, however it looks."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given, settings

from ramstack.model.change import Change
from ramstack.views.plan_markdown import plan_markdown
from ramstack.views.plan_text import plan_text
from ramstack.views.senses import LEVELS, senses_of
from ramstack.views.sheet import Sheet, duration, sheet_of
from ramstack.views.signs import RISKS, SIGNS, dangers_in
from tests.views.samples import BUSY, busy_account, planned
from tests.views.strategies import plans
from tests.views.test_goldens import MEANT


def is_dangerous(change: Change) -> bool:
    return change.risk != ("routine",)


def addresses(sheet: Sheet) -> list[str]:
    """Every change that is told by itself: roots that change, and items."""
    roots = [section.root for section in sheet.sections if section.action]
    items = [item.address for section in sheet.sections for row in section.rows for item in row.items]
    return sorted(map(str, (*roots, *filter(None, items))))


@settings(max_examples=60)
@given(plans())
def test_a_sheet_tells_every_change_once(plan):
    """All of them, none twice."""
    assert addresses(sheet_of(plan, (), 0.0)) == sorted(str(change.address) for change in plan.changes)


@settings(max_examples=60)
@given(plans())
def test_concise_tells_what_is_dangerous_and_counts_the_rest(plan):
    """Each dangerous change is told as in the whole plan; every other part is counted."""
    concise = sheet_of(plan, (), 0.0, concise=True)
    told = addresses(concise)
    assert {str(change.address) for change in plan.changes if is_dangerous(change)} <= set(told)
    for section in concise.sections:
        below = [c for c in plan.changes if c.address.root == section.root and not c.address.is_root]
        for action, sign in SIGNS.items():
            counts = [
                word.rstrip(",") for word in section.rest.split() if word[0] == sign and word[1].isdigit()
            ]
            left = [c for c in below if c.action == action and not is_dangerous(c)]
            assert sum(int(count[1:].rstrip(",")) for count in counts) == len(left)
    assert (concise.dangers, concise.counts, concise.against) == (
        sheet_of(plan, (), 0.0).dangers,
        sheet_of(plan, (), 0.0).counts,
        sheet_of(plan, (), 0.0).against,
    )


@settings(max_examples=60)
@given(plans())
def test_concise_text_keeps_dangerous_lines(plan):
    """Each dangerous part stands in a concise text with its sign, and each risk at the heading."""
    page = plan_text(plan, (), 0.0, color=False, width=100_000, concise=True)
    for section in sheet_of(plan, (), 0.0).sections:
        items = [item for row in section.rows for item in row.items if item.address and item.risks]
        assert all(f"{item.sign} {item.text}" in page for item in items)
        assert all(f"! {risk}" in page for risk in section.risks)


def test_concise_meanings_keep_what_is_dangerous():
    """Warnings and dangerous abilities stay; reads and writes are left out."""
    whole, concise = (senses_of(MEANT[0].permissions, concise=short) for short in (False, True))
    assert [sense.warnings for sense in whole] == [sense.warnings for sense in concise]
    for before, after in zip(whole, concise, strict=True):
        for power, short in zip(before.powers, after.powers, strict=True):
            assert power.text == short.text
            assert [level for level in power.levels if LEVELS[level.name][1]] == [*short.levels]


@given(plans())
def test_the_worst_is_the_worst(plan):
    """No change is more dangerous than the one that is told first."""
    worst = sheet_of(plan, (), 0.0).worst
    ranks = [RISKS.index(dangers_in(c.risk)[0]) for c in plan.changes if is_dangerous(c)]
    assert (RISKS.index(dangers_in(worst.risk)[0]) if worst else None) == min(ranks, default=None)


@pytest.mark.parametrize(
    ("seconds", "told"),
    [(0, "0.1 s"), (0.23, "0.2 s"), (5, "5 s"), (5.26, "5.3 s"), (9.97, "10 s"), (48.4, "48 s"), (119.4, "119 s"),
     (181, "3 min"), (7100, "118 min"), (9000, "2.5 h")],
)  # fmt: skip
def test_durations_have_the_digits_of_an_estimate(seconds, told):
    """Never more than two or three, never none."""
    assert duration(seconds) == told


def test_all_looks_tell_the_same_counts():
    """Text and markdown close and open with the same sentence."""
    plan, batches, seconds = planned(BUSY, busy_account())
    sheet = sheet_of(plan, batches, seconds)
    text = plan_text(plan, batches, seconds, color=False, width=100_000)
    markdown = plan_markdown(plan, batches, seconds)
    assert all(sheet.counts in page and sheet.cost in page for page in (text, markdown))


def test_an_incomplete_plan_says_so_in_every_look():
    """What could not be read stands against applying."""
    plan, batches, seconds = planned(BUSY, busy_account())
    partial = replace(plan, complete=False)
    assert "could not be read" in plan_text(partial, batches, seconds, color=False, width=100)
    assert "could not be read" in plan_markdown(partial, batches, seconds)
