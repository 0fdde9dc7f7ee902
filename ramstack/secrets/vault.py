"""vault: secrets of a KV version 2 engine of HashiCorp Vault or OpenBao."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any, TypeVar
from urllib.parse import urlsplit

from ramstack.gateway.endpoint import is_loopback
from ramstack.model.errors import SinkFailed
from ramstack.model.sink import VaultWish
from ramstack.secrets.names import secret_path
from ramstack.secrets.payload import Payload

if TYPE_CHECKING:
    from hvac import Client

T = TypeVar("T")

_WRITES = frozenset({"create", "update", "root"})
_PATIENCE = 30  # seconds for Vault to answer


class VaultSink:
    """`<mount>/<path>/<user>/access-key` and `…/password`; each credential is a version.

    A program that reads the path gets the newest key: a rotation needs no change of it. VAULT_ADDR, VAULT_TOKEN,
    VAULT_NAMESPACE and VAULT_CACERT are those of Vault's own command line.
    """

    def __init__(self, name: str, wish: VaultWish, environ: Mapping[str, str]) -> None:
        self._name = name
        self._wish = wish
        self._environ = environ

    def check(self) -> None:
        """The token is valid, the engine is one of KV version 2, and the token may write below the path."""
        wish, probe = self._wish, f"{self._wish.mount}/data/{self._wish.path}/ramstack-check/access-key"
        me = self._ask(lambda vault: vault.auth.token.lookup_self(), "the token is not valid there")
        self._demand(_part(me, "data"))
        mount = self._ask(
            lambda vault: vault.adapter.get(f"/v1/sys/internal/ui/mounts/{wish.mount}"),
            f"the token may not see an engine at {wish.mount}",
        )
        if _part(mount, "data", "options", "version") != "2":
            raise SinkFailed(self._name, f"there is no KV engine of version 2 at {wish.mount}")
        may = self._ask(
            lambda vault: vault.sys.get_capabilities([probe]), "the token may not ask what it may"
        )
        capabilities = _part(may, "data", probe) or _part(may, probe) or ()
        if not _WRITES.intersection(capabilities):
            raise SinkFailed(self._name, f"the token may not write at {wish.mount}/data/{wish.path}")

    def deliver(self, payload: Payload) -> str:
        """The path of the secret."""
        path = "/".join((self._wish.path, *secret_path(payload)))
        written = self._ask(
            lambda vault: vault.secrets.kv.v2.create_or_update_secret(
                path, payload.reveal(), mount_point=self._wish.mount
            ),
            f"the token may not write at {self._wish.mount}/data/{path}",
        )
        self._demand(_part(written, "data", "version"))
        return f"{self._wish.mount}/{path}"

    def _demand(self, told: object) -> None:
        """Hvac takes whatever is no error for an answer, a redirect or a page of a proxy too: nothing is stored then."""
        if not told:
            raise SinkFailed(
                self._name, "what answers at VAULT_ADDR is not Vault, or sends elsewhere", transient=True
            )

    def _ask(self, question: Callable[[Client], T], denied: str) -> T:
        """The answer. hvac's own errors name URLs and quote answers, so they become ours here."""
        try:
            import hvac  # noqa: PLC0415 - optional
            from hvac import exceptions as says  # noqa: PLC0415 - optional
            from requests import RequestException  # noqa: PLC0415 - only where Vault is asked
        except ImportError:
            raise SinkFailed(self._name, "its package is missing: pip install 'ramstack[vault]'") from None
        try:
            return question(self._client(hvac))
        except (says.Forbidden, says.Unauthorized, says.InvalidPath):
            failure = SinkFailed(self._name, denied)
        except says.InvalidRequest:
            failure = SinkFailed(self._name, "Vault does not take the request")
        except (says.VaultError, RequestException, ValueError) as reason:
            said = f"no usable answer came from VAULT_ADDR ({type(reason).__name__})"
            failure = SinkFailed(self._name, said, transient=True)
        raise failure

    def _client(self, hvac: Any) -> Client:
        address, token = (self._environ.get(name, "") for name in ("VAULT_ADDR", "VAULT_TOKEN"))
        if missing := [n for n, value in (("VAULT_ADDR", address), ("VAULT_TOKEN", token)) if not value]:
            raise SinkFailed(self._name, f"{' and '.join(missing)} must be set")
        parts = urlsplit(address)
        if parts.scheme != "https" and not (parts.scheme == "http" and is_loopback(parts.hostname or "")):
            raise SinkFailed(
                self._name, "VAULT_ADDR must be an https URL: plain http would show every secret to the wire"
            )
        return hvac.Client(
            url=address,
            token=token,
            namespace=self._environ.get("VAULT_NAMESPACE") or None,
            verify=self._environ.get("VAULT_CACERT") or True,
            timeout=_PATIENCE,
            allow_redirects=False,
        )


def _part(answer: object, *keys: str) -> Any:
    """What an answer has under these keys; None where it has not."""
    for key in keys:
        answer = answer.get(key) if isinstance(answer, Mapping) else None
    return answer
