"""Runs sequences on two accounts and tells where their answers differ.

What must differ (ids, dates, secrets) counts only as being there, names without their prefix, lists by their rows of ours.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from tests.live.clean import bears, clean
from tests.live.client import Account, Reply
from tests.live.steps import STS, Sequence, Step

VOLATILE = ("Id", "Date", "Secret", "Marker", "Token", "Seed", "TotalCount", "IsTruncated", "AttachmentCount")
UNCOMPARED = frozenset({"RequestId", "HostId", "Message", "Recommend", "Description"})
NAMES = ("UserName", "GroupName", "RoleName", "PolicyName", "UserPrincipalName", "PrincipalName")
ABSENT = "absent"

Facts = Mapping[str, str]


@dataclass(frozen=True)
class Difference:
    """One place of one reply."""

    sequence: Sequence
    step: str
    place: str
    live: str
    embedded: str

    def __str__(self) -> str:
        question = f"question {self.sequence.question}, " if self.sequence.question else ""
        where = f"{question}{self.sequence.name}: {self.step}: {self.place}"
        return f"{where}: the account {self.live}, the embedded one {self.embedded}"


def compare(sequence: Sequence, live: Account, embedded: Account, prefix: str) -> list[Difference]:
    """Both accounts are clean before and afterwards, whatever happens."""
    ours, theirs = (run(sequence, account, prefix) for account in (embedded, live))
    return [
        Difference(
            sequence, f"{number}. {step.action}", place, there.get(place, ABSENT), here.get(place, ABSENT)
        )
        for number, (step, there, here) in enumerate(zip(sequence.steps, theirs, ours, strict=True), 1)
        for place in sorted({*there, *here})
        if there.get(place, ABSENT) != here.get(place, ABSENT)
    ]


def run(sequence: Sequence, account: Account, prefix: str) -> list[Facts]:
    """What the account answered to each step, flat and comparable."""
    known = {"p": prefix, "P": prefix.upper(), "account": "", "domain": "", **_identity(account)}
    clean(account, prefix)
    try:
        return [_facts(_take(step, account, known), known) for step in sequence.steps]
    finally:
        clean(account, prefix)


def _identity(account: Account) -> dict[str, str]:
    account_id = str(account.call(STS, "GetCallerIdentity", {}).body["AccountId"])
    domain = account.call("2019-08-15", "GetDefaultDomain", {}).body["DefaultDomainName"]
    return {"account": account_id, "domain": str(domain)}


def _take(step: Step, account: Account, known: dict[str, str]) -> list[Reply]:
    params = {name: _fill(value, known) for name, value in step.params.items()}
    nonce = _fill(step.nonce, known)
    replies = [account.call(step.version, step.action, params, nonce) for _ in range(step.repeat)]
    for name, path in step.keep.items():
        known[name] = _pick(replies[0].body, path)
    return replies


def _fill(value: str, known: Facts) -> str:
    """Documents have braces of their own, so only the known names are filled in."""
    for name, text in known.items():
        value = value.replace(f"{{{name}}}", text)
    return value


def _pick(body: Mapping[str, Any], path: str) -> str:
    found: Any = body
    for part in path.split("."):
        found = found.get(part, {}) if isinstance(found, Mapping) else {}
    return found if isinstance(found, str) else ""


def _facts(replies: list[Reply], known: Facts) -> Facts:
    answers = {f"{reply.status} {reply.code}".strip() for reply in replies}
    facts = {"answers": ", ".join(sorted(answers))}
    if len(replies) == 1 and not replies[0].code:
        facts |= dict(_flatten("", replies[0].body, known))
    return facts


def _flatten(place: str, value: object, known: Facts) -> Iterator[tuple[str, str]]:
    match value:
        case Mapping():
            for name, held in value.items():
                if name not in UNCOMPARED:
                    yield from _flatten(f"{place}.{name}".lstrip("."), held, known)
        case list():
            for number, row in enumerate(row for row in value if _is_ours(row, known)):
                yield from _flatten(f"{place}[{number}]", row, known)
        case _:
            yield place, _plain(place.rpartition(".")[2], str(value), known)


def _is_ours(row: object, known: Facts) -> bool:
    """Rows about somebody else's things do not count; rows without a name do."""
    names = [row[name] for name in NAMES if name in row] if isinstance(row, Mapping) else []
    return not names or any(bears(name, known["p"]) for name in names) or "AttachDate" in row


def _plain(name: str, value: str, known: Facts) -> str:
    if name.endswith(VOLATILE):
        return "something" if value else "nothing"
    for secret, text in (("{account}", known["account"]), ("{domain}", known["domain"])):
        value = value.replace(text, secret) if text else value
    return value
