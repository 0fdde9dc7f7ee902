"""Profiles: a user that takes one is the user whose block says all of it."""

from __future__ import annotations

from dataclasses import replace

import yaml
from hypothesis import given
from hypothesis import strategies as st

from ramstack.model.problem import Origin
from ramstack.model.stack import NO_SITES, UserWish
from ramstack.stackfile.layers import merged
from ramstack.stackfile.load import load_stacks
from ramstack.stackfile.node import Table, plain

NAMES = st.sampled_from(["a", "b", "c", "d"])
LISTS = st.lists(NAMES, max_size=3, unique=True)
BLOCKS = st.fixed_dictionaries(
    {},
    optional={
        "comments": NAMES,
        "tags": st.dictionaries(NAMES, NAMES, max_size=3),
        "ignore_tags": LISTS,
        "groups": LISTS,
        "policies": LISTS.map(lambda names: [f"custom/{name}" for name in names]),
        "additive": st.booleans(),
        "protect": st.booleans(),
    },
)
HEAD = {"ramstack": 1, "stack": "media", "lineage": "3f9a2c1b"}


def load(write: object, **content: object) -> UserWish:
    path = write({"x.yaml": yaml.safe_dump({**HEAD, **content})})  # type: ignore[operator]
    return load_stacks([path])[0].users["ann"]


def placeless(wish: UserWish) -> object:
    """Without places, and lists without their order."""
    nowhere = Origin("")
    lists = {
        key: None if value is None else frozenset(one.value for one in value)
        for key, value in (("groups", wish.groups), ("policies", wish.policies))
    }
    tags = None if wish.tags is None else {key: one.value for key, one in wish.tags.items()}
    plain_wish = replace(wish, origin=nowhere, sites=NO_SITES, tags=None, groups=None, policies=None)
    return replace(plain_wish, ignore_tags=tuple(sorted(wish.ignore_tags))), lists, tags


def written_out(near: dict[str, object], far: dict[str, object]) -> dict[str, object]:
    """The naive union: lists are united, tags key by key, of all else the nearest wins."""
    both = {**far, **near}
    for key in near.keys() & far.keys():
        match near[key], far[key]:
            case list() as own, list() as more:
                both[key] = sorted({*own, *more})
            case dict() as own, dict() as more:
                both[key] = {**more, **own}
    return both


@given(BLOCKS, BLOCKS)
def test_a_profile_is_what_the_block_would_say(tmp_path_factory: object, near: dict, far: dict) -> None:
    """Taking a profile or writing all of it out makes no difference but for the places."""

    def write(files: dict[str, str]) -> object:
        folder = tmp_path_factory.mktemp("stack")  # type: ignore[attr-defined]
        for name, text in files.items():
            (folder / name).write_text(text)
        return folder

    taken = load(write, profiles={"p": far}, users={"ann": {**near, "profile": "p"}})
    alone = load(write, users={"ann": written_out(near, far)})
    assert placeless(taken) == placeless(alone)


def test_each_value_keeps_its_place(write) -> None:
    """What comes from the profile or the defaults is told of there, and the stack knows the layer."""
    text = (
        "ramstack: 1\nstack: media\nlineage: 3f9a2c1b\ndefaults:\n  tags: {team: m}\n"
        "profiles:\n  p:\n    policies: [AliyunICEFullAccess]\n    comments: all\n"
        "users:\n  ann:\n    profile: p\n    policies: [AliyunOSSFullAccess]\n"
    )
    (stack,) = load_stacks([write({"x.yaml": text})])
    ann = stack.users["ann"]
    places = {str(one.value): (one.origin.line, stack.layers.get(one.origin)) for one in ann.policies or ()}
    assert places == {"AliyunICEFullAccess": (8, "profile p"), "AliyunOSSFullAccess": (13, None)}
    assert stack.layers[ann.sites["comments"]] == "profile p"
    assert stack.layers[(ann.tags or {})["team"].origin] == "default"


def test_merging_twice_changes_nothing(write) -> None:
    """A profile that is taken again adds nothing."""
    text = "ramstack: 1\nstack: m\nlineage: 3f9a2c1b\nprofiles: {p: {groups: [x, y], tags: {a: b}}}\nusers: {ann: {profile: p, groups: [y]}}\n"
    from ramstack.stackfile.node import child_table
    from ramstack.stackfile.sheet import read_sheet

    root: Table = read_sheet(write({"x.yaml": text}) / "x.yaml", {}).root
    near, far = (
        child_table(child_table(root, "users"), "ann"),
        child_table(child_table(root, "profiles"), "p"),
    )
    once = merged(near, far)
    assert plain(merged(once, far)) == plain(once)
