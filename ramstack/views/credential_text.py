"""A logon or key in a plan, in a few words: what comes, changes or goes, and where a new secret is delivered."""

from __future__ import annotations

from collections.abc import Iterator

from ramstack.model.change import Change
from ramstack.model.credential import GENERATE
from ramstack.model.resource import AccessKey, Console, Resource
from ramstack.views.words import quoted

SWITCHES = (("reset_required", "reset at next logon"), ("mfa_required", "second factor required"))


def credential_text(change: Change) -> str:
    """`new → mail`, `LTAI… (active → retired)`, `logon (new password → mail, second factor required)`."""
    if change.address.kind == "access_key":
        return _key_text(change.before, change.after)
    told = ", ".join(_logon_words(change.before, change.after))
    return f"logon ({told})" if told else "logon"


def _key_text(before: Resource | None, after: Resource | None) -> str:
    old, new = (side if isinstance(side, AccessKey) else None for side in (before, after))
    if new and not new.id:
        made = f"new → {new.sink}"
        return f"{quoted(old.id)} ({_state(old)}), {made}" if old else made
    key = old or new or AccessKey()
    states = dict.fromkeys(_state(side) for side in (old, new) if side)
    return f"{quoted(key.id)} ({' → '.join(states)})"


def _state(key: AccessKey) -> str:
    return "retired" if key.is_retired else key.status.lower()


def _logon_words(before: Resource | None, after: Resource | None) -> Iterator[str]:
    if not isinstance(after, Console):
        return
    if after.password:
        source = "new password" if after.password == GENERATE else f"password from {after.password}"
        yield f"{source} → {after.sink}" if after.sink else source
    for name, words in SWITCHES:
        was, shall = before is not None and getattr(before, name), getattr(after, name)
        if was != shall:
            yield words if shall else f"no {words}"
