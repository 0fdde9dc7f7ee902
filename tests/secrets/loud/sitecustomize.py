"""Makes a process as talkative as it can be: every logger heard, and at its end a `repr` of every value of ours.

Python imports it at its start where it is on the path.
"""

import atexit
import gc
import logging
import os
from pathlib import Path

FOLDER = Path(os.environ["RAMSTACK_TEST_LOUD"])


def _values_of_ours() -> None:
    ours = [value for value in gc.get_objects() if str(type(value).__module__).startswith("ramstack.")]
    with (FOLDER / f"values-{os.getpid()}.txt").open("w", encoding="utf-8") as file:
        for value in ours:
            file.write(f"{value!r} {value!s}\n")


def _levels() -> None:
    """Loggers come up while the process runs; each is made to speak when it is."""
    made = logging.Logger.manager.loggerClass or logging.Logger

    class Talkative(made):
        def __init__(self, name: str) -> None:
            super().__init__(name, logging.DEBUG)

        def setLevel(self, level: int | str) -> None:  # noqa: N802 - the library's name
            super().setLevel(logging.DEBUG)

    logging.setLoggerClass(Talkative)
    handler = logging.FileHandler(FOLDER / f"log-{os.getpid()}.txt", encoding="utf-8")
    handler.setFormatter(logging.Formatter("%(name)s %(message)s %(args)r"))
    logging.basicConfig(level=logging.DEBUG, handlers=[handler])


_levels()
atexit.register(_values_of_ours)
