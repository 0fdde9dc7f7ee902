"""The linter: ``lint`` reviews a document, ``lint_source`` a text as well; ``RULES`` lists every rule there is.

What the grammar forbids is told by the reader (``read_document``); here is what is allowed and yet hardly meant. Each rule has
a stable id, which is what people write down to silence it, a severity and a page in ``docs/lint.md``.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from types import MappingProxyType

from ramstack.policy.document import Document, read_document
from ramstack.policy.finding import Finding, Severity
from ramstack.policy.lint import actions, conditions, meaning, resources
from ramstack.policy.lint.rule import Remark, Rule, Subject
from ramstack.policy.statement import Effect, Kind, Statement
from ramstack.policy.vocabulary import DOCUMENT_LIMITS

__all__ = ["READER_WARNINGS", "RULES", "Remark", "Rule", "Subject", "lint", "lint_actions", "lint_source"]

_WARNING, _NOTE = Severity.WARNING, Severity.NOTE

RULES: tuple[Rule, ...] = (
    Rule("unknown-operation", _WARNING, "Unknown operation", actions.unknown_operation),
    Rule("wrong-service", _WARNING, "Code of another service", actions.wrong_service),
    Rule("unknown-service", _NOTE, "Unknown service", actions.unknown_service),
    Rule("action-spelling", _WARNING, "Action spelled otherwise", actions.action_spelling),
    Rule("all-actions", _WARNING, "Every action allowed", actions.all_actions),
    Rule("allow-not-action", _WARNING, "Allow with NotAction", actions.allow_not_action),
    Rule("read-gap", _WARNING, "Reads left out", actions.read_gap, looks_beside=True),
    Rule("search-rerun", _WARNING, "A search that is a write", actions.search_rerun),
    Rule("secret-reads", _WARNING, "Reads that hand out secrets", actions.secret_reads),
    Rule("media-reads", _NOTE, "Reads that hand out media", actions.media_reads),
    Rule("upload-without-oss", _WARNING, "Upload without OSS", actions.upload_without_oss, looks_beside=True),
    Rule("fixed-resource", _WARNING, "Resource never matches", resources.fixed_resource),
    Rule("masked-account", _WARNING, "Masked account is a wildcard", resources.masked_account),
    Rule("resource-level", _WARNING, "Resource of the wrong kind", resources.resource_level),
    Rule("resource-case", _WARNING, "Resources differ in case", resources.resource_case),
    Rule("odd-character", _WARNING, "Odd character", resources.odd_character),
    Rule("unrendered", _WARNING, "Template or variable", resources.unrendered),
    Rule("condition-key-unknown", _WARNING, "Unknown condition key", conditions.unknown_key),
    Rule("condition-type", _WARNING, "Operator does not suit the key", conditions.wrong_type),
    Rule("condition-wildcard", _WARNING, "Wildcard taken literally", conditions.literal_wildcard),
    Rule("condition-host-bits", _WARNING, "Host bits in a block", conditions.host_bits),
    Rule("condition-private-address", _WARNING, "Private source address", conditions.private_address),
    Rule("condition-single-address", _NOTE, "Mask on a single address", conditions.single_address),
    Rule("condition-no-zone", _WARNING, "Date without a time zone", conditions.no_zone),
    Rule("condition-never", _WARNING, "Conditions never hold", conditions.never_holds),
    Rule("escalation", _WARNING, "Way to more permissions", meaning.escalation),
    Rule("role-reach", _NOTE, "Roles of any name", meaning.role_reach),
    Rule("without-effect", _WARNING, "Allow without effect", meaning.without_effect),
    Rule("deny-never-matches", _WARNING, "Deny without effect", meaning.never_matches),
    Rule("redundant", _NOTE, "Statement adds nothing", meaning.redundant),
    Rule("trust-anybody", _WARNING, "Role trusts anybody", meaning.trust_anybody),
    Rule("too-long", Severity.ERROR, "Document too long", meaning.too_long),
)

_EXISTENCE = frozenset({"unknown-operation", "wrong-service", "unknown-service"})

READER_WARNINGS: Mapping[str, str] = MappingProxyType(
    {
        "action-odd": "Odd action",
        "condition-bare-value": "Bare value",
        "condition-placeholder": "Placeholder in a condition",
        "resource-account": "Odd account in resource",
        "resource-fields": "Short resource",
        "sid": "Sid is not in the grammar",
    }
)
"""What the reader of identity policies warns about, by rule."""


def lint(
    document: Document, kind: Kind = Kind.IDENTITY, beside: Iterable[Document] = (), limit: int | None = None
) -> tuple[Finding, ...]:
    """Everything the rules say of a document. ``beside``: what its holders have besides; ``limit``: the account's quota."""
    if document.is_opaque:
        return ()
    subject = Subject(document, kind, tuple(beside), limit)
    return tuple(finding for rule in RULES for finding in rule.findings(subject))


def lint_actions(actions: Iterable[str]) -> tuple[Finding, ...]:
    """What the rules on single actions say of some that stand in no document: do they exist at all."""
    spelled = tuple(actions)
    folded = frozenset(action.lower() for action in spelled)
    statement = Statement(Effect.ALLOW, folded, frozenset({"*"}), spelled=spelled)
    subject = Subject(Document("", frozenset({statement}), (statement,)))
    found = (finding for rule in RULES if rule.id in _EXISTENCE for finding in rule.findings(subject))
    return tuple(replace(finding, path=()) for finding in found)


def lint_source(source: str | Mapping[str, object], kind: Kind = Kind.IDENTITY) -> tuple[Finding, ...]:
    """What the reader and the rules say of a source."""
    reading = read_document(source, kind)
    if reading.document is None:
        return reading.findings
    size = _size(source, reading.document, kind) if isinstance(source, str) else ()
    return (*reading.findings, *size, *lint(reading.document, kind))


def _size(source: str, document: Document, kind: Kind) -> tuple[Finding, ...]:
    """We send documents minified; pasted into the console as written it may not fit."""
    limit = DOCUMENT_LIMITS.get(kind)
    if limit is None or len(source) <= limit or len(document.text) > limit:
        return ()
    detail = f"{len(source)} characters as written, {len(document.text)} without white space: only so it fits {limit}."
    return (Finding("long-as-written", Severity.WARNING, "Fits only without white space", detail),)
