"""JSON text to a tree, with the place of every value and a word for every usual slip.

RFC 8259 decides what is right. What is wrong is named (by code point where it can't be seen) and, where the meaning is
plain, read on, so that one look shows every slip. Whatever the text, ``read_json`` returns: it never raises.
"""

from __future__ import annotations

import re
import unicodedata
from bisect import bisect_right
from dataclasses import dataclass, field
from typing import NoReturn

from ramstack.policy.finding import Finding, Place, Severity
from ramstack.policy.tree import MAX_DEPTH, Entry, Items, Literal, LiteralKind, Node, Table, Text

_BLANK = re.compile(r"[ \t\r\n]*")
_PLAIN = re.compile(r'[^"\\\x00-\x1f]*')
_NUMBER = re.compile(r"-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?(?![0-9A-Za-z_.+-])")
_WORD = re.compile(r"[^\s\[\]{},:\"]+")
_HEX = re.compile(r"[0-9A-Fa-f]{4}")
_COMMENT = re.compile(r"//[^\n]*|/\*.*?(?:\*/|\Z)|#[^\n]*|--[^\n]*", re.DOTALL)
_SURROGATE = re.compile("[\ud800-\udfff]")
_PAIR = re.compile("([\ud800-\udbff])([\udc00-\udfff])")
_ESCAPES = {'"': '"', "\\": "\\", "/": "/", "b": "\b", "f": "\f", "n": "\n", "r": "\r", "t": "\t"}
_WORDS = {"true": LiteralKind.BOOLEAN, "false": LiteralKind.BOOLEAN, "null": LiteralKind.NULL}
_SPELLINGS = {"True": "true", "False": "false", "None": "null", "undefined": "null", "NULL": "null"}
_CLOSING = {"'": "'", "`": "`", "\u201c": "\u201c\u201d", "\u201d": "\u201c\u201d", "\u2018": "\u2018\u2019",
            "\u2019": "\u2018\u2019", "\u201e": "\u201c\u201d", "\u00ab": "\u00bb", "\uff02": "\uff02"}  # fmt: skip
_LOOKALIKES = {
    "\uff0c": ",",
    "\u3001": ",",
    "\uff1a": ":",
    "\uff5b": "{",
    "\uff5d": "}",
    "\uff3b": "[",
    "\uff3d": "]",
}


class _StopReadingError(Exception):
    """The rest can't be read with any sense; the finding is already written down."""


def read_json(text: str) -> tuple[Node | None, tuple[Finding, ...]]:
    """The tree (None where none can be made) and every slip in the order of the text."""
    reader = _Reader(text)
    try:
        node = reader.document()
    except _StopReadingError:
        node = None
    return node, tuple(sorted(reader.findings, key=lambda finding: finding.place))


def name_character(character: str) -> str:
    """``U+00A0 NO-BREAK SPACE``: a character nobody can see, by its name."""
    return f"U+{ord(character):04X} {unicodedata.name(character, 'without a name')}"


@dataclass(slots=True)
class _Reader:
    text: str
    at: int = 0
    findings: list[Finding] = field(default_factory=list)
    seen: set[str] = field(default_factory=set)
    lines: list[int] = field(init=False)

    def __post_init__(self) -> None:
        self.lines = [match.end() for match in re.finditer("\n", self.text)]

    def document(self) -> Node:
        if not self.peek():
            self.stop("The document is empty.")
        node = self.value(depth=0)
        if self.peek():
            self.tell("json-syntax", "There is more text after the end of the document.")
        return node

    def value(self, depth: int) -> Node:
        character, start = self.peek(), self.at
        if depth > MAX_DEPTH:
            self.stop(f"The text nests deeper than {MAX_DEPTH} levels.")
        if character == "{":
            return Table(tuple(self.members(depth)), self.place(start))
        if character == "[":
            return Items(tuple(self.elements(depth)), self.place(start))
        if character == '"' or character in _CLOSING:
            return self.string()
        if number := _NUMBER.match(self.text, start):
            self.at = number.end()
            return Literal(LiteralKind.NUMBER, number.group(), self.place(start))
        return self.word()

    def members(self, depth: int) -> list[Entry]:
        entries: list[Entry] = []
        names: set[str] = set()
        self.at += 1
        while self.more("}", "an object", first=not entries):
            if self.peek() != '"' and self.peek() not in _CLOSING:
                self.stop(f"Expected a key in double quotes, found {self.found()}.")
            key = self.string()
            if key.value in names:
                detail = (
                    f'The key "{key.value}" occurs twice in one object: readers silently keep only the last.'
                )
                self.tell("json-duplicate-key", detail, key.place, summary="Duplicate key")
            if self.peek() != ":":
                self.stop(f'Expected ":" after the key "{key.value}", found {self.found()}.')
            self.at += 1
            names.add(key.value)
            entries.append(Entry(key, self.value(depth + 1)))
        return entries

    def elements(self, depth: int) -> list[Node]:
        values: list[Node] = []
        self.at += 1
        while self.more("]", "a list", first=not values):
            values.append(self.value(depth + 1))
        return values

    def more(self, closer: str, what: str, *, first: bool) -> bool:
        """Step over the comma or the closing bracket; True where another member follows."""
        character, place = self.peek(), self.place(self.at)
        if character == closer:
            self.at += 1
            return False
        if first:
            return True
        if character == ",":
            self.at += 1
            if self.peek() != closer:
                return True
            self.tell("json-syntax", "There is a comma after the last member.", place)
            self.at += 1
            return False
        if character in {'"', "{", "["}:
            self.tell("json-syntax", f"A comma is missing between two members of {what}.", place)
            return True
        return self.stop(
            f'Expected "," or "{closer}", found {self.found()}: {what} is never closed or ends badly.'
        )

    def string(self) -> Text:
        start, opening = self.at, self.text[self.at]
        value = "".join(self.pieces()) if opening == '"' else self.misquoted(opening)
        value = _PAIR.sub(lambda pair: _join(*pair.groups()), value)
        if _SURROGATE.search(value):
            self.tell(
                "json-syntax",
                "Text holds half of a surrogate pair, which no encoding can send.",
                self.place(start),
            )
            value = _SURROGATE.sub("\ufffd", value)
        return Text(value, self.place(start))

    def pieces(self) -> list[str]:
        pieces: list[str] = []
        self.at += 1
        while True:
            plain = _PLAIN.match(self.text, self.at)
            assert plain is not None
            pieces.append(plain.group())
            self.at = plain.end()
            match self.text[self.at : self.at + 1]:
                case '"':
                    self.at += 1
                    return pieces
                case "\\":
                    pieces.append(self.escape())
                case "" | "\n" | "\r":
                    self.stop("Text in quotes is not closed before the end of the line.")
                case control:
                    self.tell(
                        "json-syntax", f"Text holds the raw control character {name_character(control)}."
                    )
                    self.at += 1

    def escape(self) -> str:
        character = self.text[self.at + 1 : self.at + 2]
        if character in _ESCAPES:
            self.at += 2
            return _ESCAPES[character]
        if character == "u" and (digits := _HEX.match(self.text, self.at + 2)):
            self.at += 6
            return chr(int(digits.group(), 16))
        detail = (
            f'"\\{character}" is no JSON escape; pages written in markdown print a stray backslash there.'
        )
        self.tell("json-syntax", detail)
        self.at += 1
        return ""

    def misquoted(self, opening: str) -> str:
        """Text in quotes that JSON does not know: told, then read up to the quote that would close it."""
        self.tell_once(opening, 'is used where JSON wants the plain quote "')
        self.at += 1
        ends = [end for close in _CLOSING[opening] + '"' if (end := self.text.find(close, self.at)) >= 0]
        if not ends:
            self.stop("Text in quotes is never closed.")
        value, self.at = self.text[self.at : min(ends)], min(ends) + 1
        return value

    def word(self) -> Node:
        start, word = self.at, _WORD.match(self.text, self.at)
        written = word.group() if word else ""
        known = _SPELLINGS.get(written, written)
        if known not in _WORDS:
            self.stop(f"Expected a value, found {self.found()}.")
        if known != written:
            self.tell("json-syntax", f'"{written}" is not JSON; write {known}.')
        self.at += len(written)
        return Literal(_WORDS[known], known, self.place(start))

    def peek(self) -> str:
        """The next character that counts ("" at the end); blanks are stepped over, odd ones told."""
        while True:
            blank = _BLANK.match(self.text, self.at)
            assert blank is not None
            self.at = blank.end()
            character = self.text[self.at : self.at + 1]
            if comment := _COMMENT.match(self.text, self.at):
                self.tell("json-syntax", "There is a comment; JSON has none.")
                self.at = comment.end()
            elif character and (character.isspace() or unicodedata.category(character) in {"Zs", "Cf"}):
                self.tell_once(character, "stands between the values; JSON allows plain blanks only")
                self.at += 1
            else:
                return self.lookalike(character)

    def lookalike(self, character: str) -> str:
        if character in _LOOKALIKES:
            self.tell_once(character, f'is used where JSON wants "{_LOOKALIKES[character]}"')
        return _LOOKALIKES.get(character, character)

    def found(self) -> str:
        rest = self.text[self.at : self.at + 1]
        if not rest:
            return "the end of the text"
        return f'"{rest}"' if "!" <= rest <= "~" else name_character(rest)

    def place(self, at: int) -> Place:
        line = bisect_right(self.lines, at)
        return Place(line + 1, at - (self.lines[line - 1] if line else 0) + 1)

    def tell_once(self, character: str, what: str) -> None:
        if character not in self.seen:
            self.seen.add(character)
            self.tell("json-character", f"{name_character(character)} {what}.")

    def tell(self, rule: str, detail: str, place: Place | None = None, summary: str = "Not JSON") -> None:
        self.findings.append(Finding(rule, Severity.ERROR, summary, detail, (), place or self.place(self.at)))

    def stop(self, detail: str) -> NoReturn:
        self.tell("json-syntax", detail)
        raise _StopReadingError


def _join(high: str, low: str) -> str:
    return (high + low).encode("utf-16", "surrogatepass").decode("utf-16")
