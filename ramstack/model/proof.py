"""Proof: what calls with a key came back with, what that says of the key, and what its owner's policies had said before."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from types import MappingProxyType
from typing import Literal

from ramstack.policy import Answer

IDENTIFY = "sts:GetCallerIdentity"
"""Needs no permission, so it tells a key that is not accepted from one that is denied."""
DENIALS = (Answer.IMPLICIT_DENY, Answer.EXPLICIT_DENY)
NOTHING: Mapping[str, str | tuple[str, ...]] = MappingProxyType({})


class Verdict(StrEnum):
    """What one call says of the key that signed it."""

    WORKS = "works"
    DENIED = "denied"
    IP_FENCE = "ip_fence"
    INVALID_KEY = "invalid_key"
    DISABLED_KEY = "disabled_key"
    WRONG_SECRET = "wrong_secret"  # noqa: S105 - a verdict
    INVALID_TOKEN = "invalid_token"  # noqa: S105 - a verdict
    CLOCK = "clock"
    THROTTLED = "throttled"
    NOT_ACTIVATED = "not_activated"
    UNREACHABLE = "unreachable"
    UNCLEAR = "unclear"
    """A code that nobody here knows: it is shown as it is."""


@dataclass(frozen=True, slots=True)
class Denial:
    """AccessDeniedDetail of a reply. `layer` is the kind of policy that did not allow; `encoded` is for DecodeDiagnosticMessage."""

    type: Literal["implicit", "explicit", ""]
    layer: str = ""
    encoded: str = field(default="", repr=False)


@dataclass(frozen=True, slots=True)
class Reply:
    """What one call came back with. No `code`: it was answered. `status` is that of HTTP, 0 where nothing came."""

    api: str
    code: str = ""
    message: str = ""
    request_id: str = ""
    status: int = 0
    denial: Denial | None = None


@dataclass(frozen=True, slots=True)
class Identity:
    """Whose key it is; `arn` and `account` are empty where the service did not say."""

    reply: Reply
    account: str = ""
    arn: str = ""

    @property
    def user(self) -> str:
        """The name of the RAM user; empty for anybody else."""
        kind, _, name = self.arn.rpartition(":")[2].partition("/")
        return name if kind == "user" else ""


@dataclass(frozen=True, slots=True)
class Diagnosis:
    """DecodeDiagnosticMessage: the policies that decided, and the circumstances that the service saw."""

    policies: tuple[str, ...] = ()
    context: Mapping[str, str | tuple[str, ...]] = field(default_factory=lambda: NOTHING)


@dataclass(frozen=True, slots=True)
class Prediction:
    """What the policies say, as far as they were read. `depends_on` names condition keys that would have to be known."""

    answer: Answer
    policies: tuple[str, ...] = ()
    depends_on: tuple[str, ...] = ()
    unread: tuple[str, ...] = ()

    @property
    def is_denial(self) -> bool:
        return self.answer in DENIALS


@dataclass(frozen=True, slots=True)
class Probe:
    """One call with the key, judged."""

    reply: Reply
    verdict: Verdict
    diagnosis: Diagnosis | None = None
    prediction: Prediction | None = None

    @property
    def is_denied(self) -> bool:
        return self.verdict in (Verdict.DENIED, Verdict.IP_FENCE)

    @property
    def agrees(self) -> bool | None:
        """Whether the service did what the policies say; None where one of the two does not say yes or no."""
        if self.prediction is None or self.prediction.answer is Answer.DEPENDS:
            return None
        if self.verdict is Verdict.WORKS or self.is_denied:
            return self.is_denied is self.prediction.is_denial
        return None

    @property
    def is_expected(self) -> bool:
        """It works where nothing forbids it, or is denied as the policies say."""
        return self.agrees is not False if self.verdict is Verdict.WORKS else self.agrees is True


@dataclass(frozen=True, slots=True)
class Proof:
    """One key, tried. `probes` is empty where the key was not even accepted."""

    key_id: str
    identity: Identity
    verdict: Verdict
    """Of the key itself: whether it is accepted."""
    probes: tuple[Probe, ...] = ()

    @property
    def is_expected(self) -> bool:
        """The key is accepted, and no call surprises."""
        return self.verdict is Verdict.WORKS and all(probe.is_expected for probe in self.probes)

    @property
    def is_proven(self) -> bool:
        """Moreover at least one call is allowed."""
        return self.is_expected and any(probe.verdict is Verdict.WORKS for probe in self.probes)
