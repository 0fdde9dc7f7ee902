"""Verdicts: what a reply says of the key that signed the call, by its code (ice-actions.md, "Errors").

The HTTP status does not count: one code comes with different ones. A code of the family `Forbidden` that is not in the table
is no denial by RAM, and nobody here knows what it is.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from ramstack.model.address import Address
from ramstack.model.proof import Prediction, Proof, Reply, Verdict
from ramstack.planning.decisions import Judge
from ramstack.policy import Request, evaluate
from ramstack.policy.catalogue import Access, find_operation, fixed_resources

DEFAULT_PROBES = ("ice:GetDefaultStorageLocation", "ice:ListPipelines")
"""One setting and one short list, without parameters, in the published read-only policy (ice-actions.md, "A harmless probe")."""

ADDRESS = "acs:SourceIp"
ANONYMOUS = ("ice:GetPublicMediaInfo", "ice:ListAllPublicMediaTags", "ice:ListPublicMediaBasicInfos")
"""Answered to everybody, signed or not."""

_FAMILIES: tuple[tuple[str, Verdict], ...] = (
    ("Forbidden.AccessKeyPolicy", Verdict.IP_FENCE),  # the addresses that the key itself may be used from
    ("Forbidden.SubscriptionRequired", Verdict.NOT_ACTIVATED),
    ("Inactive", Verdict.NOT_ACTIVATED),
    ("InvalidAccessKeyId.Inactive", Verdict.DISABLED_KEY),
    ("InvalidAccessKeyId", Verdict.INVALID_KEY),
    ("InvalidAccessKeySecret", Verdict.WRONG_SECRET),
    ("SDK.InvalidAccessKeySecret", Verdict.WRONG_SECRET),
    ("SignatureDoesNotMatch", Verdict.WRONG_SECRET),
    ("IncompleteSignature", Verdict.WRONG_SECRET),
    ("InvalidTimeStamp", Verdict.CLOCK),
    ("IllegalTimestamp", Verdict.CLOCK),
    ("InvalidSecurityToken", Verdict.INVALID_TOKEN),
    ("MissingSecurityToken", Verdict.INVALID_TOKEN),
    ("SecurityTokenExpired", Verdict.INVALID_TOKEN),
    ("Rejected.Throttling", Verdict.THROTTLED),
    ("Throttling", Verdict.THROTTLED),
    ("Forbidden.RAM", Verdict.DENIED),
    ("Forbidden.NotSupportRAM", Verdict.DENIED),
    ("NoPermission", Verdict.DENIED),
    ("AccessDenied", Verdict.DENIED),
    ("InvalidApi", Verdict.UNCLEAR),
    ("InvalidAction", Verdict.UNCLEAR),
    ("InvalidProduct", Verdict.UNCLEAR),
    ("InvalidParameter", Verdict.WORKS),  # it was let in, and only then looked at
    ("MissingParameter", Verdict.WORKS),
    ("EntityNotExist", Verdict.WORKS),
    ("InternalError", Verdict.UNREACHABLE),
    ("ServiceUnavailable", Verdict.UNREACHABLE),
    (
        "SignatureNonceUsed",
        Verdict.UNREACHABLE,
    ),  # the call arrived twice, the answer to the first one is lost
    ("NoConnection", Verdict.UNREACHABLE),
    ("NoAnswer", Verdict.UNREACHABLE),
    ("UndecodableReply", Verdict.UNREACHABLE),
)
_SERVER_ERRORS = (500, 502, 503, 504)
_NOT_ACCEPTED = frozenset(
    {
        Verdict.DENIED,
        Verdict.IP_FENCE,
        Verdict.INVALID_KEY,
        Verdict.DISABLED_KEY,
        Verdict.WRONG_SECRET,
        Verdict.INVALID_TOKEN,
        Verdict.CLOCK,
    }
)


def verdict_of(reply: Reply) -> Verdict:
    """Decided by the code; an exact `Forbidden`, or a denial with its type, means that RAM denied."""
    if not reply.code:
        return Verdict.WORKS
    if reply.code == "Forbidden" or (reply.denial and reply.denial.type):
        return Verdict.DENIED
    known = next((verdict for family, verdict in _FAMILIES if _is_of(reply.code, family)), None)
    if known is not None:
        return known
    if reply.status in _SERVER_ERRORS or reply.code.startswith("HTTP"):
        return Verdict.UNREACHABLE
    return Verdict.WORKS if reply.code.endswith("NotFound") else Verdict.UNCLEAR


def _is_of(code: str, family: str) -> bool:
    return code == family or code.startswith(f"{family}.")


def predict(
    judge: Judge, user: Address, action: str, context: Mapping[str, str | tuple[str, ...]]
) -> Prediction:
    """What the user's policies say of one call. What is not in `context` is not known, and the answer may depend on it."""
    resources = fixed_resources(action, (), judge.holdings.account.id)
    request = Request(action, resources[0] if resources else None, context, complete=False)
    told = judge.decide(user, request)
    matches = evaluate(judge.holdings.grants(user), request).deciding
    readable = (match for match in matches if not match.grant.document.is_opaque)
    return Prediction(
        told.answer,
        tuple(dict.fromkeys(reason.policy for reason in told.reasons)),
        tuple(sorted({condition.key for match in readable for condition in match.open})),
        told.unread,
    )


def is_fenced(before: Prediction | None, after: Prediction | None) -> bool:
    """Whether a denial is one of the address: nothing else was open, and the address that was seen, if known, is not let in."""
    if before is None or before.depends_on != (ADDRESS,) or before.unread:
        return False
    return after is None or after.answer != "allow"


def unfit(action: str) -> str:
    """Why an operation cannot be a probe; empty where it can: only what reads, and is known to."""
    operation = find_operation(action)
    if operation is None or operation.service != "ice":
        return "there is no such operation of ice"
    if not operation.is_read:
        return "it does not only read; what a user may write is asked of its policies: ramstack explain"
    if Access.SECRETS in operation.access:
        return "its answer holds secrets"
    if operation.action in ANONYMOUS:
        return "it is answered to everybody, so it proves nothing"
    return ""


def is_key_at_fault(proofs: Iterable[Proof]) -> bool:
    """Whether a key was not accepted, or denied more than its policies say: credentials or permission, nothing else."""
    return any(
        proof.verdict in _NOT_ACCEPTED
        or any(probe.is_denied for probe in proof.probes if not probe.is_expected)
        or (proof.probes and all(probe.is_denied for probe in proof.probes))
        for proof in proofs
    )
