"""Drift as the comment on a pull request, or the body of an issue: who moved in the open, the details folded."""

from __future__ import annotations

from collections.abc import Iterator

from ramstack.views.blocks import blocks_of
from ramstack.views.comment import CAP, codes, details, fence, marker, problem_pieces, table
from ramstack.views.drift_report import BACK, BLIND, Comparison, closing
from ramstack.views.drift_text import DRIFT, drift_text
from ramstack.views.parts import Part, fitted
from ramstack.views.rows import section_of

SHORTENED = "_Shortened to fit in a comment; `ramstack drift` shows everything._"


def drift_markdown(told: Comparison) -> str:
    """GitHub-flavoured markdown of at most `CAP` bytes, in which nothing that anybody wrote is read as markdown."""
    return fitted("\n\n".join(_head(told)), tuple(_parts(told)), SHORTENED, CAP)


def _head(told: Comparison) -> Iterator[str]:
    plan = told.plan
    yield marker(plan, "drift")
    yield f"### Drift: {closing(told)}"
    if not told.is_journaled:
        yield f"> {BLIND.replace('--journal-dir', '`--journal-dir`')}"
    facts = (("Account", [plan.account]), ("stacks", plan.stacks), ("targets", plan.targets))
    yield " · ".join(f"{label} {codes(values)}" for label, values in facts if any(values))


def _parts(told: Comparison) -> Iterator[Part]:
    yield fence("", problem_pieces(told.plan.problems, told.not_ours), share=0.4, glue="\n\n")
    moved = fence("", [drift_text(one) for one in told.plan.drift], share=0.5)
    yield Part(moved.pieces, f"**{DRIFT}**\n\n{moved.opening}", moved.closing, share=moved.share)
    back, asked = ([section_of(block) for block in blocks_of(some)] for some in (told.back, told.asked))
    yield table(back, BACK)
    yield table(asked, told.rest)
    yield details([*back, *asked])
