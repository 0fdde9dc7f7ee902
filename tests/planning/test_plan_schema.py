"""The published schema of plans: every plan keeps to it, and what is no plan does not."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from jsonschema import Draft202012Validator

from tests.laws.test_saved_plans import document_of
from tests.memory import MemoryGateway
from tests.planning.test_cases import CASES
from tests.strategies import accounts, stacks

ROOT = Path(__file__).resolve().parents[2]
SCHEMA = json.loads((ROOT / "ramstack" / "planning" / "plan.schema.json").read_text())
PLANS = Draft202012Validator(SCHEMA)


def test_the_schema_is_one() -> None:
    Draft202012Validator.check_schema(SCHEMA)


@pytest.mark.parametrize("case", sorted(path.name for path in CASES.iterdir()))
def test_every_case_keeps_to_it(case: str) -> None:
    """The expected plans, with the digest that the cases leave out."""
    document = json.loads((CASES / case / "expected.json").read_text())
    PLANS.validate(document | {"digest": "sha256:" + "0" * 64})


@given(stacks(), accounts())
def test_generated_plans_keep_to_it(stack: object, account: MemoryGateway) -> None:
    """Signed ones, from any stack on any account; they also say nothing that the schema does not describe."""
    document = document_of(stack, account)
    PLANS.validate(document)
    assert list(undescribed(document, SCHEMA)) == []


@given(stacks(), accounts(), st.data())
def test_a_plan_without_a_required_key_does_not(
    stack: object, account: MemoryGateway, data: st.DataObject
) -> None:
    """Each key of the contract is demanded; an action that does not fit its sides is found; an addition is free."""
    document = document_of(stack, account)
    assert PLANS.is_valid(document | {"later": 1})
    key = data.draw(st.sampled_from(SCHEMA["required"]))
    assert not PLANS.is_valid({k: v for k, v in document.items() if k != key})
    for change in document["changes"]:
        assert not PLANS.is_valid(document | {"changes": [{**change, "before": None, "after": None}]})


def undescribed(value: object, schema: Mapping[str, object]) -> list[str]:
    """Keys of objects for which the schema names its properties, and that are not among these."""
    if "$ref" in schema:
        schema = SCHEMA["$defs"][str(schema["$ref"]).rpartition("/")[2]]
    if isinstance(value, list):
        return [key for item in value for key in undescribed(item, schema.get("items", {}))]
    known = schema.get("properties")
    if not isinstance(value, dict) or not known:
        return []
    deeper = [key for name in value if name in known for key in undescribed(value[name], known[name])]
    return [*(key for key in value if key not in known), *deeper]
