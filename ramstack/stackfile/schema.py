"""The JSON Schema of stack files, for editors: completion, descriptions and first checks while typing."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from pydantic.json_schema import GenerateJsonSchema, JsonSchemaValue
from pydantic_core import core_schema

from ramstack.model.limits import (
    ACCOUNT_ID,
    GROUP_NAME,
    LINEAGE,
    POLICY_NAME,
    ROLE_NAME,
    SINK_NAME,
    STACK_NAME,
    USER_NAME,
)
from ramstack.stackfile.documents import FILE_KEY
from ramstack.stackfile.forms import StackForm
from ramstack.stackfile.sink_forms import KIND_FORMS, REQUIRED

_NAMES: Mapping[str, str] = MappingProxyType(
    {
        "users": USER_NAME.pattern,
        "groups": GROUP_NAME.pattern,
        "policies": POLICY_NAME.pattern,
        "roles": ROLE_NAME.pattern,
        "sinks": SINK_NAME.pattern,
    }
)
_HEADER: Mapping[str, str] = MappingProxyType(
    {"stack": STACK_NAME.pattern, "lineage": LINEAGE.pattern, "account": ACCOUNT_ID.pattern}
)
_DOCUMENT = {
    "type": ["object", "string"],
    "if": {"required": [FILE_KEY]},
    "then": {"properties": {FILE_KEY: {"type": "string"}}, "additionalProperties": False},
    "else": {
        "required": ["Version", "Statement"],
        "properties": {"Version": {"enum": ["1", 1]}, "Statement": {"type": "array", "minItems": 1}},
    },
}


def json_schema() -> JsonSchemaValue:
    """The schema (draft 2020-12)."""
    schema = StackForm.model_json_schema(schema_generator=_Generator)
    properties, forms = schema["properties"], schema["$defs"]
    for key, pattern in _NAMES.items():
        properties[key]["propertyNames"] = {"pattern": f"^{pattern}$"}
    for key, pattern in _HEADER.items():
        properties[key]["pattern"] = rf"^{pattern}$|\$\{{"  # a variable may stand for it
    for bearer in ("PolicyForm", "TrustForm"):
        forms[bearer]["properties"]["document"] |= _DOCUMENT
    forms["SinkForm"] |= {"minProperties": 1, "maxProperties": 1}
    for kind, form in KIND_FORMS.items():
        forms[form.__name__]["required"] = list(REQUIRED[kind])
    return {"$schema": GenerateJsonSchema.schema_dialect, **schema, "title": "ramstack stack"}


class _Generator(GenerateJsonSchema):
    """Without what is true of the forms only: there a key left out is None, in a file it is just left out."""

    def nullable_schema(self, schema: core_schema.NullableSchema) -> JsonSchemaValue:
        return self.generate_inner(schema["schema"])

    def default_schema(self, schema: core_schema.WithDefaultSchema) -> JsonSchemaValue:
        return self.generate_inner(schema["schema"])

    def field_title_should_be_set(self, schema: object) -> bool:  # noqa: ARG002  # the library's signature
        return False

    def function_before_schema(self, schema: core_schema.BeforeValidatorFunctionSchema) -> JsonSchemaValue:
        """A body may be left empty: `ann:` alone declares a user. `console: false` is read as a form, one value as a list of one."""
        inner = self.generate_inner(schema["schema"])
        if inner.get("type") == "array":
            return {"anyOf": [inner["items"], inner]}
        is_console = "ConsoleForm" in inner.get("$ref", "")
        return {"anyOf": [inner, {"const": False} if is_console else {"type": "null"}]}
