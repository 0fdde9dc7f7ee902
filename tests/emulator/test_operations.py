"""Whatever an SDK can ask for is answered: done, or said not to be emulated."""

import importlib
import inspect
import pkgutil
import re

import aliyunsdkram.request.v20150501 as legacy
import pytest

from ramstack.emulator import EmbeddedAccount
from ramstack.emulator.products import PRODUCTS
from tests.emulator.clients import IMS, RM, LegacySdk, refused

SDKS = {
    "Ram": "ram20150501",
    "Ims": "ims20190815",
    "ResourceManager": "resourcemanager20200331",
    "Sts": "sts20150401",
    "Ice": "ice20201109",
}


def _operations(product: str) -> set[str]:
    """Of the product's SDKs, from what they send."""
    source = inspect.getsource(importlib.import_module(f"alibabacloud_{SDKS[product]}.client"))
    typed = {module.name.removesuffix("Request") for module in pkgutil.iter_modules(legacy.__path__)}
    return set(re.findall(r"action *= *'(\w+)'", source)) | (typed if product == "Ram" else set())


@pytest.mark.parametrize("product", PRODUCTS.values(), ids=lambda product: product.name)
def test_every_operation_of_the_sdks_is_known(product):
    """None is taken for one that does not exist."""
    operations = _operations(product.name)
    assert len(operations) >= len(product.actions)
    assert operations - set(product.actions) - product.unemulated == set()


@pytest.mark.parametrize(
    ("version", "action"), [(IMS, "ListSAMLProviders"), (IMS, "GetPasswordPolicy"), (RM, "ListAccounts")]
)
def test_what_is_not_emulated_is_told(account: EmbeddedAccount, sdk: LegacySdk, version, action):
    """By a code of its own, so that nobody takes it for an answer of the service."""
    with refused("NotEmulated", 501):
        sdk.other(version, action)
