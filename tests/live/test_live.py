"""The comparison with a live account, tried on embedded ones: equal where they are, and every probe notices a deviation."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace

import pytest

from ramstack.emulator import EmbeddedAccount, Quotas, Settings
from tests.live.__main__ import main
from tests.live.client import Client, Reply, connect
from tests.live.compare import compare
from tests.live.sequences import PROBES, SEQUENCES
from tests.live.steps import Step

PREFIX = "ramstack-live-x"


@pytest.fixture(name="clients", scope="module")
def _clients() -> Iterator[tuple[Client, Client]]:
    """Of two accounts that have nothing in common but the code."""
    with (
        EmbeddedAccount(settings=Settings(quota="documented")) as one,
        EmbeddedAccount(settings=Settings(quota="documented")) as two,
        connect(one.access_key_id, one.access_key_secret, one.endpoint) as first,
        connect(two.access_key_id, two.access_key_secret, two.endpoint) as second,
    ):
        yield first, second


class Deviating:
    """An account that answers one step of a probe with another status."""

    def __init__(self, client: Client, step: Step) -> None:
        self._client, self._step = client, step

    def call(self, version: str, action: str, params: Mapping[str, str], nonce: str = "") -> Reply:
        reply = self._client.call(version, action, params, nonce)
        is_meant = (version, action, set(params)) == (
            self._step.version,
            self._step.action,
            set(self._step.params),
        )
        return replace(reply, status=418) if is_meant else reply


@pytest.mark.parametrize("probe", PROBES, ids=lambda probe: probe.name)
def test_every_probe_notices_another_answer(clients: tuple[Client, Client], probe):
    """A deviation of its last step is told, with the number of the question."""
    live, embedded = clients
    found = compare(probe, Deviating(live, probe.steps[-1]), embedded, PREFIX)
    assert any(difference.live.startswith("418") for difference in found)
    assert all(f"question {probe.question}, " in str(difference) for difference in found)


@pytest.mark.parametrize("sequence", SEQUENCES, ids=lambda sequence: sequence.name)
def test_accounts_of_one_kind_do_not_differ(clients: tuple[Client, Client], sequence):
    """Whatever must differ is not told; and nothing is left behind."""
    assert compare(sequence, *clients, PREFIX) == []


def test_there_is_a_probe_for_every_open_question():
    """One for each number of ram-api.md section 8."""
    assert [probe.question for probe in PROBES] == list(range(1, 13))


DEVIATIONS = {
    1: Settings(list_users_tags=False),
    5: Settings(limits=Quotas(document_length=2048)),
    6: Settings(quota="off"),
}


@pytest.mark.parametrize("question", DEVIATIONS)
def test_a_deviation_is_told_by_its_probe(question):
    """An account that is set to behave otherwise differs in that probe, and in no other."""
    answers = dict.fromkeys(("RAMSTACK_LIVE",), "1")
    settings = replace(
        DEVIATIONS[question], quota=DEVIATIONS[question].quota if question == 6 else "documented"
    )
    with EmbeddedAccount(settings=settings) as account:
        told: list[str] = []
        environ = {**answers, **account.environment, "RAMSTACK_LIVE_ENDPOINT": account.endpoint}
        assert main(environ, told.append) == 0
        state = account.state()
    assert told[:-1]
    assert all(f"question {question}, " in line for line in told[:-1])
    assert not any(state[part] for part in ("users", "groups", "policies", "roles", "attachments"))


def test_without_consent_nothing_is_called():
    """It says what is needed, and ends as wrong usage."""
    told: list[str] = []
    assert main({"ALIBABA_CLOUD_ACCESS_KEY_ID": "x"}, told.append) == 64
    assert "RAMSTACK_LIVE=1" in told[0]
