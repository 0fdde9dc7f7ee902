"""Our own cases: a file or folder each, for rules, decisions and comparisons."""

import json

import pytest

from ramstack.policy import RULES, Kind, Request, compare, evaluate, lint_source, stored_document
from tests.policy.shared import OWN

LINT = sorted(path for path in (OWN / "lint").iterdir())
EVALUATE = sorted((OWN / "evaluate").glob("*.json"))
COMPARE = sorted((OWN / "compare").glob("*.json"))


def load(path):
    return json.loads(path.read_text(encoding="utf-8"))


def name(path):
    return path.stem


def rules_of(folder, which):
    kind = folder / "kind"
    text = (folder / which).read_text(encoding="utf-8")
    return {
        finding.rule
        for finding in lint_source(text, Kind(kind.read_text().strip()) if kind.exists() else Kind.IDENTITY)
    }


@pytest.mark.parametrize("folder", LINT, ids=name)
def test_rule_tells_the_bad_and_not_the_good(folder):
    """Each rule speaks of its bad document and is silent on its good one."""
    assert folder.name in rules_of(folder, "bad.json")
    assert folder.name not in rules_of(folder, "good.json")


def test_every_rule_has_its_documents():
    """No rule without a bad and a good document."""
    assert {rule.id for rule in RULES} <= {folder.name for folder in LINT}


def test_rule_ids_are_unique():
    """An id means one rule."""
    assert len({rule.id for rule in RULES}) == len(RULES)


@pytest.mark.parametrize("path", EVALUATE, ids=name)
def test_decision(path):
    """Each decision is the expected one."""
    case = load(path)
    asked = case["request"]
    context = {
        key: value if isinstance(value, str) else tuple(value) for key, value in asked["context"].items()
    }
    request = Request(asked["action"], asked["resource"], context, complete=asked.get("complete", True))
    assert (
        evaluate([stored_document(json.dumps(one)) for one in case["policies"]], request).answer
        == case["expect"]
    )


@pytest.mark.parametrize("path", COMPARE, ids=name)
def test_relation(path):
    """Each pair of policy sets stands in the expected relation, and turned round in the opposite one."""
    case = load(path)
    before, after = ([stored_document(json.dumps(one)) for one in case[side]] for side in ("before", "after"))
    opposite = {"broader": "narrower", "narrower": "broader"}
    assert compare(before, after).relation == case["relation"]
    assert compare(after, before).relation == opposite.get(case["relation"], case["relation"])
