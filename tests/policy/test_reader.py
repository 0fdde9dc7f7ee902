"""Reading JSON text and native mappings: never a crash, every slip with its place."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ramstack.policy import (
    Document,
    Kind,
    MalformedDocument,
    lint_source,
    opaque,
    parse_document,
    read_document,
    stored_document,
)
from tests.policy.strategies import documents

GOOD = '{"Version":"1","Statement":[{"Effect":"Allow","Action":"ice:Get*","Resource":"*"}]}'
values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=10,
)


def finding_of(text, kind=Kind.IDENTITY):
    (finding,) = lint_source(text, kind)
    return finding


@given(st.text())
def test_any_text_is_read_without_a_crash(text):
    """Whatever the text, there is a document or an error."""
    reading = read_document(text)
    assert reading.document is not None or reading.has_errors


@given(
    documents,
    st.integers(0, 400),
    st.text('{}[],:"\\ \u00a0\u201c\uff0c\ud800x1-/#*\n', max_size=3),
    st.integers(0, 4),
)
def test_damaged_text_is_read_without_a_crash(raw, at, inserted, removed):
    """A document cut, spliced and overwritten anywhere is read or told, never raised."""
    text = json.dumps(raw)
    lint_source(text[:at] + inserted + text[at + removed :])
    stored_document(text[:at] + inserted + text[at + removed :])


@given(st.text('{}[],:"\\ truefalsnl01-', max_size=30))
def test_json_is_what_the_standard_reader_takes(text):
    """The reader takes no text that the standard library refuses."""
    findings = [finding for finding in read_document(text).findings if finding.rule.startswith("json-")]
    try:
        json.loads(text)
    except ValueError:
        assert findings
    else:
        assert {finding.rule for finding in findings} <= {"json-duplicate-key"}


@given(documents)
def test_text_and_mapping_are_the_same(raw):
    """JSON text, indented or not, and the mapping it stands for give one document and one text."""
    readings = [
        read_document(source).document for source in (raw, json.dumps(raw), json.dumps(raw, indent=3))
    ]
    assert readings[0] == readings[1] == readings[2]
    assert len({document.text for document in readings if document}) == 1


@given(st.dictionaries(st.sampled_from(["Version", "Statement"]), values))
def test_any_mapping_is_read_without_a_crash(source):
    """Any native value is a document or told."""
    assert read_document(source).has_errors


@pytest.mark.parametrize("opening", ["[", '{"a":'])
def test_deep_nesting_is_told(opening):
    """A bomb of brackets is an error, not a crash."""
    assert "nests deeper" in finding_of(opening * 100_000).detail


def test_cyclic_mapping_is_told():
    """A value that holds itself is an error, not a crash."""
    source: dict[str, object] = {"Version": "1"}
    source["Statement"] = [source]
    assert read_document(source).has_errors


def test_surrogates_are_told():
    """Half a pair can't be sent; a whole pair is a character."""
    assert finding_of(GOOD.replace("ice:Get*", "ice:\\ud83d")).rule == "json-syntax"
    assert parse_document(GOOD.replace('"*"', '"acs:oss:*:*:b/\\ud83d\\ude00"')).statements[0].targets == (
        "acs:oss:*:*:b/\U0001f600",
    )


def test_stored_text_is_kept():
    """What the service holds is kept byte for byte; what nobody can read equals only itself."""
    spaced = json.dumps(json.loads(GOOD), indent=2)
    assert stored_document(spaced).text == spaced
    assert stored_document(spaced) == parse_document(GOOD)
    assert parse_document(spaced).text == GOOD
    assert stored_document("{") == opaque("{") != opaque("{ ")
    assert isinstance(stored_document("{"), Document)


def test_all_problems_at_once():
    """Several mistakes are several problems, each with its path and line."""
    text = (
        '{\n"Version": "2012-10-17",\n"Statement": [{"Effect": "allow",\n"Action": "ice", "Resource": []}]}'
    )
    with pytest.raises(MalformedDocument) as raised:
        parse_document(text)
    told = {(problem.rule, problem.where, problem.place.line) for problem in raised.value.problems}
    assert told == {
        ("version", "Version", 2),
        ("effect", "Statement[0].Effect", 3),
        ("action-form", "Statement[0].Action", 4),
        ("empty-list", "Statement[0].Resource", 4),
    }


def test_version_as_text_from_a_mapping_only():
    """YAML's loader hands text, so 1 is "1" there; in JSON a bare 1 is an error."""
    assert parse_document(json.loads(GOOD)).text == GOOD
    assert finding_of(GOOD.replace('"1"', "1")).rule == "version"


def test_stored_operator_nobody_knows_is_kept():
    """An unknown operator spoils its own condition, not the document: the rest is still understood."""
    text = GOOD.replace('"Resource"', '"Condition":{"StringFoo":{"acs:X":"y"}},"Resource"')
    assert not stored_document(text).is_opaque
    with pytest.raises(MalformedDocument):
        parse_document(text)


def test_stored_element_nobody_knows_is_opaque():
    """An unknown element may change the meaning of everything beside it."""
    assert stored_document(GOOD.replace('"Resource"', '"Conditions":{},"Resource"')).is_opaque


@pytest.mark.parametrize(
    ("kind", "text", "rule"),
    [
        (Kind.TRUST, '{"Effect":"Allow","Action":"sts:AssumeRole","Principal":{"AWS":["x"]}}', "principal"),
        (Kind.TRUST, '{"Effect":"Allow","Action":"sts:AssumeRole"}', "principal"),
        (Kind.TRUST, '{"Effect":"Allow","Action":"sts:AssumeRole","Principal":["1"]}', "principal"),
        (
            Kind.TRUST,
            '{"Effect":"Allow","Action":"sts:AssumeRole","Resource":"*","Principal":{"RAM":"x"}}',
            "unknown-element",
        ),
        (Kind.IDENTITY, '{"Effect":"Allow","Action":"ice:*","NotResource":"*"}', "unknown-element"),
        (
            Kind.IDENTITY,
            '{"Effect":"Allow","Action":"ice:*","Resource":"*","Condition":[]}',
            "condition-shape",
        ),
        (
            Kind.IDENTITY,
            '{"Effect":"Allow","Action":"ice:*","Resource":"*","Condition":{"Bool":"true"}}',
            "condition-shape",
        ),
        (
            Kind.IDENTITY,
            '{"Effect":"Allow","Action":"ice:*","Resource":"*","Condition":{"Bool":{"acs:x":[]}}}',
            "empty-list",
        ),
        (Kind.IDENTITY, '{"Effect":"Allow","Action":"ice:*","Resource":""}', "resource-form"),
        (Kind.IDENTITY, '{"Effect":"Allow","Action":"ice:*","Resource":"qcs::cam:x"}', "resource-form"),
        (Kind.IDENTITY, '{"Effect":"Allow","Action":"ice:","Resource":"*"}', "action-form"),
        (Kind.IDENTITY, '{"Effect":"Allow","Action":["ice:*","oss: Get"],"Resource":"*"}', "action-form"),
    ],
)
def test_what_the_grammar_forbids(kind, text, rule):
    """Each form the grammar forbids is refused under its rule."""
    with pytest.raises(MalformedDocument) as raised:
        parse_document(f'{{"Version":"1","Statement":[{text}]}}', kind)
    assert rule in {problem.rule for problem in raised.value.problems}


@pytest.mark.parametrize(
    ("change", "rule"),
    [
        ({"Action": ["oss:GetObject", "ice:GetMediaInfo"], "Resource": "acs:oss:*:*:b/*"}, "fixed-resource"),
        ({"Condition": {"IpAddress": {"aws:SourceIp": "203.0.113.7"}}}, "condition-key-unknown"),
        ({"Condition": {"StringEquals": {"acs:SourceVpc": "vpc-1\u00a0"}}}, "odd-character"),
        ({"Resource": " acs:oss:*:*:b/*"}, "odd-character"),
    ],
)
def test_slips_that_read_well_are_told(change, rule):
    """What the grammar allows and never matches is told."""
    statement = {"Effect": "Allow", "Action": "oss:GetObject", "Resource": "acs:oss:*:*:b/*", **change}
    assert rule in {one.rule for one in lint_source({"Version": "1", "Statement": [statement]})}


def test_a_blank_in_an_action_is_named():
    """Nobody sees which blank it is."""
    source = {"Version": "1", "Statement": [{"Effect": "Allow", "Action": "ice:Get\u00a0*", "Resource": "*"}]}
    assert "U+00A0 NO-BREAK SPACE" in finding_of(source).detail
