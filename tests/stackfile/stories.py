"""Generated stacks: as native values, so that a test can render them and say what must come back."""

from __future__ import annotations

from hypothesis import strategies as st

TEXTS = st.text(
    st.characters(codec="utf-8", exclude_categories=("Cc", "Cs", "Zl", "Zp"), exclude_characters="\ufeff$"),
    max_size=40,
)
NAMES = st.from_regex(r"[a-z0-9][a-z0-9._-]{0,20}", fullmatch=True)
POLICY_NAMES = st.from_regex(r"[a-z0-9][a-z0-9-]{0,20}", fullmatch=True)
TAG_KEYS = st.from_regex(r"t[a-z0-9:/._-]{0,20}", fullmatch=True)
TAGS = st.dictionaries(TAG_KEYS, TEXTS, max_size=8)
FLAGS = st.booleans()
GRANTS = st.lists(
    st.one_of(
        POLICY_NAMES.map("custom/{}".format),
        st.sampled_from(["AliyunICEFullAccess", "system/ReadOnlyAccess"]),
    ),
    max_size=6,
    unique=True,
)
STATEMENT = st.fixed_dictionaries(
    {
        "Effect": st.sampled_from(["Allow", "Deny"]),
        "Action": st.lists(
            st.sampled_from(["ice:Get*", "ice:List*", "oss:PutObject"]), min_size=1, max_size=3, unique=True
        ),
        "Resource": st.just("*"),
    }
)
DOCUMENT = st.fixed_dictionaries(
    {"Version": st.just("1"), "Statement": st.lists(STATEMENT, min_size=1, max_size=3)}
)


def bodies(**keys):
    """A mapping with any of the keys."""
    return st.fixed_dictionaries({}, optional=keys)


USER = bodies(
    display_name=TEXTS.filter(bool),
    comments=TEXTS,
    email=NAMES.map("{}@example.com".format),
    mobile=st.from_regex(r"86-1[0-9]{10}", fullmatch=True),
    tags=TAGS,
    groups=st.lists(NAMES, max_size=5, unique=True),
    policies=GRANTS,
    additive=FLAGS,
    protect=FLAGS,
)
GROUP = bodies(comments=TEXTS, policies=GRANTS, additive=FLAGS)
POLICY = st.fixed_dictionaries({"document": DOCUMENT}, optional={"description": TEXTS})

STACKS = st.fixed_dictionaries(
    {"ramstack": st.just(1), "stack": st.from_regex(r"[a-z0-9-]{1,40}", fullmatch=True)},
    optional={
        "lineage": st.from_regex(r"[a-z0-9]{4,16}", fullmatch=True),
        "account": st.from_regex(r"[0-9]{16}", fullmatch=True),
        "defaults": bodies(
            tags=TAGS, additive=FLAGS, ignore_tags=st.lists(TEXTS.map("cost:{}".format), max_size=3)
        ),
        "users": st.dictionaries(NAMES, USER, max_size=5),
        "groups": st.dictionaries(NAMES, GROUP, max_size=3),
        "policies": st.dictionaries(POLICY_NAMES, POLICY, max_size=3),
    },
)
"""Stacks that must load: only the text of comments may be too long for its owner mark, which 40 characters are not."""
