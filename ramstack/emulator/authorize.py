"""May this caller do that? The policy engine decides, on all that the caller holds, in the circumstances of the call.

Root may do everything. Others may do what is allowed on every resource that the call names; Deny beats Allow; a session
policy only takes away. What cannot be judged (an unknown operator or key, an unreadable document) is refused, and said.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from ramstack.emulator.call import Account, Caller, Circumstances
from ramstack.emulator.diagnosis import Denial, denied
from ramstack.emulator.grants import Holding, read_holdings, read_text
from ramstack.emulator.store import Store
from ramstack.policy import Answer, Grant, Kind, Layers, Principal, Request, evaluate_layers

FREE = frozenset({"sts:AssumeRoleWithOIDC", "sts:GetCallerIdentity"})
"""What everybody may do who can sign, or who brings another proof."""

LAYERS = {
    "identity": "AccountLevelIdentityBasedPolicy",
    "session": "SessionPolicy",
    "trust": "AssumeRolePolicy",
}
"""How a denial names the policies that did not allow."""


@dataclass(frozen=True)
class Question:
    """What is asked of the judge: an action as policies write it, on what, in which circumstances.

    ``tags`` are those of each resource, as condition keys.
    """

    action: str
    resources: tuple[str, ...]
    circumstances: Circumstances
    tags: Mapping[str, Circumstances]
    code: str = "NoPermission"


def authorize(store: Store, account: Account, caller: Caller, question: Question) -> None:
    """Raises Denied, with what the caller may show to an administrator. Root is not asked about."""
    if question.action in FREE:
        return
    holdings = read_holdings(store, account, caller)
    layers = _layers_of(caller, holdings)
    for resource in question.resources:
        request = Request(question.action, resource, {**question.circumstances, **question.tags[resource]})
        for name, layer in layers:
            decision = evaluate_layers(layer, request)
            if not decision.is_allowed:
                raise denied(
                    Denial(account, caller, request, decision, LAYERS[name], question.code), holdings
                )


def check_trust(trust: str, account: Account, caller: Caller, circumstances: Circumstances) -> None:
    """Raises Denied where a role's trust policy does not let the caller in."""
    layer = Layers(resource=read_text(trust, Kind.TRUST))
    request = Request("sts:AssumeRole", None, circumstances, Principal("RAM", caller.identity_arn))
    decision = evaluate_layers(layer, request)
    if caller.kind == "root" or not decision.is_allowed:
        raise denied(Denial(account, caller, request, decision, LAYERS["trust"]), ())


def admits(trust: str, action: str, principal: Principal, circumstances: Circumstances) -> bool:
    """Whether a trust policy lets in somebody whom another than this account vouches for."""
    request = Request(action, None, circumstances, principal)
    return evaluate_layers(Layers(resource=read_text(trust, Kind.TRUST)), request).answer is Answer.ALLOW


def _layers_of(caller: Caller, holdings: tuple[Holding, ...]) -> tuple[tuple[str, Layers], ...]:
    return tuple(_name_layers(caller, _grants(holdings)))


def _name_layers(caller: Caller, identity: tuple[Grant, ...]) -> Iterator[tuple[str, Layers]]:
    yield "identity", Layers(identity=identity)
    if caller.session_policy:
        yield "session", Layers(identity=(Grant(read_text(caller.session_policy), "session"),))


def _grants(holdings: tuple[Holding, ...]) -> tuple[Grant, ...]:
    return tuple(holding.grant for holding in holdings)
