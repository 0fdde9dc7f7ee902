"""The system policies, from one data file.

Documents are as published where a page shows them; the others have the obvious shape and say ``reconstructed``
(ram-api.md section 7, appendices B and C).
"""

import json
from dataclasses import dataclass
from importlib.resources import files


@dataclass(frozen=True)
class SystemPolicy:
    name: str
    description: str
    version: str
    created: str
    updated: str
    document: str
    reconstructed: bool


def read_catalogue() -> tuple[SystemPolicy, ...]:
    """All of them, in order of their names."""
    lines = files("ramstack.emulator").joinpath("system_policies.jsonl").read_text("utf-8").splitlines()
    return tuple(_read_line(line) for line in lines)


def _read_line(line: str) -> SystemPolicy:
    fields = json.loads(line)
    return SystemPolicy(
        name=fields["PolicyName"],
        description=fields["Description"],
        version=fields["DefaultVersion"],
        created=fields["CreateDate"],
        updated=fields["UpdateDate"],
        document=fields["PolicyDocument"],
        reconstructed=fields["reconstructed"],
    )
