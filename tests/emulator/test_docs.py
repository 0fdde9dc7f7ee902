"""The page about the embedded account says what is true."""

from dataclasses import fields
from pathlib import Path

from ramstack.emulator import Settings
from ramstack.emulator.catalogue import read_catalogue
from ramstack.emulator.faults import EFFECTS
from ramstack.emulator.guesses import GUESSES
from ramstack.emulator.products import PRODUCTS
from scripts.emulated_page import renew

PAGE = (Path(__file__).parents[2] / "docs" / "embedded-account.md").read_text("utf-8")


def test_the_generated_parts_of_the_page_are_in_step():
    """What is emulated and what is guessed: `python -m scripts.emulated_page` writes them anew."""
    assert renew(PAGE) == PAGE
    assert all(f"{action}" in PAGE for product in PRODUCTS.values() for action in product.actions)


def test_every_open_question_is_guessed_once_or_told():
    """The questions of ram-api.md section 8 that an embedded account has to answer, each by a guess."""
    assert sorted(number for guess in GUESSES for number in guess.open) == list(range(1, 13))


def test_the_page_names_every_switch_and_effect():
    """Nothing can be switched that is not described."""
    assert all(f"`{field.name}" in PAGE or f"{field.name}=" in PAGE for field in fields(Settings))
    assert all(f"`{effect}`" in PAGE for effect in EFFECTS)


def test_no_action_is_both_emulated_and_not():
    """An action is one or the other."""
    assert not any(product.unemulated & set(product.actions) for product in PRODUCTS.values())


def test_the_catalogue_marks_what_is_reconstructed():
    """The policies that IMS needs are there; what no page shows says so."""
    policies = {policy.name: policy for policy in read_catalogue()}
    assert len(policies) > 424
    assert {
        "AliyunICEFullAccess",
        "AliyunICEReadOnlyAccess",
        "AliyunOSSFullAccess",
        "AdministratorAccess",
    } <= set(policies)
    assert [policies[n].reconstructed for n in ("AliyunICEFullAccess", "AliyunOSSFullAccess")] == [
        False,
        True,
    ]
    assert sum(not policy.reconstructed for policy in policies.values()) == 19
