"""Passwords: whatever the account demands, a generated one meets it, and no complaint tells of one."""

from __future__ import annotations

import pytest
from alibabacloud_ram20150501 import models as ram
from hypothesis import given
from hypothesis import strategies as st

from ramstack.emulator.rules import is_strong
from ramstack.model.passwordpolicy import MAX_PASSWORD, STRICTEST, PasswordPolicy, validate_password
from ramstack.secrets.password import generate_password
from tests.emulator.tea import tea_client

POLICIES = st.builds(
    PasswordPolicy,
    minimum_length=st.integers(8, MAX_PASSWORD),
    lowercase=st.booleans(),
    uppercase=st.booleans(),
    numbers=st.booleans(),
    symbols=st.booleans(),
    minimum_different=st.integers(0, MAX_PASSWORD),
    without_user_name=st.booleans(),
)
USERS = st.from_regex(r"[A-Za-z0-9._-]{1,64}", fullmatch=True)


def as_the_account_keeps_it(policy: PasswordPolicy) -> dict[str, bool | int | str]:
    return {
        "MinimumPasswordLength": policy.minimum_length,
        "RequireLowercaseCharacters": policy.lowercase,
        "RequireUppercaseCharacters": policy.uppercase,
        "RequireNumbers": policy.numbers,
        "RequireSymbols": policy.symbols,
    }


@given(POLICIES, USERS)
def test_a_generated_password_meets_every_policy(policy, user):
    """By our own judgement and by that of the embedded account; it is long, all different, and no other twice."""
    text = generate_password(policy, user).reveal()
    assert validate_password(policy, user, text) == ()
    assert is_strong(text, as_the_account_keeps_it(policy))
    assert 24 <= len(text) == len(set(text)) <= MAX_PASSWORD
    assert user.lower() not in text.lower()
    assert generate_password(policy, user).reveal() != text


@given(POLICIES, USERS, st.text(st.characters(codec="ascii", categories=["L", "N", "P", "S"]), max_size=40))
def test_what_we_take_the_account_takes(policy, user, text):
    """A password of the user's own is refused here before it is refused there, and only then."""
    plain = PasswordPolicy(
        **{
            name: getattr(policy, name)
            for name in ("minimum_length", "lowercase", "uppercase", "numbers", "symbols")
        }
    )
    assert (validate_password(plain, user, text) == ()) == is_strong(text, as_the_account_keeps_it(plain))


@given(POLICIES, USERS)
def test_what_meets_the_strictest_meets_all(policy, user):
    """A policy that may not be read is taken for the strictest."""
    assert validate_password(policy, user, generate_password(STRICTEST, user).reveal()) == ()


@pytest.mark.parametrize(
    ("policy", "text", "words"),
    [
        (PasswordPolicy(minimum_length=12), "Abcdefg1!", "12 to 32"),
        (PasswordPolicy(), "x" * 33, "8 to 32"),
        (PasswordPolicy(), "with blank", "no blanks"),
        (PasswordPolicy(), "größe-123", "ASCII"),
        (PasswordPolicy(lowercase=True), "ABCDEFGH", "lower-case"),
        (PasswordPolicy(uppercase=True), "abcdefgh", "upper-case"),
        (PasswordPolicy(numbers=True), "abcdefgh", "digit"),
        (PasswordPolicy(symbols=True), "abcdefgh", "symbol"),
        (PasswordPolicy(minimum_different=4), "abcabcabc", "4 different"),
        (PasswordPolicy(without_user_name=True), "xx-Alice-xx", "name of the user"),
    ],
)
def test_each_demand_has_its_sentence(policy, text, words):
    """One complaint, and nothing of the password in it."""
    (complaint,) = validate_password(policy, "alice", text)
    assert words in complaint
    assert text not in complaint


def test_the_account_takes_it(account):
    """Under the strictest policy that can be set."""
    client = tea_client(account, "ram")
    client.set_password_policy(
        ram.SetPasswordPolicyRequest(
            minimum_password_length=32,
            require_lowercase_characters=True,
            require_uppercase_characters=True,
            require_numbers=True,
            require_symbols=True,
        )
    )
    password = generate_password(STRICTEST, "alice").reveal()
    client.create_login_profile(ram.CreateLoginProfileRequest(user_name="alice", password=password))
    assert (
        client.get_login_profile(ram.GetLoginProfileRequest(user_name="alice")).body.login_profile.user_name
        == "alice"
    )
