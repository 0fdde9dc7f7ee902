"""Guided fuzzing of the embedded account with atheris, for as long as one likes: `make fuzz`, or

    python -m tests.emulator.fuzz -max_total_time=600

Not a test of its own: atheris is installed for it where it can be. What it finds becomes a case of ``test_fuzz``.
"""

import shutil
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import atheris

with atheris.instrument_imports(include=["ramstack"]):
    from ramstack.emulator.seed import Seed, plant
    from ramstack.emulator.wire import RawRequest
    from ramstack.emulator.world import World
    from tests.emulator import test_fuzz

RESET_EVERY = 2_000
METHODS = ["GET", "POST", "PUT"]
HEADERS = ["content-type", "authorization", "accept", "x-acs-action", "x-acs-version", "x-acs-date"]


class Fuzzer:
    """A world that is emptied now and then, and one call for each input."""

    def __init__(self, folder: Path) -> None:
        self._world = World(folder / "world.db")
        self._desk = test_fuzz.Desk(self._world)
        self._asked = 0

    def __call__(self, data: bytes) -> None:
        if self._asked % RESET_EVERY == 0:
            self._world.reset()
            plant(self._world, Seed.model_validate(test_fuzz.HOLDINGS))
        self._asked += 1
        answer = self._ask(atheris.FuzzedDataProvider(data))
        if not test_fuzz.is_orderly(answer):
            raise AssertionError(answer)

    def _ask(self, source: atheris.FuzzedDataProvider) -> test_fuzz.Answer:
        if source.ConsumeIntInRange(0, 9) == 0:
            return self._desk.ask(_raw(source))
        version, action = source.PickValueInList(test_fuzz.ACTIONS)
        params = {"Version": version, "Action": action, **dict(_params(source))}
        method = source.PickValueInList(METHODS[:2])
        return self._desk.ask_signed(params, method)


def _raw(source: atheris.FuzzedDataProvider) -> RawRequest:
    headers = {
        source.PickValueInList(HEADERS): _text(source, 60) for _ in range(source.ConsumeIntInRange(0, 4))
    }
    query = source.ConsumeBytes(200)
    return RawRequest(source.PickValueInList(METHODS), query, headers, source.ConsumeBytes(200))


def _params(source: atheris.FuzzedDataProvider) -> Iterator[tuple[str, str]]:
    for _ in range(source.ConsumeIntInRange(0, 8)):
        name = source.PickValueInList(test_fuzz.NAMES_OF_PARAMETERS)
        if source.ConsumeBool():
            yield name, source.PickValueInList(test_fuzz.TELLING_VALUES)
        else:
            yield name, _text(source, 80)


def _text(source: atheris.FuzzedDataProvider, longest: int) -> str:
    """Texts that can be sent: no halves of surrogate pairs."""
    return source.ConsumeUnicodeNoSurrogates(longest)


def main() -> None:
    folder = Path(tempfile.mkdtemp(prefix="ramstack-fuzz-"))
    try:
        atheris.Setup([sys.argv[0], "-len_control=0", "-max_len=600", *sys.argv[1:]], Fuzzer(folder))
        atheris.Fuzz()
    finally:
        shutil.rmtree(folder, ignore_errors=True)


if __name__ == "__main__":
    main()
