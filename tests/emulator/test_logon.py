"""Console logon: who may log on with which password, and what a second factor changes."""

import json
from contextlib import closing
from datetime import datetime, timedelta

import pytest

from ramstack.emulator import EmbeddedAccount
from ramstack.emulator.errors import Refusal
from ramstack.emulator.mfa import totp
from ramstack.emulator.world import utc_now
from tests.emulator.clients import IMS, STS, LegacySdk, refused
from tests.emulator.test_admin import AdminClient

PASSWORD, OTHER = "Correct-horse-9", "Another-horse-9"
ADMIN = {"PolicyType": "System", "PolicyName": "AdministratorAccess"}


@pytest.fixture
def alice(account: EmbeddedAccount, sdk: LegacySdk) -> str:
    """A user with a password."""
    sdk.ram("CreateUser", UserName="alice")
    sdk.ram("CreateLoginProfile", UserName="alice", Password=PASSWORD)
    return f"alice@{account.account_id}.onaliyun.com"


def _session(account: EmbeddedAccount, password: str = PASSWORD) -> LegacySdk:
    key = account.log_on("alice", password)
    return LegacySdk(account, key["AccessKeyId"], key["AccessKeySecret"], token=key["SecurityToken"])


def _bind(sdk: LegacySdk) -> None:
    device = sdk.ram("CreateVirtualMFADevice", VirtualMFADeviceName="phone")["VirtualMFADevice"]
    codes = {f"AuthenticationCode{n}": totp(device["Base32StringSeed"], utc_now(), n - 2) for n in (1, 2)}
    sdk.ram("BindMFADevice", UserName="alice", SerialNumber=device["SerialNumber"], **codes)


def test_who_logs_on_is_that_user(account: EmbeddedAccount, sdk: LegacySdk, alice: str):
    """The session bears the user's identity and permissions, and the logon is dated."""
    with closing(_session(account)) as session:
        identity = session.other(STS, "GetCallerIdentity")
        assert (identity["Arn"].rpartition(":")[2], identity["IdentityType"]) == ("user/alice", "RAMUser")
        with refused("NoPermission", 403):
            session.ram("ListUsers")
        sdk.ram("AttachPolicyToUser", UserName="alice", **ADMIN)
        session.ram("ListUsers")
    assert sdk.ram("GetUser", UserName="alice")["User"]["LastLoginDate"]
    profile = sdk.other(IMS, "GetLoginProfile", {"UserPrincipalName": alice})["LoginProfile"]
    assert profile["LastLoginTime"] == sdk.ram("GetUser", UserName="alice")["User"]["LastLoginDate"]


@pytest.mark.parametrize("required", ["true", "false"])
def test_a_second_factor_is_what_a_device_gives(
    account: EmbeddedAccount, sdk: LegacySdk, alice: str, required
):
    """acs:MFAPresent is true in the session of a user with a device, and in no call with a key."""
    condition = {"Bool": {"acs:MFAPresent": required}}
    statement = {"Effect": "Allow", "Action": "ram:ListUsers", "Resource": "*", "Condition": condition}
    document = json.dumps({"Version": "1", "Statement": [statement]})
    sdk.ram("CreatePolicy", PolicyName="p", PolicyDocument=document)
    sdk.ram("AttachPolicyToUser", UserName="alice", PolicyType="Custom", PolicyName="p")
    key = sdk.ram("CreateAccessKey", UserName="alice")["AccessKey"]
    without = _session(account)
    _bind(sdk)
    clients = {
        "true": (_session(account),),
        "false": (without, LegacySdk(account, key["AccessKeyId"], key["AccessKeySecret"])),
    }
    for present, those in clients.items():
        for client in those:
            if present == required:
                client.ram("ListUsers")
            else:
                with refused("NoPermission", 403):
                    client.ram("ListUsers")
            client.close()


def test_a_role_may_want_a_second_factor(account: EmbeddedAccount, sdk: LegacySdk, alice: str):
    """Its trust policy asks the session that assumes it."""
    statement = {
        "Effect": "Allow",
        "Action": "sts:AssumeRole",
        "Principal": {"RAM": [f"acs:ram::{account.account_id}:root"]},
        "Condition": {"Bool": {"acs:MFAPresent": "true"}},
    }
    trust = json.dumps({"Version": "1", "Statement": [statement]})
    sdk.ram("CreateRole", RoleName="r", AssumeRolePolicyDocument=trust)
    sdk.ram("AttachPolicyToUser", UserName="alice", **ADMIN)
    wish = {"RoleArn": f"acs:ram::{account.account_id}:role/r", "RoleSessionName": "night"}
    with closing(_session(account)) as session, refused("NoPermission", 403):
        session.other(STS, "AssumeRole", wish)
    _bind(sdk)
    with closing(_session(account)) as session:
        session.other(STS, "AssumeRole", wish)


def _freeze(account: EmbeddedAccount) -> None:
    with account.world.turn() as store:
        store.run("UPDATE users SET Status = 'freeze'")


REFUSED = {
    "wrong password": (lambda *_: None, OTHER),
    "no profile": (lambda _, sdk: sdk.ram("DeleteLoginProfile", UserName="alice"), PASSWORD),
    "frozen": (lambda account, _: _freeze(account), PASSWORD),
    "changed": (lambda _, sdk: sdk.ram("UpdateLoginProfile", UserName="alice", Password=OTHER), PASSWORD),
    "no device": (
        lambda _, sdk: sdk.ram("UpdateLoginProfile", UserName="alice", MFABindRequired="true"),
        PASSWORD,
    ),
    "inactive": (
        lambda account, sdk: sdk.other(
            IMS,
            "UpdateLoginProfile",
            {"UserPrincipalName": f"alice@{account.account_id}.onaliyun.com", "Status": "Inactive"},
        ),
        PASSWORD,
    ),
}


@pytest.mark.parametrize("name", REFUSED)
def test_who_may_not_log_on(account: EmbeddedAccount, sdk: LegacySdk, alice: str, name):
    """Whoever lacks the password, the profile, the device that is wanted, or is frozen."""
    change, password = REFUSED[name]
    change(account, sdk)
    with pytest.raises(Refusal):
        account.log_on("alice", password)


def test_a_session_ends_with_its_user(account: EmbeddedAccount, sdk: LegacySdk, alice: str):
    """Frozen or deleted, the user's session signs nothing; a user with sessions can be deleted."""
    with closing(_session(account)) as session:
        _freeze(account)
        with refused("InvalidAccessKeyId.Inactive", 400):
            session.other(STS, "GetCallerIdentity")
        sdk.ram("DeleteLoginProfile", UserName="alice")
        sdk.ram("DeleteUser", UserName="alice")
        with refused("InvalidAccessKeyId.NotFound", 404):
            session.other(STS, "GetCallerIdentity")


def test_the_profile_as_ims_shows_it(account: EmbeddedAccount, sdk: LegacySdk, alice: str):
    """With its status and its dates."""
    chosen = {"UserPrincipalName": alice}
    shown = sdk.other(IMS, "GetLoginProfile", chosen)["LoginProfile"]
    facts = {"Status": "Active", "PasswordResetRequired": False, "MFABindRequired": False}
    dates = {"UpdateDate": shown["UpdateDate"], "LastLoginTime": ""}
    assert shown == {**chosen, **facts, **dates}
    sdk.other(IMS, "UpdateLoginProfile", {**chosen, "Status": "Inactive"})
    assert sdk.other(IMS, "GetLoginProfile", chosen)["LoginProfile"]["Status"] == "Inactive"
    sdk.other(IMS, "UpdateLoginProfile", {**chosen, "MFABindRequired": "true"})
    assert sdk.other(IMS, "GetLoginProfile", chosen)["LoginProfile"]["Status"] == "Inactive"
    with refused("InvalidParameter.Status.Format", 400):
        sdk.other(IMS, "UpdateLoginProfile", {**chosen, "Status": "On"})


def test_the_password_policy_holds(account: EmbeddedAccount, sdk: LegacySdk):
    """For every way to set a password, by RAM and by IMS; the policy is told as it was set."""
    wanted = {"MinimumPasswordLength": 12, "RequireSymbols": "true", "RequireNumbers": "true"}
    sdk.ram("SetPasswordPolicy", **wanted)
    told = sdk.ram("GetPasswordPolicy")["PasswordPolicy"]
    assert (told["MinimumPasswordLength"], told["RequireSymbols"], told["RequireNumbers"]) == (12, True, True)
    sdk.ram("CreateUser", UserName="alice")
    login = {"UserPrincipalName": f"alice@{account.account_id}.onaliyun.com"}
    for weak in ("Short-9", "no-digit-at-all", "NoSymbol123456", "x-9" * 11):
        with refused("InvalidParameter.Password.TooWeak", 400):
            sdk.ram("CreateLoginProfile", UserName="alice", Password=weak)
        with refused("InvalidParameter.Password.TooWeak", 400):
            sdk.other(IMS, "CreateLoginProfile", {**login, "Password": weak})
    sdk.other(IMS, "CreateLoginProfile", {**login, "Password": PASSWORD})
    with refused("InvalidParameter.Password.TooWeak", 400):
        sdk.ram("UpdateLoginProfile", UserName="alice", Password="weak")
    account.log_on("alice", PASSWORD)


def test_logon_by_admin_call(account: EmbeddedAccount, alice: str):
    """With the token of the server, and the user's password, which no log shows."""
    admin = AdminClient(account)
    assert set(admin.post("logon", {"user": "alice", "password": PASSWORD}).json()) == {
        "AccessKeyId",
        "AccessKeySecret",
        "SecurityToken",
        "Expiration",
    }
    wrong = admin.post("logon", {"user": "alice", "password": OTHER})
    assert (wrong.status_code, OTHER in wrong.text) == (403, False)
    bad = admin.post("services", {"service": "oss", "active": False})
    assert (bad.status_code, admin.post("services", {"service": "ice", "active": False}).status_code) == (
        400,
        200,
    )
    admin.close()


def test_the_preference_says_how_long_a_session_lasts(account: EmbeddedAccount, sdk: LegacySdk, alice: str):
    """Six hours, unless LoginSessionDuration says otherwise."""
    six = datetime.fromisoformat(account.log_on("alice", PASSWORD)["Expiration"])
    sdk.ram("SetSecurityPreference", LoginSessionDuration=24)
    longer = datetime.fromisoformat(account.log_on("alice", PASSWORD)["Expiration"])
    assert timedelta(hours=18) <= longer - six < timedelta(hours=19)
