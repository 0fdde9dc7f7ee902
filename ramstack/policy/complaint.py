"""Collects what is to be told while a document is read."""

from __future__ import annotations

from dataclasses import dataclass, field

from ramstack.policy.finding import Finding, Path, Place, Severity


@dataclass(slots=True)
class Complaints:
    """Readers complain and go on with what they could make of it.

    ``unclear`` says whether the values they returned may mean something else than was written: then nobody may use them.
    """

    _told: list[Finding] = field(default_factory=list)
    unclear: bool = False

    @property
    def told(self) -> tuple[Finding, ...]:
        return tuple(self._told)

    def error(self, rule: str, summary: str, detail: str, path: Path, place: Place) -> None:
        """The grammar forbids it, and what was read is not what was written."""
        self.unclear = True
        self._told.append(Finding(rule, Severity.ERROR, summary, detail, path, place))

    def local_error(self, rule: str, summary: str, detail: str, path: Path, place: Place) -> None:
        """The grammar forbids it, but what was read says the same: the engine knows that it does not know."""
        self._told.append(Finding(rule, Severity.ERROR, summary, detail, path, place))

    def warning(self, rule: str, summary: str, detail: str, path: Path, place: Place) -> None:
        self._told.append(Finding(rule, Severity.WARNING, summary, detail, path, place))
