"""The meter: what a run of the client costs, phase by phase, in a process of its own."""

from __future__ import annotations

import resource
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from multiprocessing import get_context
from pathlib import Path
from typing import Any, ParamSpec

P = ParamSpec("P")
MIB = 1024 * 1024


@dataclass(frozen=True)
class Cost:
    """Seconds on the clock and seconds of all threads on the CPU."""

    wall: float = 0.0
    cpu: float = 0.0

    def __add__(self, other: Cost) -> Cost:
        return Cost(self.wall + other.wall, self.cpu + other.cpu)

    def times(self, factor: float) -> Cost:
        return Cost(self.wall * factor, self.cpu * factor)


@dataclass(frozen=True)
class Measured:
    """One run. `peak` is in MiB, what Python and its imports take included; `facts` is what the run found."""

    phases: Mapping[str, Cost]
    peak: float
    facts: Mapping[str, Any] = field(default_factory=dict)

    @property
    def total(self) -> Cost:
        return sum(self.phases.values(), Cost())


class Meter:
    """Collects the costs of phases in the process that it is made in."""

    def __init__(self) -> None:
        self._phases: dict[str, Cost] = {}

    @contextmanager
    def phase(self, name: str) -> Iterator[None]:
        wall, cpu = time.perf_counter(), time.process_time()
        yield
        self._phases[name] = Cost(time.perf_counter() - wall, time.process_time() - cpu)

    def result(self, **facts: object) -> Measured:
        return Measured(self._phases, peak_memory(), facts)


def peak_memory() -> float:
    """Of this process. Not `ru_maxrss` where there is better: on Linux that one is inherited from the parent."""
    status = Path("/proc/self/status")
    if status.exists():
        line = next(row for row in status.read_text("ascii").splitlines() if row.startswith("VmHWM:"))
        return int(line.split()[1]) * 1024 / MIB
    unit = 1 if sys.platform == "darwin" else 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * unit / MIB


def apart(run: Callable[P, Measured], *args: P.args, **kwargs: P.kwargs) -> Measured:
    """The run in a fresh process, which has imported what `run` imports before it starts."""
    with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as pool:
        return pool.submit(run, *args, **kwargs).result()
