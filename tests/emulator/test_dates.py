"""The service's date can be put off, so that what takes days takes no time."""

from datetime import UTC, datetime, timedelta

from ramstack.emulator import EmbeddedAccount, Settings
from tests.emulator.clients import STS, LegacySdk, refused

DAY = timedelta(days=1)


def _age(created: str) -> timedelta:
    return datetime.now(UTC) - datetime.fromisoformat(created)


def test_the_offset_is_in_what_the_service_writes():
    """Dates of what is made lie back; signatures of today are still right."""
    with EmbeddedAccount(settings=Settings(date_offset=-90 * DAY)) as account:
        sdk = LegacySdk(account)
        created = sdk.ram("CreateUser", UserName="alice")["User"]["CreateDate"]
        assert abs(_age(created) - 90 * DAY) < DAY
        account.shift(90 * DAY)
        created = sdk.ram("CreateUser", UserName="bob")["User"]["CreateDate"]
        assert abs(_age(created)) < DAY
        sdk.close()


def test_servers_on_one_file_agree_on_a_shift(tmp_path):
    """It is kept in the file, and a reset takes it back."""
    path = tmp_path / "local.db"
    with EmbeddedAccount(path) as one, EmbeddedAccount(path) as two:
        one.shift(10 * DAY)
        made = two.edit("CreateUser", UserName="alice")["User"]
        assert abs(_age(made["CreateDate"]) + 10 * DAY) < DAY
        one.world.reset()
        made = two.edit("CreateUser", UserName="alice")["User"]
        assert abs(_age(made["CreateDate"])) < DAY


def test_a_session_ends_by_the_services_date(account: EmbeddedAccount, sdk: LegacySdk):
    """After its hour it has expired."""
    trust = {
        "Version": "1",
        "Statement": [
            {
                "Effect": "Allow",
                "Action": "sts:AssumeRole",
                "Principal": {"RAM": [f"acs:ram::{account.account_id}:root"]},
            }
        ],
    }
    account.seed(
        {
            "roles": [{"name": "r", "trust": trust}],
            "users": [{"name": "alice"}],
            "attachments": [{"principal": "user/alice", "policy": "system/AliyunSTSAssumeRoleAccess"}],
        }
    )
    key = sdk.ram("CreateAccessKey", UserName="alice")["AccessKey"]
    alice = LegacySdk(account, key["AccessKeyId"], key["AccessKeySecret"])
    request = {"RoleArn": f"acs:ram::{account.account_id}:role/r", "RoleSessionName": "night"}
    session = alice.other(STS, "AssumeRole", request)["Credentials"]
    worker = LegacySdk(
        account, session["AccessKeyId"], session["AccessKeySecret"], token=session["SecurityToken"]
    )
    worker.other(STS, "GetCallerIdentity")
    account.shift(timedelta(hours=1))
    with refused("InvalidSecurityToken.Expired", 400):
        worker.other(STS, "GetCallerIdentity")
    for client in (alice, worker):
        client.close()
