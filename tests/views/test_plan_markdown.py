"""Laws of the plan as a comment: nothing that anybody wrote is read as markdown, and it always fits."""

from __future__ import annotations

import re
from dataclasses import replace

from hypothesis import given, settings
from hypothesis import strategies as st
from markdown_it import MarkdownIt
from markdown_it.token import Token

from ramstack.model.address import Address, attachment_address, tag_address, user_address
from ramstack.model.change import Change, Plan
from ramstack.model.permission import Meaning
from ramstack.model.problem import error
from ramstack.model.resource import Attachment, Tag, User
from ramstack.model.settings import PASSWORD_POLICY, PasswordRules
from ramstack.views.blocks import blocks_of
from ramstack.views.comment import CAP, marker
from ramstack.views.gfm import code, html_code
from ramstack.views.plan_markdown import SHORTENED, plan_markdown
from ramstack.views.rows import section_of
from ramstack.views.signs import RISKS, SIGNS
from tests.views.hostile import hostile, plan_of
from tests.views.samples import BUSY, busy_account, live, planned, stack, system
from tests.views.strategies import plans

GITHUB = MarkdownIt("gfm-like", {"html": True, "linkify": True})
OURS = re.compile(
    r"<!-- ramstack-plan account=[\w.%~-]* stacks=[\w.%~,-]* -->|</?details>|</?summary>|</?code>|</?b>"
)
MENTION = re.compile(r"@\w|#\d|GH-\d|://|www\.")


def shown(plan: Plan, **manner: bool) -> str:
    return plan_markdown(plan, (), 1.0, **manner)


def flat(tokens: list[Token]) -> list[Token]:
    return [one for token in tokens for one in (token, *flat(token.children or []))]


def structure(text: str) -> list[str]:
    """The page without what stands in code: its kinds of tokens, its own HTML, its own words."""
    html = (token.content for token in flat(GITHUB.parse(text)) if token.type.startswith("html"))
    ours = re.sub(r"<code>[^<]*</code>|stacks=\S*|account=\S*", "", "\n".join(html))
    return [*(token.type for token in flat(GITHUB.parse(text))), ours]


@given(hostile)
def test_hostile_text_keeps_the_structure(text):
    """Whatever is written everywhere, the page has the parts that it has for a tame word."""
    assert structure(shown(plan_of(text))) == structure(shown(plan_of("tame")))


@given(hostile)
def test_nothing_written_is_live(text):
    """No link, no picture, no mention, no HTML but ours; outside of code there is nothing that anybody wrote."""
    tokens = flat(GITHUB.parse(shown(plan_of(text))))
    assert not {token.type for token in tokens} & {"link_open", "image", "s_open"}
    html = "\n".join(token.content for token in tokens if token.type.startswith("html"))
    bare = OURS.sub("", re.sub(r"<code>[^<>]*</code>", "", html))
    assert set(bare.split()) <= {"What", "this", "means", "admin-grant"}
    outside = "\n".join(token.content for token in tokens if token.type == "text")
    assert not MENTION.search(outside)


@settings(max_examples=60)
@given(plans())
def test_every_change_is_told_once(plan):
    """Each root with its sign has one row of the table, each part one line of the details under its root."""
    page = shown(plan)
    for block in blocks_of(plan.changes):
        section = section_of(block)
        name = f"{section.sign} {section.root}".strip()
        assert page.count(f"\n| {code(name)} |") == 1
        items = [item for row in section.rows for item in row.items if item.address]
        assert sorted(item.address for item in items) == sorted(c.address for c in block.parts)
        if not section.rows:
            continue
        rest = page.partition(f"<details><summary>{html_code(name)}")[2]
        body = "".join(rest.partition("</details>")[0].split())
        assert rest
        for item in items:
            assert "".join(item.text.split()) in body


@given(st.integers(0, 3000), st.integers(0, 3000), st.integers(1, 40))
@settings(max_examples=15)
def test_it_always_fits(changes, problems, length):
    """However much there is, the comment has at most 60,000 bytes, its parts are closed, and it says that it was cut."""
    word = "名`" * length
    plan = replace(
        plan_of("a"),
        stacks=tuple(f"{word}{n}" for n in range(problems)),
        targets=tuple(word for _ in range(problems)),
        changes=tuple(
            Change(tag_address(user_address(f"u{n}"), word), None, Tag(word)) for n in range(changes)
        ),
        problems=tuple(error("rule", "Wrong", f"{word} {n}") for n in range(problems)),
        permissions=tuple(Meaning(user_address(f"u{n}"), unknown=(word,)) for n in range(changes)),
    )
    page = shown(plan)
    assert len(page.encode()) <= CAP
    assert page.count("<details>") == page.count("</details>")
    whole = page.count("error: Wrong") == problems and page.count("\n| `user/") == changes
    assert whole or SHORTENED in page
    tokens = flat(GITHUB.parse(page))
    assert not any(token.type == "link_open" for token in tokens)


def test_what_is_cut_is_routine_and_counted():
    """A long plan keeps its dangerous rows, and tells how many others there are."""
    many = [Change(user_address(f"u{n}"), None, User(f"u{n}", comments="x" * 100)) for n in range(2000)]
    grant = attachment_address(user_address("zoe"), system("AdministratorAccess"))
    plan = replace(plan_of("a"), changes=(*many, Change(grant, None, Attachment())), problems=(), rails=())
    page = shown(plan)
    rows = re.findall(r"^\| `(?:\+ )?(user/\w+)`", page, re.MULTILINE)
    assert rows[0] == "user/zoe"
    (left,) = re.findall(r"^\| and (\d+) more", page, re.MULTILINE)
    assert len(rows) + int(left) == 2001
    assert "2001 to create" in page
    assert "<details><summary><code>user/zoe</code> <b>admin-grant</b>" in page


def test_marker_depends_on_account_and_stacks_alone():
    """A bot finds its comment again after any change of the plan."""
    before, after = planned(BUSY, busy_account())[0], planned(stack(), live())[0]
    assert marker(before) == marker(replace(after, stacks=before.stacks))
    assert shown(before).splitlines()[0] == marker(before)
    assert marker(before) != marker(replace(before, stacks=("other",)))
    assert marker(before) != marker(replace(before, account="2"))


@given(plans())
def test_headline_names_the_worst(plan):
    """The first thing told is a change with the worst risk of all, where any is not routine."""
    page = shown(plan)
    worst = min((RISKS.index(risk) for c in plan.changes for risk in c.risk), default=len(RISKS))
    (told,) = re.findall(r"^> \*\*Look first:\*\* .*? \(([a-z-]+)", page, re.MULTILINE) or [""]
    assert told == ("" if worst >= RISKS.index("routine") else RISKS[worst])


def test_refusals_stand_in_the_open():
    """What forbids applying is told before anything is folded, an incomplete read too."""
    head = shown(replace(plan_of("a"), complete=False)).partition("<details>")[0]
    assert "Cannot be applied:" in head
    assert "could not be read" in head
    assert "rail: a" in head


def test_signs_are_those_of_the_plan():
    """Tallies cannot strike out what stands between them."""
    tags = [Change(tag_address(Address(("user", "a")), k), Tag("1"), Tag("2")) for k in "abc"]
    page = shown(replace(plan_of("a"), changes=tuple(tags)))
    assert "tags \\~3" in page
    assert SIGNS["update"] == "~"


def test_a_long_label_stands_apart_from_its_value():
    """However long the name of a field is, there is a blank after it."""
    change = Change(PASSWORD_POLICY, PasswordRules(8), PasswordRules(12))
    assert "minimum password length 8 → 12" in shown(replace(plan_of("tame"), changes=(change,)))
