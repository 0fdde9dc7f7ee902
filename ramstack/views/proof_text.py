"""Proofs as a person reads them, and as JSON: whose key it is, what each call came back with, and what to do."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from types import MappingProxyType

from ramstack.model.proof import IDENTIFY, Prediction, Probe, Proof, Verdict
from ramstack.policy import Answer
from ramstack.views.layout import BLANK, Line, prose, render
from ramstack.views.tables import table_lines
from ramstack.views.words import Word, quoted, split

HEADINGS = ("CALL", "VERDICT", "POLICIES SAY", "WHY")
INDENT = 2
_WORDS: Mapping[Verdict, str] = MappingProxyType(
    {
        Verdict.IP_FENCE: "denied from here",
        Verdict.INVALID_KEY: "invalid key",
        Verdict.DISABLED_KEY: "disabled key",
        Verdict.WRONG_SECRET: "wrong secret",
        Verdict.INVALID_TOKEN: "invalid token",
        Verdict.CLOCK: "clock is off",
        Verdict.NOT_ACTIVATED: "not activated",
    }
)
_ADVICE: Mapping[Verdict, str] = MappingProxyType(
    {
        Verdict.IP_FENCE: "The key may only be used from other addresses. Try it where it is meant to be used.",
        Verdict.INVALID_KEY: "There is no such key, or not yet. A key that was just made may take a moment.",
        Verdict.DISABLED_KEY: "The key is disabled, or its user is frozen.",
        Verdict.WRONG_SECRET: "The id is known, the secret is another one. The secret of a key cannot be read again: make a new key.",
        Verdict.INVALID_TOKEN: "The security token has ended, or does not go with the key.",
        Verdict.CLOCK: "The clock of this machine is more than 15 minutes off. Set it, then verify again.",
        Verdict.THROTTLED: "The account's call rate is used up. Wait a minute, then verify again.",
        Verdict.NOT_ACTIVATED: "The account has not activated Intelligent Media Service. Permissions were not even looked at.",
        Verdict.UNREACHABLE: "No trustworthy answer came. Look at the network, the endpoint and --region.",
        Verdict.UNCLEAR: "The service gave a code that ramstack does not know, so it proves neither.",
    }
)
_DISAGREEMENT = (
    "disagreement: the service {did} what the policies {say}. A control policy, a policy of the service itself or a change that "
    "has not taken effect may be why; ramstack explain shows the statements."
)


def proof_text(
    proofs: Sequence[Proof],
    missing: Sequence[str],
    remarks: Sequence[str],
    *,
    region: str,
    color: bool,
    width: int,
) -> str:
    """A paragraph for each key, then what could not be proven or known."""
    lines = [line for proof in proofs for line in _proof_lines(proof, region, width)]
    lines += [prose(f"not proven: no key that works was given for user/{user}") for user in missing]
    lines += [prose(remark) for remark in remarks]
    return render(lines, color=color, width=width)


def _proof_lines(proof: Proof, region: str, width: int) -> Iterator[Line]:
    identity = proof.identity
    whose = f" of {quoted(identity.arn)}" if identity.arn else ""
    style = "bold green" if proof.is_proven else "bold red"
    told = f"key {quoted(proof.key_id)}{whose}, IMS in {region}"
    yield Line([Word("proven:" if proof.is_proven else "not proven:", style), *split(told, "bold")])
    yield BLANK
    why = "" if proof.verdict is Verdict.WORKS else _said(identity.reply.code, identity.reply.message)
    rows = [(IDENTIFY, _word(proof.verdict), "-", why), *map(_row, proof.probes)]
    for line in table_lines(HEADINGS, rows, width=width - INDENT):
        yield Line(line.words, line.indent + INDENT, line.hang + INDENT)
    yield BLANK
    for text in dict.fromkeys(_advice(proof)):
        yield from (prose(text, INDENT), BLANK)


def _row(probe: Probe) -> tuple[str, ...]:
    denial = probe.reply.denial
    kind = f" ({denial.type})" if probe.verdict is Verdict.DENIED and denial and denial.type else ""
    return probe.reply.api, _word(probe.verdict) + kind, _predicted(probe.prediction), _why(probe)


def _word(verdict: Verdict) -> str:
    return _WORDS.get(verdict, str(verdict))


def _predicted(prediction: Prediction | None) -> str:
    match prediction:
        case None:
            return "-"
        case Prediction(answer=Answer.DEPENDS, depends_on=keys, unread=unread):
            return f"depends on {', '.join((*keys, *unread)) or 'what is not known'}"
        case _:
            return str(prediction.answer).replace("_", " ")


def _why(probe: Probe) -> str:
    by = _deciding(probe)
    told = f"by {', '.join(by)}" if by else ""
    if probe.verdict is Verdict.WORKS:
        return told
    code = _said(probe.reply.code, "" if told and probe.is_denied else probe.reply.message)
    return f"{told} ({code})" if told else code


def _deciding(probe: Probe) -> tuple[str, ...]:
    """The policies that decide: as the service tells, else as ours say, unless the two disagree."""
    if probe.diagnosis and probe.diagnosis.policies:
        return probe.diagnosis.policies
    return probe.prediction.policies if probe.prediction and probe.agrees else ()


def _said(code: str, message: str) -> str:
    return f"{code}: {message}" if message else code


def _advice(proof: Proof) -> Iterator[str]:
    if proof.verdict is not Verdict.WORKS:
        yield _ADVICE.get(proof.verdict, "The key was not let in.")
    for probe in proof.probes:
        if probe.agrees is False:
            did, say = ("denied", "allow") if probe.is_denied else ("allowed", "deny")
            yield f"{probe.reply.api}: " + _DISAGREEMENT.format(did=did, say=say)
        elif probe.verdict is Verdict.DENIED and not probe.is_expected:
            yield _denied_advice(probe)
        elif probe.verdict in _ADVICE:
            yield _ADVICE[probe.verdict]
    if proof.probes and all(probe.is_denied and probe.is_expected for probe in proof.probes):
        yield "The policies deny all that was tried, so nothing is proven: choose reads that they allow with --probe."


def _denied_advice(probe: Probe) -> str:
    if probe.reply.denial and probe.reply.denial.type == "explicit":
        return f"{probe.reply.api}: a Deny statement hits it. What is denied stays denied whatever else is attached."
    return f"{probe.reply.api}: no statement allows it. Attach a policy that does, such as AliyunICEReadOnlyAccess."


def proof_document(
    proofs: Sequence[Proof], missing: Sequence[str], remarks: Sequence[str], *, region: str
) -> dict[str, object]:
    """What `verify --format json` prints. `proven`: all keys work as their policies say, and no user lacks one."""
    return {
        "format_version": "1.0",
        "proven": not missing and all(proof.is_proven for proof in proofs),
        "region": region,
        "keys": [_proof_record(proof) for proof in proofs],
        "missing": list(missing),
        "remarks": list(remarks),
    }


def _proof_record(proof: Proof) -> dict[str, object]:
    identity = proof.identity
    return {
        "key_id": proof.key_id,
        "account": identity.account or None,
        "arn": identity.arn or None,
        "user": identity.user or None,
        "proven": proof.is_proven,
        "verdict": str(proof.verdict),
        "code": identity.reply.code or None,
        "message": identity.reply.message or None,
        "request_id": identity.reply.request_id or None,
        "probes": [_probe_record(probe) for probe in proof.probes],
    }


def _probe_record(probe: Probe) -> dict[str, object]:
    reply, diagnosis, prediction = probe.reply, probe.diagnosis, probe.prediction
    return {
        "action": reply.api,
        "verdict": str(probe.verdict),
        "denial": (reply.denial.type or None) if reply.denial else None,
        "layer": (reply.denial.layer or None) if reply.denial else None,
        "code": reply.code or None,
        "message": reply.message or None,
        "request_id": reply.request_id or None,
        "policies": list(diagnosis.policies) if diagnosis else None,
        "circumstances": {key: _listed(value) for key, value in sorted(diagnosis.context.items())}
        if diagnosis
        else None,
        "predicted": _prediction_record(prediction) if prediction else None,
        "agrees": probe.agrees,
        "expected": probe.is_expected,
    }


def _prediction_record(prediction: Prediction) -> dict[str, object]:
    return {
        "decision": str(prediction.answer),
        "policies": list(prediction.policies),
        "depends_on": list(prediction.depends_on),
        "unread": list(prediction.unread),
    }


def _listed(value: str | tuple[str, ...]) -> list[str]:
    return [value] if isinstance(value, str) else list(value)
