# ruff: noqa: INP001  # a script, not a package
"""Write ramstack/policy/data/*.json: the operations of the services we know, with what each of them can do.

Run ``python scripts/make_catalogue.py`` after an update of an SDK: names come from the installed ``alibabacloud-ice20201109``
and ``aliyun-python-sdk-ram``, the classification from ``scripts/catalogue/*.review.json``, reviewed by hand, with reasons. It
stops where an operation has a verb that nobody reviewed, where a reviewed operation is gone, and where an answer has a
field that looks like a secret but the review does not say so.
"""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Iterable
from importlib.metadata import version
from importlib.util import find_spec
from pathlib import Path
from typing import TypedDict, cast

HERE = Path(__file__).resolve().parent
DATA = HERE.parent / "ramstack" / "policy" / "data"
SDKS = {"ice": "alibabacloud-ice20201109", "ram": "aliyun-python-sdk-ram"}
MODULES = {"ice": "alibabacloud_ice20201109", "ram": "aliyunsdkram"}
VERB = re.compile(r"[A-Z][a-z]+")
LISTS = re.compile(r"\[\s+([^\[\]]*?)\s+\]")


class Ruling(TypedDict):
    access: list[str]
    why: str


class Review(TypedDict, total=False):
    service: str
    name: str
    complete: bool
    resources: list[str] | None
    resource_groups: bool
    why: str
    extra: list[str]
    levels: dict[str, list[str]]
    secret_fields: list[str]
    verbs: dict[str, Ruling]
    operations: dict[str, Ruling]


def main() -> int:
    complaints: list[str] = []
    for path in sorted((HERE / "catalogue").glob("*.review.json")):
        review = cast("Review", json.loads(path.read_text(encoding="utf-8")))
        names = names_of(review)
        found = check(review, names)
        complaints += found
        if not found:
            write(review, names)
    sys.stderr.writelines(f"{complaint}\n" for complaint in complaints)
    return 1 if complaints else 0


def names_of(review: Review) -> list[str]:
    return sorted({*read_operations(review["service"]), *review.get("extra", [])})


def read_operations(service: str) -> list[str]:
    """The operations an installed SDK speaks of; none for services whose names come from the review alone."""
    if service == "ice":
        return re.findall(r"action ?= ?'(\w+)'", (package(service) / "client.py").read_text(encoding="utf-8"))
    if service == "ram":
        return [
            path.name.removesuffix("Request.py")
            for path in package(service).glob("request/v20150501/*Request.py")
        ]
    return []


def check(review: Review, names: list[str]) -> list[str]:
    service = review["service"]
    unknown = [
        name for name in names if name not in review["operations"] and verb(name) not in review["verbs"]
    ]
    gone = sorted(set(review["operations"]) - set(names))
    secrets = {name for name in names if "secrets" in rule(review, name)["access"]}
    leaks = [name for name in secret_answers(review, names) if name not in secrets]
    return [
        *(f"{service}: nobody reviewed the verb of {name}" for name in unknown),
        *(f"{service}: {name} is reviewed but not in the SDK" for name in gone),
        *(
            f"{service}: the answer of {name} looks like a secret, the review does not say so"
            for name in leaks
        ),
    ]


def secret_answers(review: Review, names: Iterable[str]) -> list[str]:
    """The operations whose answer has one of the fields that the review calls secret."""
    fields = "|".join(review.get("secret_fields", []))
    if not fields:
        return []
    pattern = re.compile(rf"self\.({fields}) = ")
    modules = {
        path.name.replace("_", ""): path
        for path in (package(review["service"]) / "models").glob("*_response_body.py")
    }
    modules |= {
        path.name.replace("_", ""): path
        for path in (package(review["service"]) / "models").glob("*responsebody.py")
    }
    answers = {name: modules.get(f"{name.lower()}responsebody.py") for name in names}
    return [
        name for name, path in answers.items() if path and pattern.search(path.read_text(encoding="utf-8"))
    ]


def rule(review: Review, name: str) -> Ruling:
    return review["operations"].get(name) or review["verbs"].get(verb(name), {"access": [], "why": ""})


def document_of(review: Review, names: list[str]) -> dict[str, object]:
    service = review["service"]
    return {
        "service": service,
        "name": review["name"],
        "source": f"{SDKS[service]} {version(SDKS[service])}" if service in SDKS else "documentation",
        "complete": review["complete"],
        "resources": review["resources"],
        "resource_groups": review["resource_groups"],
        "levels": review.get("levels", {}),
        "operations": {name: rule(review, name)["access"] for name in names},
    }


def write(review: Review, names: list[str]) -> None:
    text = json.dumps(document_of(review, names), indent=1, ensure_ascii=False)
    text = LISTS.sub(lambda match: f"[{' '.join(match.group(1).split())}]", text)
    (DATA / f"{review['service']}.json").write_text(f"{text}\n", encoding="utf-8")


def package(service: str) -> Path:
    spec = find_spec(MODULES[service])
    if spec is None or spec.origin is None:
        raise SystemExit(f"{SDKS[service]} is not installed: pip install {SDKS[service]}")
    return Path(spec.origin).parent


def verb(name: str) -> str:
    match = VERB.match(name)
    return match.group() if match else name


if __name__ == "__main__":
    sys.exit(main())
