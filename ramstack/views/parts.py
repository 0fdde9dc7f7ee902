"""Parts of a document that must fit: each gives way from its end, the least dangerous first, and says how much is missing."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import accumulate

from ramstack.views.gfm import size

GAP = "\n\n"


@dataclass(frozen=True, slots=True)
class Part:
    """Pieces, a line or more each, between an opening and a closing. `more` has a place for the number left out.

    `share` is how much of the room that is left this part may take where not everything fits.
    """

    pieces: tuple[str, ...]
    opening: str = ""
    closing: str = ""
    more: str = "and {} more"
    glue: str = "\n"
    share: float = 1.0

    def text(self, kept: int) -> str:
        """The part with its first `kept` pieces."""
        left = len(self.pieces) - kept
        more = self.more.format(left) if left else ""
        lines = (self.opening, self.glue.join(self.pieces[:kept]), more, self.closing)
        return "\n".join(line for line in lines if line)

    def within(self, room: int) -> str:
        """As much of it as fits; empty where not even its frame does."""
        frame = size(self.text(0))
        used = accumulate((size(piece) + len(self.glue) for piece in self.pieces), initial=frame)
        kept = sum(total <= room for total in used) - 1
        return self.text(kept) if kept >= 0 else ""


def fitted(head: str, parts: Sequence[Part], shortened: str, cap: int) -> str:
    """Head and parts, whole if they fit in `cap` bytes; else as much of each part as its share allows, and `shortened`.

    Law: never more than `cap`, whatever the parts hold; the head and `shortened` must fit.
    """
    filled = [part for part in parts if part.pieces]
    whole = GAP.join((head, *(part.text(len(part.pieces)) for part in filled))) + "\n"
    if size(whole) <= cap:
        return whole
    told = [head]
    room = cap - size(head) - size(shortened) - size(GAP) - 1
    for part in filled:
        text = part.within(int(room * part.share) - size(GAP))
        told += [text] if text else []
        room -= size(text) + size(GAP)
    return GAP.join((*told, shortened)) + "\n"
