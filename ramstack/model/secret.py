"""Secret: a text that leaves only where it is asked for by name, and is gone once it was delivered."""

from __future__ import annotations

from typing import NoReturn


class Secret:
    """A password or the secret of an access key.

    Prints `***` however it is printed; cannot be pickled, copied or compared. `reveal` is the only way to its text, `drop`
    forgets it: the text of a delivered secret is in nobody's hands but the sink's.
    """

    __slots__ = ("_text",)

    def __init__(self, text: str) -> None:
        self._text: str | None = text

    def reveal(self) -> str:
        """The text. Raises ValueError once it was dropped."""
        if self._text is None:
            raise ValueError("this secret was dropped after its delivery")
        return self._text

    def drop(self) -> None:
        """Forget the text."""
        self._text = None

    def __repr__(self) -> str:
        return "***"

    def __format__(self, spec: str) -> str:
        return format("***", spec)

    def __reduce__(self) -> NoReturn:
        raise TypeError("a secret is neither copied nor serialised")

    __hash__ = None  # type: ignore[assignment]

    def __eq__(self, other: object) -> NoReturn:
        raise TypeError("secrets are not compared")
