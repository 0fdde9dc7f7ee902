"""The command line of the bench: which benches, and where the figures go."""

from __future__ import annotations

import argparse
import json
import os
import platform
import sys
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from importlib import import_module
from pathlib import Path

from bench.table import Table

FORMAT_VERSION = "1.0"
ADDITIONS = 5_000_000
BENCHES = ("small", "large", "rates", "startup")


def main(argv: Sequence[str]) -> int:
    """Print the tables of the benches asked for, all of them by default."""
    known = parser()
    options = known.parse_args(argv)
    if unknown := set(options.names) - set(BENCHES):
        known.error(f"there is no bench {', '.join(sorted(unknown))}; there are {', '.join(BENCHES)}")
    print(f"{_machine()}\n")
    figures = {name: list(_told(_bench(name)())) for name in options.names or BENCHES}
    if options.json:
        options.json.write_text(json.dumps(document(figures), indent=1) + "\n", "utf-8")
    return 0


def parser() -> argparse.ArgumentParser:
    made = argparse.ArgumentParser("python -m bench", description="Figures, measured.")
    made.add_argument(
        "names", nargs="*", metavar="NAME", help=f"{', '.join(BENCHES)}; all of them by default"
    )
    made.add_argument("--json", type=Path, metavar="FILE", help="write the same tables as JSON")
    return made


def document(figures: Mapping[str, Iterable[Table]]) -> dict[str, object]:
    tables = {name: [table.document() for table in told] for name, told in figures.items()}
    return {"format_version": FORMAT_VERSION, "machine": _machine(), "benches": tables}


def _machine() -> str:
    """What the figures depend on; load and yardstick tell how much of the machine was left."""
    load, yard = os.getloadavg()[0], yardstick()
    return (
        f"Python {platform.python_version()}, {os.cpu_count()} CPUs, load {load:.1f}, yardstick {yard:.2f} s"
        f" (CPU time of {ADDITIONS:,} additions)"
    )


def yardstick() -> float:
    """CPU seconds of a fixed piece of work: what else runs on the machine makes it longer, and the figures with it."""
    begun = time.process_time()
    sum(number for number in range(ADDITIONS))
    return time.process_time() - begun


def _bench(name: str) -> Callable[[], Iterable[Table]]:
    """Imported when asked for: the processes of the client import this module too, and shall stay small."""
    run: Callable[[], Iterable[Table]] = import_module(f"bench.{name}").run
    return run


def _told(tables: Iterable[Table]) -> Iterable[Table]:
    for table in tables:
        print(table.text(), flush=True)
        yield table


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
