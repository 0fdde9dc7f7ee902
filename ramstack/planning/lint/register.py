"""Every rule that a stack may silence: those for documents, those for stacks, and what reading warns about."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from types import MappingProxyType

from ramstack.planning.lint import grants, paths
from ramstack.planning.lint.rule import StackRule
from ramstack.policy import RULES
from ramstack.policy.lint import READER_WARNINGS

STACK_RULES: tuple[StackRule, ...] = (
    StackRule("policy-spelling", "note", "System policy spelled otherwise", grants.policy_spelling),
    StackRule("console-without-mfa", "warning", "Console without second factor", grants.console_without_mfa),
    StackRule("repeated-attachments", "note", "Same policies on many users", grants.repeated_attachments),
    StackRule("wide-grant", "note", "More granted than tests need", grants.wide_grant),
    StackRule("escalation-path", "warning", "Way to more permissions", paths.escalation_path),
)

LOADER_WARNINGS: Mapping[str, str] = MappingProxyType(
    {
        "display-name": "Unusual display name",
        "duplicate-item": "Written twice",
        "ignored-tag": "Ignored tag",
        "missing-extra": "Optional package is missing",
        "mobile": "Unusual mobile number",
        "no-lineage": "No lineage",
        "unknown-policy": "Unknown policy",
        "unused-profile": "Unused profile",
        "user-name-dash": "Name begins with -",
    }
)
"""What loading a stack warns about, by rule."""


@cache
def known_rules() -> Mapping[str, str]:
    """The summary of every rule that can be silenced, by id. What the grammar forbids cannot."""
    documents = {rule.id: rule.summary for rule in RULES if rule.severity.value != "error"}
    stacks = {rule.id: rule.summary for rule in STACK_RULES}
    return MappingProxyType({**documents, **stacks, **READER_WARNINGS, **LOADER_WARNINGS})
