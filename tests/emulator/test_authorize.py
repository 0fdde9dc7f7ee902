"""What RAM users may do: their policies decide, Deny over Allow, and doubt is no."""

import json

import pytest

from ramstack.emulator import EmbeddedAccount
from tests.emulator.clients import IMS, RAM, RM, STS, LegacySdk, refused, send, tags_text


def _statement(effect: str, action: object, resource: object = "*", **more: object) -> dict[str, object]:
    return {"Effect": effect, "Action": action, "Resource": resource, **more}


def _enter(
    account: EmbeddedAccount, sdk: LegacySdk, *statements: dict[str, object], through: str = "user"
) -> LegacySdk:
    """A client of the user ``alice``, who holds these statements herself or through a group."""
    document = json.dumps({"Version": "1", "Statement": list(statements)})
    account.seed(
        {
            "users": [{"name": "alice"}, {"name": "bob"}],
            "groups": [{"name": "alice"}],
            "memberships": [{"user": "alice", "group": "alice"}],
            "policies": [{"name": "p", "document": document}],
            "attachments": [{"principal": f"{through}/alice", "policy": "custom/p"}],
        }
    )
    key = sdk.ram("CreateAccessKey", UserName="alice")["AccessKey"]
    return LegacySdk(account, key["AccessKeyId"], key["AccessKeySecret"])


def test_without_a_policy_only_the_identity_is_told(account: EmbeddedAccount, sdk: LegacySdk):
    """GetCallerIdentity is always allowed, everything else is not."""
    alice = _enter(account, sdk, _statement("Allow", "ice:*"))
    assert alice.other(STS, "GetCallerIdentity")["Arn"] == f"acs:ram::{account.account_id}:user/alice"
    with refused("NoPermission", 403):
        alice.ram("ListUsers")
    alice.close()


@pytest.mark.parametrize("through", ["user", "group"])
def test_policies_of_the_user_and_of_the_groups_count(account: EmbeddedAccount, sdk: LegacySdk, through):
    """IMS calls are authorised as RAM's; Resource Manager has a code of its own."""
    alice = _enter(account, sdk, _statement("Allow", ["ram:List*", "ram:get*"]), through=through)
    alice.ram("ListUsers")
    alice.other(IMS, "ListUsers")
    alice.ram("GetUser", UserName="bob")
    with refused("NoPermission", 403):
        alice.other(RM, "ListPolicyAttachments")
    with refused("NoPermission", 403):
        alice.ram("DeleteUser", UserName="bob")
    alice.close()


def test_deny_beats_allow(account: EmbeddedAccount, sdk: LegacySdk):
    """One matching Deny is enough."""
    alice = _enter(account, sdk, _statement("Allow", "*"), _statement("Deny", "ram:GetUser"))
    alice.ram("ListUsers")
    with refused("NoPermission", 403):
        alice.ram("GetUser", UserName="bob")
    alice.close()


HERE, ELSEWHERE = {"acs:SourceIp": ["127.0.0.0/8"]}, {"acs:SourceIp": "203.0.113.0/24"}
CONDITIONS = {
    "address": ({"IpAddress": HERE}, {"IpAddress": ELSEWHERE}),
    "not address": ({"NotIpAddress": ELSEWHERE}, {"NotIpAddress": HERE}),
    "time": (
        {"DateLessThan": {"acs:CurrentTime": "2999-01-01T00:00:00Z"}},
        {"DateGreaterThan": {"acs:CurrentTime": "2999-01-01T00:00:00Z"}},
    ),
    "second factor": ({"Bool": {"acs:MFAPresent": "false"}}, {"Bool": {"acs:MFAPresent": "true"}}),
    "transport": ({"Bool": {"acs:SecureTransport": "false"}}, {"Bool": {"acs:SecureTransport": "true"}}),
    "absent": (
        {"StringNotEquals": {"acs:SourceVpc": "vpc-1"}},
        {"StringEquals": {"acs:SourceVpc": "vpc-1"}},
    ),
}


@pytest.mark.parametrize("name", CONDITIONS)
def test_conditions_decide(account: EmbeddedAccount, sdk: LegacySdk, name):
    """An Allow counts where its condition holds, and a Deny does."""
    met, unmet = CONDITIONS[name]
    alice = _enter(
        account,
        sdk,
        _statement("Allow", ["ram:ListUsers", "ram:ListRoles"], Condition=met),
        _statement("Allow", "ram:ListGroups", Condition=unmet),
        _statement("Deny", "ram:ListUsers", Condition=unmet),
        _statement("Deny", "ram:ListRoles", Condition=met),
    )
    alice.ram("ListUsers")
    for action in ("ListGroups", "ListRoles"):
        with refused("NoPermission", 403):
            alice.ram(action)
    alice.close()


UNKNOWN = {
    "operator": {"ForAnyValue:StringLike": {"acs:SourceIp": "*"}},
    "key": {"StringEquals": {"acs:Moon": "full"}},
    "value": {"IpAddress": {"acs:SourceIp": "localhost"}},
}


@pytest.mark.parametrize("effect", ["Allow", "Deny"])
@pytest.mark.parametrize("name", UNKNOWN)
def test_what_cannot_be_judged_is_refused_and_said(account: EmbeddedAccount, sdk: LegacySdk, name, effect):
    """Neither does it allow, nor keep a Deny from denying; the message names the condition."""
    other = [_statement("Allow", "*")] if effect == "Deny" else []
    alice = _enter(account, sdk, _statement(effect, "ram:ListUsers", Condition=UNKNOWN[name]), *other)
    (operator,) = UNKNOWN[name]
    with refused("NoPermission", 403) as caught:
        alice.ram("ListUsers")
    assert operator in caught.value.get_error_msg()
    alice.close()


def test_tags_that_a_call_writes_can_be_asked_for(account: EmbeddedAccount, sdk: LegacySdk):
    """acs:RequestTag holds what the call sends, in RAM's form and in that of IMS."""
    alice = _enter(
        account,
        sdk,
        _statement("Allow", "ram:*", Condition={"StringEquals": {"acs:RequestTag/team": "media"}}),
    )
    user = {"ResourceType": "user", "ResourcePrincipalName.1": f"bob@{account.account_id}.onaliyun.com"}
    alice.other(IMS, "TagResources", {**user, "Tag.1.Key": "team", "Tag.1.Value": "media"})
    alice.ram("TagResources", ResourceType="policy", ResourceNames=["p"], Tag=tags_text(team="media"))
    with refused("NoPermission", 403):
        alice.other(IMS, "TagResources", {**user, "Tag.1.Key": "team", "Tag.1.Value": "ops"})
    alice.close()


def test_tags_of_what_a_call_names_can_be_asked_for(account: EmbeddedAccount, sdk: LegacySdk):
    """acs:ResourceTag holds the tags of the user, role or policy that the call is about."""
    mine = {"StringEquals": {"acs:ResourceTag/team": "media"}}
    alice = _enter(account, sdk, _statement("Allow", "ram:Get*", Condition=mine))
    account.seed({"users": [{"name": "carol", "tags": {"team": "media"}}]})
    alice.ram("GetUser", UserName="carol")
    with refused("NoPermission", 403):
        alice.ram("GetUser", UserName="bob")
    alice.close()


def test_a_denial_explains_itself(account: EmbeddedAccount, sdk: LegacySdk):
    """AccessDeniedDetail tells what kind of denial it is; its message decodes to the policies that decided."""
    alice = _enter(account, sdk, _statement("Allow", "ram:Get*"), _statement("Deny", "ram:GetRole"))
    explicit = send(account, {"Action": "GetRole", "RoleName": "x", **alice.identity}).json()
    detail = explicit["AccessDeniedDetail"]
    assert {name: detail[name] for name in sorted(detail) if name != "EncodedDiagnosticMessage"} == {
        "AuthAction": "ram:GetRole",
        "AuthPrincipalDisplayName": "alice",
        "AuthPrincipalOwnerId": account.account_id,
        "AuthPrincipalType": "SubUser",
        "NoPermissionType": "ExplicitDeny",
        "PolicyType": "AccountLevelIdentityBasedPolicy",
    }
    message = detail["EncodedDiagnosticMessage"]
    told = sdk.ram("DecodeDiagnosticMessage", EncodedDiagnosticMessage=message)["DecodedDiagnosticMessage"]
    assert (told["AuthAction"], told["ExplicitDeny"]) == ("ram:GetRole", True)
    assert told["AuthResource"] == f"acs:ram:*:{account.account_id}:role/x"
    assert told["MatchedPolicies"] == [
        {
            "PolicyIdentifier": "p",
            "PolicyType": "Custom",
            "PolicyVersion": "v1",
            "Effect": "Deny",
            "AttachedEntityType": "IMSUser",
            "AttachedScope": "Account",
        }
    ]
    assert {"ConditionKey": "acs:SourceIp", "ConditionValues": ["127.0.0.1"]} in told["AuthConditions"]
    implicit = send(account, {"Action": "ListUsers", **alice.identity}).json()["AccessDeniedDetail"]
    assert implicit["NoPermissionType"] == "ImplicitDeny"
    alice.close()


@pytest.mark.parametrize("message", ["", "AAAA", "not base64!", "é"])
def test_a_made_up_diagnosis_is_refused(sdk: LegacySdk, message):
    """Only what this account encoded can be decoded."""
    code = "InvalidParameter.EncodedDiagnosticMessage" if message else "MissingEncodedDiagnosticMessage"
    with refused(code, 400):
        sdk.ram("DecodeDiagnosticMessage", EncodedDiagnosticMessage=message)


def test_resources_are_matched(account: EmbeddedAccount, sdk: LegacySdk):
    """Every resource that a call names must be allowed, in either spelling of RAM's ARNs."""
    own = [f"acs:ram::{account.account_id}:user/alice", f"acs:ram:*:{account.account_id}:group/*"]
    alice = _enter(account, sdk, _statement("Allow", "ram:*", own))
    alice.ram("GetUser", UserName="alice")
    with refused("NoPermission", 403):
        alice.ram("GetUser", UserName="bob")
    alice.ram("RemoveUserFromGroup", UserName="alice", GroupName="alice")
    with refused("NoPermission", 403):
        alice.ram(
            "AttachPolicyToUser", UserName="alice", PolicyName="AdministratorAccess", PolicyType="System"
        )
    alice.close()


def test_not_action_allows_the_rest(account: EmbeddedAccount, sdk: LegacySdk):
    """Allow with NotAction allows what is not listed and denies nothing."""
    statement = {"Effect": "Allow", "NotAction": "ram:Get*", "Resource": "*"}
    alice = _enter(account, sdk, statement)
    alice.ram("ListUsers")
    with refused("NoPermission", 403):
        alice.ram("GetUser", UserName="bob")
    alice.close()


def _assume(account: EmbeddedAccount, alice: LegacySdk, **more: str) -> LegacySdk:
    """A client of the role ``worker``, in a session that alice opened."""
    params = {"RoleArn": f"acs:ram::{account.account_id}:role/worker", "RoleSessionName": "night-run", **more}
    session = alice.other(STS, "AssumeRole", params)["Credentials"]
    return LegacySdk(
        account, session["AccessKeyId"], session["AccessKeySecret"], token=session["SecurityToken"]
    )


def _plant_worker(account: EmbeddedAccount, trusted: str) -> None:
    principal = {"RAM": [f"acs:ram::{account.account_id}:{trusted}"]}
    trust = {
        "Version": "1",
        "Statement": [{"Effect": "Allow", "Action": "sts:AssumeRole", "Principal": principal}],
    }
    held = {"principal": "role/worker", "policy": "system/AliyunRAMReadOnlyAccess"}
    account.seed({"roles": [{"name": "worker", "trust": trust}], "attachments": [held]})


@pytest.mark.parametrize("trusted", ["root", "user/alice"])
def test_a_role_can_be_assumed_by_whom_it_trusts(account: EmbeddedAccount, sdk: LegacySdk, trusted):
    """The session may do what the role may, not what the user may."""
    _plant_worker(account, trusted)
    alice = _enter(account, sdk, _statement("Allow", "sts:AssumeRole"))
    worker = _assume(account, alice)
    identity = worker.other(STS, "GetCallerIdentity")
    assert identity["IdentityType"] == "AssumedRoleUser"
    assert identity["Arn"] == f"acs:sts::{account.account_id}:assumed-role/worker/night-run"
    worker.ram("ListUsers")
    with refused("NoPermission", 403):
        worker.ram("CreateUser", UserName="carol")
    for client in (alice, worker):
        client.close()


def test_a_session_policy_only_takes_away(account: EmbeddedAccount, sdk: LegacySdk):
    """What it does not allow is refused; what the role may not, it cannot give."""
    _plant_worker(account, "root")
    alice = _enter(account, sdk, _statement("Allow", "sts:AssumeRole"))
    policy = {"Version": "1", "Statement": [_statement("Allow", ["ram:GetUser", "ram:CreateUser"])]}
    worker = _assume(account, alice, Policy=json.dumps(policy))
    worker.ram("GetUser", UserName="bob")
    for action, params in (("ListUsers", {}), ("CreateUser", {"UserName": "carol"})):
        with refused("NoPermission", 403):
            worker.ram(action, **params)
    for client in (alice, worker):
        client.close()


def test_who_cannot_assume_a_role(account: EmbeddedAccount, sdk: LegacySdk):
    """Root, a user that the role does not trust, a user whose policies do not allow it; and no such role."""
    _plant_worker(account, "user/bob")
    alice = _enter(
        account, sdk, _statement("Allow", "sts:AssumeRole", f"acs:ram::{account.account_id}:role/worker")
    )
    arn = f"acs:ram::{account.account_id}:role/"
    for client, role in ((sdk, "worker"), (alice, "worker"), (alice, "other")):
        with refused("NoPermission", 403):
            client.other(STS, "AssumeRole", {"RoleArn": f"{arn}{role}", "RoleSessionName": "xx"})
    with refused("EntityNotExist.Role", 404):
        sdk.other(STS, "AssumeRole", {"RoleArn": f"{arn}other", "RoleSessionName": "xx"})
    alice.close()


def test_a_session_needs_its_token_and_ends(account: EmbeddedAccount, sdk: LegacySdk):
    """Without the token the key is nothing; with the role the session goes."""
    _plant_worker(account, "root")
    alice = _enter(account, sdk, _statement("Allow", "sts:AssumeRole"))
    worker = _assume(account, alice, DurationSeconds="900")
    account.edit(
        "DetachPolicyFromRole", RoleName="worker", PolicyType="System", PolicyName="AliyunRAMReadOnlyAccess"
    )
    account.edit("DeleteRole", RoleName="worker")
    with refused("InvalidAccessKeyId.NotFound", 404):
        worker.other(STS, "GetCallerIdentity")
    for client in (alice, worker):
        client.close()


def test_a_resource_group_grant_allows_nothing_here(account: EmbeddedAccount, sdk: LegacySdk):
    """RAM's own calls are authorised at account level only."""
    account.seed(
        {
            "users": [{"name": "carol"}],
            "attachments": [
                {"principal": "user/carol", "policy": "system/AdministratorAccess", "scope": "rg-a"}
            ],
        }
    )
    key = sdk.ram("CreateAccessKey", UserName="carol")["AccessKey"]
    carol = LegacySdk(account, key["AccessKeyId"], key["AccessKeySecret"])
    with refused("NoPermission", 403):
        carol.ram("ListUsers")
    carol.close()


def _call_by_id(login: str, user_id: str, key_id: str) -> dict[str, tuple[str, dict[str, str]]]:
    """Every way to name a user but by the name itself."""
    tags = {"ResourceType": "user", "Tag.1.Key": "k", "Tag.1.Value": "v"}
    return {
        "UserId": ("GetUser", {"UserId": user_id}),
        "UserAccessKeyId": ("GetUser", {"UserAccessKeyId": key_id}),
        "UserPrincipalName": ("GetUser", {"UserPrincipalName": login}),
        "ResourceId": ("TagResources", {**tags, "ResourceId.1": user_id}),
        "ResourcePrincipalName": ("TagResources", {**tags, "ResourcePrincipalName.1": login}),
    }


@pytest.mark.parametrize("by_tag", [True, False])
@pytest.mark.parametrize("way", _call_by_id("", "", ""))
def test_a_user_is_the_same_however_it_is_named(account: EmbeddedAccount, sdk: LegacySdk, way, by_tag):
    """A Deny on a user, or on the user's tag, holds where a call names it by an id or by a key's."""
    fence = {"Condition": {"StringEquals": {"acs:ResourceTag/team": "vault"}}} if by_tag else {}
    alice = _enter(
        account,
        sdk,
        _statement("Allow", "ram:*"),
        _statement("Deny", "ram:*", "*" if by_tag else "acs:ram:*:*:user/bob", **fence),
    )
    for name in ("bob", "alice"):
        user_id = sdk.ram("GetUser", UserName=name)["User"]["UserId"]
        key_id = sdk.ram("CreateAccessKey", UserName=name)["AccessKey"]["AccessKeyId"]
        login = f"{name}@{account.account_id}.onaliyun.com"
        if name == "bob":
            team = {"ResourceType": "user", "ResourceId.1": user_id, "Tag.1.Key": "team"}
            sdk.other(IMS, "TagResources", {**team, "Tag.1.Value": "vault"})
        action, params = _call_by_id(login, user_id, key_id)[way]
        if name == "alice":
            alice.other(IMS, action, params)
        else:
            with refused("NoPermission", 403):
                alice.other(IMS, action, params)
    alice.close()


def test_a_policy_is_the_same_in_a_list_of_names(account: EmbeddedAccount, sdk: LegacySdk):
    """A Deny on a policy holds for tagging it, among others, too."""
    alice = _enter(
        account, sdk, _statement("Allow", "ram:*"), _statement("Deny", "ram:Tag*", "acs:ram:*:*:policy/p")
    )
    account.seed({"policies": [{"name": "q", "document": "{}"}]})
    tag = {"ResourceType": "policy", "Tag": tags_text(k="v")}
    alice.ram("TagResources", ResourceNames=["q"], **tag)
    with refused("NoPermission", 403):
        alice.ram("TagResources", ResourceNames=["q", "p"], **tag)
    alice.close()


def test_without_a_name_a_user_means_itself(account: EmbeddedAccount, sdk: LegacySdk):
    """So a policy that allows a user its own keys is enough."""
    alice = _enter(account, sdk, _statement("Allow", "ram:*AccessKey*", "acs:ram:*:*:user/alice"))
    assert len(alice.ram("ListAccessKeys")["AccessKeys"]["AccessKey"]) == 1
    with refused("NoPermission", 403):
        alice.ram("ListAccessKeys", UserName="bob")
    alice.close()


OWN_USER = "acs:ram:*:*:user/alice"
DECOYS = {
    "UserName": "alice",
    "UserPrincipalName": "alice@{account}.onaliyun.com",
    "ResourcePrincipalName.1": "alice@{account}.onaliyun.com",
    "ResourceNames": '["worker"]',
    "GroupName": "alice",
    "RoleArn": "acs:ram::{account}:role/worker",
    "Tag": '[{"Key":"team","Value":"media"}]',
}
"""Parameters with which a caller may try to be judged on something else than what the call is about."""

NAMELESS = {
    "users": (RAM, "ListUsers", {}),
    "policies": (RAM, "ListPolicies", {}),
    "passwords": (RAM, "SetPasswordPolicy", {"MinimumPasswordLength": "9"}),
    "alias": (RAM, "SetAccountAlias", {"AccountAlias": "abc"}),
    "device": (RAM, "CreateVirtualMFADevice", {"VirtualMFADeviceName": "x"}),
    "report": (IMS, "GenerateCredentialReport", {}),
    "attachments": (RM, "ListPolicyAttachments", {}),
    "resource group": (RM, "CreateResourceGroup", {"Name": "abc", "DisplayName": "x"}),
    "somebody else": (RAM, "GetUser", {"UserName": "bob"}),
}


def _decoy(account: EmbeddedAccount, name: str) -> dict[str, str]:
    return {name: DECOYS[name].replace("{account}", account.account_id)}


@pytest.mark.parametrize("decoy", DECOYS)
@pytest.mark.parametrize("name", NAMELESS)
def test_what_an_action_does_not_read_allows_nothing(account: EmbeddedAccount, sdk: LegacySdk, name, decoy):
    """A user who may do all with herself, with her group and with a role cannot do more by naming them in vain."""
    version, action, params = NAMELESS[name]
    own = [OWN_USER, "acs:ram:*:*:group/alice", "acs:ram:*:*:role/worker"]
    tagged = {"StringEquals": {"acs:RequestTag/team": "media"}}
    alice = _enter(
        account, sdk, _statement("Allow", "*", own), _statement("Allow", "ram:*", Condition=tagged)
    )
    with refused("NoPermission", 403):
        alice.other(version, action, {**_decoy(account, decoy), **params})
    alice.close()


@pytest.mark.parametrize("decoy", DECOYS)
def test_what_an_action_does_not_read_hides_nobody(account: EmbeddedAccount, sdk: LegacySdk, decoy):
    """A Deny on a user, a role, or whoever bears a tag holds, whatever else is named beside."""
    _plant_worker(account, "root")
    alice = _enter(
        account,
        sdk,
        _statement("Allow", "*"),
        _statement("Deny", "*", ["acs:ram:*:*:user/bob", "acs:ram:*:*:policy/AdministratorAccess"]),
        _statement("Deny", "sts:*", "acs:ram:*:*:role/worker"),
    )
    key_id = sdk.ram("CreateAccessKey", UserName="bob")["AccessKey"]["AccessKeyId"]
    bob = f"bob@{account.account_id}.onaliyun.com"
    role = f"ACS:RAM::{account.account_id}:Role/worker"
    admin = {"PolicyName": "administratoraccess", "PolicyType": "System"}
    scope = {"ResourceGroupId": account.account_id}
    for version, action, params in (
        (RAM, "GetUser", {"UserName": "bob"}),
        (IMS, "GetUser", {"UserAccessKeyId": key_id}),
        (IMS, "CreateAccessKey", {"UserPrincipalName": bob}),
        (RAM, "AttachPolicyToUser", {"UserName": "alice", **admin}),
        (RM, "AttachPolicy", {"PrincipalType": "IMSUser", "PrincipalName": bob, **admin, **scope}),
        (
            RM,
            "DetachPolicy",
            {
                "PrincipalType": "IMSUser",
                "PrincipalName": bob,
                "PolicyType": "Custom",
                "PolicyName": "p",
                **scope,
            },
        ),
        (STS, "AssumeRole", {"RoleArn": role, "RoleSessionName": "xx"}),
    ):
        with refused("NoPermission", 403):
            alice.other(version, action, {**_decoy(account, decoy), **params})
    alice.close()


def test_each_resource_is_judged_by_its_own_tags(account: EmbeddedAccount, sdk: LegacySdk):
    """A tag of one user allows nothing with another that the call names too."""
    mine = {"StringEquals": {"acs:ResourceTag/team": "media"}}
    alice = _enter(account, sdk, _statement("Allow", "ram:*", Condition=mine))
    account.seed({"users": [{"name": "carol", "tags": {"team": "media"}}]})
    domain = f"{account.account_id}.onaliyun.com"
    wish = {"ResourceType": "user", "Tag.1.Key": "k", "ResourcePrincipalName.1": f"carol@{domain}"}
    alice.other(IMS, "TagResources", wish)
    alice.ram("AddUserToGroup", UserName="carol", GroupName="alice")
    with refused("NoPermission", 403):
        alice.other(IMS, "TagResources", {**wish, "ResourcePrincipalName.2": f"bob@{domain}"})
    with refused("NoPermission", 403):
        alice.other(RAM, "GetUser", {"UserName": "bob", "UserPrincipalName": f"carol@{domain}"})
    alice.close()


def test_ims_knows_users_by_their_principal_names_only(account: EmbeddedAccount, sdk: LegacySdk):
    """RAM's parameter says nothing there: a key is made for the caller."""
    alice = _enter(account, sdk, _statement("Allow", "ram:*", OWN_USER))
    alice.other(IMS, "CreateAccessKey", {"UserName": "bob"})
    assert sdk.ram("ListAccessKeys", UserName="bob")["AccessKeys"]["AccessKey"] == []
    assert len(sdk.ram("ListAccessKeys", UserName="alice")["AccessKeys"]["AccessKey"]) == 2
    alice.close()
