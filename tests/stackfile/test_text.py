"""The text of a file: what is written is the value, and what cannot be read is refused in time."""

from __future__ import annotations

import pytest

from ramstack.model.errors import StackError
from ramstack.stackfile import load_stacks

HEAD = "ramstack: 1\nstack: a\nlineage: abcd\n"
WRITTEN = [
    "no",
    "yes",
    "on",
    "True",
    "007",
    "0x1F",
    "12:30",
    "2024-01-01",
    "1e3",
    "~",
    ".5",
    "1_000",
    "=",
    "nan",
]


def rules(problems):
    return [problem.rule for problem in problems]


@pytest.mark.parametrize("text", WRITTEN)
def test_written_text_is_the_value(load, text):
    """Where the schema wants text, nothing that looks like a number, a date or a truth is turned into one."""
    stack = load(f"users:\n  ann: {{display_name: {text}, tags: {{{text}: {text}}}}}\n")
    assert stack.users["ann"].display_name == text
    assert {key: tag.value for key, tag in stack.users["ann"].tags.items()} == {text: text}


def test_quoted_empty_text_is_a_value(load):
    """`""` says "none", which is something else than a key left out."""
    user = load('users: {ann: {comments: "", tags: {env: ""}}}').users["ann"]
    assert user.comments == ""
    assert user.email is None
    assert user.tags["env"].value == ""


def test_names_may_look_like_anything(load):
    """A user may be called `null`, `no` or `123`."""
    assert set(load("users: {null: {}, no: {}, 123: {}}").users) == {"null", "no", "123"}


@pytest.mark.parametrize("text", ["yes", "True", "TRUE", '"true"', "1", "", "[true]"])
def test_flags_are_true_or_false(refuse, text):
    """Nothing else is a flag, in whatever language it may be one."""
    assert rules(refuse(f"{HEAD}users: {{ann: {{protect: {text}}}}}\n")) == ["flag"]


@pytest.mark.parametrize("text", ["2", '"1"', "1.0", "01", "[1]", ""])
def test_the_format_version_is_one(refuse, text):
    """Another version of the format is refused, never guessed at."""
    assert rules(refuse(f"ramstack: {text}\nstack: a\nlineage: abcd\n")) == ["format-version"]


def test_anchors_and_merge_keys(load):
    """Own keys win over merged ones, and of several the first that is merged."""
    stack = load(
        "users:\n"
        "  one: &one {comments: one, email: one@example.com, groups: &some [readers]}\n"
        "  two: &two {comments: two, mobile: 86-13900001111}\n"
        "  mix: {<<: [*one, *two], email: mix@example.com}\n"
        "  too: {groups: *some}\n"
    )
    mix = stack.users["mix"]
    assert (mix.comments, mix.email, mix.mobile) == ("one", "mix@example.com", "86-13900001111")
    assert mix.groups == stack.users["too"].groups == stack.users["one"].groups


@pytest.mark.parametrize(
    ("content", "rule", "place"),
    [
        pytest.param(b"ramstack: 1\nstack: \xff\n", "not-utf-8", (2, 8), id="latin-1"),
        pytest.param("stack: media\n".encode("utf-16"), "not-utf-8", (1, 1), id="utf-16"),
        pytest.param("a: é\x00b\n", "odd-character", (1, 5), id="nul"),
        pytest.param("a: 1\nb: \x1b[31m\n", "odd-character", (2, 4), id="escape"),
        pytest.param("a: 1\nb: \ufeff\n", "odd-character", (2, 4), id="byte order mark inside"),
        pytest.param("{a: " * 60_000, "yaml-depth", (1, 401), id="60,000 braces"),
        pytest.param("- " * 60_000, "yaml-depth", (1, 201), id="60,000 dashes"),
        pytest.param("? " * 60_000, "yaml-depth", (1, 201), id="60,000 question marks"),
        pytest.param("a: &a [*a]\n", "yaml-cycle", (1, 8), id="cycle"),
        pytest.param("a: &a {b: {<<: *a}}\n", "yaml-cycle", (1, 16), id="cycle by merging"),
        pytest.param("&a a: *b\n", "unknown-alias", (1, 7), id="unknown alias"),
        pytest.param("%YAML 3.0\n---\na: 1\n", "yaml-syntax", (1, 1), id="another YAML"),
    ],
)
def test_unreadable_text_is_refused_at_its_place(refuse, content, rule, place):
    """One problem, with its place: there is no reading on."""
    (problem,) = refuse(content)
    assert (problem.rule, (problem.origin.line, problem.origin.column)) == (rule, place)


def test_brackets_are_too_deep_wherever_the_parser_stops(refuse):
    """libyaml before 0.2.6 tells the event of the bracket too many; later ones look ahead and stop at a thousand."""
    (problem,) = refuse("[" * 60_000)
    assert (problem.rule, problem.origin.column in (101, 1001)) == ("yaml-depth", True)


def test_a_byte_order_mark_at_the_beginning_is_skipped(write):
    """Editors of Windows write one."""
    assert [stack.name for stack in load_stacks([write({"a.yaml": "\ufeff" + HEAD})])] == ["a"]


@pytest.mark.timeout(30)
@pytest.mark.parametrize(
    "text",
    [
        pytest.param(
            "a: &l0 [x,x,x,x,x,x,x,x,x]\n"
            + "".join(f"a{i}: &l{i} [{','.join([f'*l{i - 1}'] * 9)}]\n" for i in range(1, 12)),
            id="billion laughs",
        ),
        pytest.param(
            "a: &l0 {k: x}\n"
            + "".join(
                f"a{i}: &l{i} {{<<: [{','.join([f'*l{i - 1}'] * 9)}], k{i}: x}}\n" for i in range(1, 12)
            ),
            id="merged laughs",
        ),
        pytest.param("a: [" + "x," * 1_000_001 + "]\n", id="a million values"),
    ],
)
def test_alias_bombs_are_refused_before_they_grow(refuse, text):
    """Values are counted as often as they are used, before anything is made of them."""
    assert rules(refuse(text)) == ["yaml-size"]


def test_aliases_cannot_nest_deeper_than_text(refuse):
    """A tower of anchors counts its whole height."""
    text = f"a: &a0 {'[' * 60}{']' * 60}\nb: {'[' * 60}*a0{']' * 60}\n"
    assert rules(refuse(text)) == ["yaml-depth"]


def test_large_files_are_refused(refuse):
    """Ten MiB is more than any stack needs."""
    assert rules(refuse(b"# " + b"x" * (10 * 1024 * 1024))) == ["file-too-large"]


def test_a_file_that_is_not_there(write, tmp_path):
    """It is named, and what is right beside it does not hide that."""
    write({"a.yaml": HEAD})
    with pytest.raises(StackError) as refused:
        load_stacks([tmp_path / "a.yaml", tmp_path / "b.yaml"])
    assert rules(refused.value.problems) == ["unreadable-file"]


@pytest.mark.timeout(60)
def test_thousands_of_mistakes_are_told_in_time(refuse):
    """Five thousand users with five unknown names and an unknown key each: slow to type, not to check."""
    users = "".join(
        f"  u{i}: {{kommentar: x, policies: [{', '.join(f'Alyun{i}x{j}Access' for j in range(5))}]}}\n"
        for i in range(5000)
    )
    problems = refuse(HEAD + "users:\n" + users)
    assert len(problems) == 30_000


def test_a_private_key_in_a_stack_is_not_told(refuse):
    """Wherever it was written: the log of a pipeline has many readers."""
    key = "AGE-SECRET-KEY-1QQPQYQSZQG"
    problems = refuse(
        f"sinks: {{a: {{age: {{recipients: {key}}}}}, b: {{age: {{recipients: [{key}]}}}}, {key}: x}}\n"
    )
    assert key not in str(problems)
