"""The parameters of one call, and the readings that actions make of them.

RAM writes an array as one JSON string, the other products as a flat ``Name.1``, ``Name.2`` list
(ram-api.md section 1.3). Every reader either returns a value of its type or refuses.
"""

import json
import re
from collections.abc import Iterator, Mapping

from ramstack.emulator.errors import Refusal, bad_parameter

Pair = tuple[str, str]

NUMBER = re.compile(r"[0-9]{1,9}", re.ASCII)
INDEX = re.compile(r"[1-9][0-9]{0,3}", re.ASCII)

BOOLEANS = {"true": True, "false": False}


class Params(Mapping[str, str]):
    """Parameters by name, as sent: exact names, text values, blanks included."""

    def __init__(self, values: Mapping[str, str]) -> None:
        self._values = dict(values)

    def __getitem__(self, name: str) -> str:
        return self._values[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._values)

    def __len__(self) -> int:
        return len(self._values)

    def required(self, name: str) -> str:
        """A blank value counts as missing."""
        value = self._values.get(name, "")
        if not value:
            raise Refusal(f"Missing{name}", f"The parameter {name} is required.")
        return value

    def text(self, name: str, default: str = "") -> str:
        return self._values.get(name, default)

    def flag(self, name: str, *, default: bool = False) -> bool:
        """Booleans without regard to case: the Python SDK writes ``True``."""
        value = self._values.get(name, "")
        if not value:
            return default
        if value.lower() not in BOOLEANS:
            raise bad_parameter(name, "Format")
        return BOOLEANS[value.lower()]

    def number(self, name: str, low: int, high: int, default: int) -> int:
        value = self._values.get(name, "")
        if not value:
            return default
        if not (NUMBER.fullmatch(value) and low <= int(value) <= high):
            raise bad_parameter(name, "Range")
        return int(value)

    def json_names(self, name: str) -> tuple[str, ...]:
        """RAM: ``["a","b"]``."""
        items = _json_array(name, self._values.get(name, ""))
        if not all(isinstance(item, str) for item in items):
            raise bad_parameter(name, "Format")
        return tuple(str(item) for item in items)

    def json_tags(self, name: str) -> tuple[Pair, ...]:
        """RAM: ``[{"Key":"k","Value":"v"}]``; the value may be left out."""
        return tuple(_json_tag(name, item) for item in _json_array(name, self._values.get(name, "")))

    def flat_names(self, name: str) -> tuple[str, ...]:
        """The other products: ``Name.1``, ``Name.2``, in order of the index."""
        return tuple(self._values.get(f"{name}.{index}", "") for index in self._indexes(name))

    def flat_tags(self, name: str) -> tuple[Pair, ...]:
        """The other products: ``Tag.1.Key``, ``Tag.1.Value``."""
        return tuple(
            (self._values.get(f"{name}.{index}.Key", ""), self._values.get(f"{name}.{index}.Value", ""))
            for index in self._indexes(name)
        )

    def _indexes(self, name: str) -> list[int]:
        heads = (key[len(name) + 1 :].partition(".")[0] for key in self._values if key.startswith(f"{name}."))
        return sorted({int(head) for head in heads if INDEX.fullmatch(head)})


def _json_array(name: str, text: str) -> list[object]:
    if not text:
        return []
    try:
        value = json.loads(text)
        json.dumps(value, ensure_ascii=False).encode()  # an escaped half of a surrogate pair is no text
    except (ValueError, RecursionError) as error:
        raise bad_parameter(name, "Format") from error
    if not isinstance(value, list):
        raise bad_parameter(name, "Format")
    return value


def _json_tag(name: str, item: object) -> Pair:
    if not isinstance(item, dict):
        raise bad_parameter(name, "Format")
    key, value = item.get("Key", ""), item.get("Value", "")
    if not (isinstance(key, str) and isinstance(value, str)):
        raise bad_parameter(name, "Format")
    return key, value
