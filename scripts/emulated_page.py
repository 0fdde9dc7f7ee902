# ruff: noqa: INP001  # a script, not a package
"""Write the generated parts of docs/embedded-account.md anew: what is emulated, and every guess.

python -m scripts.emulated_page
"""

import re
import textwrap
from collections.abc import Callable, Collection, Mapping
from pathlib import Path

from ramstack.emulator.guesses import GUESSES, Guess
from ramstack.emulator.products import PRODUCTS, Product

PAGE = Path(__file__).parents[1] / "docs" / "embedded-account.md"
WIDTH = 120
MOST_LISTED = 120


def renew(page: str) -> str:
    """The page with every generated part as it should be."""
    for name, write in PARTS.items():
        part = re.compile(rf"(<!-- {name}: generated -->\n).*?(<!-- end -->)", re.DOTALL)
        page = part.sub(lambda found, write=write: f"{found[1]}\n{write()}\n{found[2]}", page)
    return page


def _emulated() -> str:
    return "\n".join(_of_product(product) for product in PRODUCTS.values())


def _of_product(product: Product) -> str:
    done = f"**{_spaced(product.name)} {product.version}**: {', '.join(sorted(product.actions))}."
    missing = f"Answered `NotEmulated`: {_listed(product.unemulated)}." if product.unemulated else ""
    return "".join(f"{_wrap(text)}\n" for text in (done, missing) if text)


def _listed(actions: Collection[str]) -> str:
    return ", ".join(sorted(actions)) if len(actions) <= MOST_LISTED else f"{len(actions)} others"


def _guesses() -> str:
    return "".join(_wrap(_line(guess), "  ") for guess in GUESSES)


def _line(guess: Guess) -> str:
    """Topics that begin a sentence of their own are set off by a colon's worth of space."""
    questions = f" (open: {', '.join(map(str, guess.open))})" if guess.open else ""
    return f"- **{guess.topic}**: {guess.text}{questions}"


def _wrap(text: str, indent: str = "") -> str:
    lines = textwrap.wrap(
        text, WIDTH, subsequent_indent=indent, break_long_words=False, break_on_hyphens=False
    )
    return "".join(f"{line}\n" for line in lines)


def _spaced(name: str) -> str:
    return re.sub(r"(?<=[a-z])(?=[A-Z])", " ", name)


PARTS: Mapping[str, Callable[[], str]] = {"emulated": _emulated, "guesses": _guesses}

if __name__ == "__main__":
    PAGE.write_text(renew(PAGE.read_text("utf-8")), "utf-8")
