"""Laws of undo, over generated stacks and accounts: what a run did goes back, and nothing else moves."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory

from hypothesis import given
from hypothesis import strategies as st

from ramstack.model.change import Plan
from ramstack.model.outcome import Outcome
from ramstack.model.run import Run
from ramstack.model.stack import Stack
from ramstack.planning.plan import Request
from tests.converge import NOW, plan_of
from tests.journaled import EVERYTHING, Shaky, differing, held, journaled, plan_of_undo, told
from tests.memory import MemoryGateway
from tests.strategies import accounts, stacks

FATES = st.dictionaries(st.integers(0, 12), st.sampled_from(["lost before", "lost after"]), max_size=4)
KILLS = st.tuples(st.integers(0, 12), st.sampled_from(["killed before", "killed after"]))


@contextmanager
def folder() -> Iterator[Path]:
    with TemporaryDirectory() as name:
        yield Path(name)


def undone(run: Run, account: MemoryGateway, path: Path) -> tuple[Plan, Run]:
    """Every call of an undo is accepted."""
    plan = plan_of_undo(run, account)
    assert plan.errors == plan.rails == ()
    back = journaled(plan, account, path)
    assert not [o for o in back.outcomes if o.status != "done"]
    return plan, back


@given(stacks(), accounts())
def test_undo_gives_the_account_back(stack: Stack, account: MemoryGateway) -> None:
    """After apply and undo everything is as before, but for what the undo's plan names as not coming back."""
    before = held(account)
    with folder() as path:
        run = journaled(plan_of([stack], account, EVERYTHING), account, path)
        plan, _ = undone(run, account, path)
    assert differing(before, held(account)) <= told(plan)
    assert plan_of_undo(run, account).changes == ()


@given(stacks(), accounts())
def test_undo_of_undo_is_where_the_run_ended(stack: Stack, account: MemoryGateway) -> None:
    """Undoing the undo is doing it again."""
    with folder() as path:
        run = journaled(plan_of([stack], account, EVERYTHING), account, path)
        after = held(account)
        _, back = undone(run, account, path)
        plan, _ = undone(back, account, path)
    assert differing(after, held(account)) <= told(plan)


@given(stacks(), accounts(), FATES)
def test_a_run_in_part_is_undone(stack: Stack, account: MemoryGateway, fates: dict[int, str]) -> None:
    """Whatever was lost on the way, before or behind the service, the account goes back to before the run."""
    before = held(account)
    with folder() as path:
        run = journaled(plan_of([stack], account, EVERYTHING), account, path, Shaky(account, fates))
        plan, _ = undone(run, account, path)
    assert differing(before, held(account)) <= told(plan)


@given(stacks(), accounts(), KILLS)
def test_a_killed_run_is_undone(stack: Stack, account: MemoryGateway, kill: tuple[int, str]) -> None:
    """A process that dies at any write leaves a journal that is enough to go back."""
    before = held(account)
    with folder() as path:
        plan = plan_of([stack], account, EVERYTHING)
        run = journaled(plan, account, path, Shaky(account, dict([kill])))
        plan, _ = undone(run, account, path)
    assert differing(before, held(account)) <= told(plan)


BINS = st.sampled_from(["all", "tags", "nothing", "shut"])


def ids(account: MemoryGateway) -> dict[str, str]:
    return {name: user.id for name, user in account.users_.items()}


def emptied(stack: Stack) -> Stack:
    return replace(stack, users={}, groups={}, policies={})


@given(stacks(), accounts(), BINS)
def test_deleted_users_come_back_from_the_recycle_bin(
    stack: Stack, account: MemoryGateway, keeps: str
) -> None:
    """With their ids where the bin can be read, and with all they had, whatever it keeps; then there is nothing to undo."""
    account.bin_keeps = keeps
    with folder() as path:
        journaled(plan_of([stack], account, EVERYTHING), account, path)
        account.parted_.clear()  # a bin may know what was taken on the way out, not what was taken long before
        before, known = held(account), ids(account)
        run = journaled(plan_of([emptied(stack)], account, EVERYTHING), account, path)
        plan, _ = undone(run, account, path)
    assert differing(before, held(account)) <= told(plan)
    if keeps != "shut":
        assert ids(account) == known
        assert not any("recycle" in problem.rule for problem in plan.problems)
    assert plan_of_undo(run, account).changes == ()


@given(stacks(), accounts(), BINS, KILLS)
def test_an_undo_that_was_killed_is_taken_up(
    stack: Stack, account: MemoryGateway, keeps: str, kill: tuple[int, str]
) -> None:
    """Also between the recycle bin and the marks that it may not have kept."""
    account.bin_keeps = keeps
    with folder() as path:
        journaled(plan_of([stack], account, EVERYTHING), account, path)
        account.parted_.clear()
        before = held(account)
        run = journaled(plan_of([emptied(stack)], account, EVERYTHING), account, path)
        first = plan_of_undo(run, account)
        journaled(first, account, path, Shaky(account, dict([kill])))
        plan, _ = undone(run, account, path)
    assert differing(before, held(account)) <= told(first) | told(plan)
    assert plan_of_undo(run, account).changes == ()


@given(stacks(), accounts(), st.sampled_from(["alice", "bob", "carol"]))
def test_renames_go_back(stack: Stack, account: MemoryGateway, name: str) -> None:
    """A renamed user has its old name again, with all that hangs below it, and is the same user."""
    with folder() as path:
        journaled(plan_of([stack], account, EVERYTHING), account, path)
        users = dict(stack.users)
        if wish := users.pop(name, None):
            users["zoe"] = replace(wish, name="zoe", renamed_from=name)
        before, ids = held(account), {n: user.id for n, user in account.users_.items()}
        run = journaled(plan_of([replace(stack, users=users)], account, EVERYTHING), account, path)
        plan, _ = undone(run, account, path)
    assert differing(before, held(account)) <= told(plan)
    assert {n: user.id for n, user in account.users_.items()} == ids


@given(stacks(), stacks(), accounts(), st.booleans())
def test_what_changed_since_is_left_alone(
    first: Stack, second: Stack, account: MemoryGateway, free: bool
) -> None:
    """Undo of an earlier run changes only what is still as that run left it, and only to what that run found."""
    request = EVERYTHING if free else Request(NOW)
    with folder() as path:
        run = journaled(plan_of([first], account, request), account, path)
        journaled(plan_of([second], account, request), account, path)
        plan = plan_of_undo(run, account, Request(NOW))
        then = {change.address: change for change in run.plan.changes}
        for change in plan.changes:
            was = then[change.address]
            assert inverse_in_part(was, change), (was, change)
        if not plan.rails:
            assert all_done(journaled(plan, account, path).outcomes)


def inverse_in_part(was: object, change: object) -> bool:
    """Where both sides exist, every field that changes goes from what the run left to what it found."""
    if was.before is None or was.after is None or change.before is None or change.after is None:
        return (was.before is None) == (change.after is None) and (was.after is None) == (
            change.before is None
        )
    names = [n for n in change.before.__slots__ if getattr(change.before, n) != getattr(change.after, n)]
    left, found = was.after, was.before
    compared = [n for n in names if n not in ("id", "versions", "attachment_count", "frozen")]
    return all(
        (getattr(change.before, n), getattr(change.after, n)) == (getattr(left, n), getattr(found, n))
        for n in compared
    )


def all_done(outcomes: tuple[Outcome, ...]) -> bool:
    return {outcome.status for outcome in outcomes} <= {"done"}


@given(stacks(), accounts())
def test_undo_touches_no_stranger(stack: Stack, account: MemoryGateway) -> None:
    """What lost its mark, or got another one, since the run is not changed by its undo."""
    with folder() as path:
        run = journaled(plan_of([stack], account, EVERYTHING), account, path)
        for user in account.users_.values():
            user.tags["ramstack:stack"] = "others.00000000"
        plan = plan_of_undo(run, account, Request(NOW))
        touched = {change.address.root for change in plan.changes if change.address.root.kind == "user"}
        assert not touched & held(account).keys()
