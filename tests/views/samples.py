"""Plans to show: made by the planner from a stack and a live account, as in life."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from types import MappingProxyType

from ramstack.model.account import Account
from ramstack.model.address import (
    PolicyRef,
    attachment_address,
    group_address,
    membership_address,
    policy_address,
    tag_address,
    user_address,
)
from ramstack.model.call import Batch
from ramstack.model.change import Plan
from ramstack.model.limits import Rates
from ramstack.model.outcome import Fault, Outcome
from ramstack.model.problem import Origin, Problem, error, warning
from ramstack.model.resource import (
    Attachment,
    Group,
    Membership,
    Policy,
    PolicyVersion,
    Resource,
    Tag,
    User,
)
from ramstack.model.stack import GroupWish, PolicyName, PolicyWish, Sited, Stack, UserWish
from ramstack.planning.plan import Request, make_plan
from ramstack.planning.schedule import schedule
from ramstack.planning.timing import estimate
from ramstack.policy import Document, parse_document

OWNER = "media.3f9a2c1b"
FILE = "stacks/media.yaml"
CALLER = "acs:ram::1234567890123456:user/ci"
SYSTEM = MappingProxyType(
    dict.fromkeys(
        ("AliyunICEFullAccess", "AliyunICEReadOnlyAccess", "AliyunOSSFullAccess", "AdministratorAccess"), 1
    )
)
NOW = datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)
READS = ("ice:GetEditingProject", "ice:GetMediaInfo", "ice:GetMediaProducingJob", "ice:ListMediaBasicInfos")
OFFICE = "192.168.0.1"


def at(line: int, column: int = 3) -> Origin:
    return Origin(FILE, line, column)


def document(*actions: str, source: str = OFFICE, effect: str = "Allow", resource: str = "*") -> Document:
    """One statement, limited to a source address unless it is empty."""
    condition = {"Condition": {"IpAddress": {"acs:SourceIp": [source]}}} if source else {}
    statement = {"Effect": effect, "Action": list(actions), "Resource": [resource], **condition}
    return parse_document({"Version": "1", "Statement": [statement]})


def wish(
    name: str,
    line: int,
    *,
    tags: Mapping[str, str] | None = None,
    groups: Sequence[str] | None = None,
    policies: Sequence[str] | None = None,
    **fields,
) -> UserWish:
    """A user as a stack declares it, from plain values."""
    return UserWish(
        name,
        at(line),
        tags=None if tags is None else {k: Sited(v, at(line + 1)) for k, v in tags.items()},
        groups=None if groups is None else tuple(Sited(g, at(line + 2)) for g in groups),
        policies=None if policies is None else tuple(Sited(PolicyName(p), at(line + 3)) for p in policies),
        **fields,
    )


def stack(users: Sequence[UserWish] = (), groups: Sequence[GroupWish] = (), policies: Sequence[PolicyWish] = (),
          problems: Sequence[Problem] = ()) -> Stack:  # fmt: skip
    return Stack(
        "media",
        "3f9a2c1b",
        origin=Origin(FILE),
        users={u.name: u for u in users},
        groups={g.name: g for g in groups},
        policies={p.name: p for p in policies},
        problems=tuple(problems),
    )


MEDIA = stack(
    [
        wish(
            "media-admin",
            12,
            tags={"env": "prod", "team": "media"},
            policies=["AliyunICEFullAccess"],
            display_name="Media Admin",
            comments="Runs the media library",
            protect=True,
        ),
        wish(
            "phone-app",
            20,
            tags={"team": "media"},
            policies=["AliyunICEFullAccess", "AliyunOSSFullAccess"],
            comments="Uploads from the mobile application of the newsroom; the key is kept by the app team",
        ),
        wish("analyst", 26, tags={"team": "media"}, groups=["readers"], policies=["ice-read-office"]),
    ],
    [
        GroupWish(
            "readers",
            at(34),
            comments="Read-only staff",
            policies=(Sited(PolicyName("AliyunICEReadOnlyAccess"), at(36)),),
        )
    ],
    [PolicyWish("ice-read-office", at(39), document(*READS), "Some reads of IMS from the office")],
)


def live(resources: Mapping[object, Resource] | None = None) -> Account:
    return Account("1234567890123456", CALLER, dict(resources or {}), SYSTEM, reads=7)


def system(name: str) -> PolicyRef:
    return PolicyRef("system", name)


def busy_account() -> Account:
    """An account where a little of everything is to change."""
    analyst, gone, admin = user_address("analyst-old"), user_address("intern"), user_address("media-admin")
    policy, group = policy_address("ice-read-office"), group_address("writers")
    versions = tuple(PolicyVersion(f"v{n}", is_default=n == 7) for n in range(3, 8))
    return live(
        {
            analyst: User("analyst-old", "Analyst", "", "", "", protect=False, owner=OWNER, id="u1"),
            tag_address(analyst, "team"): Tag("research"),
            tag_address(analyst, "cost"): Tag("4711"),
            membership_address(analyst, "writers"): Membership(),
            attachment_address(analyst, system("AliyunOSSFullAccess")): Attachment(),
            gone: User("intern", "Summer Intern", "", "", "", protect=False, owner=OWNER, id="u2"),
            tag_address(gone, "team"): Tag("media"),
            attachment_address(gone, system("AliyunICEFullAccess")): Attachment(),
            attachment_address(gone, system("AliyunICEReadOnlyAccess"), "rg-aek2"): Attachment(),
            admin: User("media-admin", "Media Admin", "", "", "", protect=False, owner=OWNER, id="u3"),
            attachment_address(admin, system("AliyunICEFullAccess")): Attachment(),
            group: Group("writers", "Write access", OWNER),
            policy: Policy(
                "ice-read-office",
                "Reads of IMS",
                document(*READS[1:], "ice:DeleteMediaInfos"),
                OWNER,
                versions,
            ),
        }
    )


BUSY = stack(
    [
        wish(
            "media-admin",
            12,
            tags={"env": "prod"},
            policies=["AliyunICEFullAccess", "AdministratorAccess"],
            display_name="Media Administration",
        ),
        wish(
            "analyst",
            26,
            tags={"team": "media", "env": "prod"},
            groups=["readers"],
            policies=["ice-read-office"],
            display_name="Media Analyst",
            renamed_from="analyst-old",
        ),
    ],
    [*MEDIA.groups.values()],
    [*MEDIA.policies.values()],
)

PROBLEMS = (
    error(
        "unknown-policy",
        "Unknown policy",
        'user "ann" attaches System/AliyunReadonly. No such system policy. Did you mean AliyunReadOnlyAccess?',
        address=user_address("ann"),
        origin=Origin("stacks/ops.yaml", 14, 9),
    ),
    error(
        "takeover",
        "Exists already and is not ours",
        "user/bob exists in the account without an owner mark. It differs from what is declared: ~ comments; "
        "+ tag/env. To take it over:\n    ramstack adopt user/bob",
        address=user_address("bob"),
    ),
    warning("wide-action", "Wide action", "ice:* allows deleting.", origin=Origin("stacks/ops.yaml", 30, 5)),
)


def planned(wished: Stack, account: Account) -> tuple[Plan, tuple[Batch, ...], float]:
    """Plan, batches and seconds."""
    plan = make_plan([wished], account, Request(NOW))
    batches = schedule(plan.changes, account)
    return plan, batches, estimate(batches, Rates())


def outcomes_in_part(plan: Plan) -> list[Outcome]:
    """A run in which something of everything happened."""
    settled = {change.address: Outcome(change, "done", f"REQ-{n}") for n, change in enumerate(plan.changes)}
    first, second, third, fourth, *_ = sorted(settled)
    fault = Fault("EntityNotExist.Policy", "The policy does not exist.")
    silent = Fault("NoAnswer", "The connection broke after the call was sent.")
    settled[first] = replace(settled[first], status="failed", request_id="7F2C-11", fault=fault)
    settled[second] = replace(settled[second], status="skipped", request_id="", caused_by=first)
    settled[third] = replace(settled[third], status="skipped", request_id="")
    settled[fourth] = replace(settled[fourth], status="uncertain", request_id="", fault=silent)
    return [*settled.values()]
