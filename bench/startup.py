"""Startup: how long `ramstack --help` takes, and what it imports."""

from __future__ import annotations

import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from statistics import median

from bench.table import Table

RUNS = 10
COLUMNS = ("command", "median s", "best s", "worst s", "modules", "heavy modules")
HEAVY = (
    "aliyunsdkcore", "aliyunsdkram", "alibabacloud_credentials", "requests", "pydantic", "yaml", "rich", "tenacity",
    "starlette", "uvicorn", "sqlite3", "ramstack.policy",
)  # fmt: skip
COMMANDS = {
    "python -c pass": ("-c", "pass"),
    "import click": ("-c", "import click"),
    "ramstack --help": ("-m", "ramstack", "--help"),
}
COUNT = f"""
import sys, runpy
try:
    {{act}}
finally:
    heavy = [name for name in {HEAVY!r} if name in sys.modules]
    print(len(sys.modules), " ".join(heavy) or "none", file=sys.stderr)
"""
ACTS = {
    "python -c pass": "pass",
    "import click": "import click",
    "ramstack --help": "sys.argv = ['ramstack', '--help']; runpy.run_module('ramstack', run_name='__main__')",
}


def run(runs: int = RUNS) -> Iterator[Table]:
    rows = [(name, *_times(args, runs), *_modules(ACTS[name])) for name, args in COMMANDS.items()]
    yield Table(f"Startup: {runs} runs of each", COLUMNS, rows)


def _times(args: Sequence[str], runs: int) -> tuple[float, float, float]:
    """After one run that is not counted, so that all find the same files in memory."""
    _seconds(args)
    seconds = [_seconds(args) for _ in range(runs)]
    return median(seconds), min(seconds), max(seconds)


def _seconds(args: Sequence[str]) -> float:
    began = time.perf_counter()
    subprocess.run([sys.executable, *args], check=True, capture_output=True)
    return time.perf_counter() - began


def _modules(act: str) -> tuple[int, str]:
    """How many modules are loaded in the end, and which of the heavy ones."""
    script = COUNT.format(act=act)
    done = subprocess.run([sys.executable, "-c", script], check=True, capture_output=True, text=True)
    count, _, heavy = done.stderr.strip().splitlines()[-1].partition(" ")
    return int(count), heavy
