"""An account in memory behind the same port: fast enough for laws over thousands of generated plans.

It refuses what the service refuses (absent names, double grants, delete conflicts, quotas), so a schedule in the wrong
order fails here as it would there.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime

from ramstack.gateway.port import (
    AttachmentPage,
    AttachmentRow,
    Caller,
    GroupRow,
    KeyRow,
    LoginRow,
    NewKey,
    PolicyRow,
    Receipt,
    RecycledRow,
    RoleRow,
    TagRow,
    UserRow,
    VersionRow,
)
from ramstack.model import call as c
from ramstack.model.address import Address, PolicyRef
from ramstack.model.errors import Conflict, Denied, LimitExceeded, NotFound, Refused
from ramstack.model.moment import stamp
from ramstack.model.passwordpolicy import PasswordPolicy
from ramstack.model.quotas import Quotas
from ramstack.model.secret import Secret
from ramstack.model.settings import (
    ACCOUNT_ALIAS,
    PASSWORD_POLICY,
    SECURITY_PREFERENCE,
    AccountAlias,
    PasswordRules,
    SecurityPreference,
    Setting,
)

SYSTEM = (
    "AdministratorAccess",
    "AliyunICEFullAccess",
    "AliyunICEReadOnlyAccess",
    "AliyunOSSFullAccess",
    *(f"AliyunS{n}FullAccess" for n in range(30)),
)
DOCUMENTS = {
    "AdministratorAccess": ("*",),
    "AliyunICEFullAccess": ("ice:*",),
    "AliyunICEReadOnlyAccess": ("ice:Get*", "ice:List*", "ice:Describe*"),
    "AliyunOSSFullAccess": ("oss:*",),
}
SETTINGS_AS_NEW: dict[Address, Setting] = {
    PASSWORD_POLICY: PasswordRules(8, False, False, False, False, False, 0, 0, 5),
    SECURITY_PREFERENCE: SecurityPreference(False, True, False, True, False, 6, ""),
    ACCOUNT_ALIAS: AccountAlias(""),
}
ACCOUNT = "1234567890123456"


def document_for(*actions: str) -> str:
    statement = {"Effect": "Allow", "Action": list(actions), "Resource": "*"}
    return json.dumps({"Version": "1", "Statement": [statement]})


@dataclass
class MemoryUser:
    id: str
    display_name: str = ""
    comments: str = ""
    email: str = ""
    mobile: str = ""
    status: str = "active"
    provision_type: str = "Manual"
    tags: dict[str, str] = field(default_factory=dict)


@dataclass
class MemoryPolicy:
    description: str = ""
    versions: list[VersionRow] = field(default_factory=list)
    tags: dict[str, str] = field(default_factory=dict)
    next_version: int = 1


@dataclass
class MemoryRole:
    document: str
    description: str = ""
    max_session_duration: int = 3600
    tags: dict[str, str] = field(default_factory=dict)
    is_linked: bool = False


@dataclass
class MemoryGateway:
    """Implements Reader and Writer. `calls` is every write in order; `fails` says which calls are refused."""

    users_: dict[str, MemoryUser] = field(default_factory=dict)
    groups_: dict[str, str] = field(default_factory=dict)
    policies_: dict[str, MemoryPolicy] = field(default_factory=dict)
    settings_: dict[Address, Setting] = field(default_factory=lambda: dict(SETTINGS_AS_NEW))
    roles_: dict[str, MemoryRole] = field(default_factory=dict)
    members_: set[tuple[str, str]] = field(default_factory=set)
    grants_: set[AttachmentRow] = field(default_factory=set)
    calls: list[c.Call] = field(default_factory=list)
    turns: list[c.Call] = field(default_factory=list)
    keys_: dict[str, list[KeyRow]] = field(default_factory=dict)
    logons_: dict[str, LoginRow] = field(default_factory=dict)
    secrets_: dict[str, str] = field(default_factory=dict)
    """Of keys by their id, and of passwords by the user's name."""
    used_: dict[str, str] = field(default_factory=dict)
    now: datetime = datetime(2026, 1, 31, 8, tzinfo=UTC)
    factors_: dict[str, str] = field(default_factory=dict)
    recycled_: dict[str, tuple[str, MemoryUser]] = field(default_factory=dict)
    parted_: list[tuple[str, tuple[str, str] | AttachmentRow]] = field(default_factory=list)
    bin_keeps: str = (
        "tags"  # or "all", grants and memberships too; "nothing" but the user; "shut": not to be read
    )
    reads: int = 0
    fails: object = None
    shows_tags: bool = True
    quotas_: dict[str, int] = field(default_factory=dict)
    """The account's own, where they are not the documented ones."""

    @classmethod
    def of(cls, record: dict) -> MemoryGateway:
        """An account as a case writes it down."""
        versions = {
            name: [
                VersionRow(f"v{n}", n == len(policy["versions"]), json.dumps(document))
                for n, document in enumerate(policy["versions"], 1)
            ]
            for name, policy in record.get("policies", {}).items()
        }
        return cls(
            users_={n: MemoryUser(str(i), **u) for i, (n, u) in enumerate(record.get("users", {}).items())},
            groups_=record.get("groups", {}),
            policies_={
                name: MemoryPolicy(
                    policy.get("description", ""),
                    versions[name],
                    policy.get("tags", {}),
                    len(versions[name]) + 1,
                )
                for name, policy in record.get("policies", {}).items()
            },
            roles_={
                name: MemoryRole(**(role | {"document": json.dumps(role["document"])}))
                for name, role in record.get("roles", {}).items()
            },
            members_={(user, group) for user, group in record.get("members", [])},
            grants_={
                AttachmentRow(kind, name, PolicyRef(*policy.split("/")), *scope)
                for kind, name, policy, *scope in record.get("grants", [])
            },
        )

    # reader

    def calls_made(self) -> int:
        return self.reads

    def caller(self) -> Caller:
        self.reads += 1
        return Caller(ACCOUNT, f"acs:ram::{ACCOUNT}:root", "Account")

    def password_policy(self) -> PasswordPolicy:
        self.reads += 1
        return PasswordPolicy()

    def default_domain(self) -> str:
        self.reads += 1
        return f"{ACCOUNT}.onaliyun.com"

    def quotas(self) -> Mapping[str, int]:
        self.reads += 1
        return self.quotas_

    def users(self) -> Iterator[UserRow]:
        return self._user_rows(shows_tags=self.shows_tags)

    def users_without_tags(self) -> Iterator[UserRow]:
        return self._user_rows(shows_tags=False)

    def _user_rows(self, *, shows_tags: bool) -> Iterator[UserRow]:
        self.reads += 1
        for name, user in sorted(self.users_.items()):
            tags = tuple(user.tags.items()) if shows_tags else ()
            fields = (user.display_name, user.comments, user.email, user.mobile)
            yield UserRow(user.id, name, *fields, user.status, user.provision_type, tags)

    def groups_of(self, user: str) -> tuple[str, ...]:
        self.reads += 1
        self._user(user)
        return tuple(sorted(g for u, g in self.members_ if u == user))

    def policies_of(self, principal: Address) -> tuple[AttachmentRow, ...]:
        self.reads += 1
        held = [g for g in self.grants_ if (g.kind, g.principal) == tuple(principal) and not g.resource_group]
        return tuple(sorted(held, key=str))

    def user_tags(self, user_ids: tuple[str, ...]) -> Iterator[TagRow]:
        assert 0 < len(user_ids) <= 50
        self.reads += 1
        return iter(
            [TagRow(u.id, k, v) for u in self.users_.values() if u.id in user_ids for k, v in u.tags.items()]
        )

    def users_tagged(self, key: str) -> Iterator[TagRow]:
        self.reads += 1
        return iter([TagRow(u.id, key, u.tags[key]) for u in self.users_.values() if key in u.tags])

    def user(self, name: str) -> UserRow | None:
        self.reads += 1
        user = self.users_.get(name)
        return user and UserRow(user.id, name, user.display_name, user.comments, user.email, user.mobile)

    def recycled_users(self) -> Iterator[RecycledRow]:
        self.reads += 1
        if self.bin_keeps == "shut":
            raise Denied("NoPermission", "you are not authorized", "R-1")
        return iter([RecycledRow(id_, name) for id_, (name, _) in self.recycled_.items()])

    def access_keys(self, user: str) -> tuple[KeyRow, ...]:
        self.reads += 1
        return tuple(self.keys_.get(user, ()))

    def login_profile(self, user: str) -> LoginRow | None:
        self.reads += 1
        return self.logons_.get(user)

    def last_used(self, user: str, key_id: str) -> str:
        self.reads += 1
        self._there(key_id, [key.id for key in self.keys_.get(user, ())], "User.AccessKey")
        return self.used_.get(key_id, "")

    def setting(self, address: Address) -> Setting:
        self.reads += 1
        return self.settings_[address]

    def mfa_serial(self, user: str) -> str:
        self.reads += 1
        return self.factors_.get(user, "")

    def group(self, name: str) -> GroupRow | None:
        self.reads += 1
        return GroupRow(name, self.groups_[name]) if name in self.groups_ else None

    def groups(self) -> Iterator[GroupRow]:
        self.reads += 1
        return iter([GroupRow(name, comments) for name, comments in sorted(self.groups_.items())])

    def members(self, group: str) -> Iterator[str]:
        self.reads += 1
        return iter(sorted(user for user, g in self.members_ if g == group))

    def policies(self) -> Iterator[PolicyRow]:
        self.reads += 1
        rows = [
            PolicyRow(PolicyRef("system", n), attachment_count=self._count(PolicyRef("system", n)))
            for n in SYSTEM
        ]
        for name, p in sorted(self.policies_.items()):
            ref = PolicyRef("custom", name)
            rows.append(
                PolicyRow(
                    ref, p.description, "", self._count(ref), tuple(p.tags.items()) if self.shows_tags else ()
                )
            )
        return iter(rows)

    def roles(self) -> Iterator[RoleRow]:
        self.reads += 1
        for name, role in sorted(self.roles_.items()):
            tags = tuple(role.tags.items()) if self.shows_tags else ()
            yield RoleRow(name, role.description, role.max_session_duration, tags=tags)

    def role(self, name: str) -> RoleRow | None:
        self.reads += 1
        role = self.roles_.get(name)
        return role and RoleRow(
            name, role.description, role.max_session_duration, role.document, role.is_linked
        )

    def role_tags(self, names: tuple[str, ...]) -> Iterator[TagRow]:
        assert 0 < len(names) <= 50
        self.reads += 1
        return iter(
            [TagRow(n, k, v) for n, r in self.roles_.items() if n in names for k, v in r.tags.items()]
        )

    def roles_tagged(self, key: str) -> Iterator[TagRow]:
        self.reads += 1
        return iter([TagRow(n, key, r.tags[key]) for n, r in self.roles_.items() if key in r.tags])

    def policies_tagged(self, key: str) -> Iterator[tuple[str, str]]:
        self.reads += 1
        return iter([(n, p.tags[key]) for n, p in sorted(self.policies_.items()) if key in p.tags])

    def policy(self, ref: PolicyRef) -> PolicyRow | None:
        self.reads += 1
        held = self.policies_ if ref.type == "custom" else dict.fromkeys(SYSTEM, MemoryPolicy())
        found = held.get(ref.name)
        return PolicyRow(ref, found.description, "", self._count(ref)) if found else None

    def policy_versions(self, ref: PolicyRef) -> tuple[VersionRow, ...]:
        self.reads += 1
        if ref.type == "system" and ref.name in DOCUMENTS:
            return (VersionRow("v1", is_default=True, document=document_for(*DOCUMENTS[ref.name])),)
        return tuple(self._policy(ref.name).versions)

    def attachment_page(self, number: int) -> AttachmentPage:
        self.reads += 1
        rows = sorted(self.grants_, key=str)
        return AttachmentPage(len(rows), tuple(rows[(number - 1) * 100 : number * 100]))

    def entities_of(self, ref: PolicyRef) -> tuple[AttachmentRow, ...]:
        self.reads += 1
        return tuple(sorted((g for g in self.grants_ if g.policy == ref and not g.resource_group), key=str))

    def _count(self, ref: PolicyRef) -> int:
        return sum(g.policy == ref and not g.resource_group for g in self.grants_)

    # writer

    def await_turn(self, call: c.Call) -> None:
        self.turns.append(call)

    def perform(self, call: c.Call, *, has_turn: bool = False) -> Receipt:
        self.calls.append(call)
        if callable(self.fails) and self.fails(call):
            raise Refused("NoPermission", "you are not authorized", "R-1")
        if isinstance(call, c.CreateAccessKey):
            return Receipt(f"R{len(self.calls)}", self._new_key(call.user))
        self._carry_out(call)
        return Receipt(f"R{len(self.calls)}")

    def _new_key(self, user: str) -> NewKey:
        self._user(user)
        self._room(len(self.keys_.get(user, ())) + 1, "AccessKeysPerUserQuota", "User.AccessKey")
        key = KeyRow(f"LTAI{len(self.calls):020}", "Active", stamp(self.now))
        self.keys_.setdefault(user, []).append(key)
        self.secrets_[key.id] = f"secret of {key.id}"
        return NewKey(key.id, Secret(self.secrets_[key.id]), key.created)

    def _carry_out(self, call: c.Call) -> None:
        match call:
            case c.CreateUser():
                self._absent(call.name, self.users_, "User")
                self._room(len(self.users_) + 1, "UsersQuota", "User")
                self._room(len(call.tags), "TagsQuota", "User.Tag")
                assert 1 <= len(call.display_name) <= 24
                fields = (call.display_name, call.comments, call.email, call.mobile)
                self.users_[call.name] = MemoryUser(f"2{len(self.calls):017}", *fields, tags=dict(call.tags))
            case c.UpdateUser():
                user = self._user(call.name)
                for name in ("display_name", "comments", "email", "mobile"):
                    if getattr(call, name) is not None:
                        setattr(user, name, getattr(call, name))
                if call.new_name:
                    self._absent(call.new_name, self.users_, "User")
                    self._rename_user(call.name, call.new_name)
            case c.DeleteUser(name):
                self._user(name)
                credentials = [
                    *self.keys_.get(name, ()),
                    *([name] if name in self.logons_ else []),
                    *self.factors_.get(name, ""),
                ]
                self._free(
                    "User",
                    name,
                    [g for u, g in self.members_ if u == name],
                    self._held("user", name),
                    credentials,
                )
                user = self.users_.pop(name)
                self.recycled_[user.id] = (name, user)
            case c.RestoreUser():
                self._restore(call)
            case c.TagUsers(names, tags):
                for name in names:
                    user = self._user(name)
                    user.tags |= dict(tags)
                    self._room(len(user.tags), "TagsQuota", "Tag")
            case c.UntagUsers(names, keys):
                for name in names:
                    for key in keys:
                        self._user(name).tags.pop(key, None)
            case c.CreateRole(name, document, description, duration, tags):
                self._absent(name, self.roles_, "Role")
                self._room(len(self.roles_) + 1, "RolesQuota", "Role")
                self.roles_[name] = MemoryRole(document, description, duration, dict(tags))
            case c.UpdateRole(name, document, description, duration):
                self._there(name, self.roles_, "Role")
                role = self.roles_[name]
                role.document = document or role.document
                role.description = role.description if description is None else description
                role.max_session_duration = duration or role.max_session_duration
            case c.DeleteRole(name):
                self._there(name, self.roles_, "Role")
                self._free("Role", name, self._held("role", name))
                del self.roles_[name]
            case c.TagRoles(names, tags):
                for name in names:
                    self._there(name, self.roles_, "Role")
                    self.roles_[name].tags |= dict(tags)
            case c.UntagRoles(names, keys):
                for name in names:
                    self._there(name, self.roles_, "Role")
                    for key in keys:
                        self.roles_[name].tags.pop(key, None)
            case c.SetPasswordPolicy(values):
                self._set(PASSWORD_POLICY, values)
            case c.SetSecurityPreference(values):
                self._set(SECURITY_PREFERENCE, values)
            case c.SetAccountAlias(alias):
                self.settings_[ACCOUNT_ALIAS] = AccountAlias(alias)
            case c.ClearAccountAlias():
                self.settings_[ACCOUNT_ALIAS] = AccountAlias("")
            case c.CreateGroup(name, comments):
                self._absent(name, self.groups_, "Group")
                assert len(comments) <= 128
                self._room(len(self.groups_) + 1, "GroupsQuota", "Group")
                self.groups_[name] = comments
            case c.UpdateGroup(name, new_name, comments):
                self._there(name, self.groups_, "Group")
                if comments is not None:
                    self.groups_[name] = comments
                if new_name:
                    self._absent(new_name, self.groups_, "Group")
                    self._rename_group(name, new_name)
            case c.DeleteGroup(name):
                self._there(name, self.groups_, "Group")
                self._free(
                    "Group", name, [u for u, g in self.members_ if g == name], self._held("group", name)
                )
                del self.groups_[name]
            case c.AddUserToGroup(user, group):
                self._user(user)
                self._there(group, self.groups_, "Group")
                self._absent((user, group), self.members_, "User.Group")
                self._room(sum(u == user for u, _ in self.members_) + 1, "GroupsPerUserQuota", "User.Group")
                self.members_.add((user, group))
            case c.RemoveUserFromGroup(user, group):
                self._there((user, group), self.members_, "User.Group")
                self.members_.remove((user, group))
                self.parted_.append((user, (user, group)))
            case c.DeleteLoginProfile(user):
                self._there(user, self.logons_, "User.LoginProfile")
                del self.logons_[user]
            case c.CreateLoginProfile(user, reset, mfa):
                self._user(user)
                self._absent(user, self.logons_, "User.LoginProfile")
                self.logons_[user] = LoginRow(reset, mfa, stamp(self.now))
                self.secrets_[user] = call.password.reveal()
            case c.UpdateLoginProfile(user, reset, mfa):
                self._there(user, self.logons_, "User.LoginProfile")
                row = self.logons_[user]
                flags = (
                    row.reset_required if reset is None else reset,
                    row.mfa_required if mfa is None else mfa,
                )
                self.logons_[user] = LoginRow(*flags, row.created)
                if call.password:
                    self.secrets_[user] = call.password.reveal()
            case c.UnbindMfa(user):
                self._there(user, self.factors_, "User.MFADevice")
                del self.factors_[user]
            case c.UpdateAccessKey(user, key_id, status):
                self._there(key_id, [key.id for key in self.keys_.get(user, ())], "User.AccessKey")
                self.keys_[user] = [
                    replace(k, status=status) if k.id == key_id else k for k in self.keys_[user]
                ]
            case c.DeleteAccessKey(user, key_id):
                (key,) = [k for k in self.keys_.get(user, ()) if k.id == key_id] or [None]
                self._there(key_id, [key and key.id], "User.AccessKey")
                assert key.status == "Inactive"
                self.keys_[user].remove(key)
            case _:
                self._carry_out_policy(call)

    def _carry_out_policy(self, call: c.Call) -> None:
        match call:
            case c.CreatePolicy(name, document, description, tags):
                self._absent(name, self.policies_, "Policy")
                self._room(len(self.policies_) + 1, "PoliciesQuota", "Policy")
                self._room(len(document), "PolicySizeQuota", "Policy.Document")
                first = VersionRow("v1", is_default=True, document=document)
                self.policies_[name] = MemoryPolicy(description, [first], dict(tags), 2)
            case c.CreatePolicyVersion(name, document):
                policy = self._policy(name)
                self._room(len(document), "PolicySizeQuota", "Policy.Document")
                self._room(len(policy.versions) + 1, "VersionsPerPolicyQuota", "Policy.Version")
                policy.versions = [replace(v, is_default=False) for v in policy.versions]
                policy.versions.append(
                    VersionRow(f"v{policy.next_version}", is_default=True, document=document)
                )
                policy.next_version += 1
            case c.SetDefaultPolicyVersion(name, version):
                policy = self._policy(name)
                self._there(version, [v.id for v in policy.versions], "Policy.Version")
                policy.versions = [replace(v, is_default=v.id == version) for v in policy.versions]
            case c.DeletePolicyVersion(name, version):
                policy = self._policy(name)
                assert version not in [v.id for v in policy.versions if v.is_default]
                policy.versions = [v for v in policy.versions if v.id != version]
            case c.UpdatePolicyDescription(name, description):
                self._policy(name).description = description
            case c.TagPolicies(names, tags):
                for name in names:
                    self._policy(name).tags |= dict(tags)
            case c.UntagPolicies(names, keys):
                for name in names:
                    for key in keys:
                        self._policy(name).tags.pop(key, None)
            case c.DeletePolicy(name):
                self._policy(name)
                self._free(
                    "Policy", name, [], [g for g in self.grants_ if g.policy == PolicyRef("custom", name)]
                )
                del self.policies_[name]
            case c.AttachPolicy(kind, principal, policy):
                self._principal(kind, principal)
                known = self.policies_ if policy.type == "custom" else SYSTEM
                self._there(policy.name, known, "Policy")
                row = AttachmentRow(kind, principal, policy)
                self._absent(row, self.grants_, f"{kind.title()}.Policy")
                held = [
                    g
                    for g in self._held(kind, principal)
                    if g.policy.type == policy.type and not g.resource_group
                ]
                label = {"system": "AttachedSystemPolicies", "custom": "AttachedPolicies"}[policy.type]
                self._room(len(held) + 1, f"{label}Per{kind.title()}Quota", f"{kind.title()}.Policy")
                self.grants_.add(row)
            case c.DetachPolicy(kind, principal, policy, resource_group):
                row = AttachmentRow(kind, principal, policy, resource_group)
                self._there(row, self.grants_, f"{kind.title()}.Policy")
                self.grants_.remove(row)
                self.parted_.append((principal, row))
            case _:
                raise AssertionError(call)

    def _restore(self, call: c.RestoreUser) -> None:
        self._there(call.user_id, self.recycled_, "User")
        name, user = self.recycled_[call.user_id]
        self._absent(name, self.users_, "User")
        del self.recycled_[call.user_id]
        self.users_[name] = user if self.bin_keeps in ("tags", "all") else MemoryUser(user.id)
        kept = [edge for one, edge in self.parted_ if one == name and self.bin_keeps == "all"]
        self.members_ |= {edge for edge in kept if isinstance(edge, tuple) and edge[1] in self.groups_}
        self.grants_ |= {edge for edge in kept if isinstance(edge, AttachmentRow) and edge.kind == "user"}

    def _set(self, address: Address, values: tuple[tuple[str, str], ...]) -> None:
        """A field that is left out falls back to its default."""
        fresh = SETTINGS_AS_NEW[address]
        told = {
            name: value == "true" if isinstance(old := getattr(fresh, name), bool) else type(old)(value)
            for name, value in values
        }
        self.settings_[address] = replace(fresh, **told)

    def _principal(self, kind: str, name: str) -> None:
        held = {"user": self.users_, "group": self.groups_, "role": self.roles_}
        self._there(name, held[kind], kind.title())

    def _user(self, name: str) -> MemoryUser:
        self._there(name, self.users_, "User")
        return self.users_[name]

    def _policy(self, name: str) -> MemoryPolicy:
        self._there(name, self.policies_, "Policy")
        return self.policies_[name]

    def _held(self, kind: str, name: str) -> list[AttachmentRow]:
        return [g for g in self.grants_ if (g.kind, g.principal) == (kind, name)]

    def _rename_user(self, old: str, new: str) -> None:
        self.users_[new] = self.users_.pop(old)
        for held in (self.keys_, self.factors_, self.logons_):
            if old in held:
                held[new] = held.pop(old)
        self.members_ = {(new if u == old else u, g) for u, g in self.members_}
        self.grants_ = {
            replace(g, principal=new) if (g.kind, g.principal) == ("user", old) else g for g in self.grants_
        }

    def _rename_group(self, old: str, new: str) -> None:
        self.groups_[new] = self.groups_.pop(old)
        self.members_ = {(u, new if g == old else g) for u, g in self.members_}
        self.grants_ = {
            replace(g, principal=new) if (g.kind, g.principal) == ("group", old) else g for g in self.grants_
        }

    @staticmethod
    def _there(key: object, held: object, what: str) -> None:
        if key not in held:  # type: ignore[operator]
            raise NotFound(f"EntityNotExist.{what}", f"{key} does not exist", "R-0")

    @staticmethod
    def _absent(key: object, held: object, what: str) -> None:
        if key in held:  # type: ignore[operator]
            raise Conflict(f"EntityAlreadyExists.{what}", f"{key} exists", "R-0")

    def _room(self, count: int, quota: str, what: str) -> None:
        limit = Quotas(self.quotas_).of(quota)
        if count > limit:
            raise LimitExceeded(f"LimitExceeded.{what}", f"the limit is {limit}", "R-0")

    @staticmethod
    def _free(what: str, name: str, *holds: list[object]) -> None:
        if any(holds):
            raise Conflict(f"DeleteConflict.{what}", f"{name} still has {holds}", "R-0")
