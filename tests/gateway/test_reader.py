"""The reader: every row of every page, or an error."""

from __future__ import annotations

import pytest

from ramstack.gateway.port import (
    AttachmentPage,
    AttachmentRow,
    Caller,
    GroupRow,
    PolicyRow,
    TagRow,
    UserRow,
    VersionRow,
)
from ramstack.model.address import PolicyRef
from ramstack.model.errors import Denied, GatewayError, NotFound, Unreachable

from .service import Answer, Request, in_turn, ok, refused

ICE = PolicyRef("system", "AliyunICEFullAccess")
CALLER = {"AccountId": "1234567890123456", "Arn": "acs:ram::1234567890123456:root", "IdentityType": "Account"}


def marker_service(count: int, page: int, outer: str, inner: str, row):
    """A service with `count` objects, in pages chained by markers."""

    def script(request: Request) -> Answer:
        start = int(request.params.get("Marker", "m0")[1:])
        rows = [row(n) for n in range(start, min(start + page, count))]
        more = {"IsTruncated": True, "Marker": f"m{start + page}"} if start + page < count else {}
        return ok(**{outer: {inner: rows}}, **({"IsTruncated": False} | more))

    return script


def user(n: int) -> dict[str, object]:
    return {"UserId": f"20{n}", "UserPrincipalName": f"u{n}@1234.onaliyun.com"}


@pytest.mark.parametrize("count", [0, 1, 3, 4, 6, 7])
def test_no_page_is_dropped(serve, count):
    """Every row comes, in order, for none, one, a page, a page and one, two pages, and one more."""
    _, gateway = serve(marker_service(count, 3, "Users", "User", user))
    assert [row.name for row in gateway.reader.users()] == [f"u{n}" for n in range(count)]
    assert gateway.reader.calls_made() == max(1, -(-count // 3))


@pytest.mark.parametrize("count", [0, 1, 2, 3])
def test_no_page_of_tags_is_dropped(serve, count):
    """Pages chained by NextToken: the same law."""

    def script(request: Request) -> Answer:
        start = int(request.params.get("NextToken", "0"))
        rows = [
            {"ResourceId": f"20{n}", "TagKey": "k", "TagValue": ""}
            for n in range(start, min(start + 2, count))
        ]
        more = {"NextToken": str(start + 2)} if start + 2 < count else {"NextToken": ""}
        return ok(TagResources={"TagResource": rows}, **more)

    _, gateway = serve(script)
    assert list(gateway.reader.users_tagged("k")) == [TagRow(f"20{n}", "k", "") for n in range(count)]


def test_paging_does_not_go_on_for_ever(serve):
    """A marker that comes twice is an error, not a loop."""
    _, gateway = serve(in_turn(ok(Users={"User": []}, IsTruncated=True, Marker="same")))
    with pytest.raises(GatewayError, match="UndecodableReply"):
        list(gateway.reader.users())


def test_a_truncated_page_without_marker_is_an_error(serve):
    """Where more was promised, what came is not all."""
    _, gateway = serve(in_turn(ok(Users={"User": []}, IsTruncated=True)))
    with pytest.raises(GatewayError, match="UndecodableReply"):
        list(gateway.reader.users())


def test_users_come_with_tags_and_without_their_domain(serve):
    """The name ends before the last @; what the service leaves out or leaves empty is the empty text."""
    full = {
        "UserId": 208, "UserPrincipalName": "a@b@1234.onaliyun.com", "DisplayName": "A", "Comments": "c",
        "Email": "e", "MobilePhone": "86-1", "Status": "freeze", "ProvisionType": "Manual", "New": {"key": 1},
        "Tags": {"Tag": [{"TagKey": "env", "TagValue": "prod"}, {"TagKey": "x"}]},
    }  # fmt: skip
    bare = {"UserId": "209", "UserPrincipalName": "b", "Comments": "", "Tags": {}, "DisplayName": None}
    service, gateway = serve(in_turn(ok(Users={"User": [full, bare]}, IsTruncated="false")))
    tags = (("env", "prod"), ("x", ""))
    assert list(gateway.reader.users()) == [
        UserRow("208", "a@b", "A", "c", "e", "86-1", "freeze", "Manual", tags),
        UserRow("209", "b"),
    ]
    assert service.params("ListUsers") == {"Status": "active,freeze", "MaxItems": "1000"}
    assert service.requests[0].version == "2019-08-15"


@pytest.mark.parametrize("read", ["groups", "policies", "members"])
def test_each_list_pages_at_its_own_largest_size(serve, read):
    """Groups 100 a page, policies and members 1,000."""
    wanted = {
        "groups": ("ListGroups", "Groups", "Group", {"MaxItems": "100"}),
        "policies": ("ListPolicies", "Policies", "Policy", {"MaxItems": "1000"}),
        "members": ("ListUsersForGroup", "Users", "User", {"MaxItems": "1000", "GroupName": "g"}),
    }
    action, outer, inner, params = wanted[read]
    row = {
        "GroupName": "g", "PolicyName": "P", "PolicyType": "System", "UserName": "u", "AttachmentCount": 2,
        "DefaultVersion": "v1", "Comments": "c",
    }  # fmt: skip
    service, gateway = serve(in_turn(ok(**{outer: {inner: [row]}})))
    reads = {
        "groups": (gateway.reader.groups, [GroupRow("g", "c")]),
        "policies": (gateway.reader.policies, [PolicyRow(PolicyRef("system", "P"), "", "v1", 2)]),
        "members": (lambda: gateway.reader.members("g"), ["u"]),
    }
    ask, rows = reads[read]
    assert list(ask()) == rows
    assert service.params(action) == params


def test_tags_of_users_are_asked_by_id(serve):
    """Up to 50 ids in one call, as a flat list."""
    service, gateway = serve(in_turn(ok(TagResources={"TagResource": []})))
    assert list(gateway.reader.user_tags(("208", "209"))) == []
    assert service.params("ListTagResources") == {
        "ResourceType": "user", "PageSize": "100", "ResourceId.1": "208", "ResourceId.2": "209",
    }  # fmt: skip
    with pytest.raises(ValueError, match="1 to 50"):
        gateway.reader.user_tags(())


def test_the_first_tagged_users_cost_one_call(serve):
    """`users_tagged` reads lazily."""
    script = in_turn(
        ok(
            TagResources={"TagResource": [{"ResourceId": "1", "TagKey": "k", "TagValue": "v"}]}, NextToken="t"
        ),
    )
    service, gateway = serve(script)
    assert next(gateway.reader.users_tagged("k")) == TagRow("1", "k", "v")
    assert service.actions == ["ListTagResources"]


def test_the_default_version_always_has_its_document(serve):
    """Where ListPolicyVersions leaves it out, GetPolicy supplies it."""
    versions = [
        {"VersionId": "v1", "IsDefaultVersion": False, "PolicyDocument": "{1}", "CreateDate": "d"},
        {"VersionId": "v2", "IsDefaultVersion": True},
    ]

    def script(request: Request) -> Answer:
        if request.action == "GetPolicy":
            return ok(Policy={}, DefaultPolicyVersion={"VersionId": "v2", "PolicyDocument": "{2}"})
        return ok(PolicyVersions={"PolicyVersion": versions})

    service, gateway = serve(script)
    assert gateway.reader.policy_versions(ICE) == (
        VersionRow("v1", False, "{1}", "d"),
        VersionRow("v2", True, "{2}"),
    )
    assert service.params("GetPolicy") == {"PolicyType": "System", "PolicyName": "AliyunICEFullAccess"}


def test_attachments_of_every_kind_and_scope(serve):
    """Login-name forms lose their suffix; the account's own id stands for account scope."""

    def row(kind: str, name: str, scope: str) -> dict[str, str]:
        return {
            "PrincipalType": kind, "PrincipalName": name, "ResourceGroupId": scope,
            "PolicyName": "AliyunICEFullAccess", "PolicyType": "System",
        }  # fmt: skip

    rows = [
        row("IMSUser", "alice@1234.onaliyun.com", CALLER["AccountId"]),
        row("IMSGroup", "g@group.acme.onaliyun.com", "rg-abc"),
        row("ServiceRole", "r@role.acme.onaliyunservice.com", ""),
    ]

    def script(request: Request) -> Answer:
        page = ok(TotalCount=3, PageNumber=2, PolicyAttachments={"PolicyAttachment": rows})
        return page if request.action == "ListPolicyAttachments" else ok(**CALLER)

    service, gateway = serve(script)
    expected = (
        AttachmentRow("user", "alice", ICE),
        AttachmentRow("group", "g", ICE, "rg-abc"),
        AttachmentRow("role", "r", ICE),
    )
    assert gateway.reader.attachment_page(2) == AttachmentPage(3, expected)
    assert service.params("ListPolicyAttachments") == {"PageNumber": "2", "PageSize": "100"}
    assert service.requests[-1].version == "2020-03-31"


def test_the_caller_is_asked_once(serve):
    """A key does not change its owner."""
    service, gateway = serve(in_turn(ok(**CALLER)))
    assert gateway.reader.caller() == gateway.reader.caller() == Caller(*CALLER.values())
    assert service.actions == ["GetCallerIdentity"]


def test_everybody_who_has_a_policy(serve):
    """Users, groups and roles; a kind that has none may be left out."""
    script = in_turn(ok(Users={"User": [{"UserName": "u"}]}, Roles={"Role": [{"RoleName": "r"}]}, Groups={}))
    _, gateway = serve(script)
    assert gateway.reader.entities_of(ICE) == (
        AttachmentRow("user", "u", ICE),
        AttachmentRow("role", "r", ICE),
    )


@pytest.mark.parametrize(
    "fields",
    [
        {},
        {"Users": None},
        {"Users": {"User": "x"}},
        {"Users": {"User": ["x"]}},
        {"Users": {"User": [{"UserId": "1"}]}},
        {"Users": {"User": [{"UserId": ["1"], "UserPrincipalName": "u"}]}},
    ],
)
def test_nothing_is_concluded_from_a_wrong_shape(serve, fields):
    """An answer that is not understood is an error, never an empty account."""
    service, gateway = serve(in_turn(ok(**fields)))
    with pytest.raises(GatewayError, match="UndecodableReply"):
        list(gateway.reader.users())
    assert len(service.requests) == 1


ROW = {"PolicyName": "P", "PolicyType": "System", "PrincipalName": "u", "PrincipalType": "IMSUser"}


@pytest.mark.parametrize(
    "fields",
    [
        {"TotalCount": 1, "PolicyAttachments": {"PolicyAttachment": [ROW | {"PrincipalType": "Martian"}]}},
        {"TotalCount": 1, "PolicyAttachments": {"PolicyAttachment": [ROW | {"PolicyType": "Other"}]}},
        {"TotalCount": "many", "PolicyAttachments": {"PolicyAttachment": [ROW]}},
        {"PolicyAttachments": {"PolicyAttachment": [ROW]}},
        {"TotalCount": 1},
    ],
)
def test_a_grant_that_is_not_understood_is_not_dropped(serve, fields):
    """Better no answer than one that misses somebody."""
    _, gateway = serve(in_turn(ok(**CALLER, **fields)))
    with pytest.raises(GatewayError, match="UndecodableReply"):
        gateway.reader.attachment_page(1)


def test_entities_without_any_kind_are_not_understood(serve):
    """A policy that nobody has still has three empty lists."""
    _, gateway = serve(in_turn(ok()))
    with pytest.raises(GatewayError, match="UndecodableReply"):
        gateway.reader.entities_of(ICE)


def test_empty_containers_may_be_empty_texts(serve):
    """As gateways make them from XML."""
    _, gateway = serve(in_turn(ok(Users="", Groups="", Roles="")))
    assert gateway.reader.entities_of(ICE) == ()
    assert list(gateway.reader.users()) == []


@pytest.mark.parametrize(
    "lost",
    [
        Answer(502, b"<html>Bad Gateway</html>", "text/html"),
        Answer(500, b'{"Code": "InternalError", "Message": "x", "RequestId": "r"}'),
        Answer(200, b'{"RequestId": "r", "Us', cut=20),
        Answer(200, b'{"RequestId": "r", "Us'),
        Answer(200, b"[]"),
        Answer(200, b"{}"),
        Answer(400, b"\xff\xfe not text"),
        Answer(400, b"5"),
        Answer(drop=True),
    ],
)
def test_a_read_is_repeated_until_an_answer_can_be_trusted(serve, time, lost):
    """A read without a whole answer has done no harm: the next attempt counts."""
    service, gateway = serve(in_turn(lost, lost, ok(Users={"User": [user(1)]})))
    assert [row.name for row in gateway.reader.users()] == ["u1"]
    assert len(service.requests) == gateway.reader.calls_made() == 3
    assert sum(time.slept) < 1


def test_a_read_gives_up_after_five_attempts(serve, time):
    """A broken service is reported, not waited for."""
    service, gateway = serve(in_turn(Answer(502, b"<html>")))
    with pytest.raises(Unreachable) as caught:
        list(gateway.reader.users())
    assert (caught.value.code, len(service.requests)) == ("HTTP502", 5)
    assert sum(time.slept) < 3


def test_a_refused_read_is_not_repeated(serve):
    """No is an answer."""
    service, gateway = serve(in_turn(refused(404, "EntityNotExist.Policy")))
    with pytest.raises(NotFound):
        gateway.reader.entities_of(ICE)
    assert len(service.requests) == 1


def test_one_policy_or_none(serve):
    """Its row without tags; None only when the service says that it does not exist."""
    row = {
        "PolicyName": "P",
        "PolicyType": "Custom",
        "Description": "d",
        "DefaultVersion": "v2",
        "AttachmentCount": 1,
    }
    reply = ok(Policy=row, DefaultPolicyVersion={})
    _, gateway = serve(in_turn(reply, refused(404, "EntityNotExist.Policy"), refused(403, "NoPermission")))
    ref = PolicyRef("custom", "P")
    assert gateway.reader.policy(ref) == PolicyRow(ref, "d", "v2", 1)
    assert gateway.reader.policy(ref) is None
    with pytest.raises(Denied):
        gateway.reader.policy(ref)


def test_a_page_that_does_not_say_whether_it_is_the_last_goes_by_its_marker(serve):
    """IsTruncated may be left out: a marker then leads on, and none is the end."""
    script = in_turn(ok(Users={"User": [user(1)]}, Marker="m"), ok(Users={"User": [user(2)]}))
    _, gateway = serve(script)
    assert [row.name for row in gateway.reader.users()] == ["u1", "u2"]


@pytest.mark.parametrize("told", [{}, {"AttachmentCount": ""}, {"AttachmentCount": None}])
def test_a_count_that_is_not_told_is_not_nothing(serve, told):
    """A policy that does not say how often it is attached may be attached."""
    row = {"PolicyName": "p", "PolicyType": "CUSTOM", "Surprise": {"x": 1}} | told
    _, gateway = serve(in_turn(ok(Policies={"Policy": [row]})))
    (policy,) = gateway.reader.policies()
    assert policy.attachment_count is None


def test_words_of_the_service_are_read_without_case(serve):
    """States and kinds are told in more than one spelling."""
    row = user(1) | {"Status": "Freeze", "ProvisionType": "MANUAL"}
    _, gateway = serve(in_turn(ok(Users={"User": [row]}), ok(AccessKeys={"AccessKey": [KEY]})))
    assert [each.status for each in gateway.reader.users()] == ["freeze"]
    assert [key.status for key in gateway.reader.access_keys("u1")] == ["Active"]


KEY = {"AccessKeyId": "LTAI1", "Status": "active"}


def test_quotas_are_those_that_are_told_as_numbers(serve):
    """Numbers may come as text; what is not known, is none, or is nothing at all is left out."""
    told = {"UsersQuota": "7", "GroupsQuota": 8, "PoliciesQuota": 0, "RolesQuota": "many", "Users": 3}
    _, gateway = serve(in_turn(ok(SummaryMap=told)))
    assert gateway.reader.quotas() == {"UsersQuota": 7, "GroupsQuota": 8}
