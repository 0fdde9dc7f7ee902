"""Laws of drift as a comment: what stands in it is what is told as text, and nothing that anybody wrote is read as markdown."""

from __future__ import annotations

import re
from dataclasses import replace

from hypothesis import given, settings
from hypothesis import strategies as st

from ramstack.model.address import tag_address, user_address
from ramstack.model.change import Drift
from ramstack.model.resource import Tag, User
from ramstack.views.comment import CAP
from ramstack.views.drift_markdown import SHORTENED, drift_markdown
from ramstack.views.drift_report import Comparison
from tests.views.hostile import hostile, plan_of
from tests.views.test_plan_markdown import GITHUB, MENTION, flat, structure

OURS = re.compile(r"<!-- ramstack-drift account=[\w.%~-]* stacks=[\w.%~,-]* -->|</?(details|summary|code|b)>")


def told(text: str, *, is_journaled: bool = True, many: int = 1) -> Comparison:
    """Somebody changed the tag that the plan takes back, and wrote `text` everywhere."""
    root = user_address(text)
    moved = [
        Drift(tag_address(root, text), "update", Tag(text), Tag(f"{text}2"), text, text),
        *(Drift(user_address(f"{text}{n}"), "create", None, User(text), text, text) for n in range(many)),
    ]
    return Comparison(replace(plan_of(text), drift=tuple(moved)), is_journaled)


@given(hostile, st.booleans())
def test_hostile_text_keeps_the_structure(text: str, is_journaled: bool) -> None:
    """Whatever is written everywhere, the page has the parts that it has for a tame word."""
    page, tame = (drift_markdown(told(one, is_journaled=is_journaled)) for one in (text, "tame"))
    assert structure(page) == structure(tame)


@given(hostile)
def test_nothing_written_is_live(text: str) -> None:
    """No link, no picture, no mention, no HTML but ours."""
    tokens = flat(GITHUB.parse(drift_markdown(told(text))))
    assert not {token.type for token in tokens} & {"link_open", "image", "s_open"}
    html = "\n".join(token.content for token in tokens if token.type.startswith("html"))
    assert set(OURS.sub("", re.sub(r"<code>[^<>]*</code>", "", html)).split()) <= {"admin-grant"}
    assert not MENTION.search("\n".join(token.content for token in tokens if token.type == "text"))


def test_both_sides_are_told_apart() -> None:
    """What moved, what would be taken back, what the YAML asks for besides; without a journal all that differs."""
    page = drift_markdown(told("ann"))
    moved, back, asked = (page.index(text) for text in ("~ user/ann/tag/ann", "would take back", "Asked by"))
    assert moved < back < asked
    blind = drift_markdown(told("ann", is_journaled=False))
    assert "| | Different | look twice |" in blind
    assert "nobody can tell which side moved" in blind


@given(st.integers(0, 3000), st.integers(1, 40))
@settings(max_examples=10)
def test_it_always_fits(many: int, length: int) -> None:
    """At most 60,000 bytes, every part closed, and it says that it was cut."""
    page = drift_markdown(told("名`" * length, many=many))
    assert len(page.encode()) <= CAP
    assert page.count("<details>") == page.count("</details>")
    assert page.count("\n+ user/") == many or SHORTENED in page
