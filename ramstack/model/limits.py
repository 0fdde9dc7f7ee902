"""The service's limits in one table: what may be declared, how much fits, how fast calls may go.

Sources are the sections of the RAM fact sheet: names and lengths section 4 and 3.2, rates section 5.1. A rate that the
documentation does not show is taken from its family, and where the family is unknown too, from the slowest one.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

MAX_DISPLAY_NAME = 128
MAX_CREATE_DISPLAY_NAME = 24  # CreateUser of IMS; longer ones follow with UpdateUser of RAM
MAX_COMMENTS = 128
MAX_DESCRIPTION = 1024
MAX_TAGS = 20
OWN_TAGS = 3  # ramstack:stack, ramstack:protect, ramstack:keys
MAX_DECLARED_TAGS = MAX_TAGS - OWN_TAGS
MAX_TAG_KEY = 128
MAX_TAG_VALUE = 128
MAX_SYSTEM_POLICIES = 20
MAX_CUSTOM_POLICIES = 10
MAX_GROUPS_OF_USER = 10
MAX_DOCUMENT = 6144
MAX_VERSIONS = 5
SESSION, MAX_SESSION = (
    3600,
    43200,
)  # seconds that a session of a role may last: the least, as when left out, and the most
TAG_TARGETS_PER_CALL = 50
BATCH_SIZE = 5

SINK_NAME = re.compile(r"[A-Za-z0-9._-]{1,64}")
STACK_NAME = re.compile(r"[a-z0-9-]{1,40}")
LINEAGE = re.compile(r"[a-z0-9]{4,16}")
ACCOUNT_ID = re.compile(r"[0-9]{16}")
DISPLAY_NAME = re.compile(r"[\w .@-]*")
USER_NAME = re.compile(r"[A-Za-z0-9._-]{1,64}")
GROUP_NAME = re.compile(r"[A-Za-z0-9._-]{1,64}")
POLICY_NAME = re.compile(r"[A-Za-z0-9-]{1,128}")
ROLE_NAME = re.compile(r"[A-Za-z0-9.-]{1,64}")

SERVICE_TAG_PREFIXES = ("acs:", "aliyun")  # never touched, whoever put them there


def is_service_tag(key: str) -> bool:
    """Tags of the cloud itself: they cannot be declared and are never removed."""
    return key.lower().startswith(SERVICE_TAG_PREFIXES)


_FAMILY_RATES = (
    (("List", "Get", "Decode"), 100.0),
    (("Create", "Update", "Delete", "Set"), 20.0),
    (("Attach", "Detach", "AddUser", "RemoveUser", "Untag", "Tag"), 10.0),
)
_SHOWN_RATES: Mapping[str, float] = MappingProxyType(
    {
        "ims:CreateUser": 150.0,
        "ims:DeleteUser": 150.0,
        "ims:CreateGroup": 150.0,
        "ims:ListUsersForGroup": 450.0,
        "ram:DecodeDiagnosticMessage": 10.0,
    }
)
_SLOWEST = 10.0


@dataclass(frozen=True, slots=True)
class Rates:
    """Calls a second for each API of the account; `scale` is for accounts with raised quotas, and for tests.

    `own` holds rates of single APIs that are known better than the documentation shows them.
    """

    scale: float = 1.0
    own: Mapping[str, float] = field(default_factory=dict)

    def of(self, api: str) -> float:
        """Calls a second for `api`, written `product:Action` (`ram:AttachPolicyToUser`)."""
        return self.own.get(api) or self.scale * (_SHOWN_RATES.get(api) or _family_rate(api))


def _family_rate(api: str) -> float:
    action = api.partition(":")[2]
    rates = (rate for prefixes, rate in _FAMILY_RATES if action.startswith(prefixes))
    return next(rates, _SLOWEST)
