"""The error tree. Everything ramstack raises on purpose is one of these.

RamstackError
├── StackError(problems)       the YAML is wrong; nothing was called
├── PlanRefused(problems)      a rail, an ownership or an incomplete read stands against the plan
├── StalePlan(moved)           the account moved since the plan was made
│   └── ExpiredPlan            a saved plan past its expiry
├── DamagedPlan                a plan file that is not what was written
├── DamagedJournal             a journal that no run has written like that
├── Locked(stack, holder)      another run is under way
├── BadEndpoint                an endpoint that is not a URL, or plain http to another machine
├── CredentialsMissing         no credentials in the chain, or not usable ones
├── SinkFailed                 a password or key could not be handed over, or its sink is not ready
└── GatewayError(code, message, request_id)
    ├── Refused                the service said no (4xx)
    │   ├── NotFound
    │   ├── Conflict
    │   ├── Denied             not permitted, or not authenticated
    │   └── LimitExceeded
    ├── Throttled
    ├── Unreachable            nothing was sent, or a read failed
    └── Uncertain              a write was sent, no trustworthy answer came
"""

from __future__ import annotations

from collections.abc import Sequence

from ramstack.model.holder import Holder
from ramstack.model.problem import Problem


class RamstackError(Exception):
    """Never raised itself."""


class StackError(RamstackError):
    """Raised by `load_stacks` with every problem of every file, warnings included."""

    def __init__(self, problems: Sequence[Problem]) -> None:
        super().__init__(f"{len(problems)} problems in the stack files")
        self.problems = tuple(problems)


class PlanRefused(RamstackError):
    """Raised before the first write; the plan can still be shown."""

    def __init__(self, problems: Sequence[Problem]) -> None:
        super().__init__("; ".join(p.summary for p in problems))
        self.problems = tuple(problems)


class StalePlan(RamstackError):
    """Raised before the first write: `moved` names each object that changed and how."""

    summary = "The account moved since the plan was made"

    def __init__(self, moved: Sequence[str]) -> None:
        super().__init__(f"{self.summary}: {'; '.join(moved)}")
        self.moved = tuple(moved)


class ExpiredPlan(StalePlan):
    """Raised before the first write for a saved plan past its expiry."""

    summary = "The saved plan has expired"


class DamagedPlan(RamstackError):
    """Raised for a plan file that cannot be read, has another major version, or whose digest is wrong."""


class DamagedJournal(RamstackError):
    """Raised for a journal that cannot be understood; the message names the file and the line."""


class Locked(RamstackError):
    """Raised before the first write; `holder` is None while the account does not show it yet."""

    def __init__(self, stack: str, holder: Holder | None) -> None:
        by = str(holder) if holder else "a run that the account does not show yet"
        ways = "Wait for it" if holder is None or holder.is_readable else "See what it is"
        super().__init__(
            f"stack {stack} is locked by {by}. {ways}, or break the lock with `ramstack unlock {stack}`"
        )
        self.stack = stack
        self.holder = holder


class BadEndpoint(RamstackError):
    """Raised before the first call: the sentence says what the endpoint must look like."""


class CredentialsMissing(RamstackError):
    """Raised before the first call when no credentials are found."""


class NotAccepted(RamstackError):
    """A key was made whose secret, as the service told it, signs nothing."""


class SinkFailed(RamstackError):
    """`sink` by its name in the stack; `transient`: trying again may help. The message never holds what was to be delivered."""

    def __init__(self, sink: str, message: str, *, transient: bool = False) -> None:
        super().__init__(f"sink {sink}: {message}")
        self.sink = sink
        self.transient = transient


class GatewayError(RamstackError):
    """`code` is the service's or ramstack's own; the message holds neither secrets nor URLs with parameters."""

    def __init__(self, code: str, message: str = "", request_id: str = "") -> None:
        super().__init__(f"{code}: {message}" + (f" (request {request_id})" if request_id else ""))
        self.code = code
        self.message = message
        self.request_id = request_id


class Refused(GatewayError):
    """The service understood and said no."""


class NotFound(Refused):
    pass


class Conflict(Refused):
    pass


class Denied(Refused):
    """Not permitted, or the key is unknown, disabled or wrong."""


class LimitExceeded(Refused):
    pass


class Throttled(GatewayError):
    pass


class Unreachable(GatewayError):
    pass


class Uncertain(GatewayError):
    pass
