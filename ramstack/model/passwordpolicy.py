"""The account's password policy, and what stands against a password."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

MAX_PASSWORD = 32  # RAM fact sheet, section 4: 8 to 32 characters
_LOWER, _UPPER, _DIGIT = (re.compile(kind) for kind in ("[a-z]", "[A-Z]", "[0-9]"))
_SYMBOL = re.compile(r"[!-/:-@\[-`{-~]")
_PRINTABLE = re.compile(r"[!-~]*")


@dataclass(frozen=True, slots=True)
class PasswordPolicy:
    """What GetPasswordPolicy says of new passwords. The last two are told by its IMS version only (2019-08-15)."""

    minimum_length: int = 8
    lowercase: bool = False
    uppercase: bool = False
    numbers: bool = False
    symbols: bool = False
    minimum_different: int = 0
    without_user_name: bool = False


STRICTEST = PasswordPolicy(
    minimum_length=MAX_PASSWORD,
    lowercase=True,
    uppercase=True,
    numbers=True,
    symbols=True,
    without_user_name=True,
)
"""For a policy that may not be read: what meets it meets every policy, but for different characters."""


def validate_password(policy: PasswordPolicy, user: str, text: str) -> tuple[str, ...]:
    """What stands against a password, in sentences that tell nothing of it; none when the account will take it."""
    return tuple(_complaints(policy, user, text))


def _complaints(policy: PasswordPolicy, user: str, text: str) -> Iterator[str]:
    longest = max(MAX_PASSWORD, policy.minimum_length)
    if not policy.minimum_length <= len(text) <= longest:
        yield f"It must have {policy.minimum_length} to {longest} characters."
    if not _PRINTABLE.fullmatch(text):
        yield "It may have letters, digits and symbols of ASCII only, and no blanks."
    kinds = (
        (policy.lowercase, _LOWER, "lower-case letter"),
        (policy.uppercase, _UPPER, "upper-case letter"),
        (policy.numbers, _DIGIT, "digit"),
        (policy.symbols, _SYMBOL, "symbol"),
    )
    for required, kind, words in kinds:
        if required and not kind.search(text):
            yield f"It must have a {words}."
    if len(set(text)) < policy.minimum_different:
        yield f"It must have {policy.minimum_different} different characters."
    if policy.without_user_name and user.lower() in text.lower():
        yield "It must not hold the name of the user."
