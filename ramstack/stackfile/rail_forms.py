"""The form of `rails:`: limits that stop a plan."""

from __future__ import annotations

from typing import Annotated, Final

from pydantic import BaseModel, ConfigDict, PlainValidator, WithJsonSchema
from pydantic_core import PydanticCustomError

from ramstack.stackfile.node import Quoted
from ramstack.stackfile.values import Text

HUNDRED: Final = 100


def _read_number(value: object) -> int:
    if not isinstance(value, str) or isinstance(value, Quoted) or not (value.isascii() and value.isdigit()):
        raise PydanticCustomError("number", "Write a whole number, 0 or more.")
    return int(value)


def _read_percent(value: object) -> int:
    if (percent := _read_number(value)) > HUNDRED:
        raise PydanticCustomError("number", "Write a whole number from 0 to 100.")
    return percent


Number = Annotated[int, PlainValidator(_read_number), WithJsonSchema({"type": "integer", "minimum": 0})]
Percent = Annotated[
    int, PlainValidator(_read_percent), WithJsonSchema({"type": "integer", "minimum": 0, "maximum": HUNDRED})
]


class RailsForm(BaseModel):
    """Limits that stop a plan until somebody says that it is meant; of several the strictest holds."""

    model_config = ConfigDict(extra="forbid", frozen=True, use_attribute_docstrings=True)

    max_deletes: Number | None = None
    """How many things one plan may delete or take away; what goes with its user, group or policy counts once."""
    max_delete_percent: Percent | None = None
    """How much of the stacks' users, groups and policies one plan may delete, once they are ten or more."""
    protected: list[Text] | None = None
    """Names or addresses from which nothing is taken: `breakglass-*`, `user/breakglass-*`."""
    min_admins: Number | None = None
    """How many users must surely be administrators afterwards, where a plan makes them fewer."""
