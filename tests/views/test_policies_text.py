"""Laws of policies as text: every cell whole, every holder named."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from ramstack.model.address import PolicyRef
from ramstack.policy import opaque
from ramstack.views.policies_text import PolicyDetail, PolicyLine, policies_text, policy_detail_text
from ramstack.views.words import visible
from tests.views.strategies import policies, text

lines = st.builds(PolicyLine, policies, text, st.integers(0, 999), st.sampled_from(["", "media.3f9a2c1b"]))


@given(st.lists(lines, max_size=4), st.integers(60, 160))
def test_names_are_never_broken(told, width):
    """A name can be copied from the table at any width, and descriptions lose nothing but line breaks."""
    shown = policies_text(told, color=False, width=width)
    assert all(line.isprintable() for line in shown.splitlines())
    for line in told:
        assert line.ref.name in shown.split()
        assert "".join(visible(line.description).split()) in "".join(shown.split())
    assert shown.endswith(f"{len(told)} polic{'y' if len(told) == 1 else 'ies'}.\n")


@given(text)
def test_any_stored_document_can_be_shown(stored):
    """Even what is not JSON is shown, without its control characters."""
    detail = PolicyDetail(PolicyLine(PolicyRef("custom", "x"), "", 0, ""), opaque(stored), ())
    shown = policy_detail_text(detail, color=False, width=80)
    assert all(line.isprintable() for line in shown.splitlines())
    assert "nobody" in shown
