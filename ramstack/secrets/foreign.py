"""Kinds of sinks that other distributions bring, by entry points of the group `ramstack.sinks`.

An entry point is called with the sink's name and its options as the stack writes them (text, lists, mappings), and returns a
Sink.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from importlib.metadata import entry_points
from typing import TypeAlias

from ramstack.model.errors import SinkFailed
from ramstack.model.sink import ENTRY_POINTS, OtherWish
from ramstack.secrets.payload import Payload
from ramstack.secrets.sink import Sink

Maker: TypeAlias = Callable[[str, Mapping[str, object]], Sink]


def foreign_sink(name: str, wish: OtherWish) -> Sink:
    """The sink of another distribution; one that fails where it cannot be had."""
    points = tuple(entry_points(group=ENTRY_POINTS, name=wish.kind))
    if not points:
        return MissingSink(name, f"no installed package brings the kind {wish.kind}")
    try:
        maker: Maker = points[0].load()
        return maker(name, wish.options)
    except SinkFailed as failure:
        return MissingSink(name, str(failure))
    except Exception as reason:  # noqa: BLE001 - code of others: told, and the others' sinks go on
        return MissingSink(
            name, f"the kind {wish.kind} ({points[0].value}) does not work: {type(reason).__name__}"
        )


class MissingSink:
    """A sink that cannot be had. Says so when it is checked, so that all that is missing is told at once."""

    def __init__(self, name: str, reason: str) -> None:
        self._name = name
        self._reason = reason

    def check(self) -> None:
        raise SinkFailed(self._name, self._reason)

    def deliver(self, payload: Payload) -> str:  # noqa: ARG002 - the port's signature
        raise SinkFailed(self._name, self._reason)
