"""Whether a saved plan would still be the same, as text and as JSON."""

from __future__ import annotations

from dataclasses import dataclass

from ramstack.model.change import Plan
from ramstack.planning.movement import Movement
from ramstack.views.layout import prose, render
from ramstack.views.words import counted


@dataclass(frozen=True)
class Verdict:
    """`reasons` against the plan as a whole, and each object that moved."""

    path: str
    plan: Plan
    reasons: tuple[str, ...]
    moved: tuple[Movement, ...]

    @property
    def holds(self) -> bool:
        return not self.reasons and not self.moved


def verdict_document(verdict: Verdict) -> dict[str, object]:
    return {
        "format_version": "1.0",
        "path": verdict.path,
        "account": verdict.plan.account,
        "stacks": list(verdict.plan.stacks),
        "base": verdict.plan.base,
        "expires_at": verdict.plan.expires_at,
        "holds": verdict.holds,
        "reasons": list(verdict.reasons),
        "moved": [
            {"address": one.address, "how": one.how, "fields": list(one.parts)} for one in verdict.moved
        ],
    }


def verdict_text(verdict: Verdict, *, color: bool, width: int) -> str:
    if verdict.holds:
        objects = counted(len(verdict.plan.fingerprints), "object")
        rests = f"nothing of the {objects} that it rests on moved"
        told = [f"{verdict.path} still holds: {rests}. It may be applied until {verdict.plan.expires_at}."]
    else:
        told = [f"{verdict.path} does not hold any more:", *verdict.reasons, *map(str, verdict.moved)]
    lines = [prose(text, indent=2 if n else 0) for n, text in enumerate(told)]
    return render(lines, color=color, width=width)
