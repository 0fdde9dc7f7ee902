"""What the service refuses: names, texts, documents, quotas."""

import json
from collections.abc import Iterator

import pytest

from ramstack.emulator import EmbeddedAccount, Quotas, Settings
from tests.emulator.clients import DOCUMENT, IMS, LegacySdk, refused, tags_text


@pytest.mark.parametrize(
    ("params", "code"),
    [
        ({"UserName": "a b"}, "InvalidParameter.UserName.InvalidChars"),
        ({"UserName": "ä"}, "InvalidParameter.UserName.InvalidChars"),
        ({"UserName": "a" * 65}, "InvalidParameter.UserName.Length"),
        ({"UserName": ""}, "MissingUserName"),
        ({"UserName": "a", "DisplayName": "x" * 129}, "InvalidParameter.DisplayName.Length"),
        ({"UserName": "a", "DisplayName": "<b>"}, "InvalidParameter.DisplayName.InvalidChars"),
        ({"UserName": "a", "Comments": "x" * 129}, "InvalidParameter.Comments.Length"),
        ({"UserName": "a", "Email": "nowhere"}, "InvalidParameter.Email.Format"),
        ({"UserName": "a", "MobilePhone": "phone"}, "InvalidParameter.MobilePhone.Format"),
    ],
)
def test_users_that_cannot_be(sdk: LegacySdk, params, code):
    """Each broken field of a user has its own code."""
    with refused(code, 400):
        sdk.ram("CreateUser", **params)


@pytest.mark.parametrize("name", ["a", "a" * 64, "A.b-c_9", "-x"])
def test_users_that_can_be(sdk: LegacySdk, name):
    """Names of one to sixty-four letters, digits, dots, dashes and underscores."""
    assert sdk.ram("CreateUser", UserName=name, DisplayName="张 三.@-_9")["User"]["UserName"] == name


@pytest.mark.parametrize(
    ("action", "params", "code"),
    [
        ("CreateGroup", {"GroupName": "a b"}, "InvalidParameter.GroupName.InvalidChars"),
        (
            "CreatePolicy",
            {"PolicyName": "a_b", "PolicyDocument": DOCUMENT},
            "InvalidParameter.PolicyName.InvalidChars",
        ),
        ("GetPolicy", {"PolicyName": "a", "PolicyType": "custom"}, "InvalidParameter.PolicyType"),
        ("GetUser", {"UserName": "a/b"}, "InvalidParameter.UserName.InvalidChars"),
        ("ListUsers", {"MaxItems": 0}, "InvalidParameter.MaxItems.Range"),
        ("ListUsers", {"MaxItems": 1001}, "InvalidParameter.MaxItems.Range"),
        ("ListGroups", {"MaxItems": 101}, "InvalidParameter.MaxItems.Range"),
        ("ListUsers", {"Marker": "made up"}, "InvalidParameter.Marker.Format"),
        ("TagResources", {"ResourceType": "user", "ResourceNames": ["a"]}, "InvalidParameter.ResourceType"),
    ],
)
def test_parameters_that_are_refused(sdk: LegacySdk, action, params, code):
    """A parameter that breaks its rule is named in the code."""
    with refused(code, 400):
        sdk.ram(action, **params)


@pytest.mark.parametrize(
    "document",
    [
        "{}",
        "[]",
        "not json",
        "[" * 3000,
        '{"Version":"2","Statement":[{"Effect":"Allow","Action":"*","Resource":"*"}]}',
        '{"Version":1,"Statement":[{"Effect":"Allow","Action":"*","Resource":"*"}]}',
        '{"Version":"1","Statement":[]}',
        '{"Version":"1","Statement":[{"Effect":"allow","Action":"*","Resource":"*"}]}',
        '{"Version":"1","Statement":[{"Effect":["Allow"],"Action":"*","Resource":"*"}]}',
        '{"Version":"1","Statement":[{"Effect":"Allow","Resource":"*"}]}',
        '{"Version":"1","Statement":[{"Effect":"Allow","Action":"*","NotAction":"*","Resource":"*"}]}',
        '{"Version":"1","Statement":[{"Effect":"Allow","Action":[],"Resource":"*"}]}',
        '{"Version":"1","Statement":[{"Effect":"Allow","Action":"*"}]}',
        '{"Version":"1","Statement":["Allow"]}',
        '{"Version":"1","Statement":[{"Effect":"Allow","Action":"*","Resource":"*"}],"Id":"x"}',
    ],
)
def test_malformed_documents(sdk: LegacySdk, document):
    """What the grammar forbids is MalformedPolicyDocument, for new policies and new versions alike."""
    with refused("MalformedPolicyDocument", 400):
        sdk.ram("CreatePolicy", PolicyName="p", PolicyDocument=document)
    sdk.ram("CreatePolicy", PolicyName="p", PolicyDocument=DOCUMENT)
    with refused("MalformedPolicyDocument", 400):
        sdk.ram("CreatePolicyVersion", PolicyName="p", PolicyDocument=document)


def test_a_document_has_6144_characters_at_most(sdk: LegacySdk):
    """Characters of the text as sent are counted, white space too."""
    sdk.ram("CreatePolicy", PolicyName="full", PolicyDocument=DOCUMENT.ljust(6144))
    with refused("InvalidParameter.PolicyDocument.Length", 400):
        sdk.ram("CreatePolicy", PolicyName="over", PolicyDocument=DOCUMENT.ljust(6145))


def test_names_are_exact_but_those_of_system_policies(sdk: LegacySdk):
    """A system policy is found in any case and shown in the service's own; all other names are exact."""
    read = sdk.ram("GetPolicy", PolicyName="aliyunicefullaccess", PolicyType="System")
    assert read["Policy"]["PolicyName"] == "AliyunICEFullAccess"
    sdk.ram("CreateUser", UserName="Alice")
    with refused("EntityNotExist.User", 404):
        sdk.ram("GetUser", UserName="alice")


def test_system_policies_cannot_be_changed(sdk: LegacySdk):
    """Actions that change policies see custom ones only."""
    with refused("EntityNotExist.Policy", 404):
        sdk.ram("DeletePolicy", PolicyName="AliyunICEFullAccess")


def test_names_are_taken_once(sdk: LegacySdk):
    """A second one of the name is refused, by creation and by renaming."""
    sdk.ram("CreateUser", UserName="a")
    sdk.ram("CreateUser", UserName="b")
    with refused("EntityAlreadyExists.User", 409):
        sdk.ram("CreateUser", UserName="a")
    with refused("EntityAlreadyExists.User", 409):
        sdk.ram("UpdateUser", UserName="a", NewUserName="b")


@pytest.mark.parametrize("key", ["acs:x", "aliyunx", "see http://x", "k" * 129, ""])
def test_tag_keys_that_cannot_be(sdk: LegacySdk, key):
    """The service keeps its own name spaces, and web addresses, out of keys."""
    sdk.ram("CreatePolicy", PolicyName="p", PolicyDocument=DOCUMENT)
    with refused("InvalidParameter.TagKey.Format", 400):
        sdk.ram("TagResources", ResourceType="policy", ResourceNames=["p"], Tag=[{"Key": key, "Value": "v"}])


@pytest.fixture
def small() -> Iterator[LegacySdk]:
    """An account with room for two of each."""
    limits = Quotas(
        users=2, groups=2, roles=2, policies=2, mfa_devices=2, groups_per_user=1, tags_per_resource=2
    )
    with EmbeddedAccount(settings=Settings(limits=limits)) as account:
        client = LegacySdk(account)
        yield client
        client.close()


def test_account_quotas(small: LegacySdk):
    """One more than the quota is refused; what is deleted makes room."""
    for number in range(2):
        small.ram("CreateUser", UserName=f"u{number}")
        small.ram("CreateGroup", GroupName=f"g{number}")
        small.ram("CreatePolicy", PolicyName=f"p{number}", PolicyDocument=DOCUMENT)
    with refused("LimitExceeded.User", 409):
        small.ram("CreateUser", UserName="u2")
    with refused("LimitExceeded.Group", 409):
        small.ram("CreateGroup", GroupName="g2")
    with refused("LimitExceeded.Policy", 409):
        small.ram("CreatePolicy", PolicyName="p2", PolicyDocument=DOCUMENT)
    small.ram("AddUserToGroup", UserName="u0", GroupName="g0")
    with refused("LimitExceeded.User.Group", 409):
        small.ram("AddUserToGroup", UserName="u0", GroupName="g1")
    small.ram("DeleteUser", UserName="u1")
    small.ram("CreateUser", UserName="u2")
    summary = small.other(IMS, "GetAccountSummary")["SummaryMap"]
    assert (summary["Users"], summary["UsersQuota"], summary["Policies"]) == (2, 2, 2)


def test_a_refused_call_leaves_nothing_behind(small: LegacySdk):
    """Where the third tag is one too many, the first two are not there either."""
    small.ram("CreatePolicy", PolicyName="p", PolicyDocument=DOCUMENT)
    chosen = {"ResourceType": "policy", "ResourceNames": ["p"]}
    with refused("LimitExceeded.Policy.Tag", 409):
        small.ram("TagResources", Tag=tags_text(a="1", b="2", c="3"), **chosen)
    assert small.ram("ListTagResources", **chosen)["TagResources"] == []


def test_attachment_quotas_count_system_and_custom_apart(account: EmbeddedAccount, sdk: LegacySdk):
    """Twenty system and ten custom policies a user."""
    system = [
        p["PolicyName"]
        for p in sdk.ram("ListPolicies", PolicyType="System", MaxItems=21)["Policies"]["Policy"]
    ]
    custom = [f"p{number}" for number in range(11)]
    account.seed(
        {
            "users": [{"name": "u"}],
            "policies": [{"name": n, "document": json.loads(DOCUMENT)} for n in custom],
        }
    )
    for names, kind in ((system, "System"), (custom, "Custom")):
        *fitting, extra = names
        for name in fitting:
            sdk.ram("AttachPolicyToUser", UserName="u", PolicyName=name, PolicyType=kind)
        with refused("LimitExceeded.User.Policy", 409):
            sdk.ram("AttachPolicyToUser", UserName="u", PolicyName=extra, PolicyType=kind)


@pytest.mark.parametrize(("kind", "longest"), [("role", 256), ("user", 128)])
def test_how_long_a_tags_value_may_be(account: EmbeddedAccount, sdk: LegacySdk, kind, longest):
    """RAM takes twice as much as IMS."""
    account.seed({"users": [{"name": "alice"}], "roles": [{"name": "worker", "trust": "{}"}]})
    user = f"alice@{account.account_id}.onaliyun.com"

    def tag(value: str) -> None:
        if kind == "role":
            sdk.ram("TagResources", ResourceType=kind, ResourceNames=["worker"], Tag=tags_text(k=value))
        else:
            wish = {"ResourceType": kind, "ResourcePrincipalName.1": user, "Tag.1.Key": "k"}
            sdk.other(IMS, "TagResources", {**wish, "Tag.1.Value": value})

    tag("x" * longest)
    with refused("InvalidParameter.TagValue.Format", 400):
        tag("x" * (longest + 1))
