"""Who is asking, and which account answers."""

from __future__ import annotations

from ramstack.gateway.port import Caller
from ramstack.views.layout import render, row
from ramstack.views.words import split

ROOM = 10


def whoami_text(caller: Caller, reached: str, *, color: bool, width: int) -> str:
    """`reached` says where the account is: the live service, an endpoint, or the embedded account."""
    told = (
        ("account", caller.account),
        ("identity", caller.arn),
        ("type", caller.identity_type),
        ("reached", reached),
    )
    lines = (row(label, split(value), indent=0, room=ROOM) for label, value in told if value)
    return render(lines, color=color, width=width)
