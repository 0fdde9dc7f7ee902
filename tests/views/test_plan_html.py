"""Laws of the plan as a page: every change is in it once, and nothing that anybody wrote is more than text."""

from __future__ import annotations

import re
from base64 import b64encode
from collections import Counter
from dataclasses import replace
from hashlib import sha256
from html.parser import HTMLParser

from hypothesis import given, settings

from ramstack.model.change import Change, Plan
from ramstack.model.resource import User
from ramstack.views.plan_html import plan_html
from tests.views.hostile import hostile, plan_of
from tests.views.samples import BUSY, busy_account, live, planned, stack
from tests.views.strategies import plans

SIGNS_OF_LIFE = re.compile(r"\bon\w+\s*=|javascript:|https?://|//|url\(|@import", re.IGNORECASE)


def shown(plan: Plan, **manner: bool) -> str:
    return plan_html(plan, (), 1.0, **manner)


class Page(HTMLParser):
    """What a page is made of: its tags, their attributes, and the text of each kind of element."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, tuple[str, ...]]] = []
        self.attributes: list[tuple[str, str, str]] = []
        self.raw: dict[str, list[str]] = {"script": [], "style": []}
        self.text = ""
        self._in = ""
        self.feed(text)
        self.close()

    def handle_starttag(self, tag, attrs):
        self.tags.append((tag, tuple(name for name, _ in attrs)))
        self.attributes += [(tag, name, value or "") for name, value in attrs]
        self._in = tag if tag in self.raw else ""

    def handle_endtag(self, tag):
        self._in = ""

    def handle_data(self, data):
        if self._in:
            self.raw[self._in].append(data)
        else:
            self.text += data

    def values(self, name: str) -> list[str]:
        return [value for _, attribute, value in self.attributes if attribute == name]


@settings(max_examples=60)
@given(plans())
def test_every_address_is_there_once(plan):
    """The element of a change carries its address; no other does."""
    told = Counter(Page(shown(plan)).values("data-address"))
    assert told == Counter(str(change.address) for change in plan.changes)


@given(hostile)
def test_hostile_text_keeps_the_structure(text):
    """Whatever is written everywhere, the page has the same elements with the same attributes, the picture too."""
    tame, page = (Page(shown(plan_of(word))) for word in ("tame", text))
    assert page.tags == tame.tags
    assert page.raw == tame.raw


@given(hostile)
def test_nothing_written_is_live(text):
    """Attributes lead only into the page; script and style are the package's own files, which hold no plan."""
    page = Page(shown(plan_of(text)))
    assert all(re.fullmatch(r"#b\d+", value) for value in page.values("href"))
    assert not any(
        name.startswith("on") or name in ("src", "style", "srcset") for _, name, _ in page.attributes
    )
    (script,), (style,) = page.raw["script"], page.raw["style"]
    assert not SIGNS_OF_LIFE.search(style)
    assert not re.search(r"innerHTML|eval|fetch|import\(|http", script)
    assert all(character.isprintable() or character == "\n" for character in page.text)


def test_the_policy_of_the_page_fits_the_page():
    """CSP forbids all but this very script and this very style."""
    page = Page(shown(plan_of("a")))
    (policy,) = [value for value in page.values("content") if "default-src" in value]
    rules = dict(rule.strip().split(" ", 1) for rule in policy.split(";"))
    for kind in ("script", "style"):
        digest = b64encode(sha256(page.raw[kind][0].encode()).digest()).decode()
        assert rules.pop(f"{kind}-src") == f"'sha256-{digest}'"
    assert rules == {"default-src": "'none'", "base-uri": "'none'", "form-action": "'none'"}


@given(plans())
def test_concise_hides_no_danger(plan):
    """Dangerous changes are in a concise page as they are in a whole one."""
    risky = {str(c.address) for c in plan.changes if c.risk != ("routine",)}
    assert risky <= set(Page(shown(plan, concise=True)).values("data-address"))


def test_refusals_are_told():
    """Problems, rails and an incomplete read are on the page, and what cannot be applied says so first."""
    text = Page(shown(plan_of("zz"))).text
    assert text.index("Cannot be applied:") < text.index("rail: zz")
    assert "could not be read" in text


def test_an_empty_plan_is_a_page():
    """No changes: a sentence, no filter, no picture."""
    plan, batches, seconds = planned(stack(), live())
    page = Page(plan_html(plan, batches, seconds))
    assert "No changes." in page.text
    assert not {"svg", "input"} & {tag for tag, _ in page.tags}


def test_calls_are_shown_when_asked():
    """Every call of every batch has its line with `calls`, and none without."""
    plan, batches, seconds = planned(BUSY, busy_account())
    with_calls, without = (
        Page(plan_html(plan, batches, seconds, calls=calls)).text for calls in (True, False)
    )
    apis = Counter(step.call.api for batch in batches for step in batch.steps)
    assert Counter(re.findall(r"(?:ram|ims|resourcemanager):[A-Z]\w+(?=  )", with_calls)) == apis
    assert "ram:AttachPolicyToUser  " not in without


def test_a_name_cannot_leave_its_attribute():
    """Quotes in an address stay within the attribute that holds it."""
    root = plan_of('"><svg onload=alert(1)>').changes[0].address
    plan = replace(plan_of("a"), changes=(Change(root, None, User("x")),))
    assert str(root) in Page(shown(plan)).values("data-address")
