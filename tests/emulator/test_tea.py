"""The service's present SDKs work unchanged: create, read, update, attach, detach, delete with each of them."""

import json

import pytest
from alibabacloud_ice20201109 import models as ice
from alibabacloud_ims20190815 import models as ims
from alibabacloud_ram20150501 import models as ram
from alibabacloud_resourcemanager20200331 import models as rm
from alibabacloud_sts20150401 import models as sts
from alibabacloud_tea_openapi.exceptions import ClientException

from ramstack.emulator import EmbeddedAccount
from tests.emulator.clients import DOCUMENT, OTHER_DOCUMENT
from tests.emulator.tea import tea_client

ICE_POLICY = {"policy_type": "System", "policy_name": "AliyunICEReadOnlyAccess"}


@pytest.mark.parametrize("algorithm", ["ACS3-HMAC-SHA256", "v2"])
def test_the_life_of_a_user(account: EmbeddedAccount, algorithm):
    """By the RAM client, signed with V3 and, as it can be told, with V1."""
    client = tea_client(account, "ram", signature_algorithm=algorithm)
    made = client.create_user(ram.CreateUserRequest(user_name="alice", display_name="Alice Ärmel")).body.user
    read = client.get_user(ram.GetUserRequest(user_name="alice")).body.user
    assert (read.user_id, read.display_name) == (made.user_id, "Alice Ärmel")
    client.update_user(ram.UpdateUserRequest(user_name="alice", new_user_name="alicia"))
    held = {"user_name": "alicia", **ICE_POLICY}
    client.attach_policy_to_user(ram.AttachPolicyToUserRequest(**held))
    listed = client.list_policies_for_user(ram.ListPoliciesForUserRequest(user_name="alicia"))
    assert [policy.policy_name for policy in listed.body.policies.policy] == ["AliyunICEReadOnlyAccess"]
    with pytest.raises(ClientException) as caught:
        client.delete_user(ram.DeleteUserRequest(user_name="alicia"))
    assert (caught.value.code, caught.value.status_code) == ("DeleteConflict.User.Policy", 409)
    client.detach_policy_from_user(ram.DetachPolicyFromUserRequest(**held))
    client.delete_user(ram.DeleteUserRequest(user_name="alicia"))
    assert account.state()["users"] == []


def test_the_life_of_a_policy(account: EmbeddedAccount):
    """Lists that the Tea client shrinks into JSON texts are understood."""
    client = tea_client(account, "ram")
    tags = [ram.CreatePolicyRequestTag(key="team", value="media")]
    client.create_policy(ram.CreatePolicyRequest(policy_name="p", policy_document=DOCUMENT, tag=tags))
    client.create_policy_version(
        ram.CreatePolicyVersionRequest(policy_name="p", policy_document=OTHER_DOCUMENT, set_as_default=True)
    )
    read = client.get_policy(ram.GetPolicyRequest(policy_name="p", policy_type="Custom")).body
    assert read.default_policy_version.policy_document == OTHER_DOCUMENT
    rows = client.list_tag_resources(
        ram.ListTagResourcesRequest(resource_type="policy", resource_names=["p"])
    ).body.tag_resources
    assert [(row.resource_name, row.tag_key, row.tag_value) for row in rows] == [("p", "team", "media")]
    client.delete_policy(ram.DeletePolicyRequest(policy_name="p", cascading_delete=True))
    assert account.state()["policies"] == []


def test_the_life_of_an_ims_user(account: EmbeddedAccount):
    """Flat lists of tags, login names, pages with tags."""
    client, principal = tea_client(account, "ims"), f"alice@{account.account_id}.onaliyun.com"
    tags = [ims.CreateUserRequestTag(key="team", value="media")]
    made = client.create_user(
        ims.CreateUserRequest(user_principal_name=principal, display_name="Alice", tag=tags)
    ).body.user
    assert [(tag.tag_key, tag.tag_value) for tag in made.tags.tag] == [("team", "media")]
    client.update_user(ims.UpdateUserRequest(user_principal_name=principal, new_display_name="Alicia"))
    listed = client.list_users(ims.ListUsersRequest(tag=[ims.ListUsersRequestTag(key="team")])).body
    assert [user.display_name for user in listed.users.user] == ["Alicia"]
    client.create_group(ims.CreateGroupRequest(group_name="readers"))
    joined = {"user_principal_name": principal, "group_name": "readers"}
    client.add_user_to_group(ims.AddUserToGroupRequest(**joined))
    client.remove_user_from_group(ims.RemoveUserFromGroupRequest(**joined))
    client.delete_group(ims.DeleteGroupRequest(group_name="readers"))
    client.delete_user(ims.DeleteUserRequest(user_principal_name=principal))
    assert (account.state()["users"], account.state()["groups"]) == ([], [])


def test_grants_by_resource_manager(account: EmbeddedAccount):
    """Attach, list, detach for a user, in the account and in a resource group of its own."""
    account.seed({"users": [{"name": "alice"}]})
    client = tea_client(account, "resourcemanager")
    group = client.create_resource_group(
        rm.CreateResourceGroupRequest(name="media", display_name="Media")
    ).body.resource_group
    principal = {
        "principal_type": "IMSUser",
        "principal_name": f"alice@{account.account_id}.onaliyun.com",
        "policy_type": "System",
        "policy_name": "AliyunICEFullAccess",
    }
    for scope in (account.account_id, group.id):
        client.attach_policy(rm.AttachPolicyRequest(resource_group_id=scope, **principal))
    rows = client.list_policy_attachments(rm.ListPolicyAttachmentsRequest(page_size=100)).body
    scopes = [row.resource_group_id for row in rows.policy_attachments.policy_attachment]
    assert (rows.total_count, scopes) == (2, [account.account_id, group.id])
    for scope in (account.account_id, group.id):
        client.detach_policy(rm.DetachPolicyRequest(resource_group_id=scope, **principal))
    client.delete_resource_group(rm.DeleteResourceGroupRequest(resource_group_id=group.id))
    assert account.state()["attachments"] == []


def _trust(account: EmbeddedAccount) -> str:
    principal = {"RAM": [f"acs:ram::{account.account_id}:root"]}
    statement = {"Effect": "Allow", "Action": "sts:AssumeRole", "Principal": principal}
    return json.dumps({"Version": "1", "Statement": [statement]})


def test_a_session_of_a_role(account: EmbeddedAccount):
    """A user assumes a role by the STS client, and calls with its token."""
    root = tea_client(account, "ram")
    root.create_role(ram.CreateRoleRequest(role_name="r", assume_role_policy_document=_trust(account)))
    root.attach_policy_to_role(ram.AttachPolicyToRoleRequest(role_name="r", **ICE_POLICY))
    alice = _key_of_alice(account, "AliyunSTSAssumeRoleAccess")
    request = sts.AssumeRoleRequest(
        role_arn=f"acs:ram::{account.account_id}:role/r", role_session_name="night"
    )
    session = tea_client(account, "sts", alice).assume_role(request).body.credentials.to_map()
    identity = tea_client(account, "sts", session).get_caller_identity().body
    assert identity.arn == f"acs:sts::{account.account_id}:assumed-role/r/night"
    tea_client(account, "ice", session).get_default_storage_location()


def _key_of_alice(account: EmbeddedAccount, *policies: str) -> dict:
    root = tea_client(account, "ram")
    root.create_user(ram.CreateUserRequest(user_name="alice"))
    for name in policies:
        root.attach_policy_to_user(
            ram.AttachPolicyToUserRequest(user_name="alice", policy_type="System", policy_name=name)
        )
    made = root.create_access_key(ram.CreateAccessKeyRequest(user_name="alice"))
    return made.body.access_key.to_map()


PROBES = {
    "GetDefaultStorageLocation": lambda client: client.get_default_storage_location(),
    "ListPipelines": lambda client: client.list_pipelines(ice.ListPipelinesRequest()),
    "GetCategories": lambda client: client.get_categories(ice.GetCategoriesRequest()),
    "GetContentAnalyzeConfig": lambda client: client.get_content_analyze_config(),
    "GetMediaConnectAvailableRegion": lambda client: client.get_media_connect_available_region(),
    "ListMediaBasicInfos": lambda client: client.list_media_basic_infos(
        ice.ListMediaBasicInfosRequest(max_results=1)
    ),
    "SearchEditingProject": lambda client: client.search_editing_project(ice.SearchEditingProjectRequest()),
    "BatchGetMediaInfos": lambda client: client.batch_get_media_infos(ice.BatchGetMediaInfosRequest()),
}
OUTSIDE_READ_ONLY = {"SearchEditingProject", "BatchGetMediaInfos"}


def test_ice_probes_tell_what_the_caller_may(account: EmbeddedAccount):
    """Denied without a policy, allowed by the read-only policy but for what it does not cover, allowed by full access."""
    client, root = tea_client(account, "ice", _key_of_alice(account)), tea_client(account, "ram")
    assert {name for name in PROBES if _is_denied(client, name)} == set(PROBES)
    held = {"user_name": "alice", **ICE_POLICY}
    root.attach_policy_to_user(ram.AttachPolicyToUserRequest(**held))
    assert {name for name in PROBES if _is_denied(client, name)} == OUTSIDE_READ_ONLY
    root.detach_policy_from_user(ram.DetachPolicyFromUserRequest(**held))
    root.attach_policy_to_user(
        ram.AttachPolicyToUserRequest(**{**held, "policy_name": "AliyunICEFullAccess"})
    )
    assert not any(_is_denied(client, name) for name in PROBES)


def _is_denied(client, name: str) -> bool:
    try:
        PROBES[name](client)
    except ClientException as error:
        shown = (error.code, error.status_code, error.access_denied_detail["NoPermissionType"])
        return shown == ("Forbidden", 403, "ImplicitDeny")
    return False


def test_other_operations_of_ice_are_judged_and_then_not_emulated(account: EmbeddedAccount):
    """A denial is a denial; who may is told that the embedded account has no such thing."""
    request = ice.DeletePipelineRequest(pipeline_id="x")
    with pytest.raises(ClientException) as caught:
        tea_client(account, "ice", _key_of_alice(account)).delete_pipeline(request)
    assert caught.value.code == "Forbidden"
    with pytest.raises(Exception, match="NotEmulated") as caught:
        tea_client(account, "ice").delete_pipeline(request)
    assert caught.value.status_code == 501


def test_a_wrong_secret_and_a_wrong_key(account: EmbeddedAccount):
    """The codes that tell them apart."""
    key = {"AccessKeyId": account.access_key_id, "AccessKeySecret": "wrong"}
    for changed, code in (
        (key, "SignatureDoesNotMatch"),
        ({**key, "AccessKeyId": "no"}, "InvalidAccessKeyId.NotFound"),
    ):
        with pytest.raises(ClientException) as caught:
            tea_client(account, "sts", changed).get_caller_identity()
        assert caught.value.code == code
