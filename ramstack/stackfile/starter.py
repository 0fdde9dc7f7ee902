"""What people begin with: a first stack, and recipes that plan and apply it in a pipeline."""

from __future__ import annotations

from collections.abc import Mapping
from importlib.resources import files
from types import MappingProxyType

_RECIPES: Mapping[str, str] = MappingProxyType(
    {".github/workflows/ramstack.yml": "github.yml", ".gitlab-ci.yml": "gitlab.yml"}
)


def first_stack(stack: str, lineage: str) -> str:
    """A small commented stack of that name; it loads without problems."""
    return _template("first-stack.yaml").replace("@STACK@", stack).replace("@LINEAGE@", lineage)


def ci_recipes() -> Mapping[str, str]:
    """Pipelines by the path where they belong: plan on a request, apply on main, logged on with OIDC."""
    return {path: _template(name) for path, name in _RECIPES.items()}


def _template(name: str) -> str:
    return files("ramstack.stackfile").joinpath("templates", name).read_text("utf-8")
