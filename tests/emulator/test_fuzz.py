"""Whatever comes over the wire, the answer is a documented code: never a 500, never a traceback."""

import json
import socket
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlencode

import pytest
import requests
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ramstack.emulator import EmbeddedAccount, Settings
from ramstack.emulator.products import PRODUCTS
from ramstack.emulator.seed import Seed, plant
from ramstack.emulator.service import Answer, Service
from ramstack.emulator.wire import FORM, RawRequest
from ramstack.emulator.world import World
from tests.emulator.clients import DOCUMENT, TRUST, sign_v1

HOLDINGS = {
    "users": [{"name": "alice", "tags": {"a": "1"}}],
    "groups": [{"name": "readers"}],
    "policies": [{"name": "p", "document": DOCUMENT, "tags": {"a": "1"}}],
    "roles": [{"name": "worker", "trust": TRUST}],
}
FUZZ = settings(
    max_examples=max(800, settings().max_examples),
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)


class Desk:
    """A service without sockets, and requests signed by its root."""

    def __init__(self, world: World) -> None:
        self._service = Service(world, Settings())
        self.access_key_id = world.root_key.key_id
        self.access_key_secret = world.root_key.secret

    def ask(self, raw: RawRequest) -> Answer:
        return self._service.answer(raw)

    def ask_signed(self, params: dict[str, str], method: str = "POST") -> Answer:
        query = urlencode(sign_v1(self, params, method)).encode()
        return self.ask(RawRequest(method, query, {}))


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desk]:
    world = World(Path(tmp_path_factory.mktemp("fuzz")) / "world.db")
    plant(world, Seed.model_validate(HOLDINGS))
    yield Desk(world)
    world.close()


def is_orderly(answer: Answer) -> bool:
    body = json.loads(answer.body)
    if answer.status == 200:
        return "RequestId" in body and not {"Code", "Success", "Message"} & set(body)
    return answer.status != 500 and set(body) == {"RequestId", "HostId", "Code", "Message", "Recommend"}


@FUZZ
@given(
    method=st.sampled_from(["GET", "POST", "PUT", "DELETE"]),
    query=st.binary(max_size=200),
    body=st.binary(max_size=200),
    headers=st.dictionaries(
        st.sampled_from(["content-type", "authorization", "x-acs-action", "x-acs-version", "x-acs-date"]),
        st.sampled_from([FORM, "ACS3-HMAC-SHA256 x", "CreateUser", "2015-05-01", ""]) | st.text(max_size=20),
    ),
)
def test_any_bytes_get_an_answer(desk: Desk, method, query, body, headers):
    """Requests that are no requests."""
    assert is_orderly(desk.ask(RawRequest(method, query, headers, body)))


ACTIONS = sorted((version, action) for version, product in PRODUCTS.items() for action in product.actions)
TELLING_VALUES = [
    *("alice", "readers", "p", "worker", "AliyunICEFullAccess", "v1", "é", "a/b", "\x00", ""),
    *('["p"]', "[1]", "{", "[[[", '["\\ud800"]', '[{"Key":"a","Value":"b"}]', '[{"Key":1}]'),
    *('[{"Key":"\\ud800"}]', "null", "true", "True", "maybe", "-1", "0", "5", "99999999999999999999"),
    *("Custom", "System", DOCUMENT, TRUST, "[" * 2000, "9" * 5000, "YWZ0ZXI6MQ==", "YWZ0ZXI6eA=="),
    *("user", "policy", "role", "alice@1.onaliyun.com", "@", "IMSUser", "rg-a", "active,freeze", "Active"),
    '{"Status":"Active","Statements":[{"Type":"ClassicWhiteList","IPList":["::1/129"]}]}',
    '{"Status":"Active","Statements":[{"Type":"ClassicWhiteList","IPList":["10.0.0.1/32"]}]}',
    '{"Status":"Active","Statements":{"a":1}}',
    "UserPrincipalName eq x@y",
]
VALUES = st.sampled_from(TELLING_VALUES) | st.text(max_size=30).filter(lambda text: text.isprintable())
NAMES_OF_PARAMETERS = [
    "UserName",
    "NewUserName",
    "DisplayName",
    "NewDisplayName",
    "AccessKeyPolicy",
    "EncodedDiagnosticMessage",
    "Filter",
    "Name",
    "OIDCProviderArn",
    "OIDCToken",
    "Policy",
    "RoleArn",
    "RoleSessionName",
    "Comments",
    "Email",
    "MobilePhone",
    "GroupName",
    "NewGroupName",
    "PolicyName",
    "PolicyType",
    "PolicyDocument",
    "VersionId",
    "SetAsDefault",
    "RotateStrategy",
    "Description",
    "NewDescription",
    "RoleName",
    "AssumeRolePolicyDocument",
    "NewAssumeRolePolicyDocument",
    "MaxSessionDuration",
    "Tag",
    "Tag.1.Key",
    "Tag.1.Value",
    "Tag.01.Key",
    "Tag.999999.Key",
    "TagKeys",
    "TagKey.1",
    "All",
    "ResourceType",
    "ResourceNames",
    "ResourceId.1",
    "ResourcePrincipalName.1",
    "Marker",
    "MaxItems",
    "NextToken",
    "PageSize",
    "PageNumber",
    "UserPrincipalName",
    "UserId",
    "UserAccessKeyId",
    "Status",
    "Password",
    "OldPassword",
    "NewPassword",
    "MFABindRequired",
    "SerialNumber",
    "VirtualMFADeviceName",
    "AuthenticationCode1",
    "AuthenticationCode2",
    "AccountAlias",
    "MinimumPasswordLength",
    "LoginNetworkMasks",
    "PrincipalType",
    "PrincipalName",
    "ResourceGroupId",
    "CascadingDelete",
]
PARAMETERS = st.sampled_from(NAMES_OF_PARAMETERS)


@FUZZ
@given(operation=st.sampled_from(ACTIONS), params=st.dictionaries(PARAMETERS, VALUES, max_size=8))
def test_any_parameters_get_an_answer(desk: Desk, operation, params):
    """Signed calls of every action with parameters of every kind."""
    version, action = operation
    assert is_orderly(desk.ask_signed({"Version": version, "Action": action, **params}))


@pytest.mark.parametrize(("version", "action"), ACTIONS)
def test_every_action_survives_having_no_parameters(desk: Desk, version, action):
    """What is missing is named; nothing breaks."""
    answer = desk.ask_signed({"Version": version, "Action": action})
    assert is_orderly(answer)
    assert answer.status in (200, 400, 501)


@pytest.mark.parametrize("query", [b"Action=%ff", b"Action=\xff", b"a=1&a=2"])
def test_text_that_is_no_text(desk: Desk, query):
    """Bytes that are not UTF-8, and a parameter that contradicts itself, are InvalidParameter.Format."""
    answer = desk.ask(RawRequest("POST", query, {}))
    assert (answer.status, json.loads(answer.body)["Code"]) == (400, "InvalidParameter.Format")


def test_a_body_may_not_exceed_ten_megabytes():
    """A larger one is refused without being read to its end."""

    with EmbeddedAccount() as account, requests.Session() as session:
        session.trust_env = False
        headers = {"content-type": FORM}
        reply = session.post(account.endpoint, data=b"a=" + b"x" * 11_000_000, headers=headers, timeout=10)
        assert (reply.status_code, reply.json()["Code"]) == (413, "RequestBodyTooLarge")


@pytest.mark.parametrize(
    "request_text",
    [b"\x16\x03\x01 is no HTTP\r\n\r\n", b"POST /?a=" + b"x" * 70_000 + b" HTTP/1.1\r\nHost: a\r\n\r\n"],
)
def test_what_is_no_request_gets_a_code_too(account: EmbeddedAccount, request_text):
    """Bytes that are not HTTP, and an address that no parser takes."""
    host, _, port = account.endpoint.partition("://")[2].partition(":")
    with socket.create_connection((host, int(port)), timeout=10) as connection:
        connection.sendall(request_text)
        reply = connection.makefile("rb").read()
    head, _, body = reply.partition(b"\r\n\r\n")
    assert head.startswith(b"HTTP/1.1 400 ")
    assert json.loads(body)["Code"] == "InvalidParameter.Format"
    assert is_orderly(Answer(400, body))
