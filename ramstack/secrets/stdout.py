"""stdout: for a person who asked for it by name on the command line, never for a stack."""

from __future__ import annotations

import json
from collections.abc import Callable

from ramstack.secrets.payload import Payload


class StdoutSink:
    """A line of JSON for each credential."""

    def __init__(self, write: Callable[[str], object]) -> None:
        self._write = write

    def check(self) -> None:
        """It is there as long as the program is."""

    def deliver(self, payload: Payload) -> str:
        self._write(json.dumps(payload.reveal(), ensure_ascii=False) + "\n")
        return "stdout"
