"""Folders: which files make a stack together."""

from __future__ import annotations

import pytest

from ramstack.model.errors import StackError
from ramstack.stackfile import load_stacks

OWN_POLICY = (
    "policies: {own: {document: {Version: 1, Statement: [{Effect: Allow, Action: 'a:b', Resource: '*'}]}}}\n"
)


def head(stack, lineage="abcd"):
    return f"ramstack: 1\nstack: {stack}\nlineage: {lineage}\n"


def refused(*paths):
    with pytest.raises(StackError) as error:
        load_stacks(paths)
    return [(p.rule, p.origin.path.rpartition("/")[2], p.origin.line) for p in error.value.problems]


def test_the_files_of_a_folder_are_one_stack(write):
    """The header stands in one of them; the rest need not know."""
    files = {
        "a.yaml": "users: {ann: {groups: [readers]}}\n",
        "b.yml": head("media") + "defaults: {tags: {team: media}}\n",
        "c.yaml": "groups: {readers: {}}\nusers: {bob: {}}\n",
        "d.yaml": "# nothing yet\n",
    }
    (stack,) = load_stacks([write(files)])
    assert (set(stack.users), set(stack.groups)) == ({"ann", "bob"}, {"readers"})
    assert stack.users["bob"].tags["team"].value == "media"
    assert [file.path.rpartition("/")[2] for file in stack.inputs] == list(files)


def test_files_that_name_different_stacks_are_different_stacks(write):
    """A folder of stacks means all of them, and so do the folders below; they come by name."""
    files = {
        "b.yaml": head("beta"),
        "z.yaml": head("alpha"),
        "z2.yaml": "stack: alpha\nusers: {ann: {}}\n",
        "deep/er/c.yaml": head("gamma"),
        "deep/er/users.yaml": "users: {bob: {}}\n",
    }
    stacks = load_stacks([write(files)])
    assert [(stack.name, list(stack.users)) for stack in stacks] == [
        ("alpha", ["ann"]),
        ("beta", []),
        ("gamma", ["bob"]),
    ]


def test_a_file_must_say_which_of_several_stacks_it_belongs_to(write):
    """Where a folder holds two stacks, nothing is guessed; what else is wrong with the file is told too."""
    folder = write({"a.yaml": head("alpha"), "b.yaml": head("beta"), "c.yaml": "users: {ann: {}, bob: x}\n"})
    assert refused(folder) == [("no-stack", "c.yaml", 1), ("wrong-type", "c.yaml", 1)]


def test_a_profile_is_known_in_all_files_of_its_stack(write):
    """Whichever file declares it; one of another stack is unknown, and nobody takes it there. What cannot be read may declare it."""
    user = "users: {ann: {profile: p}}\n"
    profile = "profiles: {p: {comments: all}}\n"
    (stack,) = load_stacks([write({"x/a.yaml": head("media") + user, "x/b.yaml": profile})])
    assert stack.users["ann"].comments == "all"
    write({"y/a.yaml": head("alpha") + user, "y/b.yaml": head("beta") + profile})
    folder = write({"z/a.yaml": head("gamma") + user, "z/b.yaml": "profiles: [\n"})
    assert refused(folder / "y") == [("unknown-profile", "a.yaml", 4), ("unused-profile", "b.yaml", 4)]
    assert "unknown-profile" not in [rule for rule, _, _ in refused(folder / "z")]


def test_a_folder_below_is_a_stack_of_its_own(write):
    """Its files do not silently belong to the folder above, and are never skipped."""
    folder = write({"a.yaml": head("alpha"), "users/ann.yaml": "users: {ann: {}}\n"})
    assert refused(folder) == [("missing-key", "ann.yaml", 1), ("missing-key", "ann.yaml", 1)]


def test_a_name_given_twice_cites_both_places(write):
    """Two files of a stack cannot both declare a thing."""
    folder = write({"a.yaml": head("media") + "users: {ann: {}}\n", "b.yaml": "users:\n  ann: {}\n"})
    with pytest.raises(StackError) as error:
        load_stacks([folder])
    (problem,) = error.value.problems
    assert (problem.rule, problem.origin.line) == ("declared-twice", 2)
    assert f"{folder}/a.yaml:4:9" in problem.detail


def test_headers_that_differ_are_refused_and_equal_ones_are_not(write):
    """A header may be repeated in each file of a folder, as long as all say the same."""
    account = "account: '1234567890123456'\n"
    files = {
        "a.yaml": head("media") + "defaults: {tags: {a: b}}\n" + account,
        "b.yaml": head("media") + "defaults: {tags: {a: c}}\n" + account,
        "c.yaml": head("media", "other"),
    }
    assert refused(write(files)) == [("header-conflict", "b.yaml", 4), ("header-conflict", "c.yaml", 3)]


def test_hidden_files_and_other_files_are_not_looked_at(write):
    """Neither `.ramstack`, nor JSON, nor what an editor left behind."""
    others = (".b.yaml", ".ramstack/c.yaml", "stack.schema.json", "a.yaml~", "README.md")
    folder = write({"a.yaml": head("media"), **dict.fromkeys(others, "x")})
    assert len(load_stacks([folder])) == 1


def test_a_file_is_read_once_however_it_is_given(write, tmp_path):
    """By its folder, by its name, by another spelling of its name, by a link."""
    folder = write({"x/a.yaml": head("media")})
    (tmp_path / "link.yaml").symlink_to(tmp_path / "x" / "a.yaml")
    paths = [folder / "x/a.yaml", folder / "x", folder / "x/../x/a.yaml", folder / "link.yaml", folder / "x"]
    assert len(load_stacks(paths)) == 1


def test_links_in_a_circle_end(write, tmp_path):
    """A folder that holds itself is read once; a link to itself is no file."""
    write({"a.yaml": head("media")})
    (tmp_path / "self").symlink_to(tmp_path)
    assert len(load_stacks([tmp_path])) == 1
    (tmp_path / "loop.yaml").symlink_to(tmp_path / "loop.yaml")
    assert refused(tmp_path) == [("unreadable-file", "loop.yaml", 1)]


def test_nothing_to_read_is_a_problem(tmp_path):
    """An empty folder is no empty stack."""
    assert [rule for rule, _, _ in refused(tmp_path)] == ["no-stack"]


def test_two_stacks_cannot_declare_one_thing(write):
    """Everything has one owner: what the second stack declares again is refused there."""
    body = "users: {ann: {}}\ngroups: {readers: {}}\n" + OWN_POLICY
    folder = write({"a.yaml": head("alpha") + body, "b.yaml": head("beta") + body})
    assert refused(folder) == [("declared-twice", "b.yaml", line) for line in (4, 5, 6)]


def test_names_of_two_stacks_cannot_differ_in_case_only(write):
    """What the service may take for one name has one owner as well."""
    folder = write(
        {"a.yaml": head("alpha") + "users: {ann: {}}\n", "b.yaml": head("beta") + "users: {ANN: {}}\n"}
    )
    assert refused(folder) == [("name-case", "b.yaml", 4)]


def test_a_stack_is_there_once(write):
    """Two folders cannot both be the same stack; with another lineage it is another stack."""
    folder = write({"x/a.yaml": head("media", "aaaa"), "y/a.yaml": head("media", "bbbb")})
    assert [stack.owner for stack in load_stacks([folder])] == ["media.aaaa", "media.bbbb"]
    write({"y/a.yaml": head("media", "aaaa")})
    assert refused(folder) == [("stack-twice", "a.yaml", 2)]


def test_what_an_unreadable_file_may_say_is_not_missed(write):
    """Nobody is told that a header or a policy is missing while a file of the stack cannot be read."""
    folder = write(
        {"a.yaml": "users: {ann: {policies: [own], protect: maybe}}\n", "b.yaml": "stack: [media\n"}
    )
    assert refused(folder) == [("flag", "a.yaml", 1), ("yaml-syntax", "b.yaml", 2)]


def test_a_policy_of_another_stack_of_the_run_is_known(write):
    """It will be in the account by then."""
    folder = write(
        {"a.yaml": head("alpha") + "users: {ann: {policies: [own]}}\n", "b.yaml": head("beta") + OWN_POLICY}
    )
    assert [stack.problems for stack in load_stacks([folder])] == [(), ()]
