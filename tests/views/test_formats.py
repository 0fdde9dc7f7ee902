"""Formats for machines hold whatever people wrote: hostile text cannot end a line, a tag or a string, nor get lost."""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path
from urllib.parse import unquote, urlsplit
from xml.etree import ElementTree as ET

import jsonschema
from hypothesis import given
from hypothesis import strategies as st

from ramstack.model.address import user_address
from ramstack.model.problem import Origin, Problem
from ramstack.model.stack import Expectation, Suppression
from ramstack.planning.expects import Trial
from ramstack.planning.lint import Review, Silenced
from ramstack.views.github import github_text
from ramstack.views.json_text import json_text
from ramstack.views.junit import fit, junit_text
from ramstack.views.sarif import sarif_document, uri_of

SCHEMA = Path(__file__).parents[1] / "cases" / "sarif" / "sarif-2.1.0.json"
NASTY = st.sampled_from(
    ["::error::", "%0A", "\r\n", "\x00", "]]>", "<a>&amp;", "\x1b[31m", ",line=1", ":", "\u2028", "\ufffe"]
)
TEXTS = st.lists(st.one_of(NASTY, st.text(max_size=5)), max_size=4).map("".join)
ORIGINS = st.builds(Origin, TEXTS, st.integers(1, 99), st.integers(1, 99))
PROBLEMS = st.builds(
    Problem,
    st.sampled_from(["error", "warning", "note"]),
    st.sampled_from(["a-rule", "b-rule"]),
    TEXTS,
    TEXTS,
    st.one_of(st.none(), st.just(user_address("ann"))),
    st.one_of(st.none(), ORIGINS),
)
TRIALS = st.builds(
    Trial,
    TEXTS,
    st.builds(
        Expectation,
        st.none(),
        ORIGINS,
        st.tuples(TEXTS),
        st.just(()),
        st.dictionaries(TEXTS, TEXTS, max_size=1),
        TEXTS,
    ),
    TEXTS.map(user_address),
    st.one_of(st.just(()), st.tuples(TEXTS)),
    st.one_of(st.just(()), st.tuples(TEXTS)),
)
SILENCED = st.builds(Silenced, PROBLEMS, st.builds(Suppression, st.just("a-rule"), TEXTS, ORIGINS))
REVIEWS = st.builds(
    Review,
    st.just(()),
    st.lists(PROBLEMS, max_size=3).map(tuple),
    st.lists(SILENCED, max_size=2).map(tuple),
    st.lists(TRIALS, max_size=2).map(tuple),
)


@cache
def validator():
    schema = json.loads(SCHEMA.read_text("utf-8"))
    return jsonschema.Draft202012Validator(schema, format_checker=jsonschema.FormatChecker())


def told(review):
    return [*review.failures, *review.problems]


@given(REVIEWS)
def test_sarif_is_valid_whatever_it_holds(review):
    """Valid against the schema, a result for each problem, every message unharmed, every reason kept."""
    document = json.loads(json_text(sarif_document(review)))
    validator().validate(document)
    results = document["runs"][0]["results"]
    every = [*told(review), *(one.problem for one in review.silenced)]
    assert [r["message"]["text"] for r in results] == [f"{p.summary}: {p.detail}" for p in every]
    reasons = [s["justification"] for r in results for s in r.get("suppressions", ())]
    assert reasons == [one.by.reason for one in review.silenced]


@given(TEXTS)
def test_a_path_comes_back_from_its_uri(path):
    """No character of a path becomes a scheme, a query or a fragment."""
    parts = urlsplit(uri_of(path))
    assert parts.query == parts.fragment == parts.netloc == ""
    assert unquote(parts.path) == path


@given(REVIEWS)
def test_junit_is_xml_whatever_it_holds(review):
    """It parses, and has a case for each test, each problem and each that is silenced; the counts are those of the cases."""
    root = ET.fromstring(junit_text(review, frozenset({"error"})))
    tests, lint = root
    assert len(tests) == len(review.trials)
    assert len(lint) == max(1, len(review.problems) + len(review.silenced))
    for suite in root:
        assert int(suite.get("tests")) == len(suite)
        assert int(suite.get("failures")) == len(suite.findall("testcase/failure"))
        assert int(suite.get("skipped")) == len(suite.findall("testcase/skipped"))
    assert [case.get("classname") for case in tests] == [fit(trial.stack) for trial in review.trials]


def undo(text):
    for character, code in ((",", "%2C"), (":", "%3A"), ("\n", "%0A"), ("\r", "%0D"), ("%", "%25")):
        text = text.replace(code, character)
    return text


@given(REVIEWS)
def test_a_problem_is_one_workflow_command(review):
    """One line each, and the runner reads back the very words: no text begins a command or a property of its own."""
    lines = github_text(review).replace("\r", "\n").split("\n")[:-1]
    problems = told(review)
    assert len(lines) == len(problems)
    for line, problem in zip(lines, problems, strict=True):
        _, head, data = line.split("::", 2)
        command, _, properties = head.partition(" ")
        assert command == {"error": "error", "warning": "warning", "note": "notice"}[problem.severity]
        read = dict(one.split("=", 1) for one in properties.split(","))
        assert undo(read["title"]) == f"{problem.summary} ({problem.rule})"
        assert undo(data) == problem.detail
        assert ("file" in read) is (problem.origin is not None)
        assert not problem.origin or undo(read["file"]) == problem.origin.path
