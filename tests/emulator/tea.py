"""The service's present SDKs, the Tea clients, pointed at an embedded account; they sign with V3."""

from collections.abc import Mapping
from types import ModuleType

import alibabacloud_ice20201109.client
import alibabacloud_ims20190815.client
import alibabacloud_ram20150501.client
import alibabacloud_resourcemanager20200331.client
import alibabacloud_sts20150401.client
from alibabacloud_tea_openapi import models as openapi

from ramstack.emulator import EmbeddedAccount

CLIENTS: Mapping[str, ModuleType] = {
    "ice": alibabacloud_ice20201109.client,
    "ims": alibabacloud_ims20190815.client,
    "ram": alibabacloud_ram20150501.client,
    "resourcemanager": alibabacloud_resourcemanager20200331.client,
    "sts": alibabacloud_sts20150401.client,
}


def tea_client(account: EmbeddedAccount, product: str, key: Mapping[str, str] | None = None, **more: str):
    """As others would write it: an endpoint, a protocol, a key."""
    key = key or {"AccessKeyId": account.access_key_id, "AccessKeySecret": account.access_key_secret}
    scheme, _, endpoint = account.endpoint.partition("://")
    config = openapi.Config(
        endpoint=endpoint,
        protocol=scheme,
        access_key_id=key["AccessKeyId"],
        access_key_secret=key["AccessKeySecret"],
        security_token=key.get("SecurityToken"),
        **more,
    )
    return CLIENTS[product].Client(config)
