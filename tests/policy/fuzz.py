"""Guided fuzzing of the reader of policy documents with atheris, for as long as one likes: `make fuzz`, or

    python -m tests.policy.fuzz -max_total_time=600

Not a test of its own: atheris is installed for it where it can be. What it finds becomes a case of ``test_reader``.
"""

import json
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import atheris

with atheris.instrument_imports(include=["ramstack.policy"]):
    from ramstack.policy import (
        Kind,
        Relation,
        compare,
        lint_source,
        parse_document,
        read_document,
        stored_document,
    )

SEEDS = Path(__file__).parent / "cases"
WORDS = [
    "Version", "Statement", "Effect", "Allow", "Deny", "Action", "NotAction", "Resource", "NotResource", "Principal",
    "Condition", "Sid", "IpAddress", "StringLike", "NumericLessThan", "DateGreaterThan", "Bool", "acs:SourceIp",
    "acs:CurrentTime", "acs:ice:*:*:*", "ice:Get*", "sts:AssumeRole", "10.0.0.0/8", "2026-01-01T00:00:00Z", "RAM",
    '":["', '"},{"', "\\u00a0", "\u201c", "\uff0c", "1e999", "true", "null",
]  # fmt: skip


def check(data: bytes) -> None:
    """Read or told, never raised; what is read is JSON, is told the same again, and means what it means."""
    source = atheris.FuzzedDataProvider(data)
    kind = source.PickValueInList(list(Kind))
    text = source.ConsumeUnicodeNoSurrogates(4000)
    lint_source(text, kind)
    stored_document(text, kind)
    reading = read_document(text, kind)
    if reading.document is None or reading.has_errors:
        return
    json.loads(text)
    again = parse_document(reading.document.text, kind)
    if again != reading.document or compare([again], [reading.document]).relation is not Relation.EQUAL:
        raise AssertionError(text)


def main() -> None:
    with tempfile.TemporaryDirectory(prefix="ramstack-fuzz-") as folder:
        words = Path(folder, "words")
        words.write_text("".join(f'"{_escaped(word)}"\n' for word in WORDS), "ascii")
        corpus = Path(folder, "corpus")
        corpus.mkdir()
        for at, seed in enumerate(documents()):
            # The first byte says that the others are ASCII, the last one which kind of document it is.
            Path(corpus, str(at)).write_bytes(b"\x01" + json.dumps(seed).encode() + b"\x00")
        atheris.Setup([sys.argv[0], f"-dict={words}", "-max_len=4000", *sys.argv[1:], str(corpus)], check)
        atheris.Fuzz()


def documents() -> Iterator[object]:
    """Those of the cases, whatever they are wrapped in."""
    waiting = [json.loads(path.read_text("utf-8")) for path in sorted(SEEDS.rglob("*.json"))]
    while waiting:
        match waiting.pop():
            case {"Statement": _} as document:
                yield document
            case dict() as table:
                waiting.extend(table.values())
            case list() as items:
                waiting.extend(items)


def _escaped(word: str) -> str:
    return "".join(f"\\x{byte:02x}" for byte in word.encode())


if __name__ == "__main__":
    main()
