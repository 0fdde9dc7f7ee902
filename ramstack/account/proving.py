"""Proving: try one key, wait within bounds for what takes effect late, and hold the answers against the owner's policies.

identify ─► accepted? ─► each probe ─► denied? ask why ─► what do the policies say? ─► settled, or wait and ask again
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from ramstack.gateway.probe import Prober
from ramstack.model.proof import NOTHING, Diagnosis, Identity, Prediction, Probe, Proof, Verdict
from ramstack.planning.verdict import ADDRESS, DEFAULT_PROBES, is_fenced, verdict_of

Context = Mapping[str, str | tuple[str, ...]]
Oracle = Callable[[str, Context], Prediction | None]
"""What the policies of the key's owner say of an action in some circumstances; None where they are not known."""
Diagnose = Callable[[str], Diagnosis | None]

FIRST_PAUSE, LONGEST_PAUSE = 1.0, 5.0
UNREACHABLE_TRIES = 3


@dataclass(frozen=True)
class Patience:
    """How long to wait, in all, for what may pass by itself: a fresh grant takes effect late, a throttle ends.

    `is_fresh`: the key itself was just made, so that not being known may pass as well.
    """

    clock: Callable[[], float]
    sleep: Callable[[float], None]
    seconds: float = 0.0
    is_fresh: bool = False


def verify_key(
    prober: Prober,
    patience: Patience,
    *,
    oracle_of: Callable[[Identity], Oracle | None] = lambda _identity: None,
    diagnose: Diagnose | None = None,
    actions: Sequence[str] = DEFAULT_PROBES,
    context: Context = NOTHING,
) -> Proof:
    """The key, tried with reads only.

    `oracle_of` is asked once, for the user that the key turns out to be of. `diagnose` asks why with better credentials
    than the key's own, which are asked after it. `context` adds to what is known of the circumstances.
    """
    waiting = _Waiting(patience)
    identity = _settled(prober.identify, waiting)
    verdict = verdict_of(identity.reply)
    if verdict is not Verdict.WORKS:
        return Proof(prober.key_id, identity, verdict)
    oracle = oracle_of(identity) if identity.user else None
    trial = _Trial(prober, oracle, diagnose, {**context, **prober.context, "acs:PrincipalARN": identity.arn})
    return Proof(prober.key_id, identity, verdict, tuple(trial.settled(a, waiting) for a in actions))


def acceptance(identify: Callable[[], Identity], patience: Patience) -> Verdict:
    """Whether the service accepts a key, whatever its user may do."""
    return verdict_of(_settled(identify, _Waiting(patience)).reply)


def _settled(identify: Callable[[], Identity], waiting: _Waiting) -> Identity:
    identity = identify()
    while waiting.goes_on(verdict_of(identity.reply)):
        identity = identify()
    return identity


class _Waiting:
    """The time that is left, shared by all calls of one proof."""

    def __init__(self, patience: Patience) -> None:
        self._patience = patience
        self._until = patience.clock() + patience.seconds
        self._pauses = _pauses()
        self._silent = 0

    def goes_on(self, verdict: Verdict, *, is_late: bool = False) -> bool:
        """Waits a little where another try may end differently, and says so; `is_late`: a grant may take effect yet."""
        self._silent = self._silent + 1 if verdict is Verdict.UNREACHABLE else 0
        passing = (
            is_late
            or verdict is Verdict.THROTTLED
            or (verdict is Verdict.INVALID_KEY and self._patience.is_fresh)
            or 0 < self._silent < UNREACHABLE_TRIES
        )
        left = self._until - self._patience.clock()
        if not passing or left <= 0:
            return False
        self._patience.sleep(min(next(self._pauses), left))
        return True


def _pauses() -> Iterator[float]:
    pause = FIRST_PAUSE
    while True:
        yield pause
        pause = min(2 * pause, LONGEST_PAUSE)


@dataclass(frozen=True)
class _Trial:
    prober: Prober
    oracle: Oracle | None
    diagnose: Diagnose | None
    context: Context

    def settled(self, action: str, waiting: _Waiting) -> Probe:
        prediction = self._predict(action, self.context)
        probe = self._once(action, prediction)
        while waiting.goes_on(probe.verdict, is_late=_is_late(probe)):
            probe = self._once(action, prediction)
        return self._explained(probe) if probe.is_denied else probe

    def _once(self, action: str, prediction: Prediction | None) -> Probe:
        reply = self.prober.probe(action)
        return Probe(reply, verdict_of(reply), prediction=prediction)

    def _explained(self, probe: Probe) -> Probe:
        """With what the service saw, and what the policies say of just that."""
        denial = probe.reply.denial
        diagnosis = self._why(denial.encoded) if denial and denial.encoded else None
        seen = diagnosis.context if diagnosis else {}
        after = self._predict(probe.reply.api, {**self.context, **seen}) if seen else None
        fenced = is_fenced(probe.prediction, after if ADDRESS in seen else None)
        verdict = Verdict.IP_FENCE if fenced else probe.verdict
        return Probe(probe.reply, verdict, diagnosis, after or probe.prediction)

    def _predict(self, action: str, context: Context) -> Prediction | None:
        return self.oracle(action, context) if self.oracle else None

    def _why(self, encoded: str) -> Diagnosis | None:
        found = self.diagnose(encoded) if self.diagnose else None
        return found or self.prober.diagnose(encoded)


def _is_late(probe: Probe) -> bool:
    """A denial that the policies do not explain: a fresh grant is not seen everywhere at once. An explicit one stays."""
    is_explicit = probe.reply.denial is not None and probe.reply.denial.type == "explicit"
    explained = probe.agrees is True or is_fenced(probe.prediction, None)
    return probe.is_denied and not is_explicit and not explained
