"""verify: each verdict, produced for real on the embedded account by the SDK of Intelligent Media Service."""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
from collections.abc import Callable, Mapping
from datetime import timedelta
from io import StringIO
from pathlib import Path

import pytest

from ramstack.cli.connection import open_account
from ramstack.cli.options import Where
from ramstack.cli.proving import Keyring, Trial
from ramstack.cli.world import World
from ramstack.emulator import EmbeddedAccount, Fault
from ramstack.emulator.world import utc_now
from ramstack.model.secret import Secret
from ramstack.planning.verdict import DEFAULT_PROBES
from tests.cli.shell import Result, Shell
from tests.emulator.clients import IMS, STS, LegacySdk

ROOT = Path(__file__).resolve().parents[2]
PREFIX = "RAMSTACK_VERIFY_"
READ_ONLY = {"PolicyType": "System", "PolicyName": "AliyunICEReadOnlyAccess"}
ELSEWHERE = "203.0.113.0/24"
ONE = ("--probe", "ice:GetDefaultStorageLocation", "--wait", "0s")

Key = Mapping[str, str]


@pytest.fixture(name="key")
def _key(account: EmbeddedAccount) -> Key:
    """The key of alice, who may read in IMS."""
    account.edit("CreateUser", UserName="alice")
    account.edit("AttachPolicyToUser", UserName="alice", **READ_ONLY)
    return key_of(account, "alice")


def key_of(account: EmbeddedAccount, user: str) -> Key:
    made = account.edit("CreateAccessKey", UserName=user)["AccessKey"]
    return {
        f"{PREFIX}ACCESS_KEY_ID": made["AccessKeyId"],
        f"{PREFIX}ACCESS_KEY_SECRET": made["AccessKeySecret"],
    }


def verify(shell: Shell, key: Key, *argv: str) -> Result:
    """With an operator, who is root."""
    return Shell(shell.cwd, {**shell.environ, **key}, clock=shell.clock, sleep=shell.sleep).run(
        "verify", *(argv or ONE), "--format", "json"
    )


def alone(shell: Shell, key: Key, *argv: str, sleep: Callable[[float], None] = lambda _: None) -> Result:
    """As the key's owner, who knows nothing but the key."""
    own = {name.replace(PREFIX, "ALIBABA_CLOUD_"): value for name, value in key.items()}
    return Shell(shell.cwd, {**shell.environ, **own}, clock=Ticking(), sleep=sleep).run(
        "verify", *(argv or ONE), "--format", "json"
    )


class Ticking:
    """A clock on which every look takes a second."""

    def __init__(self) -> None:
        self._now = 0.0

    def __call__(self) -> float:
        self._now += 1
        return self._now


def hold(
    account: EmbeddedAccount, name: str, effect: str, action: str = "ice:*", **condition: object
) -> None:
    statement = {"Effect": effect, "Action": action, "Resource": "*", **condition}
    document = json.dumps({"Version": "1", "Statement": [statement]})
    account.edit("CreatePolicy", PolicyName=name, PolicyDocument=document)
    account.edit("AttachPolicyToUser", UserName="alice", PolicyType="Custom", PolicyName=name)


def only(result: Result) -> Mapping[str, object]:
    ((probe,),) = [key["probes"] for key in result.json["keys"]]
    return probe


def accepted(result: Result) -> tuple[int, str]:
    (key,) = result.json["keys"]
    return result.code, key["verdict"]


def test_works(shell: Shell, key: Key, account: EmbeddedAccount) -> None:
    """Both usual probes are let in, as the policies say; every call was a read."""
    account.forget_calls()
    result = verify(shell, key, "alice")
    assert (result.code, result.json["proven"]) == (0, True)
    (told,) = result.json["keys"]
    assert (told["user"], told["verdict"]) == ("alice", "works")
    assert [(p["action"], p["verdict"], p["agrees"]) for p in told["probes"]] == [
        ("ice:GetDefaultStorageLocation", "works", True),
        ("ice:ListPipelines", "works", True),
    ]
    assert {call.kind for call in account.calls()} == {"read"}
    assert verify(shell, key, "alice", "bob").json["missing"] == ["bob"]
    assert verify(shell, key, "bob").code == 1


def test_what_a_group_gives_is_expected(shell: Shell, key: Key, account: EmbeddedAccount) -> None:
    """The policies of the user's groups count in what is held against the service's answer."""
    account.edit("DetachPolicyFromUser", UserName="alice", **READ_ONLY)
    account.edit("CreateGroup", GroupName="readers")
    account.edit("AddUserToGroup", UserName="alice", GroupName="readers")
    account.edit("AttachPolicyToGroup", GroupName="readers", **READ_ONLY)
    probe = only(verify(shell, key))
    assert (probe["verdict"], probe["agrees"]) == ("works", True)


def test_denied_for_want_of_a_policy(shell: Shell, key: Key, account: EmbeddedAccount) -> None:
    """Implicitly, as the policies say. Nothing is proven by a key that may do nothing of what was tried."""
    account.edit("DetachPolicyFromUser", UserName="alice", **READ_ONLY)
    result = verify(shell, key)
    probe = only(result)
    assert (result.code, probe["verdict"], probe["denial"], probe["agrees"]) == (
        7,
        "denied",
        "implicit",
        True,
    )
    assert probe["layer"] == "AccountLevelIdentityBasedPolicy"
    assert probe["circumstances"]["acs:SourceIp"] == ["127.0.0.1"]


def test_denied_by_a_policy(shell: Shell, key: Key, account: EmbeddedAccount) -> None:
    """Explicitly, by the policy that the service names; what else is allowed proves the key."""
    hold(account, "mine", "Deny", "ice:ListPipelines")
    result = verify(shell, key, "--wait", "0s")
    works, denied = result.json["keys"][0]["probes"]
    assert (result.code, works["verdict"]) == (0, "works")
    assert (denied["verdict"], denied["denial"], denied["policies"]) == ("denied", "explicit", ["mine"])
    assert denied["predicted"]["policies"] == ["custom/mine"]


def test_a_denial_without_an_operator(shell: Shell, key: Key, account: EmbeddedAccount) -> None:
    """The key itself may not ask why; nothing is compared, and a denial is not what was hoped for."""
    account.edit("DetachPolicyFromUser", UserName="alice", **READ_ONLY)
    result = alone(shell, key)
    probe = only(result)
    assert (result.code, probe["verdict"], probe["policies"], probe["predicted"]) == (7, "denied", None, None)


def test_the_key_may_ask_why_itself(shell: Shell, key: Key, account: EmbeddedAccount) -> None:
    """Where it has the permission to decode."""
    hold(account, "mine", "Deny")
    hold(account, "asks", "Allow", "ram:DecodeDiagnosticMessage")
    assert only(alone(shell, key))["policies"] == ["mine"]


@pytest.mark.parametrize(
    ("effect", "operator"), [("Deny", "NotIpAddress"), ("Allow", "IpAddress")], ids=["deny", "allow"]
)
def test_a_fence_of_a_policy(
    shell: Shell, key: Key, account: EmbeddedAccount, effect: str, operator: str
) -> None:
    """A denial that only the caller's address explains, whether it is kept out or not let in."""
    account.edit("DetachPolicyFromUser", UserName="alice", **READ_ONLY)
    if effect == "Deny":
        hold(account, "all", "Allow")
    hold(account, "fence", effect, Condition={operator: {"acs:SourceIp": ELSEWHERE}})
    probe = only(verify(shell, key))
    assert (probe["verdict"], probe["agrees"]) == ("ip_fence", True)


def test_a_fence_of_the_key(shell: Shell, key: Key, account: EmbeddedAccount) -> None:
    """The key's own list of addresses keeps it out of everything."""
    statements = [{"Type": "ClassicWhiteList", "IPList": [ELSEWHERE]}]
    account.edit(
        "SetAccessKeyPolicy",
        IMS,
        UserPrincipalName=f"alice@{account.account_id}.onaliyun.com",
        UserAccessKeyId=key[f"{PREFIX}ACCESS_KEY_ID"],
        AccessKeyPolicy=json.dumps({"Version": 1, "Status": "Active", "Statements": statements}),
    )
    assert accepted(verify(shell, key)) == (7, "ip_fence")


def test_a_disabled_key_and_one_that_is_gone(shell: Shell, key: Key, account: EmbeddedAccount) -> None:
    chosen = {"UserName": "alice", "UserAccessKeyId": key[f"{PREFIX}ACCESS_KEY_ID"]}
    account.edit("UpdateAccessKey", Status="Inactive", **chosen)
    assert accepted(verify(shell, key)) == (7, "disabled_key")
    account.edit("DeleteAccessKey", **chosen)
    assert accepted(verify(shell, key)) == (7, "invalid_key")


def test_a_wrong_secret_and_a_wrong_token(shell: Shell, key: Key) -> None:
    wrong = {**key, f"{PREFIX}ACCESS_KEY_SECRET": "MARKED-SECRET"}
    result = verify(shell, wrong)
    assert accepted(result) == (7, "wrong_secret")
    assert "MARKED-SECRET" not in result.out + result.err
    assert accepted(verify(shell, {**key, f"{PREFIX}SECURITY_TOKEN": "x"})) == (7, "invalid_token")


def test_a_clock_that_is_off(shell: Shell) -> None:
    with EmbeddedAccount(clock=lambda: utc_now() + timedelta(minutes=20)) as late:
        assert accepted(alone(shell, late.environment)) == (7, "clock")


def test_throttled(shell: Shell, key: Key, account: EmbeddedAccount) -> None:
    """For longer than one waits; a shorter throttle is waited for."""
    account.set_faults(Fault("throttle", product="Ice"))
    result = verify(shell, key)
    assert (result.code, only(result)["verdict"]) == (1, "throttled")
    account.set_faults(Fault("throttle", product="Ice", times=2))
    assert only(alone(shell, key, *ONE[:2], "--wait", "1m"))["verdict"] == "works"


def test_a_service_that_is_not_activated(shell: Shell, key: Key, account: EmbeddedAccount) -> None:
    """403, and no denial by RAM."""
    account.set_service("ice", active=False)
    result = verify(shell, key)
    assert (result.code, only(result)["verdict"]) == (1, "not_activated")


def test_unreachable(shell: Shell, key: Key, account: EmbeddedAccount) -> None:
    """Nobody there; or an answer that does not come, which is asked for three times."""
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        nobody = f"http://127.0.0.1:{unused.getsockname()[1]}"
        assert accepted(alone(shell, key, *ONE, "--endpoint", nobody)) == (1, "unreachable")
    for effect in ("drop-after", "truncate", "bad-gateway", "internal"):
        account.set_faults(Fault(effect, product="Ice"))
        result = alone(shell, key)
        assert (result.code, only(result)["verdict"]) == (1, "unreachable"), effect
    account.set_faults(Fault("drop-after", product="Ice", times=2))
    assert only(alone(shell, key, *ONE[:2], "--wait", "1m"))["verdict"] == "works"


def test_a_code_that_nobody_knows(shell: Shell, key: Key) -> None:
    """Is shown as it is, and proves nothing."""
    result = verify(shell, key, "--probe", "ice:GetMediaInfo", "--wait", "0s")
    assert (result.code, only(result)["verdict"], only(result)["code"]) == (1, "unclear", "NotEmulated")


def test_a_fresh_grant_is_waited_for(shell: Shell, key: Key, account: EmbeddedAccount) -> None:
    """A denial that nothing explains is asked again until the time is over; the wait is told."""
    account.edit("DetachPolicyFromUser", UserName="alice", **READ_ONLY)
    pauses: list[float] = []

    def sleep(seconds: float) -> None:
        pauses.append(seconds)
        if len(pauses) == 3:
            account.edit("AttachPolicyToUser", UserName="alice", **READ_ONLY)

    result = alone(shell, key, *ONE[:2], "--wait", "1m", sleep=sleep)
    assert (result.code, only(result)["verdict"]) == (0, "works")
    assert pauses == [1, 2, 4]
    assert "takes effect late" in result.err


def test_a_denial_that_the_policies_explain_is_not_waited_for(
    shell: Shell, key: Key, account: EmbeddedAccount
) -> None:
    account.edit("DetachPolicyFromUser", UserName="alice", **READ_ONLY)
    shell.sleep = pytest.fail
    assert verify(shell, key, *ONE[:2]).code == 7


def test_a_key_as_a_sink_delivered_it(shell: Shell, key: Key) -> None:
    """From a file and from stdin; what is none is refused without a word of what it holds."""
    payload = {
        "access_key_id": key[f"{PREFIX}ACCESS_KEY_ID"],
        "access_key_secret": key[f"{PREFIX}ACCESS_KEY_SECRET"],
    }
    shell.write("key.json", json.dumps(payload))
    assert shell.run("verify", "alice", "--key", "key.json", *ONE).code == 0
    assert shell.run("verify", "alice", "--key", "-", *ONE, stdin=StringIO(json.dumps(payload))).code == 0
    for text in ("MARKED", '{"password": "MARKED"}', '["MARKED"]', "[" * 100_000):
        shell.write("other.json", text)
        result = shell.run("verify", "--key", "other.json")
        assert result.code == 1
        assert "holds no key" in result.err
        assert "MARKED" not in result.err
    assert shell.run("verify", "--key", "absent.json").code == 1


def test_many_keys_cost_one_look_at_the_account(shell: Shell, key: Key, account: EmbeddedAccount) -> None:
    """Each is tried, and the policies are read once for all."""
    files: list[str] = []
    for n, made in enumerate([key, key_of(account, "alice")]):
        payload = {name.removeprefix(PREFIX).lower(): text for name, text in made.items()}
        shell.write(f"{n}.json", json.dumps(payload))
        files += ["--key", f"{n}.json"]
    account.forget_calls()
    assert shell.run("verify", "alice", *files, *ONE).code == 0
    counts = account.call_counts()
    assert sum(number for name, number in counts.items() if "ListUsers" in name) == 1
    assert sum(number for name, number in counts.items() if "GetDefaultStorageLocation" in name) == 2


def test_the_embedded_account_needs_a_key(shell: Shell) -> None:
    """The user's own credentials are not read with --local."""
    assert shell.run("verify", "--local").code == 7


def test_an_operator_who_may_not_read(shell: Shell, key: Key, account: EmbeddedAccount) -> None:
    """Is a remark, and no comparison."""
    account.edit("CreateUser", UserName="nobody")
    nobody = {k.replace(PREFIX, "ALIBABA_CLOUD_"): v for k, v in key_of(account, "nobody").items()}
    result = verify(shell, {**key, **nobody})
    assert (result.code, only(result)["verdict"], only(result)["predicted"]) == (0, "works", None)
    assert "NoPermission" in result.json["remarks"][0]


@pytest.mark.parametrize(
    "probe",
    [
        "ice:DeletePipeline",
        "ice:SearchIndexJobRerun",
        "ice:GetEventCallback",
        "ice:Nothing",
        "ram:ListUsers",
        "ice:*",
    ],
)
def test_what_is_no_probe(shell: Shell, key: Key, account: EmbeddedAccount, probe: str) -> None:
    """What writes, hands out secrets, or is not known, is not even tried."""
    account.forget_calls()
    assert verify(shell, key, "--probe", probe).code == 64
    assert account.calls() == ()


def test_a_region_is_no_host(shell: Shell, key: Key) -> None:
    assert verify(shell, key, "--region", "evil.example/").code == 64


def test_text_says_what_to_do(shell: Shell, key: Key, account: EmbeddedAccount) -> None:
    """Whose key, each call, and advice; never wider than the page."""
    account.edit("DetachPolicyFromUser", UserName="alice", **READ_ONLY)
    environ = {**shell.environ, **key}
    told = Shell(shell.cwd, environ).run("verify", "--wait", "0s").out
    assert "not proven: key LTAI" in told
    assert "user/alice" in told
    assert "--probe" in told


def session_of(account: EmbeddedAccount, key: Key) -> Key:
    """A session of a role that alice assumed: its key comes with a token, which the SDK sends in a header."""
    account.edit(
        "AttachPolicyToUser", UserName="alice", PolicyType="System", PolicyName="AdministratorAccess"
    )
    root = {"RAM": [f"acs:ram::{account.account_id}:root"]}
    trust = {"Effect": "Allow", "Action": "sts:AssumeRole", "Principal": root}
    account.edit(
        "CreateRole",
        RoleName="reader",
        AssumeRolePolicyDocument=json.dumps({"Version": "1", "Statement": [trust]}),
    )
    account.edit("AttachPolicyToRole", RoleName="reader", **READ_ONLY)
    alice = LegacySdk(account, key[f"{PREFIX}ACCESS_KEY_ID"], key[f"{PREFIX}ACCESS_KEY_SECRET"])
    wish = {"RoleArn": f"acs:ram::{account.account_id}:role/reader", "RoleSessionName": "night"}
    made = alice.other(STS, "AssumeRole", wish)["Credentials"]
    alice.close()
    return {
        f"{PREFIX}ACCESS_KEY_ID": made["AccessKeyId"],
        f"{PREFIX}ACCESS_KEY_SECRET": made["AccessKeySecret"],
        f"{PREFIX}SECURITY_TOKEN": made["SecurityToken"],
    }


def test_loopback_passes_no_proxy_and_nothing_is_logged(key: Key, account: EmbeddedAccount) -> None:
    """With proxies in the environment and DEBUG=sdk, where the SDK would show every header."""
    session = session_of(account, key)
    environ = {
        **os.environ,
        **account.environment,
        **session,
        "HTTP_PROXY": "http://127.0.0.1:9",
        "HTTPS_PROXY": "http://127.0.0.1:9",
        "DEBUG": "sdk",
        "PYTHONPATH": str(ROOT),
    }
    argv = [sys.executable, "-m", "ramstack", "verify", *ONE]
    done = subprocess.run(argv, env=environ, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")
    assert "assumed-role/reader/night" in done.stdout
    assert session[f"{PREFIX}SECURITY_TOKEN"] not in done.stdout


def test_keys_that_were_just_delivered(account: EmbeddedAccount, key: Key) -> None:
    """Are tried from memory, the policies' say included, and their secrets are dropped then."""
    secret = Secret(key[f"{PREFIX}ACCESS_KEY_SECRET"])
    ring = Keyring(Trial(DEFAULT_PROBES, "cn-shanghai", timedelta(0), is_fresh=True))
    ring.keep(key[f"{PREFIX}ACCESS_KEY_ID"], secret)
    secret.drop()
    ((_, kept),) = ring.keys
    world = World(stderr=StringIO(), environ=account.environment)
    with open_account(world, Where()) as gateway:
        (proof,) = ring.prove(world, gateway)
    assert (proof.identity.user, proof.is_proven, ring.remarks) == ("alice", True, [])
    assert [probe.agrees for probe in proof.probes] == [True, True]
    with pytest.raises(ValueError, match="dropped"):
        kept.reveal()


def test_the_sdk_is_loaded_by_who_needs_it() -> None:
    """It costs more than half a second, so no other command pays for it."""
    script = "import sys, ramstack.gateway.connection; print('alibabacloud_ice20201109' in sys.modules)"
    done = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, check=True, cwd=ROOT
    )
    assert done.stdout.strip() == "False"
