"""Stack: a wish with an owner, as the YAML said it, defaults already merged in."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from fnmatch import fnmatchcase
from types import MappingProxyType
from typing import Generic, TypeVar

from ramstack.model.address import Address, PolicyType
from ramstack.model.credential import ConsoleWish, KeysWish
from ramstack.model.limits import is_service_tag
from ramstack.model.owner import RESERVED_TAG_PREFIX, owner_mark
from ramstack.model.problem import Origin, Problem
from ramstack.model.rails import NO_LIMITS, RailLimits
from ramstack.model.settings import Setting
from ramstack.model.sink import SinkWish
from ramstack.model.trust import Trust
from ramstack.policy import Document
from ramstack.policy.finding import Path

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Sited(Generic[T]):
    """A value and the place it was written at."""

    value: T
    origin: Origin


@dataclass(frozen=True, slots=True)
class PolicyName:
    """A policy as written: `AliyunICEFullAccess`, `custom/NAME` or `system/NAME`. No type: to be resolved."""

    name: str
    type: PolicyType | None = None

    def __str__(self) -> str:
        return f"{self.type}/{self.name}" if self.type else self.name


Sites = Mapping[str, Origin]
NO_SITES: Sites = MappingProxyType({})
DocumentSites = Mapping[Path, Origin]


@dataclass(frozen=True)
class UserWish:
    """`None`: the key was left out, so it is not managed. Written: this and nothing else, unless `additive`.

    Tags that `ignore_tags` matches are never touched, those of the stack's defaults included. `sites`: where each key was written.
    """

    name: str
    origin: Origin
    display_name: str | None = None
    comments: str | None = None
    email: str | None = None
    mobile: str | None = None
    protect: bool | None = None
    tags: Mapping[str, Sited[str]] | None = None
    groups: tuple[Sited[str], ...] | None = None
    policies: tuple[Sited[PolicyName], ...] | None = None
    console: ConsoleWish | None = None
    access_keys: KeysWish | None = None
    ignore_tags: tuple[str, ...] = ()
    additive: bool = False
    renamed_from: str | None = None
    sites: Sites = field(default_factory=lambda: NO_SITES, compare=False)


@dataclass(frozen=True)
class GroupWish:
    name: str
    origin: Origin
    comments: str | None = None
    policies: tuple[Sited[PolicyName], ...] | None = None
    additive: bool = False
    renamed_from: str | None = None
    sites: Sites = field(default_factory=lambda: NO_SITES, compare=False)


@dataclass(frozen=True)
class PolicyWish:
    """`sites`: where each part of the document was written, by its path; not compared."""

    name: str
    origin: Origin
    document: Document
    description: str | None = None
    sites: DocumentSites = field(default_factory=lambda: MappingProxyType({}), compare=False)

    def site(self, path: Path) -> Origin:
        """The place of the part at `path`, or of the nearest thing around it."""
        return _nearest(self.sites, path) or self.origin


def _nearest(sites: DocumentSites, path: Path) -> Origin | None:
    """Where a part of a document was written, or the nearest thing around it."""
    above = (path[:length] for length in range(len(path), -1, -1))
    return next((sites[part] for part in above if part in sites), None)


@dataclass(frozen=True)
class RoleWish:
    """`max_session_duration` is in seconds. RAM cannot rename roles. `trust_sites`: of a trust that is written as a document."""

    name: str
    origin: Origin
    trust: Trust | None = None
    description: str | None = None
    max_session_duration: int | None = None
    tags: Mapping[str, Sited[str]] | None = None
    ignore_tags: tuple[str, ...] = ()
    policies: tuple[Sited[PolicyName], ...] | None = None
    additive: bool = False
    sites: Sites = field(default_factory=lambda: NO_SITES, compare=False)
    trust_sites: DocumentSites = field(default_factory=lambda: MappingProxyType({}), compare=False)

    def trust_site(self, path: Path) -> Origin:
        """The place of the part of the trust policy at `path`, or of the nearest thing around it."""
        return _nearest(self.trust_sites, path) or self.sites.get("trust", self.origin)


@dataclass(frozen=True)
class SettingWish:
    """A setting of the account, field by field; its block or key is at `origin`."""

    value: Setting
    origin: Origin
    sites: Sites = field(default_factory=lambda: NO_SITES, compare=False)


@dataclass(frozen=True, slots=True)
class Expectation:
    """An access test. No subject: every user of the stack."""

    subject: Address | None
    origin: Origin
    allow: tuple[str, ...] = ()
    deny: tuple[str, ...] = ()
    context: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))
    resource: str | None = None


@dataclass(frozen=True, slots=True)
class Suppression:
    """A lint rule that shall be silent, and why: about one user, group, role or policy, or in the whole stack."""

    rule: str
    reason: str
    origin: Origin
    subject: Address | None = None

    def covers(self, problem: Problem) -> bool:
        """Errors are never silenced."""
        about = problem.address.root if problem.address else None
        return not problem.is_error and problem.rule == self.rule and self.subject in (None, about)


@dataclass(frozen=True, slots=True)
class InputFile:
    """A file that went into a stack; the digest is of its bytes."""

    path: str
    sha256: str


@dataclass(frozen=True)
class Stack:
    """One stack file, or a folder of files merged. `problems` holds what loading warned about.

    `layers`: values that were not written in the block that they hold for, by their place: `default`, or `profile NAME`.
    `variables`: those whose value is in it.
    """

    name: str
    lineage: str = ""
    account: str = ""
    origin: Origin = field(default_factory=lambda: Origin(""))
    users: Mapping[str, UserWish] = field(default_factory=lambda: MappingProxyType({}))
    groups: Mapping[str, GroupWish] = field(default_factory=lambda: MappingProxyType({}))
    policies: Mapping[str, PolicyWish] = field(default_factory=lambda: MappingProxyType({}))
    roles: Mapping[str, RoleWish] = field(default_factory=lambda: MappingProxyType({}))
    settings: Mapping[Address, SettingWish] = field(default_factory=lambda: MappingProxyType({}))
    expects: tuple[Expectation, ...] = ()
    suppressions: tuple[Suppression, ...] = ()
    sinks: Mapping[str, SinkWish] = field(default_factory=lambda: MappingProxyType({}))
    rails: RailLimits = NO_LIMITS
    layers: Mapping[Origin, str] = field(default_factory=lambda: MappingProxyType({}), compare=False)
    inputs: tuple[InputFile, ...] = ()
    variables: frozenset[str] = field(default=frozenset(), compare=False)
    problems: tuple[Problem, ...] = ()

    @property
    def owner(self) -> str:
        """The mark that this stack leaves on what it creates."""
        return owner_mark(self.name, self.lineage)

    @property
    def told(self) -> tuple[Problem, ...]:
        """What loading warned about and nobody silenced."""
        return tuple(p for p in self.problems if not any(one.covers(p) for one in self.suppressions))


def ignores_tag(key: str, patterns: Iterable[str]) -> bool:
    """Tags of the service, of ramstack itself and of `ignore_tags` are never touched. In a pattern `*` and `?` are all there is."""
    hands_off = is_service_tag(key) or key.startswith(RESERVED_TAG_PREFIX)
    return hands_off or any(fnmatchcase(key, pattern.replace("[", "[[]")) for pattern in patterns)
