"""Broken networks and busy services, as data."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

import pytest
import requests

from ramstack.emulator import EmbeddedAccount, Fault, Settings
from ramstack.emulator.faults import Sighting, Trouble
from tests.emulator.clients import STS, LegacySdk, refused, send


def _users(account: EmbeddedAccount) -> int:
    return len(account.state()["users"])


CREATE = {"Action": "CreateUser", "UserName": "alice"}


@pytest.mark.parametrize(
    ("effect", "code", "status"),
    [
        ("throttle", "Throttling.User", 400),
        ("internal", "InternalError", 500),
        ("unavailable", "ServiceUnavailable", 503),
    ],
)
def test_refusing_faults_perform_nothing(account: EmbeddedAccount, effect, code, status):
    """The service says no and nothing happened."""
    account.set_faults(Fault(effect, action="CreateUser"))
    reply = send(account, CREATE)
    assert (reply.json()["Code"], reply.status_code, _users(account)) == (code, status, 0)


def test_bad_gateway_is_html(account: EmbeddedAccount):
    """A 502 with a page that is no JSON; nothing happened."""
    account.set_faults(Fault("bad-gateway"))
    reply = send(account, CREATE)
    assert (reply.status_code, reply.headers["content-type"], _users(account)) == (502, "text/html", 0)


@pytest.mark.parametrize(("effect", "performed"), [("drop-before", 0), ("drop-after", 1), ("truncate", 1)])
def test_broken_connections(account: EmbeddedAccount, effect, performed):
    """The client learns nothing; whether the call was done depends on when the connection broke."""
    account.set_faults(Fault(effect))
    with pytest.raises(requests.exceptions.RequestException):
        send(account, CREATE)
    assert _users(account) == performed


def test_the_log_tells_what_was_done_to_a_call(account: EmbeddedAccount):
    """The fault stands in the log next to the true status."""
    account.set_faults(Fault("drop-after"))
    with pytest.raises(requests.exceptions.RequestException):
        send(account, CREATE)
    assert [(call.action, call.status, call.fault) for call in account.calls()] == [
        ("CreateUser", 200, "drop-after")
    ]


def test_after_a_freeze_nothing_is_done_until_it_thaws(account: EmbeddedAccount):
    """The second write is done but not answered; a later one is not done; new faults end it."""
    account.set_faults(Fault("freeze", kind="write", nth=2))
    assert send(account, CREATE).status_code == 200
    with ThreadPoolExecutor(2) as pool:
        second = pool.submit(send, account, {"Action": "CreateUser", "UserName": "bob"})
        while _users(account) < 2:
            pass
        third = pool.submit(send, account, {"Action": "CreateUser", "UserName": "carol"})
        account.set_faults()
        with pytest.raises(requests.exceptions.RequestException):
            second.result()
        third.exception()  # dropped where it came before the thaw, answered where it came after
    assert [user["name"] for user in account.state()["users"]][:2] == ["alice", "bob"]
    assert send(account, {"Action": "ListUsers"}).status_code == 200


def test_a_freeze_may_come_before_the_write(account: EmbeddedAccount):
    """The call is logged, and nothing of it is done."""
    account.set_faults(Fault("freeze-before", action="CreateUser"))
    with ThreadPoolExecutor(1) as pool:
        frozen = pool.submit(send, account, CREATE)
        while not account.calls():
            pass
        account.set_faults()
        with pytest.raises(requests.exceptions.RequestException):
            frozen.result()
    assert ([call.fault for call in account.calls()], _users(account)) == (["freeze-before"], 0)


def test_a_slow_reply_comes_late(account: EmbeddedAccount):
    """The call is done at once; a client with less patience never learns."""
    account.set_faults(Fault("slow", action="CreateUser", delay_ms=500))
    with pytest.raises(requests.exceptions.Timeout):
        send(account, CREATE, patience=0.2)
    assert _users(account) == 1


def _struck(fault: Fault, calls: int) -> list[int]:
    trouble, sighting = Trouble((fault,)), Sighting("CreateUser", "Ram", "write", {"UserName": "alice"})
    return [number for number in range(1, calls + 1) if trouble.strike(sighting)]


@pytest.mark.parametrize(
    ("fault", "struck"),
    [
        (Fault("throttle"), [1, 2, 3, 4, 5, 6]),
        (Fault("throttle", nth=3), [3]),
        (Fault("throttle", every=2), [2, 4, 6]),
        (Fault("throttle", every=2, times=2), [2, 4]),
        (Fault("throttle", action="Create*", kind="write", product="Ram"), [1, 2, 3, 4, 5, 6]),
        (Fault("throttle", action="List*"), []),
        (Fault("throttle", kind="read"), []),
        (Fault("throttle", where={"UserName": "al*"}, nth=1), [1]),
        (Fault("throttle", where={"UserName": "bob"}), []),
        (Fault("throttle", chance=0.0), []),
        (Fault("throttle", chance=1.0), [1, 2, 3, 4, 5, 6]),
    ],
)
def test_which_calls_a_fault_strikes(fault, struck):
    """By action, product, kind and parameters; the n-th, every n-th, or by chance."""
    assert _struck(fault, 6) == struck


def test_chance_is_repeatable():
    """The same seed strikes the same calls."""
    fault = Fault("throttle", chance=0.5, seed=7)
    assert _struck(fault, 50) == _struck(fault, 50)
    assert 10 < len(_struck(fault, 50)) < 40


def test_an_unknown_effect_is_an_error():
    """A fault that says nothing the server knows is refused when it is written."""
    with pytest.raises(ValueError, match="effect must be one of"):
        Fault("explode")


class _Clock:
    """Stands still until it is told to move."""

    def __init__(self) -> None:
        self.now = datetime.now(UTC)

    def __call__(self) -> datetime:
        return self.now


@pytest.fixture
def clock() -> _Clock:
    return _Clock()


def test_reads_may_lag_behind_writes(clock: _Clock):
    """A read shows what was up to so long ago; a write is judged by what is."""
    with EmbeddedAccount(settings=Settings(stale_ms=500), clock=clock) as account:
        sdk = LegacySdk(account)
        assert sdk.ram("ListUsers")["Users"]["User"] == []
        sdk.ram("CreateUser", UserName="alice")
        assert sdk.ram("ListUsers")["Users"]["User"] == []
        with refused("EntityAlreadyExists.User", 409):
            sdk.ram("CreateUser", UserName="alice")
        clock.now += timedelta(seconds=0.5)
        assert len(sdk.ram("ListUsers")["Users"]["User"]) == 1
        sdk.close()


def test_who_is_too_new_for_a_lagging_read_is_not_there_yet(clock: _Clock):
    """A user whose key counts already asks for the own keys; reads do not know the user."""
    with EmbeddedAccount(settings=Settings(stale_ms=500), clock=clock) as account:
        root = LegacySdk(account)
        root.ram("ListUsers")
        admin = {"principal": "user/alice", "policy": "system/AdministratorAccess"}
        account.seed({"users": [{"name": "alice"}], "attachments": [admin]})
        key = root.ram("CreateAccessKey", UserName="alice")["AccessKey"]
        alice = LegacySdk(account, key["AccessKeyId"], key["AccessKeySecret"])
        with refused("EntityNotExist.User", 404):
            alice.ram("ListAccessKeys")
        clock.now += timedelta(seconds=0.5)
        assert len(alice.ram("ListAccessKeys")["AccessKeys"]["AccessKey"]) == 1
        for sdk in (root, alice):
            sdk.close()


@pytest.fixture
def paced(clock: _Clock) -> Iterator[LegacySdk]:
    with EmbeddedAccount(settings=Settings(quota="documented", quota_scale=0.5), clock=clock) as account:
        sdk = LegacySdk(account)
        yield sdk
        sdk.close()


def test_each_api_has_a_bucket_of_its_own(paced: LegacySdk, clock: _Clock):
    """Ten creations at half the documented rate, then Throttling.User; other APIs go on; time refills."""
    for number in range(10):
        paced.ram("CreateUser", UserName=f"u{number}")
    with refused("Throttling.User", 400):
        paced.ram("CreateUser", UserName="one-more")
    paced.ram("ListUsers")
    paced.other(STS, "GetCallerIdentity")
    clock.now += timedelta(seconds=0.1)
    paced.ram("CreateUser", UserName="one-more")
    with refused("Throttling.User", 400):
        paced.ram("CreateUser", UserName="two-more")


def test_a_rate_below_one_a_second_lets_a_call_pass_now_and_then(clock: _Clock):
    """One at once, the next when there is a whole token again."""
    with EmbeddedAccount(settings=Settings(quota="documented", quota_scale=0.01), clock=clock) as account:
        sdk = LegacySdk(account)
        sdk.ram("CreateUser", UserName="alice")
        clock.now += timedelta(seconds=4)
        with refused("Throttling.User", 400):
            sdk.ram("CreateUser", UserName="bob")
        clock.now += timedelta(seconds=1)
        sdk.ram("CreateUser", UserName="bob")
        sdk.close()
