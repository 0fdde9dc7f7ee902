"""What a rule about whole stacks is, and what it looks at."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from ramstack.model.address import Address, group_address, role_address, user_address
from ramstack.model.problem import Origin, Problem, Severity
from ramstack.model.stack import Stack, UserWish
from ramstack.planning.holdings import Holdings
from ramstack.planning.offline import Offline


@dataclass(frozen=True)
class Scene:
    """The stacks of a run, and who has what as far as they alone say it."""

    stacks: Sequence[Stack]
    view: Offline

    @cached_property
    def holdings(self) -> Holdings:
        return Holdings(self.view.account)

    @cached_property
    def users(self) -> Mapping[Address, UserWish]:
        return {user_address(user.name): user for stack in self.stacks for user in stack.users.values()}

    @cached_property
    def grantees(self) -> Mapping[Address, Origin]:
        """Users, groups and roles of the stacks, and where they are written."""
        groups = {group_address(g.name): g.origin for stack in self.stacks for g in stack.groups.values()}
        roles = {role_address(r.name): r.origin for stack in self.stacks for r in stack.roles.values()}
        return {**{address: user.origin for address, user in self.users.items()}, **groups, **roles}


@dataclass(frozen=True, slots=True)
class Remark:
    """What a rule has to say, of whom, and where; the rule adds its id, severity and summary."""

    detail: str
    origin: Origin
    address: Address


@dataclass(frozen=True, slots=True)
class StackRule:
    id: str
    severity: Severity
    summary: str
    check: Callable[[Scene], Iterable[Remark]]

    def problems(self, scene: Scene) -> Iterator[Problem]:
        for remark in self.check(scene):
            yield Problem(self.severity, self.id, self.summary, remark.detail, remark.address, remark.origin)
