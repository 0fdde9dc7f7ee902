"""What people begin with: the examples, the first stack, the schema and the recipes."""

from __future__ import annotations

from pathlib import Path

import jsonschema
import pytest
import yaml

from ramstack.stackfile import ci_recipes, first_stack, json_schema, load_stacks
from ramstack.stackfile.forms import (
    DefaultsForm,
    GroupForm,
    OidcForm,
    PolicyForm,
    ProfileForm,
    RoleForm,
    StackForm,
    TrustForm,
    UserForm,
)

ROOT = Path(__file__).parent.parent.parent
EXAMPLES = ROOT / "stacks"
CASES = ROOT / "tests" / "cases" / "stacks-bad"
FILES = [*EXAMPLES.glob("*.yaml"), *EXAMPLES.glob("full/*.yaml")]
OWNER = {
    "OWNER": "age1ql3z7hjy54pw3hyww5ayyfg7zqgvc7w3j2elw8zmrj2kg5sfn9aqmcac8p"
}  # of age's own documentation


def violations(text):
    return list(jsonschema.Draft202012Validator(json_schema()).iter_errors(yaml.safe_load(text)))


def test_all_examples_load_together_without_a_word():
    """The folder of examples is a folder of stacks; nothing in it is refused or warned about."""
    stacks = load_stacks([EXAMPLES], variables=OWNER)
    assert {"full", "ims", "small"} <= {stack.name for stack in stacks}
    assert all(stack.problems == () for stack in stacks)


@pytest.mark.parametrize("name", ["ims.yaml", "small.yaml", "full"])
def test_each_example_loads_alone(name):
    """None needs another; all have a lineage, and none is for one account only."""
    (stack,) = load_stacks([EXAMPLES / name], variables=OWNER)
    assert stack.lineage
    assert not stack.account


@pytest.mark.parametrize(
    "form",
    [StackForm, DefaultsForm, ProfileForm, UserForm, GroupForm, RoleForm, PolicyForm, TrustForm, OidcForm],
    ids=lambda form: form.__name__,
)
def test_the_page_on_stacks_tells_every_key(form):
    """A key that the language has is in its page."""
    page = (ROOT / "docs" / "stacks.md").read_text("utf-8")
    assert [key for key in form.model_fields if f"`{key}`" not in page] == []


def test_the_first_stack_loads_without_a_word(write):
    """`init` writes what `validate` has nothing to say about."""
    (stack,) = load_stacks([write({"a.yaml": first_stack("media", "3f9a2c1b")})])
    assert (stack.owner, stack.problems) == ("media.3f9a2c1b", ())
    assert stack.users


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_the_schema_accepts_the_examples(path):
    """An editor shows nothing red in what loads."""
    assert violations(path.read_text("utf-8")) == []


def test_the_schema_accepts_the_first_stack():
    """Nor in what `init` writes."""
    assert violations(first_stack("media", "3f9a2c1b")) == []


@pytest.mark.parametrize("name", ["unknown-keys", "wrong-types", "header", "sinks"])
def test_the_schema_refuses_what_loading_refuses(name):
    """Unknown keys, wrong types and wrong headers are red while typing."""
    assert violations((CASES / f"{name}.yaml").read_text("utf-8"))


def test_the_schema_describes_every_key():
    """It is a valid schema of its draft, and an editor has a sentence for each key."""
    schema = json_schema()
    jsonschema.Draft202012Validator.check_schema(schema)
    forms = [schema, *schema["$defs"].values()]
    assert all(field.get("description") for form in forms for field in form["properties"].values())


def test_recipes_plan_on_requests_and_apply_on_main():
    """Both are YAML, log on with OIDC, read the detailed exit code and hold no secret."""
    recipes = ci_recipes()
    assert set(recipes) == {".github/workflows/ramstack.yml", ".gitlab-ci.yml"}
    for text in recipes.values():
        pipeline = yaml.safe_load(text)
        assert {"plan", "apply"} <= set(pipeline.get("jobs", pipeline))
        assert "ramstack plan --out plan.json --detailed-exitcode" in text
        assert "ramstack apply plan.json --yes" in text
        assert "ALIBABA_CLOUD_OIDC_TOKEN_FILE" in text
        assert "SECRET" not in text
