"""Why a call was denied: ``AccessDeniedDetail`` in the reply, and what ``DecodeDiagnosticMessage`` makes of its message.

The encoded message is the diagnosis itself under a seal of the account, so nothing has to be kept
(policy-language.md section 3, "Denials on the wire").
"""

import base64
import hmac
import json
import zlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from ramstack.emulator.call import Account, Action, Body, Call, Caller, Json
from ramstack.emulator.errors import Refusal
from ramstack.emulator.grants import Holding
from ramstack.policy import Answer, Condition, Decision, Grant, Match, Request

PRINCIPAL_TYPES = {"root": "Root", "user": "SubUser", "role": "AssumedRoleUser"}
NO_PERMISSION_TYPES = {Answer.EXPLICIT_DENY: "ExplicitDeny"}
SEAL_BYTES = 16


class Denied(Refusal):
    """The caller has no permission; ``detail`` goes into the reply as ``AccessDeniedDetail``."""

    def __init__(self, code: str, message: str, detail: Body) -> None:
        super().__init__(code, message)
        self.detail = detail


@dataclass(frozen=True)
class Denial:
    """``layer`` names the kind of policy that did not allow; ``code`` is what the product calls a denial."""

    account: Account
    caller: Caller
    request: Request
    decision: Decision
    layer: str
    code: str = "NoPermission"

    @property
    def no_permission_type(self) -> str:
        return NO_PERMISSION_TYPES.get(self.decision.answer, "ImplicitDeny")


def denied(denial: Denial, holdings: Sequence[Holding]) -> Denied:
    diagnosis = _diagnose(denial, holdings)
    detail: Body = {
        "AuthAction": denial.request.action,
        **_principal(denial),
        "NoPermissionType": denial.no_permission_type,
        "PolicyType": denial.layer,
        "EncodedDiagnosticMessage": encode(diagnosis, denial.account.seal),
    }
    return Denied(denial.code, _sentence(denial), detail)


def decode_diagnostic_message(call: Call) -> Body:
    text = call.params.required("EncodedDiagnosticMessage")
    diagnosis = decode(text, call.account.seal)
    if diagnosis is None:
        raise Refusal("InvalidParameter.EncodedDiagnosticMessage", "The message is not one of this account.")
    return {"DecodedDiagnosticMessage": diagnosis}


def encode(diagnosis: Body, seal: bytes) -> str:
    packed = zlib.compress(json.dumps(diagnosis).encode())
    return base64.urlsafe_b64encode(_seal(packed, seal) + packed).decode()


def decode(text: str, seal: bytes) -> Body | None:
    """None for what this account did not encode."""
    try:
        sealed = base64.urlsafe_b64decode(text.encode("ascii"))
    except ValueError:
        return None
    mark, packed = sealed[:SEAL_BYTES], sealed[SEAL_BYTES:]
    if not hmac.compare_digest(mark, _seal(packed, seal)):
        return None
    diagnosis: Body = json.loads(zlib.decompress(packed))
    return diagnosis


def _seal(packed: bytes, seal: bytes) -> bytes:
    return hmac.digest(seal, packed, "sha256")[:SEAL_BYTES]


def _diagnose(denial: Denial, holdings: Sequence[Holding]) -> Body:
    """Conditions are told with the values of the call."""
    by_grant = {holding.grant: holding for holding in holdings}
    return {
        "AuthAction": denial.request.action,
        "AuthResource": denial.request.resource or "",
        "ExplicitDeny": denial.decision.answer is Answer.EXPLICIT_DENY,
        "NoPermissionPolicyType": denial.layer,
        "AuthPrincipal": _principal(denial),
        "AuthConditions": [
            {"ConditionKey": key, "ConditionValues": [value] if isinstance(value, str) else list(value)}
            for key, value in sorted(denial.request.context.items())
        ],
        "MatchedPolicies": [_matched(match, by_grant) for match in denial.decision.deciding],
    }


def _matched(match: Match, by_grant: Mapping[Grant, Holding]) -> Json:
    holding = by_grant.get(match.grant)
    return {
        "PolicyIdentifier": match.grant.name,
        "PolicyType": holding.policy_type if holding else "",
        "PolicyVersion": holding.version if holding else "",
        "Effect": match.effect.value,
        "AttachedEntityType": holding.entity_type if holding else "",
        "AttachedScope": holding.scope if holding else "",
    }


def _principal(denial: Denial) -> Body:
    return {
        "AuthPrincipalType": PRINCIPAL_TYPES[denial.caller.kind],
        "AuthPrincipalDisplayName": denial.caller.display_name,
        "AuthPrincipalOwnerId": denial.account.account_id,
    }


def _sentence(denial: Denial) -> str:
    request, unknown = denial.request, denial.decision.depends_on
    sentence = f"{denial.caller.arn} is not authorized to do {request.action} on {request.resource or 'it'}."
    return f"{sentence} {_doubt(unknown)}" if unknown else sentence


def _doubt(unknown: Sequence[Condition]) -> str:
    return f"It depends on what cannot be judged here: {'; '.join(map(str, unknown))}."


ACTIONS: dict[str, Action] = {"DecodeDiagnosticMessage": decode_diagnostic_message}
