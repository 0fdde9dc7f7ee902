"""The text of one file: read once, bounded, UTF-8, without characters that YAML forbids."""

from __future__ import annotations

import hashlib
import os
import re
import unicodedata
from dataclasses import dataclass
from pathlib import Path

from ramstack.model.problem import Origin, Problem, error
from ramstack.model.stack import InputFile

UNREADABLE = "unreadable-file"
MAX_BYTES = 10 * 1024 * 1024
_FORBIDDEN = re.compile("[^\t\n\r\x20-\x7e\x85\xa0-\ud7ff\ue000-\ufefe\uff00-\ufffd\U00010000-\U0010ffff]")
_BREAK = re.compile("\r\n|[\n\r\x85\u2028\u2029]")


class Unreadable(Exception):
    """Raised for a file that cannot be read on: nothing more can be said of it than `problem`."""

    def __init__(self, problem: Problem) -> None:
        super().__init__(problem.detail)
        self.problem = problem


@dataclass(frozen=True, slots=True)
class TextFile:
    """`path` is the file as people named it; `text` is without byte order mark."""

    path: str
    text: str
    sha256: str

    @property
    def as_input(self) -> InputFile:
        return InputFile(self.path, self.sha256)


def real_path(path: Path) -> Path:
    """The file itself, all links followed; never raises for links that lead in a circle, as `Path.resolve` does."""
    return Path(os.path.realpath(path))


def read_text(path: Path) -> TextFile:
    """The file's text. Raises Unreadable with the one reason why it has none."""
    name = path.as_posix()
    return text_file(name, _read_bytes(path, name))


def text_file(name: str, content: bytes) -> TextFile:
    """What a file of this content would say. Raises Unreadable."""
    text = _decode(content, name).removeprefix("\ufeff")
    odd = _FORBIDDEN.search(text)
    if odd:
        origin = place_after(name, text[: odd.start()])
        raise Unreadable(
            error("odd-character", "Forbidden character", _about_character(odd.group()), origin=origin)
        )
    return TextFile(name, text, hashlib.sha256(content).hexdigest())


def _read_bytes(path: Path, name: str) -> bytes:
    try:
        is_special = path.exists() and not path.is_file()
        content = b"" if is_special else _read_start(path)
    except (OSError, ValueError) as reason:
        raise _unreadable(name, getattr(reason, "strerror", None) or str(reason)) from reason
    if is_special:
        raise _unreadable(name, "it is not a regular file")
    if len(content) > MAX_BYTES:
        detail = f"{name} is larger than {MAX_BYTES // 1024**2} MiB. Split the stack into a folder of smaller files."
        raise Unreadable(error("file-too-large", "File too large", detail, origin=Origin(name)))
    return content


def _read_start(path: Path) -> bytes:
    with path.open("rb") as stream:
        return stream.read(MAX_BYTES + 1)


def _unreadable(name: str, why: str) -> Unreadable:
    detail = f"{name} cannot be read: {why[:1].lower()}{why[1:]}."
    return Unreadable(error(UNREADABLE, "File cannot be read", detail, origin=Origin(name)))


def _decode(content: bytes, name: str) -> str:
    try:
        return content.decode("utf-8")
    except UnicodeDecodeError as reason:
        origin = place_after(name, content[: reason.start].decode("utf-8"))
        detail = f"The byte 0x{content[reason.start]:02x} is not UTF-8. Save the file as UTF-8."
        raise Unreadable(error("not-utf-8", "File is not UTF-8", detail, origin=origin)) from reason


def lines_of(text: str) -> list[str]:
    """The lines as YAML counts them, without their ends."""
    return _BREAK.split(text)


def place_after(name: str, before: str) -> Origin:
    """The place that comes next when a file begins with `before`."""
    lines = lines_of(before)
    return Origin(name, len(lines), len(lines[-1]) + 1)


def _about_character(character: str) -> str:
    name = unicodedata.name(character, "a control character")
    return f"The character U+{ord(character):04X} ({name}) is not allowed in YAML. Remove it, or write it as an escape in double quotes."
