"""Security Token Service 2015-04-01: who calls, and sessions of roles (ram-api.md section 6.3)."""

import re
from dataclasses import dataclass
from datetime import timedelta

from ramstack.emulator.authorize import admits, check_trust
from ramstack.emulator.call import Action, Body, Call, write_date
from ramstack.emulator.credentials import SESSION_PREFIX
from ramstack.emulator.errors import Refusal
from ramstack.emulator.nouns import ROLE, find_named
from ramstack.emulator.oidc import check_provider, read_token, token_info
from ramstack.emulator.rules import check_document
from ramstack.emulator.store import Row
from ramstack.emulator.world import draw, new_key
from ramstack.policy import Principal

IDENTITY_TYPES = {"root": "Account", "user": "RAMUser", "role": "AssumedRoleUser"}
SESSION_NAME = re.compile(r"[.@\-_A-Za-z0-9]{2,64}", re.ASCII)
ROLE_ARN = re.compile(r"acs:ram::([0-9]+):role/([A-Za-z0-9.-]{1,64})", re.ASCII | re.IGNORECASE)
SHORTEST_SESSION = 900
USUAL_SESSION = 3600
LONGEST_POLICY = 2048
EXTERNAL_ID_LENGTHS = range(2, 1225)


def get_caller_identity(call: Call) -> Body:
    caller, account_id = call.caller, call.account.account_id
    principal = caller.principal_id or account_id
    identity = {
        "AccountId": account_id,
        "Arn": caller.arn,
        "IdentityType": IDENTITY_TYPES[caller.kind],
        "PrincipalId": principal,
    }
    if caller.kind == "role":
        return {**identity, "RoleId": principal.partition(":")[0]}
    return {**identity, "UserId": principal}


def assume_role(call: Call) -> Body:
    """The role's trust policy must name the caller; root cannot assume roles."""
    wish = _read_wish(call)
    circumstances = {**call.circumstances, **_external_id(call)}
    check_trust(wish.role["AssumeRolePolicyDocument"], call.account, call.caller, circumstances)
    told = {name: call.params[name] for name in ("SourceIdentity",) if call.params.get(name)}
    return {**_open_session(call, wish), **told}


def assume_role_with_oidc(call: Call) -> Body:
    """Not signed: the token of the test issuer is the proof. The trust policy names the issuer's provider."""
    provider, token = _needed(call, "OIDCProviderArn"), _needed(call, "OIDCToken")
    wish = _read_wish(call)
    check_provider(call.account, provider)
    claims = read_token(call.account, token, call.now)
    circumstances = {
        **call.circumstances,
        **{f"oidc:{name}": str(claims[name]) for name in ("iss", "aud", "sub")},
    }
    trust, principal = wish.role["AssumeRolePolicyDocument"], Principal("Federated", provider)
    if not admits(trust, "sts:AssumeRole", principal, circumstances):
        raise Refusal("NoPermission", f"The role {wish.role['RoleName']} does not trust this token.")
    return {**_open_session(call, wish), "OIDCTokenInfo": token_info(claims)}


@dataclass(frozen=True)
class Wish:
    """The session that a call asks for."""

    role: Row
    name: str
    policy: str
    seconds: int


def _read_wish(call: Call) -> Wish:
    role, name = _find_role(call), _session_name(call)
    longest = max(role["MaxSessionDuration"], SHORTEST_SESSION)
    return Wish(role, name, _session_policy(call), _seconds(call, longest))


def _open_session(call: Call, wish: Wish) -> Body:
    """Sessions that ended are forgotten by the way."""
    key_id, token = SESSION_PREFIX + draw(call.dice, 25), draw(call.dice, 400)
    secret, expires = new_key(call.dice).secret, call.now + timedelta(seconds=wish.seconds)
    call.store.run("DELETE FROM sessions WHERE expires < ?", (call.now - timedelta(days=1)).timestamp())
    call.store.run(
        "INSERT INTO sessions (AccessKeyId, secret, token, role, name, policy, expires) VALUES (?, ?, ?, ?, ?, ?, ?)",
        key_id,
        secret,
        token,
        wish.role["seq"],
        wish.name,
        wish.policy,
        expires.timestamp(),
    )
    arn = f"acs:sts::{call.account.account_id}:assumed-role/{wish.role['RoleName']}/{wish.name}"
    return {
        "Credentials": {
            "AccessKeyId": key_id,
            "AccessKeySecret": secret,
            "SecurityToken": token,
            "Expiration": write_date(expires),
        },
        "AssumedRoleUser": {"Arn": arn, "AssumedRoleId": f"{wish.role['RoleId']}:{wish.name}"},
    }


def _needed(call: Call, name: str) -> str:
    """STS has a code of its own for what is missing."""
    if not call.params.get(name):
        raise Refusal(f"MissingParameter.{name}", f"The parameter {name} is required.")
    return call.params[name]


def _seconds(call: Call, longest: int) -> int:
    try:
        return call.params.number("DurationSeconds", SHORTEST_SESSION, longest, min(USUAL_SESSION, longest))
    except Refusal as refusal:
        raise Refusal(
            "InvalidParameter.DurationSeconds",
            f"A session of this role lasts {SHORTEST_SESSION} to {longest} s.",
        ) from refusal


def _external_id(call: Call) -> dict[str, str]:
    external_id = call.params.text("ExternalId")
    if external_id and len(external_id) not in EXTERNAL_ID_LENGTHS:
        raise Refusal("InvalidParameter.ExternalId", "ExternalId has 2 to 1,224 characters.")
    return {"sts:ExternalId": external_id} if external_id else {}


def _find_role(call: Call) -> Row:
    found = ROLE_ARN.fullmatch(_needed(call, "RoleArn"))
    if found is None or found[1] != call.account.account_id:
        raise Refusal("InvalidParameter.RoleArn", "RoleArn must be acs:ram::<this account>:role/<name>.")
    return find_named(call, ROLE, found[2])


def _session_name(call: Call) -> str:
    name = _needed(call, "RoleSessionName")
    if not SESSION_NAME.fullmatch(name):
        raise Refusal("InvalidParameter.RoleSessionName", "2 to 64 letters, digits, or any of . @ - _")
    return name


def _session_policy(call: Call) -> str:
    policy = call.params.text("Policy")
    if len(policy) > LONGEST_POLICY:
        raise Refusal(
            "InvalidParameter.PolicySize", f"A session policy has at most {LONGEST_POLICY} characters."
        )
    try:
        return policy and check_document(policy, LONGEST_POLICY)
    except Refusal as refusal:
        raise Refusal("InvalidParameter.PolicyGrammar", refusal.message) from refusal


ACTIONS: dict[str, Action] = {
    "AssumeRole": assume_role,
    "AssumeRoleWithOIDC": assume_role_with_oidc,
    "GetCallerIdentity": get_caller_identity,
}
