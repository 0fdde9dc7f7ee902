"""Policy documents as people read them: `Allow ice:GetMediaInfo on *  (if IpAddress acs:SourceIp 192.168.0.1)`.

A document is taken apart into atoms (one effect, one action, one resource, its terms), so that a comparison shows what
was really added and removed, however the statements were cut; what remains is put together again.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace

from ramstack.model.change import Action
from ramstack.policy import Document
from ramstack.policy.statement import Statement
from ramstack.views.words import quoted

Key = tuple[str, str, str, tuple[str, ...]]


@dataclass(frozen=True, slots=True)
class Rule:
    """Actions and resources that share an effect and its terms: each of the actions on each of the resources."""

    effect: str
    actions: tuple[str, ...]
    resources: tuple[str, ...]
    terms: tuple[str, ...] = ()

    @property
    def key(self) -> Key:
        """Equal for atoms that mean the same: actions have no case."""
        return self.effect, ",".join(self.actions).lower(), ",".join(self.resources), self.terms

    @property
    def text(self) -> str:
        """`Allow ice:GetMediaInfo on *  (if IpAddress acs:SourceIp 192.168.0.1)`."""
        where = f" on {', '.join(self.resources)}" if any(self.resources) else ""
        terms = f"  ({' and '.join(self.terms)})" if self.terms else ""
        return f"{self.effect} {', '.join(self.actions)}{where}{terms}"


def rules_of(document: Document) -> tuple[Rule, ...]:
    """What the document says; the very text where nobody could read it."""
    return _joined(_atoms(document).values())


def compare(before: Document | None, after: Document | None) -> tuple[tuple[Action, Rule], ...]:
    """What only `before` says is deleted, what only `after` says created. Nothing: the same, cut into other statements."""
    old, new = _atoms(before), _atoms(after)
    gone = _joined(rule for key, rule in old.items() if key not in new)
    come = _joined(rule for key, rule in new.items() if key not in old)
    return (*(("delete", rule) for rule in gone), *(("create", rule) for rule in come))


def _atoms(document: Document | None) -> Mapping[Key, Rule]:
    if document is None:
        return {}
    if document.is_opaque:
        unread = Rule("not readable:", (quoted(document.text),), ("",))
        return {unread.key: unread}
    atoms = (atom for statement in document.statements for atom in _atoms_of(statement))
    return {atom.key: atom for atom in atoms}


def _atoms_of(statement: Statement) -> Iterator[Rule]:
    """NotAction is one atom: what it leaves out cannot be taken apart."""
    written = tuple(quoted(action) for action in statement.spelled)
    actions = [f"everything but {', '.join(sorted(written))}"] if statement.but else written
    terms = tuple(_terms(statement))
    for resource in _places(statement):
        for action in actions:
            yield Rule(str(statement.effect), (action,), (quoted(resource) if resource else "",), terms)


def _places(statement: Statement) -> tuple[str, ...]:
    """The resources; none to tell for a trust policy, which is about its own role."""
    implied = statement.principals is not None and statement.targets == ("*",)
    return ("",) if implied or not statement.targets else statement.targets


def _terms(statement: Statement) -> Iterator[str]:
    if statement.principals:
        yield f"by {' or '.join(f'{one.kind} {quoted(one.value)}' for one in sorted(statement.principals))}"
    for condition in sorted(statement.conditions):
        values = " or ".join(quoted(value) for value in condition.values)
        yield f"if {condition.operator} {quoted(condition.key)} {values}"
    if statement.sid:
        yield f"sid {quoted(statement.sid)}"


def _joined(atoms: Iterable[Rule]) -> tuple[Rule, ...]:
    """First the actions that share all else, then the resources that share all else; in order of writing."""
    by_resource: dict[object, list[Rule]] = defaultdict(list)
    for atom in atoms:
        by_resource[atom.effect, atom.resources, atom.terms].append(atom)
    by_actions: dict[object, list[Rule]] = defaultdict(list)
    for same in by_resource.values():
        rule = replace(same[0], actions=tuple(action for atom in same for action in atom.actions))
        by_actions[rule.effect, rule.actions, rule.terms].append(rule)
    return tuple(
        replace(same[0], resources=tuple(where for rule in same for where in rule.resources))
        for same in by_actions.values()
    )
