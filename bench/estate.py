"""An estate: who is in an account of some size and what they hold, as a stack file and as a seed of the same content."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import yaml

from bench.size import Size
from ramstack.model.owner import OWNER_TAG, owner_mark, write_group_comments

STACK, LINEAGE = "bench", "3f9a2c1b"
SYSTEM_POLICIES = tuple(
    f"Aliyun{product}{level}Access"
    for product in ("ICE", "OSS", "VOD", "CDN", "Live", "IMM", "MNS", "Log", "FC", "RDS")
    for level in ("Full", "ReadOnly")
)
TAGS = {"team": "media", "env": "prod"}
COMMENTS = "Staff of one office"
DUMPER = getattr(yaml, "CSafeDumper", yaml.SafeDumper)


@dataclass(frozen=True)
class Estate:
    """Names are numbered, grants go round: every user holds as many as the next, give or take one."""

    size: Size

    @cached_property
    def users(self) -> tuple[str, ...]:
        return tuple(f"user-{n:05}" for n in range(self.size.users))

    @cached_property
    def groups(self) -> tuple[str, ...]:
        return tuple(f"group-{n:03}" for n in range(self.size.groups))

    @cached_property
    def policies(self) -> tuple[str, ...]:
        return tuple(f"office-read-{n:03}" for n in range(self.size.policies))

    def group_of(self, user: int) -> str:
        return self.groups[user % self.size.groups]

    def grants_of(self, user: int) -> tuple[str, ...]:
        """The policies of one user, as a stack names them, no two alike."""
        pool = (*self.policies, *SYSTEM_POLICIES)
        each, more = divmod(self.size.attachments - self.size.groups, self.size.users)
        start = user * each
        return tuple(pool[(start + n) % len(pool)] for n in range(each + (user < more)))


def group_grant(group: int) -> str:
    return SYSTEM_POLICIES[group % len(SYSTEM_POLICIES)]


def document(number: int) -> Mapping[str, object]:
    """A custom policy as people write them: some reads, from one office."""
    actions = ["GetMediaInfo", "ListMediaBasicInfos", "GetEditingProject", "SearchEditingProject"]
    statement = {
        "Effect": "Allow",
        "Action": [f"ice:{action}" for action in actions],
        "Resource": "*",
        "Condition": {"IpAddress": {"acs:SourceIp": f"10.0.{number % 256}.0/24"}},
    }
    return {"Version": "1", "Statement": [statement]}


def write_stack(estate: Estate, path: Path) -> None:
    """The estate as a stack file."""
    stack = {
        "ramstack": 1,
        "stack": STACK,
        "lineage": LINEAGE,
        "users": {name: _user(estate, n) for n, name in enumerate(estate.users)},
        "groups": {
            name: {"comments": COMMENTS, "policies": [group_grant(n)]} for n, name in enumerate(estate.groups)
        },
        "policies": {
            name: {"description": f"Reads of office {n}", "document": document(n)}
            for n, name in enumerate(estate.policies)
        },
    }
    path.write_text(yaml.dump(stack, Dumper=DUMPER, sort_keys=False), "utf-8")


def _user(estate: Estate, number: int) -> dict[str, object]:
    return {
        "display_name": f"User {number}",
        "tags": dict(TAGS),
        "groups": [estate.group_of(number)],
        "policies": list(estate.grants_of(number)),
    }


def seed_of(estate: Estate) -> Mapping[str, object]:
    """The estate as the embedded account would hold it after an apply of the stack."""
    owner = owner_mark(STACK, LINEAGE)
    return {
        "users": [
            {"name": name, "display_name": f"User {n}", "tags": {**TAGS, OWNER_TAG: owner}}
            for n, name in enumerate(estate.users)
        ],
        "groups": [
            {"name": name, "comments": write_group_comments(COMMENTS, owner)} for name in estate.groups
        ],
        "policies": [_seed_policy(name, n, owner) for n, name in enumerate(estate.policies)],
        "attachments": list(_seed_attachments(estate)),
        "memberships": [{"user": u, "group": estate.group_of(n)} for n, u in enumerate(estate.users)],
    }


def _seed_policy(name: str, number: int, owner: str) -> dict[str, object]:
    return {
        "name": name,
        "document": json.dumps(document(number)),
        "description": f"Reads of office {number}",
        "tags": {OWNER_TAG: owner},
    }


def _seed_attachments(estate: Estate) -> Iterator[dict[str, str]]:
    custom = frozenset(estate.policies)
    held = [(f"user/{u}", p) for n, u in enumerate(estate.users) for p in estate.grants_of(n)]
    held += [(f"group/{g}", group_grant(n)) for n, g in enumerate(estate.groups)]
    for principal, policy in held:
        yield {"principal": principal, "policy": f"{'custom' if policy in custom else 'system'}/{policy}"}
