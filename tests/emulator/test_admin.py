"""Admin calls: looking, filling, breaking, editing."""

from collections.abc import Iterator

import pytest
import requests

from ramstack.emulator import EmbeddedAccount
from tests.emulator.clients import DOCUMENT, LegacySdk, refused, send

SEED = {
    "users": [{"name": "alice", "display_name": "Alice", "tags": {"team": "media"}}],
    "groups": [{"name": "readers", "comments": "c"}],
    "policies": [{"name": "p", "document": DOCUMENT, "description": "d", "tags": {"a": "1"}}],
    "roles": [{"name": "r", "trust": "{}"}],
    "attachments": [
        {"principal": "group/readers", "policy": "custom/p", "scope": ""},
        {"principal": "user/alice", "policy": "system/AliyunICEFullAccess", "scope": "rg-x"},
    ],
    "memberships": [{"user": "alice", "group": "readers"}],
}


class AdminClient:
    def __init__(self, account: EmbeddedAccount) -> None:
        self._base = f"{account.endpoint}/_admin"
        self._session = requests.Session()
        self._session.trust_env = False
        self._session.headers["x-ramstack-admin-token"] = account.admin_token

    def close(self) -> None:
        self._session.close()

    def get(self, path: str) -> requests.Response:
        return self._session.get(f"{self._base}/{path}", timeout=10)

    def post(self, path: str, value: object = None) -> requests.Response:
        return self._session.post(f"{self._base}/{path}", json=value, timeout=10)


@pytest.fixture
def admin(account: EmbeddedAccount) -> Iterator[AdminClient]:
    client = AdminClient(account)
    yield client
    client.close()


def test_a_state_can_be_seeded_again(account: EmbeddedAccount, admin: AdminClient):
    """What a seed planted is what the state shows, and the state is a seed."""
    assert admin.post("seed", SEED).status_code == 200
    state = admin.get("state").json()
    assert state == account.state()
    planted = {name: state[name] for name in SEED}
    assert admin.post("reset").status_code == 200
    assert not any(admin.get("state").json().values())
    assert admin.post("seed", planted).status_code == 200
    assert admin.get("state").json() == state


def test_reset_keeps_who_the_account_is(account: EmbeddedAccount, admin: AdminClient, sdk: LegacySdk):
    """The id and the root key stay good; the system policies stay."""
    before = account.account_id, account.access_key_secret
    admin.post("reset")
    assert (account.world.account_id, account.access_key_secret) == before
    assert (
        sdk.ram("GetPolicy", PolicyName="AliyunICEFullAccess", PolicyType="System")["Policy"][
            "AttachmentCount"
        ]
        == 0
    )


def test_calls_are_logged_without_secrets(account: EmbeddedAccount, admin: AdminClient, sdk: LegacySdk):
    """Who called what, how it was answered, whether it reads or writes; never a password."""
    sdk.ram("CreateUser", UserName="alice")
    sdk.ram("CreateLoginProfile", UserName="alice", Password="Very-secret-9")
    with refused("EntityNotExist.User", 404):
        sdk.ram("GetUser", UserName="nobody")
    calls = admin.get("calls").json()
    assert [(call["action"], call["kind"], call["status"], call["code"]) for call in calls] == [
        ("CreateUser", "write", 200, ""),
        ("CreateLoginProfile", "write", 200, ""),
        ("GetUser", "read", 404, "EntityNotExist.User"),
    ]
    assert calls[0]["caller"] == f"acs:ram::{account.account_id}:root"
    assert calls[0]["params"] == {"UserName": "alice"}
    assert calls[1]["params"]["Password"] == "***"
    assert "Very-secret-9" not in admin.get("calls").text
    assert account.access_key_secret not in admin.get("calls").text
    assert admin.get("calls/counts").json() == {"CreateLoginProfile": 1, "CreateUser": 1, "GetUser": 1}
    account.forget_calls()
    assert admin.get("calls").json() == []


def test_faults_by_admin_call(account: EmbeddedAccount, admin: AdminClient):
    """Faults are a JSON list; an unknown effect is refused."""
    assert admin.post("faults", [{"effect": "throttle", "action": "ListUsers", "nth": 1}]).status_code == 200
    assert [send(account, {"Action": "ListUsers"}).status_code for _ in range(2)] == [400, 200]
    assert admin.post("faults", [{"effect": "explode"}]).status_code == 400


def test_edits_are_like_a_colleague_at_the_console(account: EmbeddedAccount, admin: AdminClient):
    """An edit does what the action does, with its refusals, and stands in no log."""
    made = admin.post("edit", {"action": "CreateUser", "params": {"UserName": "alice"}})
    assert made.json()["User"]["UserName"] == "alice"
    again = admin.post("edit", {"action": "CreateUser", "params": {"UserName": "alice"}})
    assert (again.status_code, again.json()["Code"]) == (409, "EntityAlreadyExists.User")
    assert account.calls() == ()


@pytest.mark.parametrize(
    ("path", "value"),
    [
        ("seed", {"people": []}),
        ("seed", {"memberships": [{"user": "nobody", "group": "nowhere"}]}),
        ("seed", {"users": [{"name": "twice"}, {"name": "twice"}]}),
        ("edit", {"act": "CreateUser"}),
        ("faults", {}),
    ],
)
def test_bad_admin_calls_change_nothing(account: EmbeddedAccount, admin: AdminClient, path, value):
    """A body that does not fit is refused whole."""
    assert admin.post(path, value).status_code == 400
    assert not any(account.state().values())


@pytest.mark.parametrize("path", ["calls", "calls/counts", "state"])
def test_admin_calls_need_the_token(account: EmbeddedAccount, path):
    """Without the token of this very server nothing is shown."""
    with requests.Session() as session:
        session.trust_env = False
        for token in ("", "wrong", "é"):
            headers = {"x-ramstack-admin-token": token.encode()}
            reply = session.get(f"{account.endpoint}/_admin/{path}", headers=headers, timeout=10)
            assert reply.status_code == 403
