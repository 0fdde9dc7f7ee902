"""Values: what a scalar of a stack file may be read as."""

from __future__ import annotations

from typing import Annotated, Final

from pydantic import PlainValidator, WithJsonSchema
from pydantic_core import PydanticCustomError

from ramstack.stackfile.node import Quoted

_FLAGS: Final = {"true": True, "false": False}


def _read_flag(value: object) -> bool:
    if not isinstance(value, str) or isinstance(value, Quoted) or value not in _FLAGS:
        raise PydanticCustomError("flag", "Write true or false, without quotes.")
    return _FLAGS[value]


def written(**limits: int | str) -> WithJsonSchema:
    """Text whose value is what was written: editors shall accept `007` and `no` as well."""
    return WithJsonSchema({"type": ["string", "number", "boolean"], **limits})


Text = Annotated[str, written()]
Flag = Annotated[bool, PlainValidator(_read_flag), WithJsonSchema({"type": "boolean"})]
