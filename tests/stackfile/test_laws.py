"""Laws of loading, over generated stacks and over generated rubbish."""

from __future__ import annotations

import random
import re
import tempfile
from pathlib import Path

import pytest
import yaml
from hypothesis import example, given
from hypothesis import strategies as st

from ramstack.model.errors import StackError
from ramstack.policy import parse_document
from ramstack.stackfile import load_stacks
from ramstack.stackfile.compose import compose
from ramstack.stackfile.node import Items, Scalar, Table
from ramstack.stackfile.textfile import TextFile
from tests.stackfile.stories import STACKS, TAGS

WORDS = ["users:", "ramstack: 1", "stack: a", "policies:", "groups: [", "&a", "*a", "<<: ", "!!", "? ", ": ", "- ", "{", "}", "]",
         "|", ">", "'", '"', "#", "%", "@", "\t", "\n", "\n  ", "\n    ", "~", "null", "document:", "Statement", "ann", "---", "...",
         "\r", "\x85", "\u2028", "é", "😀", "${X}", "\\0", "defaults: {tags: "]  # fmt: skip


YAML_BREAK = re.compile("\r\n|[\n\r\x85\u2028\u2029]")


def load_text(text):
    content = text if isinstance(text, bytes) else text.encode("utf-8", "surrogatepass")
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "stack.yaml"
        path.write_bytes(content)
        return load_stacks([path])


def outcome(text):
    """What came of a text: its stacks and its problems, one of them empty."""
    try:
        return load_text(text), ()
    except StackError as refused:
        return (), refused.problems


@given(
    st.one_of(
        st.binary(max_size=200),
        st.text(max_size=200),
        st.lists(st.sampled_from(WORDS), max_size=40).map(" ".join),
    )
)
@example("a: &a [&a *a]")
@example("? &a *a\n: x")
@example("users: {ann: {<<: &x {<<: *x}}}")
@example("stack: !<tag:yaml.org,2002:str> x")
@example("policies: {a: {document: {file: '" + "x/" * 3000 + "'}}}")
@example("policies: {a: {document: {file: " + "x" * 300 + ".json}}}")
@example('policies: {a: {document: {file: "\\0.json"}}}')
@example('ramstack: 1\nstack: a\nlineage: abcd\nusers: {a: {display_name: "\\ud83d\\ude00"}}')
def test_rubbish_is_refused_and_never_crashes(text):
    """Whatever the bytes, the answer is stacks or a StackError with a place for each problem."""
    stacks, problems = outcome(text)
    assert len(stacks) == 1 or any(problem.is_error for problem in problems)
    assert all(problem.origin.line >= 1 and problem.detail.isprintable() for problem in problems)


@given(STACKS, st.data())
def test_damaged_stacks_are_refused_and_never_crash(native, data):
    """A stack with some characters lost or doubled loads, or is refused with places inside of the file."""
    text = yaml.safe_dump(native, allow_unicode=True)
    at = data.draw(st.integers(0, len(text)))
    damage = data.draw(st.sampled_from(["", *WORDS]))
    damaged = text[:at] + damage + text[at + data.draw(st.integers(0, 3)) :]
    last = len(YAML_BREAK.split(damaged))
    assert all(problem.origin.line <= last for problem in outcome(damaged)[1])


@given(STACKS, st.sampled_from([True, False, None]))
def test_what_was_rendered_comes_back(native, style):
    """A stack written by another program says the same here, in block style, flow style and between."""
    (stack,) = load_text(
        yaml.safe_dump(native, default_flow_style=style, allow_unicode=True, sort_keys=False)
    )
    assert not any(problem.is_error for problem in stack.problems)
    assert (stack.name, stack.lineage, stack.account) == (
        native["stack"], native.get("lineage", ""), native.get("account", "")
    )  # fmt: skip
    defaults = native.get("defaults", {})
    for name, user in native.get("users", {}).items():
        assert seen_user(stack.users[name]) == wished_user(user, defaults)
    for name, group in native.get("groups", {}).items():
        wish = stack.groups[name]
        assert (wish.comments, names(wish.policies), wish.additive) == (
            group.get("comments"), group.get("policies"), group.get("additive", defaults.get("additive", False))
        )  # fmt: skip
    for name, policy in native.get("policies", {}).items():
        assert stack.policies[name].document == parse_document(policy["document"])
        assert stack.policies[name].description == policy.get("description")
    for kind in ("users", "groups", "policies"):
        assert set(getattr(stack, kind)) == set(native.get(kind, {}))


def seen_user(wish):
    tags = None if wish.tags is None else {key: tag.value for key, tag in wish.tags.items()}
    return (wish.display_name, wish.comments, wish.email, wish.mobile, wish.protect, tags, names(wish.groups),
            names(wish.policies), wish.additive)  # fmt: skip


def wished_user(user, defaults):
    tags = (
        None
        if {"tags"}.isdisjoint({*user, *defaults})
        else {**defaults.get("tags", {}), **user.get("tags", {})}
    )
    return (*(user.get(key) for key in ("display_name", "comments", "email", "mobile", "protect")), tags,
            user.get("groups"), user.get("policies"), user.get("additive", defaults.get("additive", False)))  # fmt: skip


def names(sited):
    return None if sited is None else [str(one.value) for one in sited]


@given(STACKS, st.sampled_from([True, False, None]))
def test_places_point_at_what_they_name(native, style):
    """The text at the place of a user, group, policy, tag or list item begins with it."""
    text = yaml.safe_dump(native, default_flow_style=style, allow_unicode=True, width=40)
    (stack,) = load_text(text)
    named = [
        (wish.name, wish.origin)
        for kind in (stack.users, stack.groups, stack.policies)
        for wish in kind.values()
    ]
    for user in stack.users.values():
        named += [(key, tag.origin) for key, tag in (user.tags or {}).items()]
        named += [(group.value, group.origin) for group in user.groups or ()]
        named += [(str(policy.value), policy.origin) for policy in user.policies or ()]
    lines = text.split("\n")
    for name, origin in named:
        written = lines[origin.line - 1][origin.column - 1 :]
        assert written.lstrip("?'\" ").startswith(name)


@given(STACKS, st.integers(0, 2**32))
def test_a_folder_says_what_its_files_say_together(native, seed):
    """However a stack is cut into files, it is the same stack."""
    whole = load_text(yaml.safe_dump(native, allow_unicode=True))[0]
    pieces = [{key: value} for key, value in native.items() if key not in {"users", "groups", "policies"}]
    pieces += [
        {kind: {name: body}}
        for kind in ("users", "groups", "policies")
        for name, body in native.get(kind, {}).items()
    ]
    random.Random(seed).shuffle(pieces)
    with tempfile.TemporaryDirectory() as folder:
        for number, piece in enumerate(pieces):
            Path(folder, f"{number}.yaml").write_text(yaml.safe_dump(piece, allow_unicode=True), "utf-8")
        (stack,) = load_stacks([Path(folder)])
    assert {name: seen_user(wish) for name, wish in stack.users.items()} == {
        name: seen_user(wish) for name, wish in whole.users.items()
    }
    assert (set(stack.groups), set(stack.policies), stack.owner) == (
        set(whole.groups),
        set(whole.policies),
        whole.owner,
    )


@given(TAGS, TAGS)
def test_the_nearest_tag_wins(defaults, own):
    """Maps are united; of two values the user's own one holds."""
    native = {
        "ramstack": 1,
        "stack": "a",
        "defaults": {"tags": defaults},
        "users": {"ann": {"tags": own}, "bob": {}},
    }
    (stack,) = load_text(yaml.safe_dump(native, allow_unicode=True))
    assert {key: tag.value for key, tag in stack.users["ann"].tags.items()} == {**defaults, **own}
    assert {key: tag.value for key, tag in stack.users["bob"].tags.items()} == defaults


@given(st.recursive(st.text(st.characters(codec="ascii", categories=["L", "N"])), lambda children: st.one_of(
    st.lists(children, max_size=4), st.dictionaries(st.text(st.characters(codec="ascii", categories=["L"]), min_size=1), children, max_size=4)
)))  # fmt: skip
def test_composing_is_what_others_read(native):
    """Where only text is written, our nodes hold what another reader of YAML reads."""
    text = yaml.safe_dump({"root": native})
    assert bare(compose(TextFile("a", text, "")).root) == {"root": native}


@given(STACKS, st.sampled_from([True, False, None]))
def test_the_slow_reader_reads_the_same(native, style):
    """Where PyYAML has no libyaml, values and places are the same."""
    file = TextFile("a", yaml.safe_dump(native, default_flow_style=style, allow_unicode=True), "")
    assert compose(file, yaml.SafeLoader) == compose(file)


def bare(node):
    match node:
        case Scalar():
            return node.text
        case Items():
            return [bare(item) for item in node.nodes]
        case Table():
            return {key: bare(entry.value) for key, entry in node.entries.items()}


@pytest.mark.parametrize(
    "bad", ["comments: [x]", "grups: [a]", "email: x", "groups: [a b]", "renamed_from: ann"]
)
def test_one_wrong_line_among_many_hides_nothing(bad):
    """Each wrong user is told about, and only the wrong ones: a thousand right ones stay silent."""
    lines = ["ramstack: 1", "stack: a", "lineage: abcd", "users:"]
    for number in range(300):
        lines += [
            f"  user-{number}:",
            f"    {bad.replace('ann', f'user-{number}') if number % 100 == 7 else 'comments: x'}",
        ]
    with pytest.raises(StackError) as refused:
        load_text("\n".join(lines))
    assert [problem.origin.line for problem in refused.value.problems] == [20, 220, 420]
    assert [str(problem.address) for problem in refused.value.problems] == [
        "user/user-7",
        "user/user-107",
        "user/user-207",
    ]
