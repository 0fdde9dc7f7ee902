"""The connection to one account: the parts of the gateway, put together."""

from __future__ import annotations

import os
import time
from collections import Counter
from collections.abc import Callable, Mapping
from contextlib import closing
from functools import partial
from random import Random
from types import TracebackType
from typing import Self

from ramstack.gateway.channel import Channel
from ramstack.gateway.client import REGION, Client
from ramstack.gateway.credentials import Credential, CredentialSource
from ramstack.gateway.endpoint import parse_endpoint
from ramstack.gateway.inventory import SdkInventory
from ramstack.gateway.kms import Kms
from ramstack.gateway.pacing import Pacer
from ramstack.gateway.port import Reader, Writer
from ramstack.gateway.probe import SdkProber, diagnosis_of, diagnosis_request, identify
from ramstack.gateway.reader import SdkReader
from ramstack.gateway.retry import Patience, Retry
from ramstack.gateway.writer import SdkWriter
from ramstack.model.errors import GatewayError
from ramstack.model.limits import Rates
from ramstack.model.proof import Diagnosis, Identity

_CA_BUNDLES = ("ALIBABA_CLOUD_CA_BUNDLE", "REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE")


class Gateway:
    """A reader, and on request a writer, over one HTTP session and one account's rates.

    Commands that only read are given `reader` and never see the gateway: what they hold has no write method.
    """

    def __init__(self, client: Client, pacer: Pacer, retry: Retry, kms: Callable[[str], Kms]) -> None:
        self._client = client
        self.kms = kms
        """The secrets of a region's KMS, written as the same caller."""
        self._pacer = pacer
        self._reading = Channel(client, pacer, retry)
        self._writing = Channel(client, pacer, retry)
        self.reader: Reader = SdkReader(self._reading)
        self.inventory = SdkInventory(self._reading)

    def writer(self) -> Writer:
        """Writers share the session, the rates and the count of calls."""
        return SdkWriter(self._writing)

    def calls(self) -> Counter[str]:
        """Requests that have left, by API, retries included; reader and writer together."""
        return self._reading.tally.by_api() + self._writing.tally.by_api()

    def prober(self, credential: Credential, region: str) -> SdkProber:
        """Tries a key against the same endpoint; IMS is asked in `region`. To be closed by whoever asked for it."""
        return SdkProber(credential, self._client.endpoint, region, ca_bundle=self._client.ca_bundle)

    def identify(self, credential: Credential) -> Identity:
        """Whose key it is, if the service accepts it at the same endpoint; one call."""
        with closing(
            Client(lambda: credential, self._client.endpoint, ca_bundle=self._client.ca_bundle)
        ) as client:
            return identify(client)

    def diagnose(self, encoded: str) -> Diagnosis | None:
        """What stands behind somebody's denial; None where these credentials may not know."""
        try:
            return diagnosis_of(self._reading.read(diagnosis_request(encoded)))
        except GatewayError:
            return None

    def throttled(self) -> int:
        """Requests that the service throttled; each was repeated later, or given up."""
        return self._pacer.throttled

    def close(self) -> None:
        self._client.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()


def connect(
    credentials: CredentialSource,
    *,
    endpoint: str | None = None,
    rates: Rates | None = None,
    region: str = REGION,
    environ: Mapping[str, str] = os.environ,
    clock: Callable[[], float] = time.monotonic,
    sleep: Callable[[float], None] = time.sleep,
    random: Random | None = None,
    patience: Patience | None = None,
) -> Gateway:
    """Nothing is sent yet. Raises BadEndpoint, and CredentialsMissing rather here than in the middle of a run."""
    base = parse_endpoint(endpoint)
    credentials()
    dice = random or Random()  # noqa: S311 - spreads waits, keeps no secret
    ca_bundle = next((environ[name] for name in _CA_BUNDLES if environ.get(name)), None)
    return Gateway(
        Client(credentials, base, region=region, ca_bundle=ca_bundle),
        Pacer(rates or Rates(), clock=clock, sleep=sleep, random=dice),
        Retry(clock=clock, sleep=sleep, random=dice, patience=patience),
        partial(Kms, credentials, base),
    )
