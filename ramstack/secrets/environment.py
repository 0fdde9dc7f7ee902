"""What a command that is run may see of the environment: nothing that could be a secret, unless it is asked for by name."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

HARMLESS = frozenset(
    {"PATH", "HOME", "USER", "LOGNAME", "SHELL", "LANG", "LC_ALL", "LC_CTYPE", "TERM", "TMPDIR", "TZ"}
)


def harmless(environ: Mapping[str, str], asked: Iterable[str] = ()) -> dict[str, str]:
    """Names that are known to hold no secret, and those that are asked for."""
    return {name: environ[name] for name in sorted(HARMLESS.union(asked)) if name in environ}
