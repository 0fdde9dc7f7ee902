"""SARIF 2.1.0: what code scanning takes. Silenced problems are there as suppressed, with their reason."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from urllib.parse import quote

from ramstack import __version__
from ramstack.model.problem import Origin, Problem
from ramstack.planning.lint import Review
from ramstack.views.marks import Told, everything, message

SCHEMA = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
Record = dict[str, object]


def sarif_document(review: Review) -> Record:
    """One run with every rule that was told of; columns count characters."""
    told = tuple(everything(review))
    rules = _rules(one.problem for one in told)
    index = {rule: number for number, rule in enumerate(rules)}
    driver = {"name": "ramstack", "version": __version__, "rules": list(rules.values())}
    run = {
        "tool": {"driver": driver},
        "columnKind": "unicodeCodePoints",
        "results": [_result(one, index) for one in told],
    }
    return {"$schema": SCHEMA, "version": "2.1.0", "runs": [run]}


def _rules(problems: Iterable[Problem]) -> Mapping[str, Record]:
    """By id, in order."""
    first: dict[str, Problem] = {}
    for problem in problems:
        first.setdefault(problem.rule, problem)
    return {
        rule: {
            "id": rule,
            "shortDescription": {"text": problem.summary},
            "defaultConfiguration": {"level": problem.severity},
        }
        for rule, problem in sorted(first.items())
    }


def _result(told: Told, index: Mapping[str, int]) -> Record:
    problem = told.problem
    result: Record = {
        "ruleId": problem.rule,
        "ruleIndex": index[problem.rule],
        "level": problem.severity,
        "message": {"text": message(problem)},
        "locations": _locations(problem),
    }
    if told.silenced:
        reason = told.silenced.by.reason
        result["suppressions"] = [{"kind": "inSource", "status": "accepted", "justification": reason}]
    return result


def _locations(problem: Problem) -> Sequence[Record]:
    location: Record = {}
    if problem.origin:
        location["physicalLocation"] = _physical(problem.origin)
    if problem.address:
        location["logicalLocations"] = [{"fullyQualifiedName": str(problem.address), "kind": "resource"}]
    return [location] if location else []


def _physical(origin: Origin) -> Record:
    return {
        "artifactLocation": {"uri": uri_of(origin.path)},
        "region": {"startLine": origin.line, "startColumn": origin.column},
    }


def uri_of(path: str) -> str:
    """A path as a relative or file URI; a `:` in its first part would make a scheme of it."""
    text = quote(path.encode("utf-8", "surrogateescape"))
    return f"file://{text}" if text.startswith("/") else text
