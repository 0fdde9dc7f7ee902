"""What a run must know beyond the bulk, from the stacks it plans or from a plan it has."""

from __future__ import annotations

from collections.abc import Iterable

from ramstack.account.reader import Scope
from ramstack.model.change import Plan
from ramstack.model.stack import Stack


def scope_of_stacks(stacks: Iterable[Stack]) -> Scope:
    """Documents of declared and owned policies, tags of declared users under their old and new names."""
    all_stacks = tuple(stacks)
    wishes = [wish for stack in all_stacks for wish in stack.users.values()]
    return Scope(
        owners=frozenset(stack.owner for stack in all_stacks),
        users=frozenset(name for wish in wishes for name in (wish.name, wish.renamed_from) if name),
        policies=frozenset(name for stack in all_stacks for name in stack.policies),
    )


def scope_of_plan(plan: Plan) -> Scope:
    """Enough to recompute the plan's fingerprints."""
    roots = {change.address.root for change in plan.changes}
    old = {change.renamed_from for change in plan.changes if change.renamed_from}
    return Scope(
        users=frozenset(root.name for root in roots if root.kind == "user") | old,
        policies=frozenset(root.name for root in roots if root.kind == "policy"),
        leaving=frozenset(
            c.address.name for c in plan.changes if c.address.kind == "user" and c.action == "delete"
        ),
    )
