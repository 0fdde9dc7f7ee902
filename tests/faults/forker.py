"""A warm parent: forks a process for each command, and says its number, so that a tester can signal or kill it.

Each line on stdin is an order, each line on stdout its answer:

    {"argv": …, "cwd": …, "environ": …}   →  {"pid": 7}
    {"wait": 7}                           →  {"code": 5}, or minus the signal that ended it

What the command says is in the files `out` and `err` of its folder.
"""

from __future__ import annotations

import io
import json
import os
import signal
import sys
import traceback
from pathlib import Path
from typing import Any

import ramstack.account.applier
import ramstack.account.breaking
import ramstack.account.confirm
import ramstack.account.lock
import ramstack.cli.flow
import ramstack.gateway.connection
import ramstack.planning.planfile
import ramstack.planning.undo
import ramstack.stackfile
import ramstack.views.report_text  # noqa: F401 - imported here once, not by each child
from ramstack.cli.main import main
from ramstack.cli.world import World


class Asking(io.StringIO):
    """A person who says nothing for as long as it takes."""

    def isatty(self) -> bool:
        return True

    def readline(self, *args: int) -> str:
        read, _write = os.pipe()
        os.read(read, 1)
        return ""


def serve() -> None:
    """SIGINT as at a terminal: a shell has it ignored by what it starts in the background."""
    signal.signal(signal.SIGINT, signal.default_int_handler)
    for line in sys.stdin:
        order = json.loads(line)
        if "wait" in order:
            told = {"code": os.waitstatus_to_exitcode(os.waitpid(order["wait"], 0)[1])}
        else:
            told = {"pid": child(order)}
        sys.stdout.write(json.dumps(told) + "\n")
        sys.stdout.flush()


def child(order: dict[str, Any]) -> int:
    pid = os.fork()
    if pid:
        return pid
    code = 70
    try:
        code = run(order)
    except BaseException:  # noqa: BLE001 - told in the file, and by the code
        (Path(order["cwd"]) / "err").write_text(traceback.format_exc())
    finally:
        os._exit(code)


def run(order: dict[str, Any]) -> int:
    cwd = Path(order["cwd"])
    os.chdir(cwd)
    with (cwd / "out").open("w") as out, (cwd / "err").open("w") as err:
        if order.get("asking"):
            err.isatty = lambda: True  # type: ignore[method-assign]
        stdin = Asking() if order.get("asking") else io.StringIO()
        return main(order["argv"], World(stdin, out, err, order["environ"], cwd))


if __name__ == "__main__":
    serve()
