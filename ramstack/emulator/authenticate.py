"""Who calls: the signature is verified, the clock and the nonce checked (ram-api.md sections 1.2 and 1.4)."""

import hashlib
import re
from dataclasses import dataclass
from datetime import datetime, timedelta

from ramstack.emulator.call import Account, Caller
from ramstack.emulator.credentials import find_credential, note_use
from ramstack.emulator.errors import Refusal
from ramstack.emulator.keypolicies import check_address
from ramstack.emulator.signature import (
    V3_ALGORITHM,
    is_same,
    v1_signature,
    v1_string_to_sign,
    v3_signature,
    v3_string_to_sign,
)
from ramstack.emulator.store import Store
from ramstack.emulator.wire import Operation

WINDOW = timedelta(minutes=15)
DATE = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ", re.ASCII)
V3_FIELDS = re.compile(r"\s*Credential=([^,]*),\s*SignedHeaders=([^,]*),\s*Signature=([^,]*)\s*", re.ASCII)

SPEND = """
 INSERT INTO nonces (slot, nonce) SELECT ?1, ?2
 WHERE NOT EXISTS (SELECT 1 FROM nonces WHERE slot IN (?1 - 2, ?1 - 1, ?1, ?1 + 1) AND nonce = ?2)"""
"""A request may come a window before its time and again a window after it. Clocks of two servers may differ."""


@dataclass(frozen=True)
class Proof:
    """What a request brings to show who sent it."""

    key_id: str
    token: str
    moment: str
    nonce: str
    signature: str
    version: str
    signed_names: tuple[str, ...] = ()


def authenticate(
    store: Store, account: Account, operation: Operation, now: datetime, date: datetime, service: str
) -> Caller:
    """The caller whose secret signed the request. A nonce is spent only by a request that proved itself.

    The use of the key is noted under the name of the service.
    """
    proof = read_proof(operation)
    check_clock(proof.moment, now)
    credential = find_credential(store, account, proof.key_id, proof.token, date)
    check_signature(operation, proof, credential.secret)
    check_address(credential.address_policy, operation.raw.source)
    _spend_nonce(store, proof, now)
    note_use(store, credential.caller, date, service)
    return credential.caller


def forget_old_nonces(store: Store, now: datetime) -> None:
    """Those that the clock window keeps out by itself."""
    store.run("DELETE FROM nonces WHERE slot < ?", _slot(now) - 2)


def _slot(now: datetime) -> int:
    """Time in windows."""
    return int(now.timestamp() // WINDOW.total_seconds())


def read_proof(operation: Operation) -> Proof:
    authorization = operation.raw.headers.get("authorization", "")
    if authorization.startswith(V3_ALGORITHM):
        return _v3_proof(operation, authorization.removeprefix(V3_ALGORITHM))
    return _v1_proof(operation)


def check_clock(moment: str, now: datetime) -> None:
    try:
        sent = datetime.fromisoformat(moment) if DATE.fullmatch(moment) else None
    except ValueError:
        sent = None
    if sent is None:
        raise Refusal("InvalidTimeStamp.Format", "The time must be written as YYYY-MM-DDThh:mm:ssZ.")
    if abs(now - sent) > WINDOW:
        raise Refusal(
            "InvalidTimeStamp.Expired", f"The request is from {moment}, the server's clock says {now}."
        )


def check_signature(operation: Operation, proof: Proof, secret: str) -> None:
    """The message ends in the string to sign: clients compare it with their own."""
    if proof.version == "v1":
        to_sign = v1_string_to_sign(operation.raw.method, operation.params)
        expected = v1_signature(secret, to_sign)
    else:
        to_sign = _v3_to_sign(operation, proof)
        expected = v3_signature(secret, to_sign)
    if not is_same(expected, proof.signature):
        raise Refusal(
            "SignatureDoesNotMatch", f"Specified signature does not match our calculation:{to_sign}"
        )


def _v1_proof(operation: Operation) -> Proof:
    params = operation.params
    for name in (
        "AccessKeyId",
        "Signature",
        "SignatureNonce",
        "Timestamp",
        "SignatureMethod",
        "SignatureVersion",
    ):
        params.required(name)
    if (params["SignatureMethod"].upper(), params["SignatureVersion"]) != ("HMAC-SHA1", "1.0"):
        raise Refusal("IncompleteSignature", "SignatureMethod must be HMAC-SHA1 and SignatureVersion 1.0.")
    return Proof(
        key_id=params["AccessKeyId"],
        token=params.text("SecurityToken"),
        moment=params["Timestamp"],
        nonce=params["SignatureNonce"],
        signature=params["Signature"],
        version="v1",
    )


def _v3_proof(operation: Operation, fields: str) -> Proof:
    found, headers = V3_FIELDS.fullmatch(fields), operation.raw.headers
    if found is None:
        raise Refusal(
            "IncompleteSignature", "The Authorization header lacks Credential, SignedHeaders or Signature."
        )
    for header in ("x-acs-date", "x-acs-signature-nonce", "x-acs-content-sha256"):
        if not headers.get(header):
            raise Refusal("IncompleteSignature", f"The header {header} is missing.")
    return Proof(
        key_id=found[1],
        token=headers.get("x-acs-security-token", ""),
        moment=headers["x-acs-date"],
        nonce=headers["x-acs-signature-nonce"],
        signature=found[3],
        version="v3",
        signed_names=tuple(found[2].lower().split(";")),
    )


def _v3_to_sign(operation: Operation, proof: Proof) -> str:
    raw, payload = operation.raw, hashlib.sha256(operation.raw.body).hexdigest()
    if payload != raw.headers["x-acs-content-sha256"].lower():
        raise Refusal("SignatureDoesNotMatch", f"x-acs-content-sha256 is not the hash of the body:{payload}")
    return v3_string_to_sign(raw.method, operation.query, raw.headers, proof.signed_names, payload)


def _spend_nonce(store: Store, proof: Proof, now: datetime) -> None:
    if not store.run(SPEND, _slot(now), f"{proof.key_id}:{proof.nonce}"):
        raise Refusal("SignatureNonceUsed", "The SignatureNonce was used before.")
