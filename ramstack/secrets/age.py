"""age: files that only their recipients can decrypt."""

from __future__ import annotations

from pathlib import Path

from ramstack.model.errors import SinkFailed
from ramstack.model.sink import AgeWish
from ramstack.secrets.folder import FolderSink, Seal


def age_sink(name: str, wish: AgeWish, cwd: Path) -> FolderSink:
    """Armored text files: they survive mail, chat and git. Nobody but the recipients can read them, ramstack neither."""
    return FolderSink(name, cwd / wish.path, suffix=".age", seal=_sealer(name, wish.recipients))


def _sealer(name: str, recipients: tuple[str, ...]) -> Seal:
    """Its failures tell nothing of the content."""

    def seal(content: bytes) -> bytes:
        import pyrage  # noqa: PLC0415 - only who delivers needs it

        try:
            keys = [_key_kind(text).Recipient.from_str(text) for text in recipients]
            return bytes(pyrage.encrypt(content, keys, armored=True))
        except (pyrage.RecipientError, pyrage.EncryptError):
            failure = SinkFailed(name, "its recipients are not public keys that age can encrypt to")
        raise failure

    return seal


def _key_kind(text: str):  # type: ignore[no-untyped-def]  # noqa: ANN202 - modules without types
    from pyrage import ssh, x25519  # noqa: PLC0415 - see above

    return ssh if text.startswith("ssh-") else x25519
