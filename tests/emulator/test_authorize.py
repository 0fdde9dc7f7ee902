"""What RAM users may do: their policies decide, Deny over Allow, and doubt is no."""

import json

import pytest

from ramstack.emulator import EmbeddedAccount
from tests.emulator.clients import IMS, RM, STS, LegacySdk, refused


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


@pytest.mark.parametrize("effect", ["Allow", "Deny"])
def test_a_condition_never_helps(account: EmbeddedAccount, sdk: LegacySdk, effect):
    """What cannot be judged neither allows nor keeps a Deny from denying."""
    condition = {"IpAddress": {"acs:SourceIp": "127.0.0.1"}}
    other = [_statement("Allow", "*")] if effect == "Deny" else []
    alice = _enter(account, sdk, _statement(effect, "ram:ListUsers", Condition=condition), *other)
    with refused("NoPermission", 403):
        alice.ram("ListUsers")
    alice.close()


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
