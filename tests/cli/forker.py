"""A warm parent: for every line on stdin it forks processes that run one command at the same moment."""

from __future__ import annotations

import io
import json
import os
import sys
from pathlib import Path
from typing import Any

import ramstack.account.applier
import ramstack.account.breaking
import ramstack.account.lock
import ramstack.cli.flow
import ramstack.gateway.connection
import ramstack.planning.planfile
import ramstack.stackfile
import ramstack.views.report_text  # noqa: F401 - imported here once, not by each child
from ramstack.cli.main import main
from ramstack.cli.world import World


def serve() -> None:
    for line in sys.stdin:
        order = json.loads(line)
        ready, go = os.pipe()
        children = [child(order, ready, go) for _ in range(order["count"])]
        os.close(ready)
        os.close(go)  # the moment
        told = [json.loads(Path(f"/dev/fd/{out}").read_text()) for _, out in children]
        for pid, out in children:
            os.close(out)
            os.waitpid(pid, 0)
        sys.stdout.write(json.dumps(told) + "\n")
        sys.stdout.flush()


def child(order: dict[str, Any], ready: int, go: int) -> tuple[int, int]:
    out, told = os.pipe()
    pid = os.fork()
    if pid:
        os.close(told)
        return pid, out
    os.close(go)
    os.read(ready, 1)
    with os.fdopen(told, "w") as pipe:
        json.dump(run(order), pipe)
    os._exit(0)


def run(order: dict[str, Any]) -> dict[str, Any]:
    os.chdir(order["cwd"])
    out, err = io.StringIO(), io.StringIO()
    world = World(io.StringIO(), out, err, order["environ"], Path(order["cwd"]))
    code = main(order["argv"], world)
    return {"code": code, "out": out.getvalue(), "err": err.getvalue()}


if __name__ == "__main__":
    serve()
