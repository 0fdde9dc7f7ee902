"""Whether a stack asks for exactly what is held: what an export must show of itself before anybody sees it. Pure."""

from __future__ import annotations

from datetime import datetime

from ramstack.model.account import Account
from ramstack.model.stack import Stack
from ramstack.planning.adoption import Marks, marked
from ramstack.planning.ownership import declared_roots
from ramstack.planning.plan import Request, make_plan


def reproduced(stack: Stack, live: Account, at: datetime) -> tuple[str, ...]:
    """What the stack's plan would change or refuse once all that it declares is adopted; empty for an exact copy."""
    ours = marked(live, Marks(dict.fromkeys(declared_roots(stack), stack.owner)))
    plan = make_plan([stack], ours, Request(at))
    changes = (f"{change.action} {change.address}" for change in plan.changes)
    against = (problem.detail for problem in (*plan.errors, *plan.rails))
    return (*changes, *against)
