"""The port of a sink: a place where a password or key goes, and that ramstack cannot read again."""

from __future__ import annotations

from typing import Protocol

from ramstack.secrets.payload import Payload


class Sink(Protocol):
    """Where one kind of place differs from another. Messages of SinkFailed name the place and never the payload."""

    def check(self) -> None:
        """Is it there, may it be written, are its recipients valid? Asked before a credential is made.

        Raises SinkFailed.
        """
        ...

    def deliver(self, payload: Payload) -> str:
        """Hand over; returns where it went, for the report. Delivering the same credential again replaces it.

        Raises SinkFailed, `transient` when trying again may help.
        """
        ...
