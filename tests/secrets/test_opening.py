"""Opening: every wish becomes a sink, and all that is wrong is told at once."""

from __future__ import annotations

import json
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from ramstack.gateway.connection import connect
from ramstack.gateway.credentials import fixed
from ramstack.model.errors import SinkFailed, StackError
from ramstack.secrets.opening import find_trouble, open_sinks
from ramstack.stackfile import load_stacks
from ramstack.stackfile.draft import make_draft
from ramstack.stackfile.sheet import read_sheet
from ramstack.stackfile.sinks import check_sinks

HEAD = "ramstack: 1\nstack: media\nlineage: 3f9a2c1b\n"
PLUGIN = """
class Shelf:
    def __init__(self, name, options):
        if options.get("broken"):
            raise ValueError("secret stuff")
        self.folder = options["folder"]

    def check(self): ...

    def deliver(self, payload):
        from pathlib import Path
        Path(self.folder, payload.user).write_text(str(payload.reveal()))
        return "shelf"
"""


def stacks_of(folder: Path, *texts: str):
    for number, text in enumerate(texts):
        path = folder / f"s{number}.yaml"
        path.write_text(HEAD.replace("media", f"media{number}") + text)
    return load_stacks([folder / f"s{number}.yaml" for number in range(len(texts))])


@pytest.fixture(name="shelf")
def _shelf(tmp_path_factory, monkeypatch) -> None:
    """A distribution that brings a kind of sink, as pip would have installed it."""
    site = tmp_path_factory.mktemp("site")
    (site / "shelf_sink.py").write_text(PLUGIN)
    info = site / "shelf_sink-1.0.dist-info"
    info.mkdir()
    (info / "METADATA").write_text("Metadata-Version: 2.1\nName: shelf-sink\nVersion: 1.0\n")
    (info / "entry_points.txt").write_text(
        "[ramstack.sinks]\nshelf = shelf_sink:Shelf\nlost = shelf_sink:Lost\n"
    )
    monkeypatch.syspath_prepend(str(site))


@pytest.mark.usefixtures("shelf")
def test_other_distributions_bring_kinds_of_their_own(here, payload):
    """Their options reach them as written."""
    stacks = stacks_of(here.cwd, f"sinks: {{mine: {{shelf: {{folder: {here.cwd}, deep: [{{a: 1}}]}}}}}}\n")
    (sink,) = open_sinks(stacks, here).values()
    assert sink.deliver(payload) == "shelf"
    assert (here.cwd / "alice").read_text() == str(payload.reveal())


@pytest.mark.usefixtures("shelf")
def test_all_that_is_wrong_is_told_at_once(here):
    """Broken code of others included, by its class and not by its words."""
    stacks = stacks_of(
        here.cwd,
        "sinks: {a: {exec: {command: [no-such]}}, b: {shelf: {broken: true}}, c: {lost: {}}, d: {file: {path: s0.yaml}}}\n",
    )
    told = [str(failure) for failure in find_trouble(open_sinks(stacks, here).values())]
    assert [text[:7] for text in told] == ["sink a:", "sink b:", "sink c:", "sink d:"]
    assert "secret stuff" not in "".join(told)


def test_a_kind_that_nobody_brings_is_refused_offline(here):
    """With a hint, and its place."""
    with pytest.raises(StackError) as refused:
        stacks_of(here.cwd, "sinks: {a: {shelf: {}}}\n")
    (problem,) = refused.value.problems
    assert (problem.rule, str(problem.origin)) == ("sink-kind", f"{here.cwd}/s0.yaml:4:13")


def test_stdout_only_when_asked_for_by_name(here, payload):
    """The named sink is replaced, and only that one."""
    stacks = stacks_of(here.cwd, "sinks: {a: {file: {path: out}}, b: {file: {path: out}}}\n")
    shown: list[str] = []
    sinks = open_sinks(stacks, replace(here, write=shown.append), to_stdout=["a"])
    sinks["b"].deliver(payload)
    assert shown == []
    assert sinks["a"].deliver(payload) == "stdout"
    assert [json.loads(line) for line in shown] == [payload.reveal()]
    with pytest.raises(SinkFailed, match="sink z: nothing is delivered to it"):
        open_sinks(stacks, here, to_stdout=["z"])


def test_stacks_of_one_run_may_share_a_sink_but_not_its_name(here):
    """The same words are the same place; other words under one name are refused."""
    same = "sinks: {a: {file: {path: out}}}\n"
    assert list(open_sinks(stacks_of(here.cwd, same, same), here)) == ["a"]
    with pytest.raises(StackError) as refused:
        stacks_of(here.cwd, same, "sinks: {a: {file: {path: other}}}\n")
    assert [problem.rule for problem in refused.value.problems] == ["sink-twice"]


EXTRAS = "sinks: {a: {kms: {region: cn-hangzhou}}, b: {vault: {}}}\n"


def test_a_missing_package_is_told_by_validate(here):
    """As a warning at its place: the machine that applies may have it."""
    path = here.cwd / "stack.yaml"
    path.write_text(HEAD + EXTRAS)
    draft = make_draft([read_sheet(path, {})])
    assert [*check_sinks(draft, installed=lambda module: True)] == []
    told = [*check_sinks(draft, installed=lambda module: False)]
    assert [(p.rule, p.is_error, p.origin.column) for p in told] == [
        ("missing-extra", False, 13),
        ("missing-extra", False, 46),
    ]
    assert ["ramstack[kms]" in told[0].detail, "ramstack[vault]" in told[1].detail] == [True, True]


def test_a_missing_package_is_told_before_anything_is_made(here, monkeypatch):
    """Each sink says what to install."""
    for module in ("hvac", "alibabacloud_kms20160120"):
        monkeypatch.setitem(sys.modules, module, None)
    environ = {"VAULT_ADDR": "https://vault", "VAULT_TOKEN": "t"}
    with connect(fixed("id", "secret"), endpoint="http://127.0.0.1:1") as gateway:
        opened = open_sinks(stacks_of(here.cwd, EXTRAS), replace(here, kms=gateway.kms, environ=environ))
        told = [str(failure) for failure in find_trouble(opened.values())]
    assert ["ramstack[kms]" in told[0], "ramstack[vault]" in told[1]] == [True, True]
