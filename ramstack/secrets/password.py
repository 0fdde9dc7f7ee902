"""Passwords that the account will take, from the system's source of randomness."""

from __future__ import annotations

from secrets import SystemRandom

from ramstack.model.passwordpolicy import PasswordPolicy, validate_password
from ramstack.model.secret import Secret

LENGTH = 24
_KINDS = (
    "abcdefghjkmnpqrstuvwxyz",
    "ABCDEFGHJKLMNPQRSTUVWXYZ",
    "23456789",
    "!#%*+-=?@^_",
)  # none looks like another
_ALL = PasswordPolicy(lowercase=True, uppercase=True, numbers=True, symbols=True, without_user_name=True)


def generate_password(policy: PasswordPolicy, user: str) -> Secret:
    """A password of at least 24 characters, all different, of all four kinds and without the name of the user.

    So it meets every policy of at most 32 characters. Drawn until it does: about one draw in two is taken, and all that may
    be taken are equally likely; there are more than 2^120 of them.
    """
    length = max(LENGTH, policy.minimum_length, policy.minimum_different)
    random, letters = SystemRandom(), "".join(_KINDS)
    while True:
        text = "".join(random.sample(letters, length))
        if not (validate_password(policy, user, text) or validate_password(_ALL, user, text)):
            return Secret(text)
