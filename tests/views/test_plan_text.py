"""Laws of the plan as text: every change is shown once, and nothing a user wrote can add or hide one."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import get_args

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from rich.cells import cell_len

from ramstack.model.address import (
    Address,
    Kind,
    tag_address,
    user_address,
)
from ramstack.model.change import Change
from ramstack.model.resource import Group, Tag, User
from ramstack.planning.ownership import changed_fields
from ramstack.views.blocks import ORDER, blocks_of
from ramstack.views.plan_text import plan_text
from ramstack.views.rows import SECTIONS
from ramstack.views.sheet import NO_CHANGES
from ramstack.views.signs import RISKS, SIGNS
from ramstack.views.words import in_quotes, quoted
from tests.views.samples import BUSY, MEDIA, PROBLEMS, busy_account, live, planned, stack
from tests.views.strategies import plans, text
from tests.views.test_words import ESCAPES

QUOTED = re.compile(r'"(?:[^"\\]|\\.)*"')
ENDLESS = 100_000
few = settings(max_examples=60)
EVE = user_address("eve")


def shown(plan, *, color=False, width=ENDLESS):
    return plan_text(plan, (), 0.0, color=color, width=width)


def block_of(page, change):
    """The lines of the page that tell of the change's principal."""
    heading = rf"^[+~ -] {re.escape(str(change.address.root))}( .*)?$"
    (start,) = [n for n, line in enumerate(page) if re.match(heading, line)]
    end = next(n for n in range(start, len(page)) if not page[n])
    return page[start:end]


def told(change):
    """How a change appears in its block."""
    address, sign = change.address, SIGNS[change.action]
    if address.is_root:
        return f"{sign} {address}"
    if address.kind != "tag":
        return f"{sign} {'/'.join(str(address).split('/')[3:])}"
    values = [quoted(side.value) for side in (change.before, change.after) if side]
    return f"{sign} {quoted(address.tag_key)}={' → '.join(values)}"


@few
@given(plans())
def test_every_change_is_shown_in_its_block(plan):
    """Each change appears with its sign under the principal or policy that it belongs to, once."""
    page = shown(plan).splitlines()
    for change in plan.changes:
        block = "\n".join(line for line in block_of(page, change) if not line.startswith("    note"))
        assert len(re.findall(rf"(?:^|  ){re.escape(told(change))}(?=  |$)", block, re.MULTILINE)) == 1


@few
@given(plans())
def test_every_sign_is_a_change(plan):
    """Outside of quotes and documents there are as many signs as changes: nobody can forge one."""
    bare = replace(plan, problems=(), rails=(), changes=tuple(replace(c, notes=()) for c in plan.changes))
    page = [line for line in shown(bare).splitlines() if not re.match(r" {18}|    document", line)]
    signs = re.findall(r"(?:^|  )[+~-] ", QUOTED.sub('""', "\n".join(page)), re.MULTILINE)
    assert len(signs) == len(plan.changes)


@few
@given(plans())
def test_changed_fields_show_both_values(plan):
    """An update tells before and after of each field that differs, and of no other."""
    page = shown(plan).splitlines()
    for change in plan.changes:
        for name in set(changed_fields(change)) & {"display_name", "comments", "email", "mobile"}:
            sides = (in_quotes(getattr(side, name)) for side in (change.before, change.after))
            assert any(line.endswith(" → ".join(sides)) for line in block_of(page, change))


@few
@given(plans(), st.integers(60, 160))
def test_pages_are_printable_and_fit(plan, width):
    """Plain pages have no control characters, and only what cannot be broken is wider than the page."""
    page = shown(plan, width=width).splitlines()
    assert all(line.isprintable() for line in page)
    long = (line.strip() for line in page if cell_len(line) > width)
    assert all(max(map(cell_len, re.split(r" +", line))) > width - 40 for line in long)


@few
@given(plans(), st.integers(60, 160))
def test_colour_is_only_colour(plan, width):
    """A coloured page says what the plain one says; no danger is told by colour alone."""
    assert ESCAPES.sub("", shown(plan, color=True, width=width)) == shown(plan, width=width)


@few
@given(plans())
def test_width_changes_only_line_breaks(plan):
    """Wrapping loses nothing."""
    assert shown(plan, width=60).split() == shown(plan).split()


@few
@given(plans())
def test_dangerous_first(plan):
    """No block is more dangerous than the one before it, and each danger is told in words at the heading."""
    ranks = [RISKS.index(block.risks[0]) for block in blocks_of(plan.changes)]
    assert ranks == sorted(ranks)
    page = shown(plan).splitlines()
    for change in plan.changes:
        heading = QUOTED.sub("", block_of(page, change)[0])
        assert all(f"! {risk}" in heading for risk in change.risk if risk != "routine")


@given(text)
def test_hostile_text_keeps_the_shape(value):
    """A field may hold anything: outside of its quotes the page stays the same."""
    pages = []
    for comments in ("tame", value):
        user = User("eve", "E", comments or " ", "", "", protect=False, owner="m.1")
        plan = replace(planned(stack(), live())[0], changes=(Change(EVE, None, user),))
        pages.append(QUOTED.sub('""', shown(plan)))
    assert pages[0] == pages[1]


def test_no_changes_says_so():
    """An empty plan is one clear sentence, and not said when something stands against planning."""
    plan, batches, seconds = planned(stack(), live())
    assert NO_CHANGES in plan_text(plan, batches, seconds, color=False, width=100)
    for refused in (
        replace(plan, problems=PROBLEMS),
        replace(plan, rails=PROBLEMS),
        replace(plan, complete=False),
    ):
        assert NO_CHANGES not in shown(refused)
        assert "cannot be applied" in shown(refused)


def test_warnings_do_not_forbid_applying():
    """A plan with warnings only is not called inapplicable."""
    plan = replace(planned(MEDIA, live())[0], problems=PROBLEMS[2:])
    assert "cannot be applied" not in shown(plan)


def test_closing_counts_what_is_planned():
    """The last line has the numbers of the plan document's summary."""
    plan, batches, seconds = planned(BUSY, busy_account())
    page = plan_text(plan, batches, seconds, color=False, width=ENDLESS)
    writes = sum(len(batch.steps) for batch in batches)
    counts = [plan.count(action) for action in ("create", "update", "delete")]
    expected = "{} to create, {} to update, {} to delete: {} writes in {} batches, about {:.1f} s"
    assert expected.format(*counts, writes, len(batches), seconds) in page


def test_calls_are_shown_when_asked():
    """Every call of every batch has its line with `calls`, and none without."""
    plan, batches, seconds = planned(BUSY, busy_account())
    apis = [step.call.api for batch in batches for step in batch.steps]
    page = plan_text(plan, batches, seconds, color=False, width=ENDLESS, calls=True)
    assert re.findall(r"^    ((?:ram|ims|resourcemanager):\w+)", page, re.MULTILINE) == apis
    assert not any(api in shown(plan) for api in apis)


@pytest.mark.parametrize("rename", [(User("old"), User("new")), (Group("old"), Group("new"))])
def test_renames_show_both_names(rename):
    """A rename is told as old → new."""
    before, after = rename
    address = Address((type(after).__name__.lower(), "new"))
    plan = replace(planned(stack(), live())[0], changes=(Change(address, before, after),))
    assert "old → new" in shown(plan)


def test_adoption_shows_the_mark():
    """Where only the owner changes, the plan says from what to what."""
    changes = (Change(EVE, User("a"), User("a", owner="m.1")),)
    assert 'owner         "" → m.1' in shown(replace(planned(stack(), live())[0], changes=changes))


def test_tag_values_are_told_apart():
    """An updated tag tells both values."""
    tag = tag_address(EVE, "env")
    changes = (Change(tag, Tag(""), Tag("a, b")),)
    assert '~ env="" → "a, b"' in shown(replace(planned(stack(), live())[0], changes=changes))


def test_every_kind_has_its_place():
    """A kind that is added to the model must be given a place in the plan."""
    assert {*ORDER, *SECTIONS} == set(get_args(Kind))
