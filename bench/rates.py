"""Rates: how near an apply comes to the time that the account's rates force.

Rates of the account and of the client are multiplied by one factor, so that it ends in a minute; the ratio is what counts.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from bench import bulk
from bench.estate import Estate, write_stack
from bench.meter import Measured, apart
from bench.server import LATENCY_MS, Manner, ServedAccount, Tally
from bench.size import Size
from bench.table import Cell, Table

COLUMNS = (
    "size", "rates x", "left", "batches", "ideal s", "busiest api", "phases s", "apply s", "ratio", "throttled",
    "writes", "fewest", "not done", "cpu s", "server cpu s",
)  # fmt: skip


@dataclass(frozen=True)
class Trial:
    """An apply to an empty account. `left` is the part of the rates that no other client takes; ours does not know."""

    size: Size
    scale: float
    left: float = 1.0


TRIALS = (
    Trial(Size(200, 1_000, 20, 5), 5),
    Trial(Size(200, 1_000, 20, 5), 10, left=0.5),
    Trial(Size(1_000, 5_000, 50, 5), 10),
)


def run(trials: Sequence[Trial] = TRIALS) -> Iterator[Table]:
    yield Table(
        f"Apply under the documented rates, {LATENCY_MS:.0f} ms latency",
        COLUMNS,
        [_row(trial, *_measure(trial)) for trial in trials],
        (
            "ideal: the busiest API at its rate, all APIs side by side, or the chain of dependent writes if that is longer.",
            "phases: what the schedule's own estimate says, one phase after another. left: the account gives only this part of",
            "the rates, as if another client took the rest; ideal is for what is left.",
            "writes: calls that the account counted, throttled ones included. not done: changes that failed, are uncertain or",
            "were skipped.",
        ),
    )


def _measure(trial: Trial) -> tuple[Measured, Tally]:
    manner = Manner("documented", trial.scale * trial.left)
    with TemporaryDirectory(prefix="bench-") as folder:
        path = Path(folder, "stack.yaml")
        write_stack(Estate(trial.size), path)
        with ServedAccount(Path(folder, "account.db"), manner) as account:
            account.take()
            return apart(bulk.apply_run, account.access, path, trial.scale), account.take()


def _row(trial: Trial, measured: Measured, tally: Tally) -> Sequence[Cell]:
    facts, cost = measured.facts, measured.phases["apply"]
    ideal = facts["ideal"]
    seconds = ideal.seconds / trial.left
    return (
        str(trial.size),
        trial.scale,
        trial.left,
        facts["batches"],
        seconds,
        ideal.api,
        facts["by_phases"] / trial.left,
        cost.wall,
        cost.wall / seconds,
        tally.throttled,
        tally.writes,
        trial.size.writes,
        facts["not_done"],
        cost.cpu,
        tally.cpu,
    )
