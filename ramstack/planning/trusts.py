"""Trusts: whom a change lets assume a role, and whom it keeps out. What nobody understands does both."""

from __future__ import annotations

from ramstack.model.change import Change
from ramstack.model.resource import Role
from ramstack.policy import Document, Effect

Words = frozenset[object]


def lets_in(change: Change) -> bool:
    """Whether somebody may assume the role who could not, or who could on other terms only."""
    return _moved(change, Effect.ALLOW, Effect.DENY)


def keeps_out(change: Change) -> bool:
    """Whether somebody may no longer assume the role, or on other terms only."""
    return _moved(change, Effect.DENY, Effect.ALLOW)


def _moved(change: Change, comes: Effect, goes: Effect) -> bool:
    match change.before, change.after:
        case Role(document=Document() as before), Role(document=Document() as after):
            come = _words(after, comes) - _words(before, comes)
            return bool(come or _words(before, goes) - _words(after, goes))
    return False


def _words(document: Document, effect: Effect) -> Words:
    """What the document says to each principal by itself, however its statements are cut."""
    return frozenset(
        (one.actions, one.but, one.conditions, principal)
        for one in document.statements
        if one.effect is effect
        for principal in one.principals or (None,)
    )
