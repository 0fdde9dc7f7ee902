"""A channel: requests that wait for their turn, are counted, and are repeated as far as is known to be safe."""

from __future__ import annotations

import threading
from collections import Counter

from aliyunsdkcore.request import AcsRequest

from ramstack.gateway.client import Client, Reply
from ramstack.gateway.errors import Intent
from ramstack.gateway.pacing import Pacer
from ramstack.gateway.retry import Retry
from ramstack.model.errors import Throttled


class Tally:
    """How many requests have left, by API (`ram:ListPolicies`), retries included."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._counts: Counter[str] = Counter()

    def add(self, api: str) -> None:
        with self._lock:
            self._counts[api] += 1

    def by_api(self) -> Counter[str]:
        with self._lock:
            return Counter(self._counts)


class Channel:
    """What readers and writers speak through. May be used by many threads at once."""

    def __init__(self, client: Client, pacer: Pacer, retry: Retry) -> None:
        self._client = client
        self._pacer = pacer
        self._retry = retry
        self.tally = Tally()

    def read(self, request: AcsRequest) -> Reply:
        """The answer. Raises Refused, Throttled or Unreachable when patience ends, GatewayError."""
        return self._retry.run(lambda: self._attempt(request, "read"))

    def write(self, request: AcsRequest, *, has_turn: bool = False) -> Reply:
        """The answer. Raises also Uncertain. `has_turn`: the first attempt was waited for with `await_turn`."""
        turns = iter((has_turn,))
        return self._retry.run(lambda: self._attempt(request, "write", has_turn=next(turns, False)))

    def await_turn(self, api: str) -> None:
        self._pacer.take(api)

    def _attempt(self, request: AcsRequest, intent: Intent, *, has_turn: bool = False) -> Reply:
        api = api_of(request)
        if not has_turn:
            self._pacer.take(api)
        self.tally.add(api)
        try:
            return self._client.send(request, intent)
        except Throttled:
            self._pacer.slow_down(api)
            raise


def api_of(request: AcsRequest) -> str:
    """The name under which the service counts: `ram:AttachPolicyToUser`."""
    return f"{request.get_product().lower()}:{request.get_action_name()}"
