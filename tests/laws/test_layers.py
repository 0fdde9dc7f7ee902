"""Laws of layers: what defaults, a profile and a user say of tags and policies, over whatever the account holds."""

from __future__ import annotations

from fnmatch import fnmatchcase

import yaml
from hypothesis import given
from hypothesis import strategies as st

from ramstack.stackfile.load import load_text
from tests.converge import carry_out, plan_of
from tests.memory import SYSTEM, AttachmentRow, MemoryGateway, MemoryUser, PolicyRef

KEYS = st.sampled_from(["env", "team", "cost:center", "cost:unit"])
TAGS = st.dictionaries(KEYS, st.sampled_from(["a", "b"]), max_size=3)
POLICIES = st.sets(st.sampled_from(SYSTEM[:4]), max_size=3).map(sorted)
IGNORED = st.sets(st.sampled_from(["cost:*", "env", "cost:unit"]), max_size=2).map(sorted)
DEFAULTS = {"additive": st.booleans(), "tags": TAGS, "ignore_tags": IGNORED}
BLOCK = {**DEFAULTS, "policies": POLICIES}
MARK = {"ramstack:stack": "media.3f9a2c1b"}


@given(
    st.fixed_dictionaries({}, optional=DEFAULTS),
    st.fixed_dictionaries({}, optional=BLOCK),
    st.fixed_dictionaries({}, optional=BLOCK),
    TAGS,
    POLICIES,
)
def test_what_is_there_in_the_end(
    defaults: dict, profile: dict, user: dict, tags: dict[str, str], policies: list[str]
) -> None:
    """The nearest `additive` decides about what nobody declares; what any layer's `ignore_tags` matches stays; nobody says: all stays."""
    layers = (defaults, profile, user)
    account = MemoryGateway(
        users_={"ann": MemoryUser("1", tags=tags | MARK)},
        grants_={AttachmentRow("user", "ann", PolicyRef("system", name), "") for name in policies},
    )
    content = {"defaults": defaults, "profiles": {"p": profile}, "users": {"ann": {**user, "profile": "p"}}}
    head = "ramstack: 1\nstack: media\nlineage: 3f9a2c1b\n"
    stack = load_text(head + yaml.safe_dump(content), "media.yaml")
    carry_out(plan_of([stack], account), [stack], account)
    additive = [layer["additive"] for layer in layers if "additive" in layer][-1:] == [True]
    patterns = [pattern for layer in layers for pattern in layer.get("ignore_tags", ())]
    ignored = {key: value for key, value in tags.items() if any(fnmatchcase(key, p) for p in patterns)}
    declared = [layer["tags"] for layer in layers if "tags" in layer]
    merged = {key: value for written in declared for key, value in written.items()}
    wanted = {key: value for key, value in merged.items() if not any(fnmatchcase(key, p) for p in patterns)}
    kept = tags if additive or not declared else {}
    assert account.users_["ann"].tags == MARK | kept | wanted | ignored
    listed = [layer["policies"] for layer in layers if "policies" in layer]
    attached = {row.policy.name for row in account.grants_}
    assert attached == set().union(*listed, policies if additive or not listed else ())
