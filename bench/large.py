"""Large: plans of accounts that hold everything already; cost follows pages, not objects."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from bench.aims import aims_table, growth_table
from bench.reads import Extent, calls_table, plans_table, readers_table, seeded_runs
from bench.size import Size
from bench.table import Table

Asked = tuple[Size, str, Extent]

ASKED: tuple[Asked, ...] = (
    (Size(200, 1_000, 20, 5), "off", Extent(threaded=200)),
    (Size(1_000, 5_000, 50, 5), "off", Extent(threaded=500, serial=40)),
    (Size(1_000, 5_000, 50, 100), "off", Extent(threaded=250)),
    (Size(5_000, 25_000, 200, 5), "off", Extent(threaded=400)),
    (Size(200, 1_000, 20, 5), "documented", Extent(threaded=200)),
    (Size(1_000, 5_000, 50, 5), "documented", Extent(threaded=250)),
    (Size(1_000, 5_000, 50, 100), "documented", Extent()),
    (Size(5_000, 25_000, 200, 5), "documented", Extent(threaded=300)),
)


def run(asked: Sequence[Asked] = ASKED) -> Iterator[Table]:
    """Each size with rates `off` or `documented`."""
    groups = [seeded_runs(*each) for each in asked]
    yield readers_table(groups)
    yield plans_table(groups)
    yield calls_table(groups)
    yield aims_table(groups)
    yield growth_table(groups)
