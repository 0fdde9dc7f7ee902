"""The page about the embedded account says what is true."""

import re
from dataclasses import fields
from pathlib import Path

import pytest

from ramstack.emulator import Settings
from ramstack.emulator.catalogue import read_catalogue
from ramstack.emulator.faults import EFFECTS
from ramstack.emulator.products import PRODUCTS

PAGE = (Path(__file__).parents[2] / "docs" / "embedded-account.md").read_text("utf-8")


@pytest.mark.parametrize("version", PRODUCTS)
def test_the_page_lists_exactly_the_emulated_actions(version):
    """Every action of a product, in order, and no other."""
    listed = re.search(rf"{version}\*\*: ([^.]*)\.", PAGE)
    assert listed
    assert re.split(r",\s+", listed[1]) == sorted(PRODUCTS[version].actions)


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
