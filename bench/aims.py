"""The aims beside what was measured, and how cost grows with pages."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from math import ceil

from bench.ideal import longest_chain
from bench.reads import Group, Run
from bench.server import LATENCY_MS
from bench.size import Size
from bench.table import Cell, Table

AIMS = ("size", "rates", "figure", "measured", "aim", "met")
GROWTH = (
    "size", "rates", "pages", "objects", "calls", "calls beside pages", "read cpu ms a page", "plan cpu us an object", "MiB",
)  # fmt: skip
FEWEST = {Size(1_000, 5_000, 50, 5): 125, Size(5_000, 25_000, 200, 5): 480}
OFFLINE_CPU, PEAK = 1.5, 300.0


def aims_table(groups: Iterable[Group]) -> Table:
    runs = [group[0] for group in groups]
    return Table(
        "Aims: planning, nothing to change",
        AIMS,
        [(str(run.size), run.rates, *figure) for run in runs for figure in _figures(run)],
        (
            "reads: pages + documents + groups + 12, or less where the size has an aim of its own. own cpu s: load, diff and render.",
            f"wall s: of all, with rates off, at most 2 x (longest chain of dependent pages x {LATENCY_MS:.0f} ms + cpu).",
            "Time on a busy machine says little: see the load at the top.",
        ),
    )


def growth_table(groups: Iterable[Group]) -> Table:
    return Table(
        "Growth: cost follows pages",
        GROWTH,
        [_growth(group[0]) for group in groups],
        (
            "pages: of users and of attachments. calls beside pages: documents, groups, and what is asked once.",
            "objects: users, attachments, memberships, tags, policies and groups.",
        ),
    )


def offline_cpu(run: Run) -> float:
    """What ramstack itself computes: load, plan and render."""
    return sum(run.measured.phases[name].cpu for name in ("load", "plan", "render"))


def wall_limit(run: Run) -> float:
    chain = longest_chain(run.size, run.tally.by_action)
    return 2 * (chain * LATENCY_MS / 1000 + run.measured.total.cpu)


def pages_of(size: Size) -> int:
    return ceil(size.users / 1000) + ceil(size.attachments / 100)


def most_calls(size: Size) -> int:
    """What a plan may cost: pages, a document for each policy, one call for each group, and twelve."""
    return min(pages_of(size) + size.policies + size.groups + 12, FEWEST.get(size, 1_000_000))


def _figures(run: Run) -> Iterator[Sequence[Cell]]:
    yield _held("reads", run.tally.calls, most_calls(run.size))
    yield _held("own cpu s", offline_cpu(run), OFFLINE_CPU)
    if run.rates == "off":
        yield _held("wall s", run.measured.total.wall, wall_limit(run))
    yield _held("peak MiB", run.measured.peak, PEAK)


def _held(figure: str, measured: float, aim: float) -> Sequence[Cell]:
    return figure, measured, aim, "yes" if measured <= aim else "NO"


def _growth(run: Run) -> Sequence[Cell]:
    size, pages = run.size, pages_of(run.size)
    objects = (
        size.users * 4 + size.attachments + size.policies + size.groups
    )  # two tags and a membership each
    return (
        str(size),
        run.rates,
        pages,
        objects,
        run.tally.calls,
        run.tally.calls - pages,
        run.measured.phases["read"].cpu * 1000 / pages,
        offline_cpu(run) * 1_000_000 / objects,
        run.measured.peak,
    )
