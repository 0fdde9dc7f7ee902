"""Changes and plans: what a person approves."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from ramstack.model.address import Address
from ramstack.model.permission import Meaning
from ramstack.model.problem import Origin, Problem
from ramstack.model.resource import Group, Resource, User
from ramstack.model.sink import SinkWish
from ramstack.model.stack import InputFile

Action = Literal["create", "update", "delete"]
Risk = Literal["routine", "destructive", "credential", "admin-grant", "unknown"]

ADMINISTRATOR = "AdministratorAccess"


@dataclass(frozen=True)
class Change:
    """Before and after of one address; never both absent, never equal. The action is derived, so it cannot be wrong.

    `dangers` are risks that were found by reading the policies in question.
    """

    address: Address
    before: Resource | None
    after: Resource | None
    origin: Origin | None = field(default=None, compare=False)
    notes: tuple[str, ...] = field(default=(), compare=False)
    dangers: tuple[Risk, ...] = field(default=(), compare=False)

    @property
    def action(self) -> Action:
        if self.before is None:
            return "create"
        return "delete" if self.after is None else "update"

    @property
    def renamed_from(self) -> str:
        """The old name when this is a rename; empty otherwise."""
        match self.before, self.after:
            case (User() as before, User() as after) | (Group() as before, Group() as after):
                return before.name if before.name != after.name else ""
        return ""

    @property
    def risk(self) -> tuple[Risk, ...]:
        """What an approver should look at twice."""
        grants_all = (
            self.address.kind == "attachment"
            and self.action == "create"
            and self.address.policy.name == ADMINISTRATOR
            and self.address.policy.type == "system"
        )
        risks: tuple[tuple[bool, Risk], ...] = (
            (self.action == "delete" and self.address.kind != "tag", "destructive"),
            (self.address.kind in ("access_key", "console", "mfa"), "credential"),
            (grants_all or "admin-grant" in self.dangers, "admin-grant"),
            ("unknown" in self.dangers, "unknown"),
        )
        return tuple(risk for applies, risk in risks if applies) or ("routine",)


@dataclass(frozen=True, slots=True)
class Note:
    """What is said of something that does not change, such as why an old key is kept."""

    address: Address
    text: str


@dataclass(frozen=True, slots=True)
class Drift:
    """What somebody else did to an address since the run that had the last word on it.

    `before` is what that run left; None of an update where the run had only read it, so that no more is known than that it moved.
    """

    address: Address
    action: Action
    before: Resource | None
    after: Resource | None
    run_id: str
    since: str


@dataclass(frozen=True)
class Plan:
    """Exactly what apply will do, and what it was computed from.

    `fingerprints` holds a digest for every live address at or below a root that the plan touches, so that "the account
    moved" can be answered by address. `problems` are errors that forbid applying and warnings that do not; `rails` are
    refusals that `--allow` lifts, `notes` are about what does not change. `sinks` are those that the changes deliver to.
    `drift` is what moved in the account since the last runs that journals tell of, whether or not a change takes it back.
    """

    account: str
    caller: str
    stacks: tuple[str, ...]
    created_at: str
    expires_at: str
    changes: tuple[Change, ...]
    fingerprints: Mapping[str, str]
    base: str
    inputs: tuple[InputFile, ...] = ()
    targets: tuple[str, ...] = ()
    complete: bool = True
    problems: tuple[Problem, ...] = ()
    rails: tuple[Problem, ...] = ()
    notes: tuple[Note, ...] = ()
    sinks: tuple[SinkWish, ...] = ()
    permissions: tuple[Meaning, ...] = ()
    drift: tuple[Drift, ...] = ()
    reads: int = 0

    @property
    def is_empty(self) -> bool:
        return not self.changes

    def has_expired(self, now: str) -> bool:
        """`now` as plans write moments: such stamps sort like moments."""
        return now >= self.expires_at

    @property
    def errors(self) -> tuple[Problem, ...]:
        return tuple(p for p in self.problems if p.is_error)

    def count(self, action: Action) -> int:
        return sum(change.action == action for change in self.changes)
