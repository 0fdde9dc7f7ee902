"""Real documents and their index: every one decided as its index says."""

import json

import pytest

from ramstack.policy import Kind, Request, Severity, evaluate, lint_source, parse_document, read_document
from tests.policy.shared import CASES, needs_samples, read_index

pytestmark = needs_samples

LINES = (
    [json.loads(line) for line in (CASES / "eval-cases.jsonl").read_text(encoding="utf-8").splitlines()]
    if CASES.is_dir()
    else []
)

RULES_OF_THE_BROKEN = {
    "001": "json-syntax", "003": "json-character", "005": "json-syntax", "007": "json-character", "009": "json-character",
    "011": "json-duplicate-key", "013": "document-shape", "015": "version", "017": "version", "019": "version",
    "021": "unknown-element", "023": "statement-list", "025": "statement-list", "027": "document-shape", "029": "effect",
    "031": "effect", "033": "effect", "035": "unknown-element", "037": "action-one-of", "039": "action-form",
    "041": "action-form", "043": "action-form", "045": "not-text", "047": "wrong-service", "049": "unknown-operation",
    "051": "action-spelling", "053": "resource-missing", "055": "resource-form", "057": "resource-fields",
    "059": "fixed-resource", "061": "resource-level", "063": "resource-account", "065": "empty-list", "067": "unknown-element",
    "069": "sid", "071": "unknown-element", "073": "condition-operator", "075": "condition-operator",
    "077": "condition-operator", "079": "condition-operator", "081": "condition-key", "083": "condition-key-unknown",
    "085": "condition-bare-value", "087": "condition-value", "089": "condition-host-bits", "091": "condition-value",
    "093": "condition-private-address", "095": "condition-wildcard", "097": "condition-no-zone", "099": "condition-value",
    "101": "unrendered", "103": "unrendered", "105": "long-as-written", "107": "allow-not-action", "109": "without-effect",
    "111": "escalation", "113": "upload-without-oss",
}  # fmt: skip


def kind_of(note):
    if "trust policy" in note:
        return Kind.TRUST
    return Kind.RESOURCE if "resource policy" in note else Kind.IDENTITY


@pytest.mark.parametrize(("name", "origin", "note"), read_index("policies"))
def test_real_document(name, origin, note):
    """Valid documents raise no error, the others do."""
    reading = read_document((CASES / "policies" / name).read_text(encoding="utf-8"), kind_of(note))
    assert reading.has_errors is not note.startswith("valid"), reading.findings


@pytest.mark.parametrize(("name", "origin", "note"), read_index("policies"))
def test_minified_text_reads_the_same(name, origin, note):
    """What is sent says what was written, and is no longer than the shortest JSON."""
    if not note.startswith("valid"):
        return
    written = (CASES / "policies" / name).read_text(encoding="utf-8")
    document = read_document(written, kind_of(note)).document
    assert document is not None
    assert parse_document(document.text, kind_of(note)) == document
    if not any(
        finding.rule == "condition-bare-value" for finding in read_document(written, kind_of(note)).findings
    ):
        assert json.loads(document.text) == json.loads(written)


@pytest.mark.parametrize(("name", "origin", "severity", "complaint"), read_index("policies-bad"))
def test_broken_document(name, origin, severity, complaint):
    """Broken documents are told with the expected severity, rule and line."""
    findings = lint_source((CASES / "policies-bad" / name).read_text(encoding="utf-8"))
    severe = any(finding.severity is Severity.ERROR for finding in findings)
    assert severe is (severity == "error"), findings
    wanted = RULES_OF_THE_BROKEN.get(name[:3]) or (
        "json-character" if "U+" in complaint or "no-break" in complaint else "json-syntax"
    )
    assert wanted in {finding.rule for finding in findings}, (complaint, findings)


@pytest.mark.parametrize("case", LINES, ids=lambda case: case["id"])
def test_decision(case):
    """Every decision is the expected one."""
    policies = [parse_document(policy) for policy in case["policies"]]
    context = {
        key: value if isinstance(value, str) else tuple(value)
        for key, value in case["request"]["context"].items()
    }
    request = Request(case["request"]["action"], case["request"]["resource"], context)
    assert evaluate(policies, request).answer == case["expect"], case["why"]
