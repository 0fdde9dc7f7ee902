"""Names of policies as written become exact: which catalogue, and the service's own spelling."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from difflib import get_close_matches
from functools import cached_property

from ramstack.model.address import PolicyRef
from ramstack.model.stack import PolicyName


@dataclass(frozen=True)
class Catalogue:
    """Every policy that a name can mean once the plan is applied."""

    system: frozenset[str]
    custom: frozenset[str]

    @cached_property
    def _spelling(self) -> dict[str, str]:
        return {name.lower(): name for name in self.system}

    def resolve(self, written: PolicyName, own: Iterable[str] = ()) -> PolicyRef | None:
        """A custom policy of the stack, then a system policy (matched without case), then one of the account.

        `custom/NAME` and `system/NAME` say it exactly. None: there is no such policy.
        """
        if written.type != "system" and written.name in own:
            return PolicyRef("custom", written.name)
        system = self._spelling.get(written.name.lower())
        if written.type != "custom" and system:
            return PolicyRef("system", system)
        if written.type != "system" and written.name in self.custom:
            return PolicyRef("custom", written.name)
        return None

    def suggest(self, written: PolicyName) -> str:
        """The names that were probably meant, as a sentence; empty when nothing is near."""
        known = {name.lower(): name for name in self.custom | self.system}
        near = [known[name] for name in get_close_matches(written.name.lower(), known, n=3, cutoff=0.7)]
        return f" Did you mean {' or '.join(near)}?" if near else ""


@dataclass(frozen=True)
class Names:
    """What a stack may refer to once the plan is applied: policies, and groups by name."""

    catalogue: Catalogue
    groups: frozenset[str]
