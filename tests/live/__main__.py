"""`make live`: where does a real account answer otherwise than the embedded one?

Opt-in, since it writes to the account: RAMSTACK_LIVE=1, and a key in ALIBABA_CLOUD_ACCESS_KEY_ID and _SECRET. Everything it
makes bears a prefix (RAMSTACK_LIVE_PREFIX) and is taken away again. RAMSTACK_LIVE_ENDPOINT calls another place than the live
service. The exit code is 0 whether there are differences or not: they are what is asked for.
"""

from __future__ import annotations

import os
import secrets
import sys
from collections.abc import Callable, Mapping

from ramstack.emulator import EmbeddedAccount, Settings
from tests.live.client import connect
from tests.live.compare import Difference, compare
from tests.live.sequences import SEQUENCES

USAGE = 64


def main(environ: Mapping[str, str], say: Callable[[str], object]) -> int:
    wanted = ("ALIBABA_CLOUD_ACCESS_KEY_ID", "ALIBABA_CLOUD_ACCESS_KEY_SECRET")
    if environ.get("RAMSTACK_LIVE") != "1" or not all(environ.get(name) for name in wanted):
        say(f"This writes to a real account. Set RAMSTACK_LIVE=1 and {' and '.join(wanted)} to have it so.\n")
        return USAGE
    prefix = environ.get("RAMSTACK_LIVE_PREFIX") or f"ramstack-live-{secrets.token_hex(3)}"
    differences = _differences(environ, prefix, say)
    say(f"{len(differences)} differences in {len(SEQUENCES)} sequences\n")
    return 0


def _differences(environ: Mapping[str, str], prefix: str, say: Callable[[str], object]) -> list[Difference]:
    """Told as they are found."""
    key = environ["ALIBABA_CLOUD_ACCESS_KEY_ID"], environ["ALIBABA_CLOUD_ACCESS_KEY_SECRET"]
    found = []
    with (
        EmbeddedAccount(settings=Settings(quota="documented")) as embedded,
        connect(*key, environ.get("RAMSTACK_LIVE_ENDPOINT", "")) as live,
        connect(embedded.access_key_id, embedded.access_key_secret, embedded.endpoint) as ours,
    ):
        for sequence in SEQUENCES:
            for difference in compare(sequence, live, ours, prefix):
                say(f"{difference}\n")
                found.append(difference)
    return found


if __name__ == "__main__":
    sys.exit(main(os.environ, sys.stdout.write))
