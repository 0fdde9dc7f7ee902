"""The legacy SDK: every action that it has a request for is answered, in one story of an account."""

import pkgutil
from datetime import timedelta

import aliyunsdkram.request.v20150501 as requests_of_ram

from ramstack.emulator import EmbeddedAccount
from ramstack.emulator.mfa import totp
from ramstack.emulator.products import RAM
from ramstack.emulator.world import utc_now
from tests.emulator.clients import DOCUMENT, OTHER_DOCUMENT, TRUST, LegacySdk, refused, send, tags_text

TYPED = {module.name.removesuffix("Request") for module in pkgutil.iter_modules(requests_of_ram.__path__)}
PASSWORD, NEXT = "Correct-horse-9", "Another-horse-9"
POLICY = {"PolicyName": "p", "PolicyType": "Custom"}
HOLDERS = {"User": "alice", "Group": "readers", "Role": "worker"}


def test_every_action_of_the_legacy_sdk_is_emulated():
    """The package lists what there is; nothing of it is missing."""
    assert set(RAM.actions) >= TYPED


def test_every_action_of_the_legacy_sdk_in_one_story(account: EmbeddedAccount, sdk: LegacySdk):
    """Each is called at least once and succeeds; at the end the account is as empty as before."""
    before = account.state()
    _make(sdk)
    for kind, name in HOLDERS.items():
        _hold(sdk, kind, name)
    _log_on(sdk)
    _bind_device(sdk)
    _use_key(account, sdk)
    _settle(sdk)
    _remove(sdk)
    done = {call.action for call in account.calls() if call.status == 200}
    assert (TYPED - done, account.state()) == (set(), before)


def test_the_last_passwords_cannot_be_used_again(account: EmbeddedAccount, sdk: LegacySdk):
    """As many as the password policy says, the present one included; without it any may."""
    sdk.ram("CreateUser", UserName="alice")
    sdk.ram("CreateLoginProfile", UserName="alice", Password=PASSWORD)
    sdk.ram("AttachPolicyToUser", UserName="alice", PolicyName="AliyunRAMFullAccess", PolicyType="System")
    key = sdk.ram("CreateAccessKey", UserName="alice")["AccessKey"]
    alice = LegacySdk(account, key["AccessKeyId"], key["AccessKeySecret"])
    alice.ram("ChangePassword", OldPassword=PASSWORD, NewPassword=PASSWORD)
    sdk.ram("SetPasswordPolicy", PasswordReusePrevention=2)
    alice.ram("ChangePassword", OldPassword=PASSWORD, NewPassword=NEXT)
    for known in (NEXT, PASSWORD):
        with refused("InvalidParameter.NewPassword.ReusePrevention", 400):
            alice.ram("ChangePassword", OldPassword=NEXT, NewPassword=known)
    alice.ram("ChangePassword", OldPassword=NEXT, NewPassword="Third-horse-9")
    alice.ram("ChangePassword", OldPassword="Third-horse-9", NewPassword=PASSWORD)
    alice.close()


def _make(sdk: LegacySdk) -> None:
    sdk.ram("CreateUser", UserName="alicia", DisplayName="Alicia")
    sdk.ram("UpdateUser", UserName="alicia", NewUserName="alice")
    sdk.ram("GetUser", UserName="alice")
    sdk.ram("CreateGroup", GroupName="lookers")
    sdk.ram("UpdateGroup", GroupName="lookers", NewGroupName="readers")
    sdk.ram("GetGroup", GroupName="readers")
    sdk.ram("AddUserToGroup", UserName="alice", GroupName="readers")
    sdk.ram("ListGroupsForUser", UserName="alice")
    sdk.ram("ListUsersForGroup", GroupName="readers")
    sdk.ram("CreatePolicy", PolicyName="p", PolicyDocument=DOCUMENT)
    sdk.ram("UpdatePolicyDescription", PolicyName="p", NewDescription="d")
    sdk.ram("CreatePolicyVersion", PolicyName="p", PolicyDocument=OTHER_DOCUMENT)
    sdk.ram("SetDefaultPolicyVersion", PolicyName="p", VersionId="v2")
    sdk.ram("GetPolicyVersion", VersionId="v1", **POLICY)
    sdk.ram("ListPolicyVersions", **POLICY)
    sdk.ram("DeletePolicyVersion", PolicyName="p", VersionId="v1")
    sdk.ram("GetPolicy", **POLICY)
    sdk.ram("CreateRole", RoleName="worker", AssumeRolePolicyDocument=TRUST)
    sdk.ram("UpdateRole", RoleName="worker", NewMaxSessionDuration=7200)
    sdk.ram("GetRole", RoleName="worker")
    for action in ("ListUsers", "ListGroups", "ListPolicies", "ListRoles"):
        sdk.ram(action)
    chosen = {"ResourceType": "role", "ResourceNames": ["worker"]}
    sdk.ram("TagResources", Tag=tags_text(a="1"), **chosen)
    sdk.ram("ListTagResources", **chosen)
    sdk.ram("UntagResources", TagKeys=["a"], **chosen)


def _hold(sdk: LegacySdk, kind: str, name: str) -> None:
    holder = {f"{kind}Name": name}
    sdk.ram(f"AttachPolicyTo{kind}", **holder, **POLICY)
    sdk.ram(f"ListPoliciesFor{kind}", **holder)
    sdk.ram("ListEntitiesForPolicy", **POLICY)
    sdk.ram(f"DetachPolicyFrom{kind}", **holder, **POLICY)


def _log_on(sdk: LegacySdk) -> None:
    sdk.ram("CreateLoginProfile", UserName="alice", Password=PASSWORD)
    sdk.ram("UpdateLoginProfile", UserName="alice", PasswordResetRequired="false")
    sdk.ram("GetLoginProfile", UserName="alice")


def _bind_device(sdk: LegacySdk) -> None:
    device = sdk.ram("CreateVirtualMFADevice", VirtualMFADeviceName="phone")["VirtualMFADevice"]
    seed, now = device["Base32StringSeed"], utc_now()
    sdk.ram(
        "BindMFADevice",
        UserName="alice",
        SerialNumber=device["SerialNumber"],
        AuthenticationCode1=totp(seed, now),
        AuthenticationCode2=totp(seed, now + timedelta(seconds=30)),
    )
    sdk.ram("GetUserMFAInfo", UserName="alice")
    sdk.ram("ListVirtualMFADevices")
    sdk.ram("UnbindMFADevice", UserName="alice")
    sdk.ram("DeleteVirtualMFADevice", SerialNumber=device["SerialNumber"])


def _use_key(account: EmbeddedAccount, sdk: LegacySdk) -> None:
    """Changes the own password, and is denied; the denial is decoded."""
    key = sdk.ram("CreateAccessKey", UserName="alice")["AccessKey"]
    grant = {"UserName": "alice", "PolicyName": "AliyunRAMFullAccess", "PolicyType": "System"}
    sdk.ram("AttachPolicyToUser", **grant)
    alice = LegacySdk(account, key["AccessKeyId"], key["AccessKeySecret"])
    alice.ram("ChangePassword", OldPassword=PASSWORD, NewPassword=NEXT)
    sdk.ram("DetachPolicyFromUser", **grant)
    denied = send(account, {"Action": "ListUsers", **alice.identity}).json()["AccessDeniedDetail"]
    sdk.ram("DecodeDiagnosticMessage", EncodedDiagnosticMessage=denied["EncodedDiagnosticMessage"])
    selected = {"UserName": "alice", "UserAccessKeyId": key["AccessKeyId"]}
    sdk.ram("ListAccessKeys", UserName="alice")
    sdk.ram("GetAccessKeyLastUsed", **selected)
    sdk.ram("UpdateAccessKey", Status="Inactive", **selected)
    sdk.ram("DeleteAccessKey", **selected)
    alice.close()


def _settle(sdk: LegacySdk) -> None:
    sdk.ram("SetPasswordPolicy", MinimumPasswordLength=10)
    sdk.ram("GetPasswordPolicy")
    sdk.ram("SetSecurityPreference", LoginSessionDuration=8)
    sdk.ram("GetSecurityPreference")
    sdk.ram("SetAccountAlias", AccountAlias="acme")
    sdk.ram("GetAccountAlias")
    sdk.ram("ClearAccountAlias")


def _remove(sdk: LegacySdk) -> None:
    sdk.ram("RemoveUserFromGroup", UserName="alice", GroupName="readers")
    sdk.ram("DeleteLoginProfile", UserName="alice")
    sdk.ram("DeleteUser", UserName="alice")
    sdk.ram("DeleteGroup", GroupName="readers")
    sdk.ram("DeletePolicy", PolicyName="p")
    sdk.ram("DeleteRole", RoleName="worker")
