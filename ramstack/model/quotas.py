"""Quotas: how much an account may hold, by the names that the service itself gives them (IMS GetAccountSummary)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

from ramstack.model.limits import (
    MAX_CUSTOM_POLICIES,
    MAX_DOCUMENT,
    MAX_GROUPS_OF_USER,
    MAX_SYSTEM_POLICIES,
    MAX_TAGS,
    MAX_VERSIONS,
)

DOCUMENTED: Mapping[str, int] = MappingProxyType(
    {
        "UsersQuota": 5_000,
        "GroupsQuota": 300,
        "RolesQuota": 1_000,
        "PoliciesQuota": 1_500,
        "GroupsPerUserQuota": MAX_GROUPS_OF_USER,
        "AccessKeysPerUserQuota": 2,
        "AttachedPoliciesPerUserQuota": MAX_CUSTOM_POLICIES,
        "AttachedPoliciesPerGroupQuota": MAX_CUSTOM_POLICIES,
        "AttachedPoliciesPerRoleQuota": MAX_CUSTOM_POLICIES,
        "AttachedSystemPoliciesPerUserQuota": MAX_SYSTEM_POLICIES,
        "AttachedSystemPoliciesPerGroupQuota": MAX_SYSTEM_POLICIES,
        "AttachedSystemPoliciesPerRoleQuota": MAX_SYSTEM_POLICIES,
        "VersionsPerPolicyQuota": MAX_VERSIONS,
        "PolicySizeQuota": MAX_DOCUMENT,
        "TagsQuota": MAX_TAGS,  # of one user or role; the service does not tell this one
    }
)


@dataclass(frozen=True)
class Quotas:
    """The account's `own` quotas where it told them, and the documented ones where it did not."""

    own: Mapping[str, int] = field(default_factory=dict)

    def of(self, name: str) -> int:
        return self.own.get(name, DOCUMENTED[name])


DEFAULT_QUOTAS = Quotas()
