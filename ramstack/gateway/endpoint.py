"""Where requests go: each product's public host, or one base URL for all of them."""

from __future__ import annotations

import ipaddress
from dataclasses import dataclass
from types import MappingProxyType
from urllib.parse import SplitResult, urlsplit

from ramstack.model.errors import BadEndpoint

HOSTS = MappingProxyType(
    {
        "Ram": "https://ram.aliyuncs.com",
        "Ims": "https://ims.aliyuncs.com",
        "ResourceManager": "https://resourcemanager.aliyuncs.com",
        "Sts": "https://sts.aliyuncs.com",
    }
)


@dataclass(frozen=True, slots=True)
class Endpoint:
    """The base URL of every product; an empty `override` means the public hosts."""

    override: str = ""

    def of(self, product: str) -> str:
        return self.override or HOSTS[product]


def parse_endpoint(text: str | None) -> Endpoint:
    """Plain http is for loopback only: elsewhere it would show every secret to the wire. Raises BadEndpoint."""
    if not text:
        return Endpoint()
    parts = _split(text)
    if parts.scheme not in {"http", "https"} or not parts.hostname:
        raise BadEndpoint("The endpoint must be a URL such as https://host or http://127.0.0.1:8080.")
    if parts.username or parts.password or parts.query or parts.fragment:
        raise BadEndpoint("The endpoint must be a base URL without user, query or fragment.")
    if parts.scheme == "http" and not is_loopback(parts.hostname):
        raise BadEndpoint(f"Plain http is only allowed to this machine: use https for {parts.hostname}.")
    return Endpoint(f"{parts.scheme}://{parts.netloc}{parts.path.rstrip('/')}")


def is_loopback(host: str) -> bool:
    """Judged by the text alone: a name that only resolves to loopback is not good enough, `localhost` is."""
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host.lower() == "localhost"


def _split(text: str) -> SplitResult:
    try:
        parts = urlsplit(text.strip())
        _ = parts.port
    except ValueError as error:
        raise BadEndpoint(f"The endpoint is not a URL: {error}.") from None
    return parts
