"""Small: from an empty account to one that holds the stack, and the plan after it, with rates off."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory

from bench import bulk
from bench.estate import Estate, write_stack
from bench.meter import Measured, apart
from bench.reads import UNPACED, Extent, calls_table, readers_table, runs_on
from bench.server import LATENCY_MS, Manner, ServedAccount, Tally
from bench.size import Size
from bench.table import Cell, Table

SIZE = Size(200, 1_000, 20, 5)
COLUMNS = (
    "size", "run", "changes", "reads", "writes", "fewest", "not done", "wall s", "cpu s", "server cpu s", "peak MiB",
    "load s", "read s", "plan s", "render s", "apply s",
)  # fmt: skip
CALLS = ("size", "run", "calls by action")
PHASES = ("load", "read", "plan", "render", "apply")
RUNS = (("plan", bulk.plan_run), ("apply", bulk.apply_run), ("second plan", bulk.plan_run))

Told = tuple[str, Measured, Tally]


def run(size: Size = SIZE) -> Iterator[Table]:
    estate = Estate(size)
    with TemporaryDirectory(prefix="bench-") as folder:
        path = Path(folder, "stack.yaml")
        write_stack(estate, path)
        with ServedAccount(Path(folder, "account.db"), Manner()) as account:
            yield from _tables(size, list(_runs(account, path)))
            everyone = Extent(threaded=size.users, serial=size.users)
            group = tuple(runs_on(account, estate, path, "off", everyone))
    yield readers_table([group])
    yield calls_table([group])


def _runs(account: ServedAccount, path: Path) -> Iterator[Told]:
    """Each in a process of its own, as commands are."""
    account.take()
    for name, job in RUNS:
        measured = apart(job, account.access, path, UNPACED)
        yield name, measured, account.take()


def _tables(size: Size, runs: Sequence[Told]) -> Iterator[Table]:
    yield Table(
        f"Plan, apply and plan again, rates off, {LATENCY_MS:.0f} ms latency",
        COLUMNS,
        [_row(size, *each) for each in runs],
        (
            "fewest: writes, one for each user, group, policy, membership and attachment. not done: changes that failed, are",
            "uncertain or were skipped. wall: of the phases load to apply, which are wall too.",
        ),
    )
    calls = [(str(size), name, tally.by_action) for name, _, tally in runs]
    yield Table("Calls by action, counted by the account", CALLS, calls)


def _row(size: Size, name: str, measured: Measured, tally: Tally) -> Sequence[Cell]:
    phases, total = measured.phases, measured.total
    applied = "apply" in phases
    return (
        str(size),
        name,
        measured.facts["changes"],
        tally.reads,
        tally.writes,
        size.writes if applied else None,
        measured.facts["not_done"] if applied else None,
        total.wall,
        total.cpu,
        tally.cpu,
        measured.peak,
        *(phases[phase].wall if phase in phases else None for phase in PHASES),
    )
