"""What a caller holds: the policies of the user and of the user's groups, or of the role, as the engine takes them."""

from dataclasses import dataclass, replace
from functools import lru_cache

from ramstack.emulator.call import Account, Caller
from ramstack.emulator.store import Row, Store
from ramstack.policy import Document, Grant, Kind, stored_document

HELD = """
 SELECT p.PolicyName, p.PolicyType, p.DefaultVersion, v.PolicyDocument, held.scope, held.kind, held.via FROM (
  SELECT policy, scope, kind, '' AS via FROM attachments WHERE kind = ?2 AND principal = ?1
  UNION ALL SELECT a.policy, a.scope, a.kind, g.GroupName FROM memberships m
   JOIN attachments a ON a.kind = 'group' AND a.principal = m.member_of JOIN groups g ON g.seq = m.member_of
   WHERE ?2 = 'user' AND m.user = ?1) held
 JOIN policies p ON p.seq = held.policy
 JOIN versions v ON v.policy = p.seq AND v.VersionId = p.DefaultVersion"""

ENTITY_TYPES = {"user": "IMSUser", "group": "IMSGroup", "role": "ServiceRole"}


@dataclass(frozen=True)
class Holding:
    """A grant, and what a diagnosis tells of it."""

    grant: Grant
    policy_type: str
    version: str
    entity_type: str
    scope: str


def read_holdings(store: Store, account: Account, caller: Caller) -> tuple[Holding, ...]:
    rows = store.rows(HELD, caller.number, caller.kind)
    return tuple(_read_holding(account, row) for row in rows)


def _read_holding(account: Account, row: Row) -> Holding:
    is_whole = row["scope"] == account.account_id
    grant = Grant(
        document=read_text(row["PolicyDocument"]),
        name=row["PolicyName"],
        via=f"group/{row['via']}" if row["via"] else "",
        resource_group=None if is_whole else row["scope"],
    )
    return Holding(
        grant=grant,
        policy_type=row["PolicyType"],
        version=row["DefaultVersion"],
        entity_type=ENTITY_TYPES[row["kind"]],
        scope="Account" if is_whole else "ResourceGroup",
    )


@lru_cache(maxsize=4096)
def read_text(text: str, kind: Kind = Kind.IDENTITY) -> Document:
    """A document whose ARNs of RAM write the region as ``*``: it may as well be left empty (ram-api.md section 2.8)."""
    document = stored_document(text, kind)
    statements = tuple(
        replace(statement, resources=frozenset(_with_region(resource) for resource in statement.resources))
        for statement in document.statements
    )
    return Document(document.text, document.normal, statements)


def _with_region(resource: str) -> str:
    return resource.replace("acs:ram::", "acs:ram:*:", 1) if resource.startswith("acs:ram::") else resource
