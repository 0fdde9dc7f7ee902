"""Proving a key: how long one waits, for what, and what is asked of whom."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from ramstack.account.proving import Patience, verify_key
from ramstack.model.proof import IDENTIFY, Denial, Diagnosis, Identity, Prediction, Reply, Verdict
from ramstack.policy import Answer

ALICE = "acs:ram::1:user/alice"
DENIED = Reply("ice:ListPipelines", "Forbidden", denial=Denial("implicit", encoded="sealed"))
THROTTLED = Reply("ice:ListPipelines", "Throttling.User")
FINE = Reply("ice:ListPipelines")


@dataclass
class Script:
    """A prober that answers from a list, the last one for ever."""

    replies: tuple[Reply, ...] = (FINE,)
    identities: tuple[Identity, ...] = (Identity(Reply(IDENTIFY), "1", ALICE),)
    key_id: str = "k"
    context: Mapping[str, str] = field(default_factory=dict)
    asked: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self._replies, self._identities = held(self.replies), held(self.identities)

    def identify(self) -> Identity:
        self.asked.append("identify")
        return next(self._identities)

    def probe(self, action: str) -> Reply:
        self.asked.append(action)
        return next(self._replies)

    def diagnose(self, encoded: str) -> Diagnosis | None:
        self.asked.append(f"diagnose {encoded}")
        return None


def held(values):
    """The values, the last one for ever."""

    def endless() -> Iterator[object]:
        yield from values
        while True:
            yield values[-1]

    return endless()


@dataclass
class Watch:
    """A clock that only sleep moves."""

    now: float = 0.0

    def patience(self, seconds: float = 30, *, is_fresh: bool = False) -> Patience:
        return Patience(lambda: self.now, self.sleep, seconds, is_fresh)

    def sleep(self, seconds: float) -> None:
        assert seconds > 0
        self.now += seconds


def says(answer: Answer):
    return lambda _identity: lambda _action, _context: Prediction(answer)


def test_the_wait_is_bounded_for_all_calls_together() -> None:
    """A denial that nothing explains is asked again until the time is over, and then reported."""
    script, watch = Script(replies=(DENIED,)), Watch()
    proof = verify_key(script, watch.patience(), actions=("ice:A", "ice:B", "ice:C"))
    assert watch.now == 30
    assert [probe.verdict for probe in proof.probes] == [Verdict.DENIED] * 3
    assert script.asked.count("ice:B") == script.asked.count("ice:C") == 1


def test_what_passes_is_waited_for() -> None:
    """A throttle, a fresh grant, an answer that got lost."""
    for passing in (DENIED, THROTTLED, Reply("ice:ListPipelines", "NoAnswer")):
        watch = Watch()
        proof = verify_key(Script(replies=(passing, passing, FINE)), watch.patience(), actions=("ice:A",))
        assert proof.is_proven, passing
        assert watch.now == 3


def test_what_will_not_pass_is_not_waited_for() -> None:
    """An explicit denial, one that the policies explain, and a key that is not accepted."""
    explicit = Reply("ice:A", "Forbidden", denial=Denial("explicit"))
    for script, oracle_of in (
        (Script(replies=(explicit,)), says(Answer.ALLOW)),
        (Script(replies=(DENIED,)), says(Answer.IMPLICIT_DENY)),
        (Script(identities=(Identity(Reply(IDENTIFY, "InvalidAccessKeyId.NotFound")),)), says(Answer.ALLOW)),
        (Script(identities=(Identity(Reply(IDENTIFY, "SignatureDoesNotMatch")),)), says(Answer.ALLOW)),
    ):
        watch = Watch()
        assert not verify_key(script, watch.patience(), oracle_of=oracle_of).is_proven
        assert watch.now == 0


def test_a_denial_against_the_policies_is_waited_for() -> None:
    """They were changed a moment ago, perhaps."""
    watch = Watch()
    oracle_of = says(Answer.ALLOW)
    proof = verify_key(
        Script(replies=(DENIED, FINE)), watch.patience(), oracle_of=oracle_of, actions=("ice:A",)
    )
    assert (proof.is_proven, watch.now) == (True, 1)


def test_a_fresh_key_may_not_be_known_yet() -> None:
    unknown = Identity(Reply(IDENTIFY, "InvalidAccessKeyId.NotFound"))
    script = Script(identities=(unknown, unknown, Identity(Reply(IDENTIFY), "1", ALICE)))
    assert verify_key(script, Watch().patience(is_fresh=True)).is_proven


def test_who_cannot_be_reached_is_given_up_early() -> None:
    """Three tries, however long one would wait."""
    script = Script(identities=(Identity(Reply(IDENTIFY, "NoConnection")),))
    assert verify_key(script, Watch().patience(600)).verdict is Verdict.UNREACHABLE
    assert script.asked == ["identify"] * 3


def test_a_key_that_is_not_accepted_is_not_probed() -> None:
    script = Script(identities=(Identity(Reply(IDENTIFY, "SignatureDoesNotMatch")),))
    assert verify_key(script, Watch().patience()).probes == ()
    assert script.asked == ["identify"]


def test_why_is_asked_once_and_of_the_key_last() -> None:
    """After the wait, with the better credentials first."""
    asked: list[str] = []

    def diagnose(encoded: str) -> Diagnosis | None:
        asked.append(encoded)
        return Diagnosis(("mine",), {"acs:SourceIp": ("192.0.2.1",)})

    script = Script(replies=(DENIED,))
    proof = verify_key(script, Watch().patience(), diagnose=diagnose, actions=("ice:A",))
    assert proof.probes[0].diagnosis == Diagnosis(("mine",), {"acs:SourceIp": ("192.0.2.1",)})
    assert asked == ["sealed"]
    assert not any(call.startswith("diagnose") for call in script.asked)
    script = Script(replies=(DENIED,))
    verify_key(script, Watch().patience(0), diagnose=lambda _: None, actions=("ice:A",))
    assert script.asked[-1] == "diagnose sealed"


def test_a_disagreement_is_shown_as_one() -> None:
    """Denied although allowed on paper, and the other way round."""
    for replies, answer in (((DENIED,), Answer.ALLOW), ((FINE,), Answer.EXPLICIT_DENY)):
        proof = verify_key(Script(replies=replies), Watch().patience(0), oracle_of=says(answer))
        assert [probe.agrees for probe in proof.probes] == [False, False]
        assert not proof.is_proven
