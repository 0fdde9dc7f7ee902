"""Rules about whole stacks: a folder a rule, each with a stack that breaks it and one that does not."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from ramstack.model.problem import Origin
from ramstack.model.stack import Suppression
from ramstack.planning.lint import STACK_RULES, known_rules, review
from ramstack.planning.lint.register import LOADER_WARNINGS
from ramstack.planning.lint.suppress import sort_out
from ramstack.policy.lint import READER_WARNINGS
from ramstack.stackfile import load_stacks, system_policies

ROOT = Path(__file__).parents[2]
CASES = ROOT / "tests" / "cases" / "lint"
FOLDERS = sorted(CASES.iterdir())
SYSTEM = frozenset(system_policies().values())


def reviewed(path: Path):
    return review(load_stacks([path]), SYSTEM)


def told(path: Path) -> list[tuple[str, str]]:
    return [(problem.rule, problem.detail) for problem in reviewed(path).problems]


@pytest.mark.parametrize("folder", FOLDERS, ids=lambda folder: folder.name)
def test_rule_tells_the_bad_and_not_the_good(folder):
    """Each rule speaks of its bad stack and is silent on its good one."""
    assert folder.name in {rule for rule, _ in told(folder / "bad.yaml")}
    assert folder.name not in {rule for rule, _ in told(folder / "good.yaml")}


def test_every_rule_has_its_stacks():
    """No rule about stacks without a bad and a good one."""
    assert {rule.id for rule in STACK_RULES} <= {folder.name for folder in FOLDERS}


def test_what_is_said_of_a_role_can_be_silenced(tmp_path):
    """With a reason, as of anything else; the other role is still told."""
    text = (CASES / "trust-anybody" / "bad.yaml").read_text("utf-8")
    path = tmp_path / "a.yaml"
    path.write_text(
        f"{text}lint: {{ignore: [{{rule: trust-anybody, reason: Public, role: open}}]}}\n", "utf-8"
    )
    found = reviewed(path)
    assert [str(one.problem.address) for one in found.silenced] == ["role/open"]
    assert {p.rule for p in found.problems} == {"trust-anybody"}


def test_known_rules_are_those_there_are():
    """What can be silenced is what the loader, the reader and the rules warn about: no more, no less."""
    loader = "".join(path.read_text("utf-8") for path in (ROOT / "ramstack" / "stackfile").glob("*.py"))
    assert set(re.findall(r'\bwarning\(\s*"([a-z-]+)"', loader)) == set(LOADER_WARNINGS)
    reader = "".join(
        (ROOT / "ramstack" / "policy" / f"{name}.py").read_text("utf-8")
        for name in ("grammar", "conditions", "patterns")
    )
    assert set(re.findall(r'complaints\.warning\(\s*"([a-z-]+)"', reader)) == set(READER_WARNINGS)


def test_every_rule_about_stacks_is_documented():
    """docs/lint.md has a heading for each rule about stacks, each warning of the loader, and for no other."""
    text = (ROOT / "docs" / "lint.md").read_text("utf-8").partition("\n## What is told of whole stacks")[2]
    known = {rule.id for rule in STACK_RULES} | set(LOADER_WARNINGS) | {"unused-suppression", "lint-ignore"}
    assert set(re.findall(r"^### `([a-z-]+)`", text, re.MULTILINE)) == known


def test_every_way_to_more_is_told():
    """Key of another, own policy, own attachments, own Deny, role and server: five ways, five warnings."""
    details = [
        detail for rule, detail in told(CASES / "escalation-path" / "bad.yaml") if rule == "escalation-path"
    ]
    words = (
        "creates an AccessKey",
        "rewrites a policy",
        "attaches any policy",
        "takes off a policy",
        "passes a role",
    )
    assert [sum(word in detail for detail in details) for word in words] == [1, 1, 1, 1, 1]
    assert len(details) == len(words)


def test_holders_are_named():
    """A rule that looks beside names those for whom it is still true."""
    (detail,) = [
        d for rule, d in told(CASES / "upload-without-oss" / "bad.yaml") if rule == "upload-without-oss"
    ]
    assert "user/phone" in detail
    assert "user/tablet" not in detail


def test_trusts_have_their_places():
    """A trust that is a document, at the statement's principal; one in words, where its key is written."""
    told = [p for p in reviewed(CASES / "trust-anybody" / "bad.yaml").problems if p.rule == "trust-anybody"]
    assert [(str(p.address), p.origin.line, p.origin.column) for p in told] == [
        ("role/open", 11, 40),
        ("role/masked", 13, 12),
    ]


def test_roles_are_held_against_their_tests():
    """More granted than tests need is told of users and roles alike."""
    told = [p for p in reviewed(CASES / "wide-grant" / "bad.yaml").problems if p.rule == "wide-grant"]
    assert [str(p.address) for p in told] == ["user/ann", "role/farm"]


TESTS = """\
ramstack: 1
stack: case
lineage: 3f9a2c1b
users: {ann: {policies: [], groups: []}}
expect:
  - {user: ann, deny: [ice:DeletMediaInfos, ice:DeleteMediaInfos, "oss:*", "*"]}
  - {everyone: true, deny: ["ice:Remove*", "ims:Get*", "*:Delete*"]}
  - {user: elsewhere, allow: [icee:GetMediaInfo]}
"""


def test_tests_of_nothing_are_told(tmp_path):
    """A test of an operation that does not exist holds whatever the policies say; told at the test, and silenced like the rest."""
    path = tmp_path / "a.yaml"
    path.write_text(TESTS, "utf-8")
    problems = reviewed(path).problems
    assert [(p.rule, p.origin.line) for p in problems] == [
        ("unknown-operation", 6),
        ("unknown-operation", 7),
        ("wrong-service", 7),
        ("unknown-service", 8),
    ]
    assert 'Did you mean "ice:DeleteMediaInfos"?' in problems[0].detail
    path.write_text(
        f"{TESTS}lint: {{ignore: [{{rule: unknown-operation, reason: Soon, user: ann}}]}}\n", "utf-8"
    )
    assert [p.origin.line for p in reviewed(path).problems] == [7, 7, 8]


def test_the_narrow_policy_is_a_document():
    """What is suggested in place of full access is YAML that loads as a policy without a word against it."""
    detail, _ = [d for rule, d in told(CASES / "wide-grant" / "bad.yaml") if rule == "wide-grant"]
    suggested = yaml.safe_load(detail.partition("\n")[2])
    assert suggested["document"]["Statement"][0]["Action"] == ["ice:GetMediaInfo", "ice:ListMediaBasicInfos"]


STACKS = st.sampled_from([path for folder in FOLDERS for path in (folder / "bad.yaml", folder / "good.yaml")])
RULES = st.sampled_from(sorted(known_rules()))


@given(STACKS)
def test_review_is_deterministic(path):
    """The same stack, the same review."""
    assert reviewed(path) == reviewed(path)


@given(STACKS, st.data())
def test_order_of_writing_does_not_count(path, data):
    """Users, groups and policies in another order: the same is told of the same."""
    (stack,) = load_stacks([path])
    shuffled = {
        kind: dict(data.draw(st.permutations(list(getattr(stack, kind).items()))))
        for kind in ("users", "groups", "policies")
    }
    assert review([replace(stack, **shuffled)], SYSTEM).problems == review([stack], SYSTEM).problems


@given(STACKS, st.lists(RULES, max_size=4))
def test_suppressing_adds_nothing(path, rules):
    """What is told and what is silenced is what there was, whatever is silenced; errors are never silenced."""
    (stack,) = load_stacks([path])
    problems = review([stack], SYSTEM).problems
    quiet = replace(stack, suppressions=tuple(Suppression(rule, "why", Origin("x")) for rule in rules))
    shown, silenced = sort_out(problems, quiet)
    assert sorted([*shown, *(one.problem for one in silenced)], key=repr) == sorted(problems, key=repr)
    assert not any(one.problem.is_error for one in silenced)
    assert not {problem.rule for problem in shown if not problem.is_error} & set(rules)
