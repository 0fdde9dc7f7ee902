"""Reading and planning an account that needs no change: ramstack and the per-user reader, side by side on the same data."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from bench import bulk, peruser
from bench.estate import Estate, seed_of, write_stack
from bench.meter import Cost, Measured, apart
from bench.server import Manner, ServedAccount, Tally
from bench.size import Size
from bench.table import Cell, Table

THREADS = 16
UNPACED = 1_000_000.0  # the scale at which no call waits for a turn
NO_CHANGES = 0

READERS = (
    "size", "rates", "reader", "users read", "calls", "wall s", "cpu s", "server cpu s", "peak MiB",
    "throttled", "calls x", "wall x", "cpu x", "ratios",
)  # fmt: skip
PLANS = (
    "size", "rates", "calls", "load cpu s", "plan cpu s", "render cpu s", "read cpu s", "wall s", "peak MiB",
)  # fmt: skip
CALLS = ("size", "rates", "reader", "calls by action")


@dataclass(frozen=True)
class Extent:
    """How many users the per-user reader reads at most, with 16 threads and with one; 0: that run is left out."""

    threaded: int = 0
    serial: int = 0


@dataclass(frozen=True)
class Run:
    """One reader's run. `cost` is of the reading alone, `whole` what it would be for all users of the account."""

    size: Size
    rates: str
    reader: str
    users: int
    measured: Measured
    tally: Tally

    @property
    def cost(self) -> Cost:
        return self.measured.phases.get("read", self.measured.total)

    @property
    def whole(self) -> Cost:
        phases = self.measured.phases
        if self.users == self.size.users:
            return self.cost
        return phases["users"].times(self.size.users / self.users) + phases["rest"]

    @property
    def whole_calls(self) -> int:
        return self.tally.calls + peruser.CALLS_PER_USER * (self.size.users - self.users)


Group = Sequence["Run"]  # on one account: ramstack first


def readers_table(groups: Iterable[Group]) -> Table:
    return Table(
        "Reading: ramstack beside a per-user reader, on the same account",
        READERS,
        [row for group in groups for row in _reader_rows(group)],
        (
            "size: users/attachments/custom policies/groups. cpu: the client's, all threads. x: times what ramstack took.",
            "The per-user reader asks 4 times for each user and is told the names (see bench/peruser.py). extrapolated: it read",
            "the first users only, and the ratio takes the others to cost as much each. Where server cpu comes near to wall, the",
            "embedded account was the limit, and the per-user reader would be faster elsewhere.",
        ),
    )


def plans_table(groups: Iterable[Group]) -> Table:
    return Table(
        "Planning, nothing to change: load, read, plan, render",
        PLANS,
        [_plan_row(group[0]) for group in groups],
        ("wall: of all four.",),
    )


def calls_table(groups: Iterable[Group]) -> Table:
    rows = [(str(r.size), r.rates, r.reader, r.tally.by_action) for group in groups for r in group]
    return Table("Calls by action, counted by the account", CALLS, rows)


def seeded_runs(size: Size, rates: str, extent: Extent) -> Group:
    """On an account that holds everything already; seeding is not measured."""
    estate = Estate(size)
    with TemporaryDirectory(prefix="bench-") as folder:
        path = Path(folder, "stack.yaml")
        write_stack(estate, path)
        with ServedAccount(Path(folder, "account.db"), Manner(quota=rates)) as account:
            account.seed(seed_of(estate))
            account.take()
            return tuple(runs_on(account, estate, path, rates, extent))


def runs_on(account: ServedAccount, estate: Estate, path: Path, rates: str, extent: Extent) -> Iterator[Run]:
    """First ramstack, then the per-user reader, one after another. The account must hold what the stack says."""
    scale = UNPACED if rates == "off" else 1.0
    yield _bulk_run(account, estate.size, rates, path, scale)
    yield from _per_user_runs(account, estate, rates, scale, extent)


def _bulk_run(account: ServedAccount, size: Size, rates: str, path: Path, scale: float) -> Run:
    measured = apart(bulk.plan_run, account.access, path, scale)
    if measured.facts["changes"] != NO_CHANGES:
        raise ValueError(f"the account shall hold all of {size}, and the plan has {measured.facts}")
    return Run(size, rates, "ramstack", size.users, measured, account.take())


def _per_user_runs(
    account: ServedAccount, estate: Estate, rates: str, scale: float, extent: Extent
) -> Iterator[Run]:
    for threads, most in ((THREADS, extent.threaded), (1, extent.serial)):
        if most:
            users = estate.users[:most]
            names = (users, estate.policies, estate.groups)
            measured = apart(peruser.read_run, account.access, *names, threads, scale)
            reader = f"per user, {threads} thread{'s' if threads > 1 else ''}"
            yield Run(estate.size, rates, reader, len(users), measured, account.take())


def _reader_rows(runs: Group) -> Iterator[Sequence[Cell]]:
    base = runs[0]
    for run in runs:
        yield (
            str(run.size),
            run.rates,
            run.reader,
            run.users,
            run.tally.calls,
            run.cost.wall,
            run.cost.cpu,
            run.tally.cpu,
            run.measured.peak,
            run.tally.throttled,
            run.whole_calls / base.whole_calls,
            run.whole.wall / base.whole.wall,
            run.whole.cpu / base.whole.cpu,
            "measured" if run.users == run.size.users else "extrapolated",
        )


def _plan_row(run: Run) -> Sequence[Cell]:
    phases = run.measured.phases
    return (
        str(run.size),
        run.rates,
        run.tally.calls,
        *(phases[name].cpu for name in ("load", "plan", "render", "read")),
        run.measured.total.wall,
        run.measured.peak,
    )
