"""Folders: a file a credential, for its owner alone, either whole or not there."""

from __future__ import annotations

import json
import os
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import TypeAlias

from ramstack.model.errors import SinkFailed
from ramstack.secrets.names import file_stem
from ramstack.secrets.payload import Payload

Seal: TypeAlias = Callable[[bytes], bytes]
"""What the bytes of a payload become before they are written."""

Guard: TypeAlias = Callable[[Path], str]
"""Why a file must not be written, in a sentence; empty where it may."""


_ASIDE = ".ramstack-"


class FolderSink:
    """Files in `folder`, sealed by `seal`, where `guard` has nothing against them."""

    def __init__(
        self, name: str, folder: Path, *, suffix: str, seal: Seal, guard: Guard = lambda _: ""
    ) -> None:
        self._name = name
        self._folder = folder
        self._suffix = suffix
        self._seal = seal
        self._guard = guard

    def check(self) -> None:
        """Seals and writes a file without content, and removes it again. The folder is made where there is none."""
        probe = self._folder / f"{_ASIDE}check{self._suffix}"
        self._refuse_where_unsafe(probe)
        try:
            self._seal(b"")
            _make_folder(self._folder)
            _write_beside(probe, b"").unlink()
        except OSError as reason:
            raise self._failure(reason) from None

    def deliver(self, payload: Payload) -> str:
        """The path of the file."""
        path = self._folder / f"{file_stem(payload)}{self._suffix}"
        self._refuse_where_unsafe(path)
        document = json.dumps(payload.reveal(), ensure_ascii=False, indent=2) + "\n"
        try:
            _make_folder(self._folder)
            write_private(path, self._seal(document.encode()))
        except OSError as reason:
            raise self._failure(reason) from None
        return str(path)

    def _refuse_where_unsafe(self, path: Path) -> None:
        if complaint := self._guard(path):
            raise SinkFailed(self._name, complaint)

    def _failure(self, reason: OSError) -> SinkFailed:
        return SinkFailed(
            self._name, f"cannot write below {self._folder}: {reason.strerror or reason}", transient=True
        )


def write_private(path: Path, content: bytes) -> None:
    """All of it under its name, or nothing: written aside, flushed to the disk, and renamed. Raises OSError."""
    aside = _write_beside(path, content)
    try:
        aside.replace(path)
    except OSError:
        aside.unlink(missing_ok=True)
        raise
    _flush_folder(path.parent)


def _make_folder(folder: Path) -> None:
    """Folders that are made are for their owner alone; those that are there stay as they are."""
    for missing in reversed([one for one in (folder, *folder.parents) if not one.exists()]):
        missing.mkdir(mode=0o700, exist_ok=True)


def _write_beside(path: Path, content: bytes) -> Path:
    """A new file of mode 0600 in the folder of `path`, flushed to the disk.

    Named so that what keeps git from the folder's files keeps it from this one too: a run that is killed leaves it.
    """
    handle, aside = tempfile.mkstemp(prefix=_ASIDE, suffix=path.suffix, dir=path.parent)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
    except OSError:
        Path(aside).unlink(missing_ok=True)
        raise
    return Path(aside)


def _flush_folder(folder: Path) -> None:
    """The rename itself is on the disk from here on."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
