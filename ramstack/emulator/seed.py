"""Filling an account in bulk: users, tags, groups, policies, attachments, memberships, as one JSON document.

The same document comes out of ``state``. No rule of the service is applied but that names must be unique and
references must exist, so that an account can be put into states that took years to grow.
"""

import json
import sqlite3
from collections.abc import Iterable, Mapping
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

from ramstack.emulator.call import write_date
from ramstack.emulator.store import Store, Value
from ramstack.emulator.world import World

Tags = dict[str, str]
Kind = Literal["user", "group", "role"]


class _Frozen(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class SeedUser(_Frozen):
    name: str
    display_name: str = ""
    comments: str = ""
    email: str = ""
    mobile_phone: str = ""
    status: Literal["active", "freeze"] = "active"
    provision_type: Literal["Manual", "SCIM", "CloudSSO"] = "Manual"
    tags: Tags = Field(default_factory=dict)


class SeedGroup(_Frozen):
    name: str
    comments: str = ""


class SeedPolicy(_Frozen):
    """A document may be given as text, kept byte for byte, or as an object."""

    name: str
    document: str | dict[str, object]
    description: str = ""
    tags: Tags = Field(default_factory=dict)


class SeedRole(_Frozen):
    name: str
    trust: str | dict[str, object]
    description: str = ""
    max_session_duration: int = 3600
    tags: Tags = Field(default_factory=dict)


class SeedAttachment(_Frozen):
    """``principal`` as ``user/alice``, ``policy`` as ``system/Name`` or ``custom/Name``; no scope is the account."""

    principal: Annotated[str, Field(pattern="^(user|group|role)/")]
    policy: Annotated[str, Field(pattern="^(system|custom)/")]
    scope: str = ""


class SeedMembership(_Frozen):
    user: str
    group: str


class Seed(_Frozen):
    users: tuple[SeedUser, ...] = ()
    groups: tuple[SeedGroup, ...] = ()
    policies: tuple[SeedPolicy, ...] = ()
    roles: tuple[SeedRole, ...] = ()
    attachments: tuple[SeedAttachment, ...] = ()
    memberships: tuple[SeedMembership, ...] = ()


class UnfitSeed(ValueError):
    """A seed cannot be added to the account."""


class UnknownName(UnfitSeed):
    """A seed refers to something that neither it nor the account has."""


class TakenName(UnfitSeed):
    """A seed has what the account has already."""


def plant(world: World, seed: Seed) -> None:
    """Adds the seed to what is there: all of it, or nothing. A name that is taken raises TakenName."""
    try:
        with world.turn() as store:
            _Gardener(world, store).plant(seed)
    except sqlite3.IntegrityError as error:
        raise TakenName(
            f"The seed has something that the account has already, or has it twice ({error})."
        ) from error


class _Gardener:
    def __init__(self, world: World, store: Store) -> None:
        self._dice = world.dice
        self._store = store
        self._date = write_date(world.clock())
        self._account_id = world.account(store).account_id

    def plant(self, seed: Seed) -> None:
        self._plant_users(seed.users)
        self._plant_groups(seed.groups)
        self._plant_policies(seed.policies)
        self._plant_roles(seed.roles)
        self._tag("user", "SELECT UserName, seq FROM users", ((user.name, user.tags) for user in seed.users))
        self._plant_attachments(seed.attachments)
        self._plant_memberships(seed.memberships)

    def _plant_users(self, users: Iterable[SeedUser]) -> None:
        self._store.run_many(
            "INSERT INTO users (UserId, UserName, DisplayName, Comments, Email, MobilePhone, Status, ProvisionType,"
            " CreateDate, UpdateDate) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            (
                (
                    self._number("2"),
                    user.name,
                    user.display_name,
                    user.comments,
                    user.email,
                    user.mobile_phone,
                    user.status,
                    user.provision_type,
                    self._date,
                    self._date,
                )
                for user in users
            ),
        )

    def _plant_groups(self, groups: Iterable[SeedGroup]) -> None:
        self._store.run_many(
            "INSERT INTO groups (GroupId, GroupName, Comments, CreateDate, UpdateDate) VALUES (?, ?, ?, ?, ?)",
            ((self._number("7"), group.name, group.comments, self._date, self._date) for group in groups),
        )

    def _plant_policies(self, policies: Iterable[SeedPolicy]) -> None:
        for policy in policies:
            number = self._store.insert(
                "INSERT INTO policies (PolicyName, PolicyType, Description, DefaultVersion, CreateDate, UpdateDate,"
                " next_version) VALUES (?, 'Custom', ?, 'v1', ?, ?, 2)",
                policy.name,
                policy.description,
                self._date,
                self._date,
            )
            self._store.run(
                "INSERT INTO versions (policy, number, VersionId, PolicyDocument, CreateDate)"
                " VALUES (?, 1, 'v1', ?, ?)",
                number,
                _as_text(policy.document),
                self._date,
            )
        names = "SELECT PolicyName, seq FROM policies WHERE PolicyType = 'Custom'"
        self._tag("policy", names, ((policy.name, policy.tags) for policy in policies))

    def _plant_roles(self, roles: Iterable[SeedRole]) -> None:
        self._store.run_many(
            "INSERT INTO roles (RoleId, RoleName, Description, AssumeRolePolicyDocument, MaxSessionDuration,"
            " CreateDate, UpdateDate) VALUES (?, ?, ?, ?, ?, ?, ?)",
            (
                (
                    self._number("3"),
                    role.name,
                    role.description,
                    _as_text(role.trust),
                    role.max_session_duration,
                    self._date,
                    self._date,
                )
                for role in roles
            ),
        )
        self._tag("role", "SELECT RoleName, seq FROM roles", ((role.name, role.tags) for role in roles))

    def _tag(self, kind: str, names: str, tagged: Iterable[tuple[str, Tags]]) -> None:
        numbers = self._numbers(names)
        self._store.run_many(
            "INSERT INTO tags (kind, resource, TagKey, TagValue) VALUES (?, ?, ?, ?)",
            ((kind, numbers[name], key, value) for name, tags in tagged for key, value in tags.items()),
        )

    def _plant_attachments(self, attachments: Iterable[SeedAttachment]) -> None:
        principals = self._numbers(
            "SELECT 'user/' || UserName, seq FROM users UNION ALL SELECT 'group/' || GroupName, seq FROM groups"
            " UNION ALL SELECT 'role/' || RoleName, seq FROM roles"
        )
        policies = self._numbers("SELECT lower(PolicyType) || '/' || PolicyName, seq FROM policies")
        self._store.run_many(
            "INSERT INTO attachments (kind, principal, policy, scope, AttachDate) VALUES (?, ?, ?, ?, ?)",
            (
                (
                    wanted.principal.partition("/")[0],
                    _look_up(principals, wanted.principal),
                    _look_up(policies, wanted.policy),
                    wanted.scope or self._account_id,
                    self._date,
                )
                for wanted in attachments
            ),
        )

    def _plant_memberships(self, memberships: Iterable[SeedMembership]) -> None:
        users = self._numbers("SELECT UserName, seq FROM users")
        groups = self._numbers("SELECT GroupName, seq FROM groups")
        self._store.run_many(
            "INSERT INTO memberships (user, member_of, JoinDate) VALUES (?, ?, ?)",
            ((_look_up(users, m.user), _look_up(groups, m.group), self._date) for m in memberships),
        )

    def _numbers(self, names: str) -> dict[str, int]:
        return {row[0]: row[1] for row in self._store.rows(names)}

    def _number(self, first: str) -> str:
        return first + str(self._dice.randrange(10**17)).zfill(17)


def _look_up(numbers: Mapping[str, int], name: str) -> Value:
    if name not in numbers:
        raise UnknownName(f"The seed refers to {name}, which neither it nor the account has.")
    return numbers[name]


def _as_text(document: str | dict[str, object]) -> str:
    return document if isinstance(document, str) else json.dumps(document, ensure_ascii=False)
