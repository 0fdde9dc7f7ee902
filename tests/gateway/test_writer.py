"""The writer: each call as the service wants it on the wire, and never twice where once is not known."""

from __future__ import annotations

import json
from typing import get_args

import pytest

from ramstack.gateway.client import VERSIONS
from ramstack.gateway.port import Receipt
from ramstack.model.address import PolicyRef
from ramstack.model.call import (
    AddUserToGroup,
    AttachPolicy,
    Call,
    ClearAccountAlias,
    CreateAccessKey,
    CreateGroup,
    CreateLoginProfile,
    CreatePolicy,
    CreatePolicyVersion,
    CreateRole,
    CreateUser,
    DeleteAccessKey,
    DeleteGroup,
    DeleteLoginProfile,
    DeletePolicy,
    DeletePolicyVersion,
    DeleteRole,
    DeleteUser,
    DetachPolicy,
    RemoveUserFromGroup,
    RestoreUser,
    SetAccountAlias,
    SetDefaultPolicyVersion,
    SetPasswordPolicy,
    SetSecurityPreference,
    TagPolicies,
    TagRoles,
    TagUsers,
    UnbindMfa,
    UntagPolicies,
    UntagRoles,
    UntagUsers,
    UpdateAccessKey,
    UpdateGroup,
    UpdateLoginProfile,
    UpdatePolicyDescription,
    UpdateRole,
    UpdateUser,
)
from ramstack.model.errors import Conflict, Throttled, Uncertain, Unreachable
from ramstack.model.secret import Secret

from .conftest import connect_to
from .service import REQUEST_ID, Answer, Request, in_turn, ok, refused

ICE = PolicyRef("system", "AliyunICEFullAccess")
OWN = PolicyRef("custom", "ice-read")
DOMAIN = "1234.onaliyun.com"
TAGS = (("env", "prod"), ("ramstack:stack", "media.3f9a"))
TAGS_JSON = json.dumps([{"Key": "env", "Value": "prod"}, {"Key": "ramstack:stack", "Value": "media.3f9a"}])
TAGS_FLAT = {
    "Tag.1.Key": "env", "Tag.1.Value": "prod", "Tag.2.Key": "ramstack:stack", "Tag.2.Value": "media.3f9a",
}  # fmt: skip
LONG = "Somebody with a very long display name"

# One row or more for every call: what the service must find on the wire.
WIRE: list[tuple[Call, str, dict[str, str]]] = [
    (
        CreateUser("alice", LONG, "c", "a@b.c", "86-1", TAGS),
        "CreateUser",
        {
            "UserPrincipalName": f"alice@{DOMAIN}", "DisplayName": LONG[:24], "Comments": "c", "Email": "a@b.c",
            "MobilePhone": "86-1", **TAGS_FLAT,
        },
    ),
    (
        CreateUser("a" * 30, "", "", "", "", ()),
        "CreateUser",
        {"UserPrincipalName": f"{'a' * 30}@{DOMAIN}", "DisplayName": "a" * 24},
    ),
    (
        UpdateUser("a", new_name="b", comments=""),
        "UpdateUser",
        {"UserName": "a", "NewUserName": "b", "NewComments": ""},
    ),
    (
        UpdateUser("a", display_name="d", email="e", mobile="m"),
        "UpdateUser",
        {"UserName": "a", "NewDisplayName": "d", "NewEmail": "e", "NewMobilePhone": "m"},
    ),
    (DeleteUser("a"), "DeleteUser", {"UserName": "a"}),
    (
        TagUsers(("a", "b"), TAGS),
        "TagResources",
        {
            "ResourceType": "user", "ResourcePrincipalName.1": f"a@{DOMAIN}",
            "ResourcePrincipalName.2": f"b@{DOMAIN}", **TAGS_FLAT,
        },
    ),
    (
        UntagUsers(("a",), ("k", "l")),
        "UntagResources",
        {"ResourceType": "user", "ResourcePrincipalName.1": f"a@{DOMAIN}", "TagKey.1": "k", "TagKey.2": "l"},
    ),
    (CreateGroup("g", "c"), "CreateGroup", {"GroupName": "g", "Comments": "c"}),
    (CreateGroup("g", ""), "CreateGroup", {"GroupName": "g"}),
    (UpdateGroup("g", comments="c"), "UpdateGroup", {"GroupName": "g", "NewComments": "c"}),
    (UpdateGroup("g", new_name="h"), "UpdateGroup", {"GroupName": "g", "NewGroupName": "h"}),
    (DeleteGroup("g"), "DeleteGroup", {"GroupName": "g"}),
    (AddUserToGroup("u", "g"), "AddUserToGroup", {"UserName": "u", "GroupName": "g"}),
    (RemoveUserFromGroup("u", "g"), "RemoveUserFromGroup", {"UserName": "u", "GroupName": "g"}),
    (
        CreatePolicy("p", "{}", "d", TAGS),
        "CreatePolicy",
        {"PolicyName": "p", "PolicyDocument": "{}", "Description": "d", "Tag": TAGS_JSON},
    ),
    (CreatePolicy("p", "{}", "", ()), "CreatePolicy", {"PolicyName": "p", "PolicyDocument": "{}"}),
    (
        CreatePolicyVersion("p", '{"a": "ä & b=c"}'),
        "CreatePolicyVersion",
        {"PolicyName": "p", "PolicyDocument": '{"a": "ä & b=c"}', "SetAsDefault": "true"},
    ),
    (SetDefaultPolicyVersion("p", "v1"), "SetDefaultPolicyVersion", {"PolicyName": "p", "VersionId": "v1"}),
    (DeletePolicyVersion("p", "v2"), "DeletePolicyVersion", {"PolicyName": "p", "VersionId": "v2"}),
    (
        UpdatePolicyDescription("p", ""),
        "UpdatePolicyDescription",
        {"PolicyName": "p", "NewDescription": ""},
    ),
    (
        TagPolicies(("p", "q"), TAGS),
        "TagResources",
        {"ResourceType": "policy", "ResourceNames": '["p", "q"]', "Tag": TAGS_JSON},
    ),
    (
        UntagPolicies(("p",), ("k", "l")),
        "UntagResources",
        {"ResourceType": "policy", "ResourceNames": '["p"]', "TagKeys": '["k", "l"]'},
    ),
    (
        CreateRole("r", "{}", "why", 7200, TAGS),
        "CreateRole",
        {
            "RoleName": "r",
            "AssumeRolePolicyDocument": "{}",
            "Description": "why",
            "MaxSessionDuration": "7200",
            "Tag": TAGS_JSON,
        },
    ),
    (
        CreateRole("r", "{}", "", 3600, ()),
        "CreateRole",
        {"RoleName": "r", "AssumeRolePolicyDocument": "{}", "MaxSessionDuration": "3600"},
    ),
    (UpdateRole("r", description=""), "UpdateRole", {"RoleName": "r", "NewDescription": ""}),
    (
        UpdateRole("r", document="{}", max_session_duration=3600),
        "UpdateRole",
        {"RoleName": "r", "NewAssumeRolePolicyDocument": "{}", "NewMaxSessionDuration": "3600"},
    ),
    (DeleteRole("r"), "DeleteRole", {"RoleName": "r"}),
    (
        TagRoles(("r",), TAGS),
        "TagResources",
        {"ResourceType": "role", "ResourceNames": '["r"]', "Tag": TAGS_JSON},
    ),
    (
        UntagRoles(("r",), ("k",)),
        "UntagResources",
        {"ResourceType": "role", "ResourceNames": '["r"]', "TagKeys": '["k"]'},
    ),
    (
        SetPasswordPolicy((("minimum_password_length", "14"), ("require_numbers", "true"))),
        "SetPasswordPolicy",
        {"MinimumPasswordLength": "14", "RequireNumbers": "true"},
    ),
    (
        SetSecurityPreference((("enable_save_mfa_ticket", "false"), ("allow_user_to_manage_mfa_devices", "true"))),
        "SetSecurityPreference",
        {"EnableSaveMFATicket": "false", "AllowUserToManageMFADevices": "true"},
    ),
    (SetAccountAlias("media-co"), "SetAccountAlias", {"AccountAlias": "media-co"}),
    (ClearAccountAlias(), "ClearAccountAlias", {}),
    (DeletePolicy("p"), "DeletePolicy", {"PolicyName": "p", "CascadingDelete": "true"}),
    *(
        (
            call("user" if title == "User" else "group" if title == "Group" else "role", "x", policy),
            f"{verb}{title}",
            {"PolicyType": policy.type.capitalize(), "PolicyName": policy.name, f"{title}Name": "x"},
        )
        for call, verb in ((AttachPolicy, "AttachPolicyTo"), (DetachPolicy, "DetachPolicyFrom"))
        for title, policy in (("User", ICE), ("Group", OWN), ("Role", ICE))
    ),
    *(
        (
            DetachPolicy(kind, "x", ICE, "rg-1"),
            "DetachPolicy",
            {
                "PolicyType": "System", "PolicyName": ICE.name, "PrincipalType": ims, "PrincipalName": name,
                "ResourceGroupId": "rg-1",
            },
        )
        for kind, ims, name in (
            ("user", "IMSUser", "x@1234.onaliyun.com"),
            ("group", "IMSGroup", "x@group.1234.onaliyun.com"),
            ("role", "ServiceRole", "x@role.1234.onaliyunservice.com"),
        )
    ),
    (
        RestoreUser("alice", "2001"), "RestoreUserFromRecycleBin", {"UserId": "2001"},
    ),
    (DeleteLoginProfile("alice"), "DeleteLoginProfile", {"UserName": "alice"}),
    (UnbindMfa("alice"), "UnbindMFADevice", {"UserName": "alice"}),
    (
        UpdateAccessKey("alice", "LTAI1", "Inactive"), "UpdateAccessKey",
        {"UserName": "alice", "UserAccessKeyId": "LTAI1", "Status": "Inactive"},
    ),
    (DeleteAccessKey("alice", "LTAI1"), "DeleteAccessKey", {"UserName": "alice", "UserAccessKeyId": "LTAI1"}),
    (
        UpdateLoginProfile("alice", mfa_required=False), "UpdateLoginProfile",
        {"UserName": "alice", "MFABindRequired": "false"},
    ),
]  # fmt: skip
PASSWORDS = (
    CreateLoginProfile("alice", True, False, "generate", "mail", Secret("hunter2&=!")),
    UpdateLoginProfile("alice", True, False, "generate", "mail", Secret("hunter2&=!")),
)
KEY = {
    "AccessKeyId": "LTAI1",
    "AccessKeySecret": "s3cr3t",
    "Status": "Active",
    "CreateDate": "2026-01-31T08:00:00Z",
}


def with_domain(answer: Answer):
    """A service that knows its default domain and gives `answer` to everything else."""
    return lambda request: ok(DefaultDomainName=DOMAIN) if request.action == "GetDefaultDomain" else answer


@pytest.mark.parametrize(
    ("call", "action", "params"), WIRE, ids=[f"{row[1]}-{n}" for n, row in enumerate(WIRE)]
)
def test_a_call_on_the_wire(serve, call, action, params):
    """Exactly these parameters arrive, at the API whose rate the call spends, and the receipt is the service's."""
    service, gateway = serve(with_domain(ok()))
    assert gateway.writer().perform(call) == Receipt(REQUEST_ID)
    sent = service.requests[-1]
    assert (sent.action, service.params(action)) == (action, params)
    product, _, api_action = call.api.partition(":")
    versions = {name.lower(): version for name, version in VERSIONS.items()} | {"ram": "2015-05-01"}
    assert (sent.version, action) == (versions[product], api_action)
    assert (sent.method, sent.body) == ("POST", b"")


def test_every_call_is_on_the_wire():
    """A new kind of call needs a row in the table above."""
    rows = {type(row[0]) for row in WIRE} | {type(call) for call in PASSWORDS} | {CreateAccessKey}
    assert rows == set(get_args(Call))


@pytest.mark.parametrize("call", PASSWORDS)
def test_a_password_travels_in_the_body(serve, call):
    """What stands in a URL is logged on the way, by proxies as by servers."""
    service, gateway = serve(in_turn(ok()))
    assert gateway.writer().perform(call) == Receipt(REQUEST_ID)
    sent = service.requests[-1]
    params = {"UserName": "alice", "PasswordResetRequired": "true", "MFABindRequired": "false"}
    assert service.params(sent.action) == params
    assert sent.body == b"Password=hunter2%26%3D%21"
    assert "hunter2" not in repr(call)


def test_a_new_key_comes_with_its_secret(serve):
    service, gateway = serve(in_turn(ok(AccessKey=KEY)))
    receipt = gateway.writer().perform(CreateAccessKey("alice", "1", "mail"))
    assert service.params("CreateAccessKey") == {"UserName": "alice"}
    assert (receipt.key.id, receipt.key.secret.reveal()) == ("LTAI1", "s3cr3t")
    assert "s3cr3t" not in repr(receipt)


@pytest.mark.parametrize("missing", ["AccessKeyId", "AccessKeySecret"])
def test_a_key_without_its_secret_is_no_answer(serve, missing):
    """One was made, and nobody knows its secret: uncertain, so that it is looked for and deleted."""
    _, gateway = serve(in_turn(ok(AccessKey={k: v for k, v in KEY.items() if k != missing})))
    with pytest.raises(Uncertain):
        gateway.writer().perform(CreateAccessKey("alice", "1", "mail"))


def test_the_default_domain_is_asked_once(serve):
    """One call a run, however many users are made."""
    service, gateway = serve(with_domain(ok()))
    writer = gateway.writer()
    for name in ("a", "b", "c"):
        writer.perform(CreateUser(name, "", "", "", "", ()))
    assert service.actions.count("GetDefaultDomain") == 1
    assert writer.calls_made() == 4


@pytest.mark.parametrize(
    "lost",
    [
        Answer(502, b"<html>Bad Gateway</html>", "text/html"),
        Answer(500, b'{"Code": "InternalError", "Message": "x", "RequestId": "r"}'),
        Answer(503, b"<html>", "text/html"),
        Answer(504, b""),
        Answer(302, b""),
        Answer(200, b'{"RequestId": "r"', cut=5),
        Answer(200, b'{"RequestId":'),
        Answer(200, b"[]"),
        Answer(200, b"{}"),
        Answer(200, b"\xff\xfe"),
        Answer(500, b"\xff\xfe not text"),
        Answer(400, b"5"),
        Answer(drop=True),
    ],
)
def test_a_write_without_a_trustworthy_answer_is_uncertain_and_not_repeated(serve, time, lost):
    """It may have been carried out: only reading can tell."""
    service, gateway = serve(in_turn(lost, ok()))
    with pytest.raises(Uncertain):
        gateway.writer().perform(DeleteUser("a"))
    assert service.actions == ["DeleteUser"]
    assert time.slept == []


@pytest.mark.parametrize(
    "busy",
    [
        refused(400, "Throttling.User", "Request was denied due to user flow control."),
        refused(400, "Throttling"),
        refused(429, "Throttling.Api"),
        refused(503, "ServiceUnavailable"),
    ],
)
def test_a_throttled_write_is_repeated(serve, time, busy):
    """It was not processed: after a wait the same call goes again, signed anew."""
    service, gateway = serve(in_turn(busy, busy, ok()))
    assert gateway.writer().perform(DeleteUser("a")).request_id == REQUEST_ID
    nonces = {request.params["SignatureNonce"] for request in service.requests}
    assert (service.actions, len(nonces)) == (["DeleteUser"] * 3, 3)
    assert 0.2 < sum(time.slept) < 2


def test_throttling_without_end_is_given_up_after_a_minute(serve, time):
    """The deadline is in the clock that was handed in."""
    _, gateway = serve(in_turn(refused(400, "Throttling.User")))
    with pytest.raises(Throttled):
        gateway.writer().perform(DeleteUser("a"))
    assert 40 < sum(time.slept) <= 65


def test_a_refused_connection_means_that_nothing_was_sent(time):
    """Such a write is Unreachable, not Uncertain, and the sentence comes within three seconds."""
    with connect_to("http://127.0.0.1:1", time) as dead, pytest.raises(Unreachable) as caught:
        dead.writer().perform(DeleteUser("a"))
    assert str(caught.value) == "NoConnection: http://127.0.0.1:1: the connection was refused"
    assert sum(time.slept) < 3


def test_a_policy_is_deleted_with_its_versions_by_a_service_that_does_not_cascade(serve):
    """On DeleteConflict.Policy.Version the other versions go first, once; one that is gone already is fine."""
    versions = [{"VersionId": "v3", "IsDefaultVersion": True}, {"VersionId": "v1"}, {"VersionId": "v2"}]
    deleted: list[str] = []

    def script(request: Request) -> Answer:
        match request.action:
            case "ListPolicyVersions":
                return ok(PolicyVersions={"PolicyVersion": versions})
            case "DeletePolicyVersion":
                deleted.append(request.params["VersionId"])
                return refused(404, "EntityNotExist.Policy.Version") if len(deleted) == 1 else ok()
        return ok() if deleted else refused(409, "DeleteConflict.Policy.Version")

    service, gateway = serve(script)
    assert gateway.writer().perform(DeletePolicy("p")).request_id == REQUEST_ID
    assert deleted == ["v1", "v2"]
    assert service.actions.count("DeletePolicy") == 2


def test_a_policy_in_use_is_not_deleted(serve):
    """Any other conflict is the caller's to know."""
    service, gateway = serve(in_turn(refused(409, "DeleteConflict.Policy.User", "in use")))
    with pytest.raises(Conflict) as caught:
        gateway.writer().perform(DeletePolicy("p"))
    assert (caught.value.code, caught.value.message, caught.value.request_id) == (
        "DeleteConflict.Policy.User",
        "in use",
        REQUEST_ID,
    )
    assert service.actions == ["DeletePolicy"]


def test_calls_are_counted_by_api(serve):
    """Reader and writer together, retries included."""
    _, gateway = serve(in_turn(refused(400, "Throttling"), ok(Groups={"Group": []})))
    gateway.writer().perform(DeleteUser("a"))
    list(gateway.reader.groups())
    assert gateway.calls() == {"ram:DeleteUser": 2, "ram:ListGroups": 1}
