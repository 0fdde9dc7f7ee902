"""Every action of RAM through the typed requests of the legacy SDK."""

from datetime import timedelta

from ramstack.emulator import EmbeddedAccount
from ramstack.emulator.mfa import totp
from ramstack.emulator.world import utc_now
from tests.emulator.clients import DOCUMENT, OTHER_DOCUMENT, TRUST, LegacySdk, refused, tags_text

PASSWORD = "Correct-horse-9"


def test_user_from_birth_to_death(sdk: LegacySdk):
    """Create, read, rename, list and delete; the id survives the rename."""
    born = sdk.ram(
        "CreateUser", UserName="alice", DisplayName="Alice A", Email="a@example.com", Comments="x"
    )["User"]
    assert set(born) == {
        "UserId",
        "UserName",
        "DisplayName",
        "MobilePhone",
        "Email",
        "Comments",
        "CreateDate",
    }
    assert len(born["UserId"]) == 18
    renamed = sdk.ram("UpdateUser", UserName="alice", NewUserName="alicia", NewComments="")["User"]
    assert (renamed["UserId"], renamed["Comments"]) == (born["UserId"], "")
    read = sdk.ram("GetUser", UserName="alicia")["User"]
    assert (read["DisplayName"], read["LastLoginDate"]) == ("Alice A", "")
    assert [user["UserName"] for user in sdk.ram("ListUsers")["Users"]["User"]] == ["alicia"]
    sdk.ram("DeleteUser", UserName="alicia")
    with refused("EntityNotExist.User", 404):
        sdk.ram("GetUser", UserName="alicia")


def test_group_with_members(sdk: LegacySdk):
    """Users join and leave once each; a group with members or policies stays."""
    sdk.ram("CreateUser", UserName="alice", DisplayName="Alice")
    assert sdk.ram("CreateGroup", GroupName="readers", Comments="read")["Group"]["GroupName"] == "readers"
    sdk.ram("AddUserToGroup", UserName="alice", GroupName="readers")
    with refused("EntityAlreadyExists.User.Group", 409):
        sdk.ram("AddUserToGroup", UserName="alice", GroupName="readers")
    members = sdk.ram("ListUsersForGroup", GroupName="readers")["Users"]["User"]
    assert [set(member) for member in members] == [{"UserName", "DisplayName", "JoinDate"}]
    joined = sdk.ram("ListGroupsForUser", UserName="alice")["Groups"]["Group"]
    assert [group["GroupName"] for group in joined] == ["readers"]
    with refused("DeleteConflict.Group.User", 409):
        sdk.ram("DeleteGroup", GroupName="readers")
    sdk.ram("RemoveUserFromGroup", UserName="alice", GroupName="readers")
    with refused("EntityNotExist.User.Group", 404):
        sdk.ram("RemoveUserFromGroup", UserName="alice", GroupName="readers")
    sdk.ram("UpdateGroup", GroupName="readers", NewGroupName="viewers", NewComments="see")
    assert sdk.ram("GetGroup", GroupName="viewers")["Group"]["Comments"] == "see"
    assert len(sdk.ram("ListGroups")["Groups"]["Group"]) == 1
    sdk.ram("DeleteGroup", GroupName="viewers")


def test_policy_and_its_versions(sdk: LegacySdk):
    """Documents come back byte for byte; the default version is the one in force and cannot be deleted."""
    sdk.ram(
        "CreatePolicy", PolicyName="p", PolicyDocument=OTHER_DOCUMENT, Description="d", Tag=tags_text(a="1")
    )
    read = sdk.ram("GetPolicy", PolicyName="p", PolicyType="Custom")
    assert read["DefaultPolicyVersion"]["PolicyDocument"] == OTHER_DOCUMENT
    assert (read["Policy"]["DefaultVersion"], read["Policy"]["AttachmentCount"]) == ("v1", 0)
    second = sdk.ram("CreatePolicyVersion", PolicyName="p", PolicyDocument=DOCUMENT)["PolicyVersion"]
    assert (second["VersionId"], second["IsDefaultVersion"]) == ("v2", False)
    sdk.ram("SetDefaultPolicyVersion", PolicyName="p", VersionId="v2")
    listed = sdk.ram("ListPolicyVersions", PolicyName="p", PolicyType="Custom")["PolicyVersions"][
        "PolicyVersion"
    ]
    assert [(v["VersionId"], v["IsDefaultVersion"]) for v in listed] == [("v1", False), ("v2", True)]
    with refused("DeleteConflict.Policy.Version.Default", 409):
        sdk.ram("DeletePolicyVersion", PolicyName="p", VersionId="v2")
    one = sdk.ram("GetPolicyVersion", PolicyName="p", PolicyType="Custom", VersionId="v1")["PolicyVersion"]
    assert one["PolicyDocument"] == OTHER_DOCUMENT
    with refused("DeleteConflict.Policy.Version", 409):
        sdk.ram("DeletePolicy", PolicyName="p")
    sdk.ram("DeletePolicyVersion", PolicyName="p", VersionId="v1")
    with refused("EntityNotExist.Policy.Version", 404):
        sdk.ram("DeletePolicyVersion", PolicyName="p", VersionId="v1")
    sdk.ram("UpdatePolicyDescription", PolicyName="p", NewDescription="new")
    assert sdk.ram("ListPolicies", PolicyType="Custom")["Policies"]["Policy"][0]["Description"] == "new"
    sdk.ram("DeletePolicy", PolicyName="p")


def test_cascading_delete_takes_the_versions(sdk: LegacySdk):
    """CascadingDelete deletes a policy that has more than its default version."""
    sdk.ram("CreatePolicy", PolicyName="p", PolicyDocument=DOCUMENT)
    sdk.ram("CreatePolicyVersion", PolicyName="p", PolicyDocument=DOCUMENT)
    sdk.ram("DeletePolicy", PolicyName="p", CascadingDelete=True)
    with refused("EntityNotExist.Policy", 404):
        sdk.ram("GetPolicy", PolicyName="p", PolicyType="Custom")


def test_rotation_takes_the_oldest_version_that_is_not_the_default(sdk: LegacySdk):
    """At five versions a sixth is refused, unless the strategy makes room; numbers are not used again."""
    sdk.ram("CreatePolicy", PolicyName="p", PolicyDocument=DOCUMENT)
    for _ in range(4):
        sdk.ram("CreatePolicyVersion", PolicyName="p", PolicyDocument=DOCUMENT)
    with refused("LimitExceeded.Policy.Version", 409):
        sdk.ram("CreatePolicyVersion", PolicyName="p", PolicyDocument=DOCUMENT)
    strategy = "DeleteOldestNonDefaultVersionWhenLimitExceeded"
    sdk.ram(
        "CreatePolicyVersion",
        PolicyName="p",
        PolicyDocument=DOCUMENT,
        RotateStrategy=strategy,
        SetAsDefault=True,
    )
    listed = sdk.ram("ListPolicyVersions", PolicyName="p", PolicyType="Custom")["PolicyVersions"][
        "PolicyVersion"
    ]
    assert [v["VersionId"] for v in listed] == ["v1", "v3", "v4", "v5", "v6"]
    assert [v["VersionId"] for v in listed if v["IsDefaultVersion"]] == ["v6"]


def test_attachments_of_all_kinds_of_principals(account: EmbeddedAccount, sdk: LegacySdk):
    """Attaching twice and detaching what is not attached are errors; counts and lists agree."""
    sdk.ram("CreateUser", UserName="x")
    sdk.ram("CreateGroup", GroupName="x")
    sdk.ram("CreateRole", RoleName="x", AssumeRolePolicyDocument=TRUST)
    for noun in ("User", "Group", "Role"):
        holder = {f"{noun}Name": "x", "PolicyName": "AliyunICEFullAccess", "PolicyType": "System"}
        sdk.ram(f"AttachPolicyTo{noun}", **holder)
        with refused(f"EntityAlreadyExists.{noun}.Policy", 409):
            sdk.ram(f"AttachPolicyTo{noun}", **holder)
        held = sdk.ram(f"ListPoliciesFor{noun}", **{f"{noun}Name": "x"})["Policies"]["Policy"]
        assert [policy["PolicyName"] for policy in held] == ["AliyunICEFullAccess"]
        with refused(f"DeleteConflict.{noun}.Policy", 409):
            sdk.ram(f"Delete{noun}", **{f"{noun}Name": "x"})
    policy = {"PolicyName": "AliyunICEFullAccess", "PolicyType": "System"}
    assert sdk.ram("GetPolicy", **policy)["Policy"]["AttachmentCount"] == 3
    entities = sdk.ram("ListEntitiesForPolicy", **policy)
    assert entities["Roles"]["Role"][0]["Arn"] == f"acs:ram::{account.account_id}:role/x"
    assert [len(entities[k][s]) for k, s in (("Users", "User"), ("Groups", "Group"), ("Roles", "Role"))] == [
        1,
        1,
        1,
    ]
    for noun in ("User", "Group", "Role"):
        holder = {f"{noun}Name": "x", **policy}
        sdk.ram(f"DetachPolicyFrom{noun}", **holder)
        with refused(f"EntityNotExist.{noun}.Policy", 404):
            sdk.ram(f"DetachPolicyFrom{noun}", **holder)
        sdk.ram(f"Delete{noun}", **{f"{noun}Name": "x"})
    assert sdk.ram("GetPolicy", **policy)["Policy"]["AttachmentCount"] == 0


def test_a_policy_in_use_cannot_be_deleted(sdk: LegacySdk):
    """The code tells by which kind of principal it is held."""
    sdk.ram("CreateUser", UserName="x")
    sdk.ram("CreatePolicy", PolicyName="p", PolicyDocument=DOCUMENT)
    sdk.ram("AttachPolicyToUser", UserName="x", PolicyName="p", PolicyType="Custom")
    with refused("DeleteConflict.Policy.User", 409):
        sdk.ram("DeletePolicy", PolicyName="p")


def test_role(sdk: LegacySdk):
    """The trust document shows in GetRole and not in lists."""
    born = sdk.ram(
        "CreateRole", RoleName="worker", AssumeRolePolicyDocument=TRUST, Tag=tags_text(env="prod")
    )["Role"]
    assert (born["MaxSessionDuration"], born["RoleId"][0]) == (3600, "3")
    sdk.ram("UpdateRole", RoleName="worker", NewMaxSessionDuration=7200, NewDescription="d")
    read = sdk.ram("GetRole", RoleName="worker")["Role"]
    assert (read["MaxSessionDuration"], read["AssumeRolePolicyDocument"]) == (7200, TRUST)
    listed = sdk.ram("ListRoles", Tag=tags_text(env="prod"))["Roles"]["Role"]
    assert [role["Tags"]["Tag"] for role in listed] == [[{"TagKey": "env", "TagValue": "prod"}]]
    assert "AssumeRolePolicyDocument" not in listed[0]
    assert sdk.ram("ListRoles", Tag=tags_text(env="test"))["Roles"]["Role"] == []
    sdk.ram("DeleteRole", RoleName="worker")
    with refused("EntityNotExist.Role", 404):
        sdk.ram("GetRole", RoleName="worker")


def test_tags_of_policies_and_roles(sdk: LegacySdk):
    """Tags are written over, listed one a row, and taken off by key or all at once."""
    sdk.ram("CreatePolicy", PolicyName="p", PolicyDocument=DOCUMENT)
    sdk.ram("CreateRole", RoleName="r", AssumeRolePolicyDocument=TRUST)
    for kind, name in (("policy", "p"), ("role", "r")):
        chosen = {"ResourceType": kind, "ResourceNames": [name]}
        sdk.ram("TagResources", Tag=tags_text(a="1", b="2"), **chosen)
        sdk.ram("TagResources", Tag=tags_text(b="3"), **chosen)
        rows = sdk.ram("ListTagResources", **chosen)["TagResources"]
        assert [(row["ResourceName"], row["TagKey"], row["TagValue"]) for row in rows] == [
            (name, "a", "1"),
            (name, "b", "3"),
        ]
        sdk.ram("UntagResources", TagKeys=["a", "never"], **chosen)
        assert len(sdk.ram("ListTagResources", ResourceType=kind)["TagResources"]) == 1
        sdk.ram("UntagResources", All=True, TagKeys=[], **chosen)
        assert sdk.ram("ListTagResources", **chosen)["TagResources"] == []


def test_access_keys(sdk: LegacySdk):
    """Two keys a user; the secret shows once; a key that is not the user's does not exist."""
    sdk.ram("CreateUser", UserName="alice")
    first, second = (sdk.ram("CreateAccessKey", UserName="alice")["AccessKey"] for _ in range(2))
    assert (len(first["AccessKeyId"]), len(first["AccessKeySecret"]), first["Status"]) == (24, 30, "Active")
    with refused("LimitExceeded.User.AccessKey", 409):
        sdk.ram("CreateAccessKey", UserName="alice")
    sdk.ram("UpdateAccessKey", UserName="alice", UserAccessKeyId=first["AccessKeyId"], Status="Inactive")
    listed = sdk.ram("ListAccessKeys", UserName="alice")["AccessKeys"]["AccessKey"]
    assert [(key["AccessKeyId"], key["Status"]) for key in listed] == [
        (first["AccessKeyId"], "Inactive"),
        (second["AccessKeyId"], "Active"),
    ]
    assert all(set(key) == {"AccessKeyId", "Status", "CreateDate"} for key in listed)
    used = sdk.ram("GetAccessKeyLastUsed", UserName="alice", UserAccessKeyId=second["AccessKeyId"])
    assert used["AccessKeyLastUsed"] == {"LastUsedDate": ""}
    with refused("DeleteConflict.User.AccessKey", 409):
        sdk.ram("DeleteUser", UserName="alice")
    for key in (first, second):
        sdk.ram("DeleteAccessKey", UserName="alice", UserAccessKeyId=key["AccessKeyId"])
    with refused("EntityNotExist.User.AccessKey", 404):
        sdk.ram("DeleteAccessKey", UserName="alice", UserAccessKeyId=first["AccessKeyId"])


def test_console_logon(account: EmbeddedAccount, sdk: LegacySdk):
    """A user has one login profile; weak passwords are refused; the user can change the own one."""
    sdk.ram("CreateUser", UserName="alice")
    with refused("EntityNotExist.User.LoginProfile", 404):
        sdk.ram("GetLoginProfile", UserName="alice")
    with refused("InvalidParameter.Password.TooWeak", 400):
        sdk.ram("CreateLoginProfile", UserName="alice", Password="short")
    made = sdk.ram("CreateLoginProfile", UserName="alice", Password=PASSWORD, PasswordResetRequired="true")
    assert (made["LoginProfile"]["PasswordResetRequired"], made["LoginProfile"]["MFABindRequired"]) == (
        True,
        False,
    )
    with refused("EntityAlreadyExists.User.LoginProfile", 409):
        sdk.ram("CreateLoginProfile", UserName="alice", Password=PASSWORD)
    sdk.ram("UpdateLoginProfile", UserName="alice", MFABindRequired="true")
    assert sdk.ram("GetLoginProfile", UserName="alice")["LoginProfile"]["MFABindRequired"] is True
    _change_own_password(account, sdk)
    with refused("DeleteConflict.User.LoginProfile", 409):
        account_key = sdk.ram("ListAccessKeys", UserName="alice")["AccessKeys"]["AccessKey"][0]
        sdk.ram("DeleteAccessKey", UserName="alice", UserAccessKeyId=account_key["AccessKeyId"])
        sdk.ram(
            "DetachPolicyFromUser", UserName="alice", PolicyName="AdministratorAccess", PolicyType="System"
        )
        sdk.ram("DeleteUser", UserName="alice")
    sdk.ram("DeleteLoginProfile", UserName="alice")
    sdk.ram("DeleteUser", UserName="alice")


def _change_own_password(account: EmbeddedAccount, sdk: LegacySdk) -> None:
    with refused("NotSupport.Account", 400):
        sdk.ram("ChangePassword", OldPassword=PASSWORD, NewPassword="Another-horse-9")
    key = sdk.ram("CreateAccessKey", UserName="alice")["AccessKey"]
    sdk.ram("AttachPolicyToUser", UserName="alice", PolicyName="AdministratorAccess", PolicyType="System")
    alice = LegacySdk(account, key["AccessKeyId"], key["AccessKeySecret"])
    with refused("InvalidParameter.OldPassword.Incorrect", 400):
        alice.ram("ChangePassword", OldPassword="not-it-at-all", NewPassword="Another-horse-9")
    with refused("InvalidParameter.NewPassword.TooWeak", 400):
        alice.ram("ChangePassword", OldPassword=PASSWORD, NewPassword="x")
    alice.ram("ChangePassword", OldPassword=PASSWORD, NewPassword="Another-horse-9")
    alice.ram("ChangePassword", OldPassword="Another-horse-9", NewPassword=PASSWORD)
    alice.close()


def test_mfa_devices(sdk: LegacySdk):
    """A device is bound with two codes that follow each other, to one user, and stays while it is bound."""
    sdk.ram("CreateUser", UserName="alice")
    device = sdk.ram("CreateVirtualMFADevice", VirtualMFADeviceName="phone")["VirtualMFADevice"]
    with refused("EntityAlreadyExists.VirtualMFADevice", 409):
        sdk.ram("CreateVirtualMFADevice", VirtualMFADeviceName="phone")
    serial, seed, now = device["SerialNumber"], device["Base32StringSeed"], utc_now()
    codes = {
        "AuthenticationCode1": totp(seed, now),
        "AuthenticationCode2": totp(seed, now + timedelta(seconds=30)),
    }
    turned = {"AuthenticationCode1": codes["AuthenticationCode2"], "AuthenticationCode2": "000000"}
    with refused("CheckAuthenticationCodeFail", 403):
        sdk.ram("BindMFADevice", UserName="alice", SerialNumber=serial, **turned)
    with refused("EntityNotExist.User.MFADevice", 404):
        sdk.ram("GetUserMFAInfo", UserName="alice")
    sdk.ram("BindMFADevice", UserName="alice", SerialNumber=serial, **codes)
    assert sdk.ram("GetUserMFAInfo", UserName="alice")["MFADevice"]["SerialNumber"] == serial
    listed = sdk.ram("ListVirtualMFADevices")["VirtualMFADevices"]["VirtualMFADevice"]
    assert [entry["User"]["UserName"] for entry in listed] == ["alice"]
    with refused("DeleteConflict.VirtualMFADevice.User", 409):
        sdk.ram("DeleteVirtualMFADevice", SerialNumber=serial)
    with refused("DeleteConflict.User.MFADevice", 409):
        sdk.ram("DeleteUser", UserName="alice")
    assert sdk.ram("UnbindMFADevice", UserName="alice")["MFADevice"]["SerialNumber"] == serial
    sdk.ram("DeleteVirtualMFADevice", SerialNumber=serial)
    with refused("EntityNotExist.VirtualMFADevice", 404):
        sdk.ram("DeleteVirtualMFADevice", SerialNumber=serial)


def test_account_settings(sdk: LegacySdk):
    """Settings keep what a call leaves out; ranges are checked."""
    policy = sdk.ram("SetPasswordPolicy", MinimumPasswordLength=12, RequireNumbers="true")["PasswordPolicy"]
    assert (policy["MinimumPasswordLength"], policy["RequireNumbers"], policy["RequireSymbols"]) == (
        12,
        True,
        False,
    )
    with refused("InvalidParameter.MinimumPasswordLength.Range", 400):
        sdk.ram("SetPasswordPolicy", MinimumPasswordLength=7)
    assert sdk.ram("GetPasswordPolicy")["PasswordPolicy"] == policy
    sdk.ram("SetSecurityPreference", LoginSessionDuration=8, AllowUserToManageAccessKeys="true")
    preference = sdk.ram("GetSecurityPreference")["SecurityPreference"]
    assert preference["LoginProfilePreference"]["LoginSessionDuration"] == 8
    assert preference["AccessKeyPreference"] == {"AllowUserToManageAccessKeys": True}


def test_alias_is_the_default_domain(sdk: LegacySdk):
    """The alias is in login names while it is set; names with the account id are understood still."""
    with refused("InvalidParameter.AccountAlias.Format", 400):
        sdk.ram("SetAccountAlias", AccountAlias="-no-")
    sdk.ram("SetAccountAlias", AccountAlias="acme")
    assert sdk.ram("GetAccountAlias")["AccountAlias"] == "acme"
    assert sdk.other("2019-08-15", "GetDefaultDomain")["DefaultDomainName"] == "acme.onaliyun.com"
    sdk.ram("ClearAccountAlias")
    assert sdk.ram("GetAccountAlias")["AccountAlias"] == ""
