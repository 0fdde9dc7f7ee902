"""The products on the one port. The version of a request decides the product, since action names overlap."""

from collections.abc import Mapping
from dataclasses import dataclass

from ramstack.emulator import (
    attachments,
    diagnosis,
    groups,
    ims,
    keys,
    logon,
    mfa,
    mirror,
    policies,
    preferences,
    resourcemanager,
    roles,
    sts,
    tagging,
    users,
    versions,
)
from ramstack.emulator.call import Action
from ramstack.emulator.errors import Refusal

READING = ("Get", "List", "Decode")


@dataclass(frozen=True)
class Product:
    """``code`` prefixes actions in policies; ``unemulated`` exist on the live service and not here yet."""

    name: str
    code: str
    version: str
    host: str
    actions: Mapping[str, Action]
    unemulated: frozenset[str] = frozenset()
    denial: str = "NoPermission"


RAM = Product(
    name="Ram",
    code="ram",
    version="2015-05-01",
    host="ram.aliyuncs.com",
    actions={
        **users.ACTIONS,
        **groups.ACTIONS,
        **policies.ACTIONS,
        **versions.ACTIONS,
        **attachments.ACTIONS,
        **tagging.ACTIONS,
        **roles.ACTIONS,
        **keys.ACTIONS,
        **logon.ACTIONS,
        **mfa.ACTIONS,
        **preferences.ACTIONS,
        **diagnosis.ACTIONS,
    },
    unemulated=frozenset(
        {
            "CreateServiceLinkedRole",
            "DeleteServiceLinkedRole",
            "GetServiceLinkedRoleTemplate",
        }
    ),
)

IMS = Product(
    name="Ims",
    code="ram",
    version="2019-08-15",
    host="ims.aliyuncs.com",
    actions={**ims.ACTIONS, **mirror.ACTIONS},
    unemulated=frozenset(
        {
            "BindMFADevice",
            "DeleteAccessKeyInRecycleBin",
            "DeleteUserInRecycleBin",
            "GenerateCredentialReport",
            "GetAccessKeyInfoInRecycleBin",
            "GetAccessKeyPolicy",
            "GetCredentialReport",
            "GetUserInRecycleBin",
            "ListAccessKeysInRecycleBin",
            "ListUserBasicInfos",
            "ListUsersInRecycleBin",
            "RestoreAccessKeyFromRecycleBin",
            "RestoreUserFromRecycleBin",
            "SetAccessKeyPolicy",
        }
    ),
)

RESOURCE_MANAGER = Product(
    name="ResourceManager",
    code="resourcemanager",
    version="2020-03-31",
    host="resourcemanager.aliyuncs.com",
    actions=resourcemanager.ACTIONS,
    unemulated=frozenset(
        ["CreateResourceGroup", "DeleteResourceGroup", "GetResourceGroup", "ListResourceGroups"]
    ),
)

STS = Product(
    name="Sts",
    code="sts",
    version="2015-04-01",
    host="sts.aliyuncs.com",
    actions=sts.ACTIONS,
    unemulated=frozenset({"AssumeRoleWithOIDC", "AssumeRoleWithSAML"}),
)

PRODUCTS: Mapping[str, Product] = {product.version: product for product in (RAM, IMS, RESOURCE_MANAGER, STS)}


def find_product(version: str) -> Product:
    if not version:
        raise Refusal("MissingVersion", "The parameter Version is required.")
    if version not in PRODUCTS:
        raise Refusal("InvalidApi.NotFound", f"No product here has the API version {version}.")
    return PRODUCTS[version]


def find_action(product: Product, action: str) -> Action:
    if not action:
        raise Refusal("MissingAction", "The parameter Action is required.")
    if action in product.unemulated:
        raise Refusal(
            "NotEmulated", f"{product.name} has the action {action}; the embedded account does not yet."
        )
    if action not in product.actions:
        raise Refusal("InvalidApi.NotFound", f"{product.name} {product.version} has no action {action}.")
    return product.actions[action]


def kind_of(action: str) -> str:
    """Whether an action reads or writes, by its verb."""
    return "read" if action.startswith(READING) else "write"
