"""What a change permits, as people are shown it."""

import json
from functools import reduce
from operator import or_

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ramstack.policy import (
    Access,
    Condition,
    Grant,
    compare,
    escalations_in,
    find_operation,
    least_privilege,
    load_services,
    opaque,
    operations_of,
    parse_document,
    permission_diff,
    permission_diffs,
    render_condition,
    render_conditions,
)
from tests.policy.shared import CASES, needs_samples


def grant(action, resource="*", effect="Allow", key="Action", **more):
    statement = {"Effect": effect, key: action, "Resource": resource, **more}
    return parse_document({"Version": "1", "Statement": [statement]})


def actions(groups):
    permissions = [permission for group in groups for permission in group.permissions]
    return [name for one in permissions for name in (*one.patterns, *one.operations.names)]


def test_full_access_is_all_operations():
    """Attaching full access to somebody with nothing gains the 400 operations, dangerous first, and loses none."""
    diff = permission_diff([], [grant("ice:*", "acs:ice:*:*:*")])
    (service,) = diff.gains
    assert (service.service, service.name) == ("ice", "Intelligent Media Service")
    (permission,) = service.permissions
    assert len(permission.operations) == 400
    assert permission.operations.folded == ("ice:*",)
    assert permission.resources == ("acs:ice:*:*:*",)
    assert not diff.loses
    assert not diff.grants_admin


def test_no_change_is_empty():
    """Equal in meaning is an empty diff."""
    assert permission_diff([grant("ice:Get*")], [grant(["ice:Get*", "ice:GetMediaInfo"])]).is_empty


def test_condition_marks_the_gain():
    """A gain under a condition says so; a dropped fence is a gain outside it."""
    fence = {"Condition": {"IpAddress": {"acs:SourceIp": "192.168.0.1"}}}
    inside = permission_diff([], [grant("ice:GetMediaInfo", **fence)]).gains[0].permissions[0]
    assert render_conditions(inside.when) == "only from 192.168.0.1"
    outside = (
        permission_diff([grant("ice:GetMediaInfo", **fence)], [grant("ice:GetMediaInfo")])
        .gains[0]
        .permissions[0]
    )
    assert render_conditions(outside.when) == "not from 192.168.0.1"


def test_unconditional_grant_hides_the_conditional():
    """What is gained without a condition is not told again with one."""
    fence = {"Condition": {"Bool": {"acs:MFAPresent": "true"}}}
    diff = permission_diff([], [grant("ice:GetMediaInfo", **fence), grant("ice:GetMediaInfo")])
    assert [permission.when for permission in diff.gains[0].permissions] == [()]


def test_unknown_services_by_pattern():
    """Where operations are not known the pattern speaks for them, and comes first."""
    diff = permission_diff([grant("log:Get*")], [grant(["log:*", "ice:GetMediaInfo"])])
    assert actions(diff.gains) == ["log:*", "ice:GetMediaInfo"]


@pytest.mark.parametrize(
    ("document", "admin"),
    [
        (grant("*"), True),
        (grant("ram:*"), True),
        (grant("ram:AttachPolicyToUser"), True),
        (grant("ims:CreateAccessKey"), True),
        (grant("ice:*", key="NotAction"), True),
        (grant("ice:*"), False),
        (grant(["ram:Get*", "ram:List*"]), False),
        (grant("oss:*"), False),
    ],
)
def test_administrator_level(document, admin):
    """What leads to administrator level is marked, however it is written."""
    assert permission_diff([], [document]).grants_admin is admin
    assert not permission_diff([document], [document]).grants_admin


def test_all_but_identity_is_no_administrator():
    """Allow NotAction is administrator level by what it leaves in, not by its breadth: what it names is not told."""
    fence = ["ram:*", "ims:*", "resourcemanager:*"]
    assert not permission_diff([], [grant([*fence, "sts:*"], key="NotAction")]).grants_admin
    assert permission_diff([], [grant(fence[:2], key="NotAction")]).escalations == (
        "resourcemanager:AttachPolicy",
        "resourcemanager:CreatePolicyVersion",
        "resourcemanager:SetDefaultPolicyVersion",
    )
    assert not permission_diff([], [grant("*"), grant(fence, effect="Deny")]).grants_admin


@pytest.mark.parametrize(
    ("resource", "admin"),
    [
        ("*", True),
        ("acs:*:*:*:*", True),
        ("acs:r*:*:*:*", True),
        ("acs:ims:*:*:*", True),
        ("acs:oss:*:*:*", False),
        ("acs:ice:*:*:*", False),
        ("*:bucket/*", True),
    ],
)
def test_resources_of_other_services_lead_nowhere(resource, admin):
    """Everything but RAM, on buckets: operations on identities name users, groups, roles and policies, never buckets."""
    assert permission_diff([], [grant(["ram:*"], resource, key="NotAction")]).grants_admin is admin


def test_what_is_denied_is_no_gain():
    """A policy that a Deny takes back gains nothing."""
    assert permission_diff(
        [grant("ice:*", effect="Deny")], [grant("ice:*", effect="Deny"), grant("ice:Get*")]
    ).is_empty


def test_grants_in_a_resource_group_give_nothing_in_ice():
    """Within a resource group oss is gained under that condition, ice not at all."""
    diff = permission_diff([], [Grant(grant(["ice:GetMediaInfo", "oss:GetObject"]), resource_group="rg-1")])
    assert actions(diff.gains) == ["oss:GetObject"]
    assert render_conditions(diff.gains[0].permissions[0].when) == "only in resource group rg-1"


def test_unreadable_gains_may_be_anything():
    """A document nobody can read is counted as a gain of everything."""
    assert permission_diff([], [opaque("{")]).grants_admin


def test_equal_pairs_are_computed_once():
    """Users with equal policy sets share one diff, also where the documents are written otherwise."""
    pairs = {
        f"user/{index}": ([], [grant(["ice:Get*", "ice:List*"][:: 1 if index % 2 else -1])])
        for index in range(10)
    }
    diffs = permission_diffs(pairs)
    assert list(diffs) == list(pairs)
    assert len({id(diff) for diff in diffs.values()}) == 1


def test_account_decides_account_patterns():
    """Where the account is known, a pattern naming it covers all of ice, one naming another covers nothing."""
    mine, other = "1234567890123456", "6543210987654321"
    narrow = grant("ice:*", f"acs:ice:*:{mine}:*")
    assert compare([grant("ice:*")], [narrow], mine).relation == "equal"
    assert compare([grant("ice:*")], [narrow], other).relation == "narrower"
    assert compare([grant("ice:*")], [narrow]).relation == "narrower"
    assert permission_diff([], [narrow], other).is_empty


def test_the_most_dangerous_comes_first():
    """Services and permissions by the worst that they can do; what nobody knows is worse than anything known."""
    fence = {"Condition": {"Bool": {"acs:MFAPresent": "true"}}}
    given = [grant("ice:GetMediaInfo"), grant("ice:DeleteMediaInfos", **fence), grant("oss:GetObject")]
    assert actions(permission_diff([], given).gains) == [
        "ice:DeleteMediaInfos",
        "ice:GetMediaInfo",
        "oss:GetObject",
    ]
    assert actions(permission_diff([], [*given, grant("log:GetLogs")]).gains)[0] == "log:GetLogs"


@given(st.sets(st.sampled_from(sorted(one.action for one in load_services()["ice"].operations))))
def test_folding_changes_nothing(names):
    """Operations fold into patterns that match just these, and unfold again; levels and stems part them without loss."""
    some = operations_of("ice", frozenset(names))
    assert set(some.names) == names
    assert operations_of("ice", frozenset(some.folded)) == some
    for parts in (some.levels, some.stems):
        assert sum(len(inside) for _, inside in parts) == len(some)
        assert not names or reduce(or_, (inside for _, inside in parts)) == some
    for access, inside in some.levels:
        assert {find_operation(name).danger for name in inside.names} == {access}


def test_least_privilege_allows_what_was_asked():
    """The suggested document allows these actions, spelled right, and nothing else."""
    document = least_privilege(["ice:getmediainfo", "ice:ListPipelines"])
    assert actions(permission_diff([], [document]).gains) == ["ice:GetMediaInfo", "ice:ListPipelines"]
    assert document.statements[0].spelled == ("ice:GetMediaInfo", "ice:ListPipelines")
    assert least_privilege(["x:Y"], {"Bool": {"acs:MFAPresent": "true"}}).statements[0].conditions


@pytest.mark.parametrize(
    ("operator", "key", "values", "wanted", "words"),
    [
        ("IpAddress", "acs:SourceIp", ("a", "b"), True, "only from a or b"),
        ("NotIpAddress", "acs:SourceIp", ("a",), True, "not from a"),
        ("NotIpAddress", "acs:SourceIp", ("a",), False, "only from a"),
        ("DateLessThan", "acs:CurrentTime", ("t",), True, "only before t"),
        ("DateLessThan", "acs:CurrentTime", ("t",), False, "not before t"),
        ("Bool", "acs:MFAPresent", ("true",), True, "only with a second factor"),
        ("Bool", "acs:MFAPresent", ("true",), False, "only without a second factor"),
        ("Bool", "acs:SecureTransport", ("false",), True, "only without HTTPS"),
        ("StringLike", "acs:SourceVpc", ("vpc-*",), True, "only where acs:SourceVpc is like vpc-*"),
        ("StringNotEquals", "acs:SourceVpc", ("x",), True, "only where acs:SourceVpc is not x"),
        ("Foo", "k:x", ("v",), True, "only where Foo k:x v holds (nobody can tell)"),
    ],
)
def test_conditions_in_words(operator, key, values, wanted, words):
    """Conditions read as the end of a sentence, their opposites too."""
    assert render_condition(Condition(operator, key, values), wanted) == words


def test_escalations_by_pattern():
    """Patterns of services that are not listed are searched for the operations that lead to more."""
    assert "ims:CreateAccessKey" in escalations_in((), ["ims:*"])
    assert escalations_in(["ram:createaccesskey"]) == ("ram:CreateAccessKey",)


def test_catalogue_knows_ice():
    """400 operations, every one classified; a re-run of indexing is a write that costs."""
    service = load_services()["ice"]
    assert len(service.operations) == 400
    assert service.complete
    rerun = find_operation("ice:searchindexjobrerun")
    assert rerun is not None
    assert rerun.access == {Access.WRITE, Access.MONEY}
    assert rerun.danger is Access.MONEY
    assert all(one.is_read or one.access & {Access.WRITE, Access.DELETE} for one in service.operations)


def test_catalogue_is_what_the_script_makes():
    """The shipped data is what the script would write from the SDKs that are installed."""
    pytest.importorskip("aliyunsdkram")
    pytest.importorskip("alibabacloud_ice20201109")
    from scripts import make_catalogue

    for path in sorted((make_catalogue.HERE / "catalogue").glob("*.review.json")):
        review = json.loads(path.read_text(encoding="utf-8"))
        names = make_catalogue.names_of(review)
        assert make_catalogue.check(review, names) == []
        shipped = json.loads((make_catalogue.DATA / f"{review['service']}.json").read_text(encoding="utf-8"))
        assert make_catalogue.document_of(review, names) == shipped


@needs_samples
def test_catalogue_agrees_with_the_sample():
    """The operations are those of the sample, and what it calls a read is a read."""
    rows = json.loads((CASES / "ice-ops.json").read_text(encoding="utf-8"))
    known = {one.action: one for one in load_services()["ice"].operations}
    assert {row["action"] for row in rows} == set(known)
    assert all(
        known[row["action"]].is_read == (row["access"] == "read") for row in rows if row["access"] != "check"
    )
