"""The products on the one port. The version of a request decides the product, since action names overlap."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial
from importlib.resources import files

from ramstack.emulator import (
    attachments,
    diagnosis,
    groups,
    ice,
    ims,
    keys,
    logon,
    mfa,
    mirror,
    policies,
    preferences,
    recyclebin,
    report,
    resourcegroups,
    resourcemanager,
    roles,
    sts,
    tagging,
    users,
    versions,
)
from ramstack.emulator.call import Action, Body, Call
from ramstack.emulator.errors import Refusal

READING = ("BatchGet", "Decode", "Describe", "Get", "List", "Query", "Search")


@dataclass(frozen=True)
class Product:
    """``code`` prefixes actions in policies; ``unemulated`` exist on the live service and not here yet.

    ``unsigned`` actions bring a proof of their own instead of a signature; ``denial`` is the code of a call that is not permitted,
    ``closed`` of a call to a service that the account did not activate.
    """

    name: str
    code: str
    version: str
    host: str
    actions: Mapping[str, Action]
    unemulated: frozenset[str] = frozenset()
    unsigned: frozenset[str] = frozenset()
    denial: str = "NoPermission"
    closed: str = "Inactive"


def known_operations(product: str) -> frozenset[str]:
    """What the product's SDK can ask for, from ``operations.txt``."""
    lines = files("ramstack.emulator").joinpath("operations.txt").read_text("utf-8").splitlines()
    return frozenset(action for name, _, action in (line.partition(" ") for line in lines) if name == product)


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

_IMS = {**ims.ACTIONS, **mirror.ACTIONS, **recyclebin.ACTIONS, **report.ACTIONS}
_RESOURCE_MANAGER = {**resourcemanager.ACTIONS, **resourcegroups.ACTIONS}

IMS = Product(
    name="Ims",
    code="ram",
    version="2019-08-15",
    host="ims.aliyuncs.com",
    actions=_IMS,
    unemulated=known_operations("Ims") - set(_IMS),
)

RESOURCE_MANAGER = Product(
    name="ResourceManager",
    code="resourcemanager",
    version="2020-03-31",
    host="resourcemanager.aliyuncs.com",
    actions=_RESOURCE_MANAGER,
    unemulated=known_operations("ResourceManager") - set(_RESOURCE_MANAGER),
)

STS = Product(
    name="Sts",
    code="sts",
    version="2015-04-01",
    host="sts.aliyuncs.com",
    actions=sts.ACTIONS,
    unemulated=frozenset({"AssumeRoleWithSAML"}),
    unsigned=frozenset({"AssumeRoleWithOIDC"}),
)

ICE = Product(
    name="Ice",
    code="ice",
    version="2020-11-09",
    host="ice.aliyuncs.com",
    actions=ice.ACTIONS,
    unemulated=ice.known_operations() - set(ice.ACTIONS),
    denial="Forbidden",
    closed="Forbidden.SubscriptionRequired",
)

PRODUCTS: Mapping[str, Product] = {
    product.version: product for product in (RAM, IMS, RESOURCE_MANAGER, STS, ICE)
}

SERVICES = frozenset(product.code for product in PRODUCTS.values())


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
        return partial(refuse_unemulated, product, action)
    if action not in product.actions:
        raise Refusal("InvalidApi.NotFound", f"{product.name} {product.version} has no action {action}.")
    return product.actions[action]


def refuse_unemulated(product: Product, action: str, call: Call) -> Body:  # noqa: ARG001 - the form of an action
    """Says so, and guesses nothing; whether the caller may has been decided before."""
    raise Refusal(
        "NotEmulated", f"{product.name} has the action {action}; the embedded account does not yet."
    )


def kind_of(action: str) -> str:
    """Whether an action reads or writes, by its verb."""
    return "read" if action.startswith(READING) else "write"
