"""Forms: which keys a stack file has and which shape their values take.

Pydantic checks shapes and lengths; what depends on more than one value is in `checks`. A key left out is None; the same
models make the JSON Schema for editors, which is why their sentences are written for people.
"""

from __future__ import annotations

from typing import Annotated

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, PlainValidator, WithJsonSchema
from pydantic_core import PydanticCustomError

from ramstack.model.limits import (
    MAX_COMMENTS,
    MAX_DESCRIPTION,
    MAX_DISPLAY_NAME,
    MAX_SESSION,
    MAX_TAG_VALUE,
    SESSION,
)
from ramstack.model.moment import read_duration
from ramstack.stackfile.credential_forms import Console, KeysForm
from ramstack.stackfile.node import EMPTY, Quoted
from ramstack.stackfile.rail_forms import RailsForm
from ramstack.stackfile.setting_forms import AccountSettingsForm
from ramstack.stackfile.sink_forms import SinkForm
from ramstack.stackfile.values import Flag, Text, written

FORMAT_VERSION = 1


def _read_version(value: object) -> int:
    if value != str(FORMAT_VERSION) or isinstance(value, Quoted):
        raise PydanticCustomError("format-version", "This version of ramstack reads `ramstack: 1`.")
    return FORMAT_VERSION


def _body(value: object) -> object:
    """A name with nothing behind it declares a thing of which nothing more is managed."""
    return {} if value is EMPTY else value


Version = Annotated[int, PlainValidator(_read_version), WithJsonSchema({"const": FORMAT_VERSION})]
DisplayName = Annotated[
    str, Field(min_length=1, max_length=MAX_DISPLAY_NAME), written(minLength=1, maxLength=MAX_DISPLAY_NAME)
]
Comments = Annotated[str, Field(max_length=MAX_COMMENTS), written(maxLength=MAX_COMMENTS)]
Description = Annotated[str, Field(max_length=MAX_DESCRIPTION), written(maxLength=MAX_DESCRIPTION)]
Tags = dict[str, Annotated[str, written(maxLength=MAX_TAG_VALUE)]]
Body = BeforeValidator(_body)


def _listed(value: object) -> object:
    """One value stands for a list of one."""
    return value if isinstance(value, list) else [value]


def _read_session(value: object) -> int:
    text = str(value) if isinstance(value, str) else ""
    span = read_duration(f"{text}s" if text.isdecimal() else text)
    seconds = int(span.total_seconds()) if span else 0
    if not SESSION <= seconds <= MAX_SESSION:
        raise PydanticCustomError("duration", "Write 1h to 12h, or 3600 to 43200 seconds.")
    return seconds


Names = Annotated[list[Text], BeforeValidator(_listed)]
Session = Annotated[
    int,
    PlainValidator(_read_session),
    WithJsonSchema({"type": ["integer", "string"], "pattern": r"^[0-9]{1,6}[smhd]?$|\$\{"}),
]


class Form(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, use_attribute_docstrings=True)


class DefaultsForm(Form):
    """What holds for all users (tags), all users and groups (additive), or the whole stack (ignore_tags)."""

    tags: Tags | None = None
    """Tags for every user and role; their own value wins."""
    additive: Flag | None = None
    """Lists and tags mean `at least these`, unless a user or group says false."""
    ignore_tags: list[Text] | None = None
    """Keys of tags that are never touched, whoever put them there; `*` and `?` match (`cost:*`)."""


class GrantsForm(Form):
    policies: list[Text] | None = None
    """Policies attached at account scope: a custom policy of this stack, a system policy, or a custom policy of the
    account; `system/NAME` and `custom/NAME` say it exactly."""
    additive: Flag | None = None
    """Lists and tags mean `at least these`: what else is there stays."""


class ProfileForm(GrantsForm):
    """A bundle that users take by `profile: NAME`: lists are united with theirs, of all else the user's own wins."""

    comments: Comments | None = None
    """Free text."""
    tags: Tags | None = None
    """Tags of the user, united with those of `defaults`."""
    ignore_tags: list[Text] | None = None
    """Keys of tags that are never touched, as well as those of `defaults`; `*` and `?` match (`cost:*`)."""
    groups: list[Text] | None = None
    """Groups of the stack or of the account."""
    console: Console | None = None
    """Logon at the console; false for none. Left out: not managed."""
    access_keys: KeysForm | None = None
    """Access keys that ramstack makes and delivers. Left out: not managed."""
    protect: Flag | None = None
    """Must be unprotected in one apply before another can delete it."""


class UserForm(ProfileForm):
    """A RAM user. A key left out is not managed; written, it means this and nothing else."""

    profile: Text | None = None
    """A bundle of `profiles` that this user takes."""
    display_name: DisplayName | None = None
    """Shown in the console."""
    email: Text | None = None
    """An address such as ann@example.com."""
    mobile: Text | None = None
    """Country code, a hyphen, the number: 86-13900001111."""
    renamed_from: Text | None = None
    """The name until now: it is renamed, and keeps its id."""


class GroupForm(GrantsForm):
    """A user group."""

    renamed_from: Text | None = None
    """The name until now: it is renamed, and keeps its id."""

    comments: Comments | None = None
    """Free text; beside it the owner mark must find room in 128 characters."""


class PolicyForm(Form):
    """A custom policy."""

    description: Description | None = None
    """What it is for."""
    document: dict[str, object] | None = None
    """The policy document in YAML, in JSON as block text (`|`), or `{file: PATH}` for a JSON or YAML file in the stack's folder."""


class OidcForm(Form):
    """Tokens of an OIDC provider that may assume a role."""

    provider: Text | None = None
    """The name of the provider, or its ARN."""
    audience: Names | None = None
    """The clients that the token must be for."""
    subject: Names | None = None
    """Whose tokens."""
    issuer: Names | None = None
    """Who must have issued them."""


class TrustForm(Form):
    """Who may assume a role: services, accounts, users, SAML or OIDC providers; or a whole document."""

    service: Names | None = None
    """Services of the cloud, such as ecs.aliyuncs.com."""
    account: Names | None = None
    """Ids of accounts, this one or others."""
    user: Names | None = None
    """RAM users of this account by name, or ARNs."""
    saml: Names | None = None
    """SAML providers of this account by name, or ARNs."""
    oidc: Annotated[list[OidcForm], BeforeValidator(_listed)] | None = None
    """OIDC providers, each with the audience of its tokens."""
    document: dict[str, object] | None = None
    """The trust policy in YAML, in JSON as block text (`|`), or `{file: PATH}` for a JSON or YAML file in the stack's folder."""


class RoleForm(GrantsForm):
    """A RAM role. RAM cannot rename roles."""

    description: Description | None = None
    """What it is for."""
    trust: TrustForm | None = None
    """Who may assume it."""
    max_session_duration: Session | None = None
    """How long a session may last, 1h to 12h; in seconds, or such as 2h."""
    tags: Tags | None = None
    """Tags of the role, united with those of `defaults`."""
    ignore_tags: list[Text] | None = None
    """Keys of tags that are never touched, as well as those of `defaults`."""


class ExpectForm(Form):
    """An access test: what one principal, or every user of the stack, may and may not do once the plan is applied."""

    user: Text | None = None
    """The user it is about."""
    group: Text | None = None
    """The group it is about."""
    role: Text | None = None
    """The role it is about."""
    everyone: Flag | None = None
    """Every user of this stack."""
    allow: list[Text] | None = None
    """Operations that must be allowed; a pattern means every known operation that it matches."""
    deny: list[Text] | None = None
    """Operations that must not be allowed; a pattern means every known operation that it matches."""
    from_: Text | None = Field(default=None, alias="from")
    """The address that the request comes from."""
    at: Text | None = None
    """When, such as 2026-01-31T08:00:00Z."""
    mfa: Flag | None = None
    """With or without a second factor."""
    resource: Text | None = None
    """The resource that is asked for."""


class IgnoreForm(Form):
    """A lint rule that shall be silent: about one user, group, role or policy, or in the whole stack."""

    rule: Text | None = None
    """The id of the rule, as `ramstack validate` shows it in brackets."""
    reason: Text | None = None
    """Why: for whoever reads this next."""
    user: Text | None = None
    """Only about this user."""
    group: Text | None = None
    """Only about this group."""
    role: Text | None = None
    """Only about this role."""
    policy: Text | None = None
    """Only about this custom policy."""


class LintForm(Form):
    """What `ramstack validate` shall not warn about."""

    ignore: list[IgnoreForm] | None = None
    """Rules to silence, each with a reason."""


class StackForm(Form):
    """A ramstack stack: identities of one Alibaba Cloud account, as code."""

    ramstack: Version | None = None
    """The version of this format."""
    stack: Text | None = None
    """The name of the stack: owner of what it creates."""
    lineage: Text | None = None
    """Tells this stack from others of its name. Chosen once, never changed."""
    account: Text | None = None
    """A guard: any other account is refused."""
    defaults: Annotated[DefaultsForm, Body] | None = None
    """What holds for all users, or all of the stack."""
    profiles: Annotated[dict[str, Annotated[ProfileForm, Body]], Body] | None = None
    """Bundles that users may take, by name."""
    users: Annotated[dict[str, Annotated[UserForm, Body]], Body] | None = None
    """RAM users by logon name."""
    groups: Annotated[dict[str, Annotated[GroupForm, Body]], Body] | None = None
    """User groups by name."""
    roles: Annotated[dict[str, Annotated[RoleForm, Body]], Body] | None = None
    """RAM roles by name."""
    policies: Annotated[dict[str, Annotated[PolicyForm, Body]], Body] | None = None
    """Custom policies by name."""
    account_settings: Annotated[AccountSettingsForm, Body] | None = None
    """Password policy, security preference and alias of the account, in a stack of their own."""
    lint: Annotated[LintForm, Body] | None = None
    """What `ramstack validate` shall not warn about."""
    sinks: Annotated[dict[str, Annotated[SinkForm, Body]], Body] | None = None
    """Where passwords and keys are delivered, by the name that `deliver:` calls."""
    rails: Annotated[RailsForm, Body] | None = None
    """Limits that stop a plan."""
    expect: list[ExpectForm] | None = None
    """Access tests, judged on the account as the plan will have it."""
