"""What a policy name means offline: the custom policies of the run, and the system policies that are known by name."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from ramstack.model.address import PolicyRef, PolicyType
from ramstack.model.stack import PolicyName
from ramstack.stackfile.wording import did_you_mean

_MAX_SUGGESTIONS = 50
_PREFIXES: Mapping[str, PolicyType] = {"system": "system", "custom": "custom"}


@dataclass(frozen=True, slots=True)
class Grant:
    """A policy as users and groups name it. `found` is None where only the account can tell which one it is."""

    policy: PolicyName
    found: PolicyRef | None

    @property
    def meaning(self) -> PolicyRef | PolicyName:
        return self.found or self.policy


class Catalogue:
    """`own`: custom policies of the stack; `others`: those of the other stacks of the run, found after system ones."""

    def __init__(self, own: Iterable[str], others: Iterable[str] = ()) -> None:
        self._own = frozenset(own)
        self._others = frozenset(others)
        self._grants: dict[str, Grant | None] = {}
        self._suggestions: dict[str, str] = {}

    def read(self, written: str) -> Grant | None:
        """The grant of `NAME`, `system/NAME` or `custom/NAME`; None for any other prefix."""
        if written not in self._grants:
            policy = _read_policy_name(written)
            self._grants[written] = Grant(policy, self._resolve(policy)) if policy else None
        return self._grants[written]

    def knows(self, grant: Grant) -> bool:
        """A name that says `custom/` is taken at its word."""
        found = grant.found
        return found is not None and (found.type == "custom" or found.name.lower() in system_policies())

    def suggest(self, policy: PolicyName) -> str:
        """` Did you mean …?`, or nothing; after fifty names nobody reads on, and looking takes its time."""
        if policy.name not in self._suggestions and len(self._suggestions) < _MAX_SUGGESTIONS:
            custom = () if policy.type == "system" else self._own | self._others
            self._suggestions[policy.name] = did_you_mean(policy.name, [*custom, *system_policies().values()])
        return self._suggestions.get(policy.name, "")

    def _resolve(self, policy: PolicyName) -> PolicyRef | None:
        system = system_policies().get(policy.name.lower())
        if policy.type != "system" and policy.name in self._own:
            return PolicyRef("custom", policy.name)
        if policy.type != "custom" and system:
            return PolicyRef("system", system)
        if policy.type:
            return PolicyRef(policy.type, policy.name)
        return PolicyRef("custom", policy.name) if policy.name in self._others else None


def _read_policy_name(written: str) -> PolicyName | None:
    prefix, slash, name = written.partition("/")
    if not slash:
        return PolicyName(written)
    return PolicyName(name, _PREFIXES[prefix]) if prefix in _PREFIXES else None


@cache
def system_policies() -> Mapping[str, str]:
    """The known system policies as the service spells them, by their name in lower case."""
    text = files("ramstack.stackfile").joinpath("system_policies.txt").read_text("utf-8")
    return {line.lower(): line for line in text.splitlines() if not line.startswith("#")}
