"""The bench at a size that takes seconds: its tables are whole, and what they say of ramstack's reader is so."""

from __future__ import annotations

import json

import pytest

from bench import __main__ as command
from bench import large, rates, small
from bench.aims import AIMS, GROWTH, most_calls
from bench.reads import CALLS, PLANS, READERS, Extent
from bench.size import Size
from bench.table import Table

TINY = Size(users=5, attachments=12, policies=2, groups=2)
PER_USER = ("GetUser", "ListPoliciesForUser", "ListGroupsForUser")


def records(table: Table) -> list[dict]:
    return table.document()["rows"]


@pytest.fixture(name="tables", scope="module")
def _tables():
    return list(large.run([(TINY, "off", Extent(threaded=5, serial=3))]))


def test_every_table_has_its_columns(tables: list[Table]) -> None:
    """Columns are stable, and every row has a cell for each."""
    assert [table.columns for table in tables] == [READERS, PLANS, CALLS, AIMS, GROWTH]
    assert all(len(row) == len(table.columns) for table in tables for row in table.rows)


def test_the_bulk_reader_asks_nothing_for_each_user(tables: list[Table]) -> None:
    """Cost follows pages, not objects; the other reader asks for every user that it reads."""
    bulk, threaded, serial = (row["calls by action"] for row in records(tables[2]))
    assert not set(PER_USER) & set(bulk)
    assert sum(bulk.values()) <= most_calls(TINY)
    assert [threaded[action] for action in PER_USER] == [5, 5, 5]
    assert [serial[action] for action in PER_USER] == [3, 3, 3]


def test_each_aim_stands_beside_its_figure(tables: list[Table]) -> None:
    """And it is said whether it is met."""
    figures = {row["figure"]: row for row in records(tables[3])}
    assert list(figures) == ["reads", "own cpu s", "wall s", "peak MiB"]
    assert all((row["met"] == "yes") is (row["measured"] <= row["aim"]) for row in figures.values())
    assert figures["reads"]["met"] == "yes"


def test_fewer_users_than_there_are_is_said(tables: list[Table]) -> None:
    """A ratio of a reader that did not read everything is marked."""
    assert [row["ratios"] for row in records(tables[0])] == ["measured", "measured", "extrapolated"]


def test_small_ends_with_an_empty_plan() -> None:
    """What is planned is applied with the fewest writes, and then there is nothing left to do."""
    plan, applied, second = records(next(iter(small.run(TINY))))
    assert plan["changes"] == applied["changes"] > 0
    assert second["changes"] == second["writes"] == plan["writes"] == applied["not done"] == 0
    assert applied["writes"] == applied["fewest"] == TINY.writes


def test_rates_make_all_changes() -> None:
    """Under documented rates every change is done, and it takes time."""
    (row,) = records(next(iter(rates.run([rates.Trial(TINY, scale=10)]))))
    assert row["not done"] == 0
    assert row["ideal s"] > 0
    assert row["busiest api"] == "ram:AttachPolicyToUser"


def test_json_has_what_was_printed(tmp_path) -> None:
    """The file holds the same tables."""
    table = Table("Numbers", ("name", "n", "calls"), [("a", 1, {"Get": 1200}), ("b", None, {})], ("A note.",))
    path = tmp_path / "figures.json"
    path.write_text(json.dumps(command.document({"x": [table]})), "utf-8")
    assert json.loads(path.read_text("utf-8"))["benches"]["x"][0]["rows"][0]["calls"] == {"Get": 1200}
    assert table.text().splitlines()[2:5] == ["name  n  calls", "a     1  Get 1,200", "b     -"]


def test_an_unknown_bench_is_refused(capsys) -> None:
    """With the names of those that there are."""
    with pytest.raises(SystemExit):
        command.main(["nonsense"])
    assert "small, large, rates, startup" in capsys.readouterr().err
