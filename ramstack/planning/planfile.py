"""The plan document: the JSON of `plan --format json`, of `--out FILE`, and the way back.

`digest` is the SHA-256 of the canonical JSON without digest and signature: it finds accidents. Nothing in a plan is a
secret, because nothing in the model is.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence

from pydantic import BaseModel, ConfigDict, ValidationError

from ramstack import __version__
from ramstack.model.address import Address, Kind
from ramstack.model.call import Batch
from ramstack.model.change import Action, Change, Drift, Note, Plan, Risk
from ramstack.model.errors import DamagedPlan
from ramstack.model.limits import Rates
from ramstack.model.permission import Ability, Meaning
from ramstack.model.problem import Origin, Problem, Severity
from ramstack.model.resource import Resource
from ramstack.model.stack import InputFile
from ramstack.planning.fingerprint import digest
from ramstack.planning.movement import How, differing
from ramstack.planning.record import record_of, resource_of
from ramstack.planning.signature import check_signature, sealed
from ramstack.planning.sinks import sink_of, sink_record
from ramstack.planning.timing import count_writes, estimate

FORMAT_VERSION = "1.0"
_HOW: Mapping[Action, How] = {"create": "appeared", "update": "changed", "delete": "vanished"}
_DANGERS: tuple[Risk, ...] = ("admin-grant", "unknown")


def plan_document(plan: Plan, batches: Sequence[Batch], rates: Rates) -> dict[str, object]:
    """The document of design "Contracts". Law: `read_plan` of it gives back an equal plan."""
    document: dict[str, object] = {
        "format_version": FORMAT_VERSION,
        "ramstack_version": __version__,
        "account": plan.account,
        "caller": plan.caller,
        "stacks": list(plan.stacks),
        "created_at": plan.created_at,
        "expires_at": plan.expires_at,
        "complete": plan.complete,
        "targets": list(plan.targets),
        "inputs": [{"path": file.path, "sha256": file.sha256} for file in plan.inputs],
        "fingerprints": dict(plan.fingerprints),
        "base": plan.base,
        "summary": _summary(plan, batches, rates),
        "changes": [change_record(change) for change in plan.changes],
        "permissions": [meaning_record(meaning) for meaning in plan.permissions],
        "problems": problem_records(plan.problems),
        "rails": [
            {**record, "size": rail.size}
            for rail, record in zip(plan.rails, problem_records(plan.rails), strict=True)
        ],
        "notes": [{"address": str(note.address), "text": note.text} for note in plan.notes],
        "sinks": [sink_record(sink) for sink in plan.sinks],
        "drift": [_drift_record(one) for one in plan.drift],
    }
    return {**document, "digest": digest_of(document), "signature": None}


def digest_of(document: Mapping[str, object]) -> str:
    """The seal of a plan document: over everything but digest and signature."""
    return digest(sealed(document))


def _summary(plan: Plan, batches: Sequence[Batch], rates: Rates) -> dict[str, object]:
    return {
        "create": plan.count("create"),
        "update": plan.count("update"),
        "delete": plan.count("delete"),
        "batches": len(batches),
        "calls": {"read": plan.reads, "write": count_writes(batches)},
        "estimated_seconds": round(estimate(batches, rates), 1),
    }


def change_record(change: Change) -> dict[str, object]:
    """One change as plans show it."""
    return {
        "address": str(change.address),
        "kind": change.address.kind,
        "action": change.action,
        "before": _side(change.address, change.before),
        "after": _side(change.address, change.after),
        "risk": list(change.risk),
        "notes": list(change.notes),
        "origin": str(change.origin) if change.origin else None,
    }


def _drift_record(drift: Drift) -> dict[str, object]:
    return {
        "address": str(drift.address),
        "kind": drift.address.kind,
        "how": _HOW[drift.action],
        "before": _side(drift.address, drift.before),
        "after": _side(drift.address, drift.after),
        "fields": list(differing(drift.before, drift.after)),
        "run_id": drift.run_id,
        "since": drift.since,
    }


def _side(address: Address, resource: Resource | None) -> dict[str, object] | None:
    """What is held, with what the address says in fields: a reader of plans need not take addresses apart."""
    return None if resource is None else {**_said_by(address), **record_of(resource)}


def _said_by(address: Address) -> dict[str, object]:
    match address.kind:
        case "tag":
            return {"key": address.tag_key}
        case "membership":
            return {"user": address.name, "group": address.group.name}
        case "attachment":
            policy = {"policy_type": address.policy.type, "policy_name": address.policy.name}
            scope = {"resource_group": address.resource_group} if address.resource_group else {}
            return {"principal": str(address.root), **policy, **scope}
        case _:
            return {}


def meaning_record(meaning: Meaning) -> dict[str, object]:
    """What one principal can newly do and no longer do. `unknown`: policies that could not be read, or `UNDECIDED`."""
    return {
        "principal": str(meaning.principal),
        "gains": [_ability_record(ability) for ability in meaning.gains],
        "loses": [_ability_record(ability) for ability in meaning.loses],
        "unknown": list(meaning.unknown),
        "escalations": list(meaning.escalations),
    }


def _ability_record(ability: Ability) -> dict[str, object]:
    return {
        "service": ability.service,
        "name": ability.name,
        "actions": list(ability.actions),
        "count": ability.count,
        "patterns": list(ability.patterns),
        "access": dict(ability.access),
        "resources": list(ability.resources),
        "when": ability.when,
    }


def problem_records(problems: Iterable[Problem]) -> list[dict[str, object]]:
    """Problems as plans, reports and `validate` show them."""
    return [
        {
            "severity": problem.severity,
            "rule": problem.rule,
            "summary": problem.summary,
            "detail": problem.detail,
            "address": str(problem.address) if problem.address else None,
            "origin": str(problem.origin) if problem.origin else None,
        }
        for problem in problems
    ]


class _Part(BaseModel):
    """Readers ignore what they do not know: additions are free."""

    model_config = ConfigDict(extra="ignore", frozen=True)


class _Input(_Part):
    path: str
    sha256: str


class _Change(_Part):
    address: str
    kind: Kind
    before: dict[str, object] | None
    after: dict[str, object] | None
    risk: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    origin: str | None = None


class _Ability(_Part):
    service: str
    name: str = ""
    actions: tuple[str, ...]
    count: int = 0
    patterns: tuple[str, ...] = ()
    access: dict[str, int] = {}
    resources: tuple[str, ...] = ()
    when: str = ""


class _Meaning(_Part):
    principal: str
    gains: tuple[_Ability, ...] = ()
    loses: tuple[_Ability, ...] = ()
    unknown: tuple[str, ...] = ()
    escalations: tuple[str, ...] = ()


class _Problem(_Part):
    severity: Severity
    rule: str
    summary: str
    detail: str
    address: str | None = None
    origin: str | None = None
    size: int = 1


class _Note(_Part):
    address: str
    text: str


class _Sink(_Part):
    name: str
    kind: str
    options: dict[str, object]
    origin: str


class _Drift(_Part):
    address: str
    kind: Kind
    how: How
    before: dict[str, object] | None
    after: dict[str, object] | None
    run_id: str
    since: str


class _Calls(_Part):
    read: int


class _Summary(_Part):
    calls: _Calls


class _Document(_Part):
    account: str
    caller: str
    stacks: tuple[str, ...]
    created_at: str
    expires_at: str
    complete: bool
    targets: tuple[str, ...]
    inputs: tuple[_Input, ...]
    fingerprints: dict[str, str]
    base: str
    summary: _Summary
    changes: tuple[_Change, ...]
    permissions: tuple[_Meaning, ...] = ()
    problems: tuple[_Problem, ...]
    rails: tuple[_Problem, ...]
    notes: tuple[_Note, ...] = ()
    sinks: tuple[_Sink, ...] = ()
    drift: tuple[_Drift, ...] = ()


def read_plan(text: str, key: bytes | None = None) -> Plan:
    """The plan of a document. Raises DamagedPlan when it is not one that was written whole, or is of another major.

    With a key, also when it is not signed with it.
    """
    try:
        raw = json.loads(text)
        _check_seal(raw)
        if key is not None:
            check_signature(raw, key)
        return _plan_of(_Document.model_validate(raw))
    except RecursionError:
        raise DamagedPlan("it is nested too deeply") from None
    except json.JSONDecodeError as error:
        raise DamagedPlan(f"it is not JSON ({error})") from None
    except ValidationError as error:
        places = ", ".join(".".join(map(str, e["loc"])) for e in error.errors()[:5])
        raise DamagedPlan(f"it does not have the shape of a plan (see {places})") from None
    except ValueError as error:
        raise DamagedPlan(str(error)) from None


def _check_seal(raw: object) -> None:
    if not isinstance(raw, dict) or "format_version" not in raw:
        raise DamagedPlan("it is not a plan document")
    version = str(raw["format_version"])
    if version.partition(".")[0] != FORMAT_VERSION.partition(".")[0]:
        raise DamagedPlan(f"it has format version {version}; this ramstack reads {FORMAT_VERSION}")
    if digest_of(raw) != raw.get("digest"):
        raise DamagedPlan(
            "its digest is wrong: it was changed or cut short after it was written. Make a new plan"
        )


def _plan_of(document: _Document) -> Plan:
    return Plan(
        account=document.account,
        caller=document.caller,
        stacks=document.stacks,
        created_at=document.created_at,
        expires_at=document.expires_at,
        complete=document.complete,
        targets=document.targets,
        inputs=tuple(InputFile(i.path, i.sha256) for i in document.inputs),
        fingerprints=document.fingerprints,
        base=document.base,
        changes=tuple(_change_of(c) for c in document.changes),
        problems=tuple(_problem_of(p) for p in document.problems),
        rails=tuple(_problem_of(p) for p in document.rails),
        notes=tuple(Note(Address.parse(n.address), n.text) for n in document.notes),
        sinks=tuple(
            sink_of(s.name, s.kind, s.options, _origin_of(s.origin) or Origin("")) for s in document.sinks
        ),
        permissions=tuple(_meaning_of(m) for m in document.permissions),
        drift=tuple(_drift_of(d) for d in document.drift),
        reads=document.summary.calls.read,
    )


def _change_of(record: _Change) -> Change:
    before, after = _sides_of(record)
    dangers: tuple[Risk, ...] = tuple(risk for risk in _DANGERS if risk in record.risk)
    origin = _origin_of(record.origin)
    return Change(Address.parse(record.address), before, after, origin, record.notes, dangers)


def _drift_of(record: _Drift) -> Drift:
    before, after = _sides_of(record)
    action = next(action for action, how in _HOW.items() if how == record.how)
    return Drift(Address.parse(record.address), action, before, after, record.run_id, record.since)


def _sides_of(record: _Change | _Drift) -> tuple[Resource | None, Resource | None]:
    before, after = (
        resource_of(record.kind, side) if side is not None else None for side in (record.before, record.after)
    )
    return before, after


def _meaning_of(record: _Meaning) -> Meaning:
    gains, loses = (tuple(_ability_of(one) for one in side) for side in (record.gains, record.loses))
    return Meaning(Address.parse(record.principal), gains, loses, record.unknown, record.escalations)


def _ability_of(record: _Ability) -> Ability:
    access = tuple(record.access.items())
    known = record.service, record.name, record.actions, record.count, record.patterns
    return Ability(*known, access, record.resources, record.when)


def _problem_of(record: _Problem) -> Problem:
    address = Address.parse(record.address) if record.address else None
    origin = _origin_of(record.origin)
    return Problem(record.severity, record.rule, record.summary, record.detail, address, origin, record.size)


def _origin_of(text: str | None) -> Origin | None:
    if not text:
        return None
    path, line, column = text.rsplit(":", 2)
    return Origin(path, int(line), int(column))
