"""What is done is what reading shows."""

from __future__ import annotations

from ramstack.account.confirm import NOT_SEEN, WAITS, WAS_IN_DOUBT, confirm
from ramstack.model.account import Account
from ramstack.model.address import Address
from ramstack.model.change import Change
from ramstack.model.outcome import Fault, Outcome
from ramstack.model.resource import AccessKey, Attachment, Tag

AT = Address(("user", "alice", "tag", "env"))
DONE = Outcome(Change(AT, None, Tag("prod")), "done")
SEEN = Account(resources={AT: Tag("prod")})


def test_a_lagging_read_is_waited_for() -> None:
    """Seen at the third look: done, after two waits."""
    looks, waits = [Account(), Account(), SEEN], []
    assert confirm([DONE], lambda: looks.pop(0), waits.append) == (DONE,)
    assert waits == list(WAITS[:3])


def test_what_is_never_seen_is_not_called_done() -> None:
    """Bounded, and then uncertain, saying that it was applied but not seen."""
    (outcome,) = confirm([DONE], Account, lambda _: None)
    assert (outcome.status, outcome.fault) == ("uncertain", NOT_SEEN)


def test_failures_stay_and_cost_no_look() -> None:
    """What was not done is not looked for."""
    failed = Outcome(DONE.change, "failed", fault=Fault("NoPermission", ""))
    assert confirm([failed], lambda: 1 / 0, lambda _: None) == (failed,)


def test_a_doubt_is_settled_by_the_same_look() -> None:
    """No answer came that could be trusted, and reading shows what was wanted: done. It is not waited for."""
    doubt = Outcome(DONE.change, "uncertain", fault=Fault("NoAnswer", ""))
    assert confirm([doubt], lambda: SEEN, lambda _: None) == (DONE,)
    waits: list[float] = []
    assert confirm([doubt], Account, waits.append) == (doubt,)
    assert waits == [0.0]


def test_a_deleted_key_is_not_seen_in_the_one_that_moves_up() -> None:
    """Keys are counted from the oldest: when the second could not be deleted, it is the first one then."""
    one, two = (Address(("user", "bob", "access-key", str(slot))) for slot in (1, 2))
    gone = Outcome(Change(one, AccessKey("LTAI1"), None), "done")
    stays = Outcome(Change(two, AccessKey("LTAI2"), None), "uncertain", fault=Fault("NoAnswer", ""))
    live = Account(resources={one: AccessKey("LTAI2")})
    assert confirm([gone, stays], lambda: live, lambda _: None) == (gone, stays)
    assert confirm([gone], lambda: Account(resources={one: AccessKey("LTAI1")}), lambda _: None) != (gone,)


def test_nothing_is_skipped_because_of_what_is_done() -> None:
    """A doubt that turns out done is no cause any more; what was skipped because of it says what happened."""
    after = Address(("user", "alice", "policy", "custom", "x"))
    doubt = Outcome(DONE.change, "uncertain", fault=Fault("NoAnswer", ""))
    skipped = Outcome(Change(after, None, Attachment()), "skipped", caused_by=AT)
    first, second = confirm([doubt, skipped], lambda: SEEN, lambda _: None)
    assert (first.status, second.status, second.caused_by) == ("done", "skipped", None)
    assert second.fault is not None
    assert second.fault.code == WAS_IN_DOUBT
    assert confirm([doubt, skipped], Account, lambda _: None) == (doubt, skipped)
