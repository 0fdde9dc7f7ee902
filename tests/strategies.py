"""Generated stacks and generated accounts: small alphabets, so that names meet."""

from __future__ import annotations

from dataclasses import replace

from hypothesis import strategies as st

from ramstack.gateway.port import KeyRow, LoginRow
from ramstack.model.address import PolicyRef
from ramstack.model.problem import Origin
from ramstack.model.stack import GroupWish, PolicyName, PolicyWish, RoleWish, Sited, Stack, UserWish
from ramstack.model.trust import Trust
from ramstack.policy import parse_document
from tests.memory import SYSTEM, AttachmentRow, MemoryGateway, MemoryPolicy, MemoryUser, VersionRow

HERE = Origin("stacks/x.yaml", 3, 5)
USERS = ("alice", "bob", "carol")
GROUPS = ("readers", "writers")
POLICIES = ("deploy", "media")
ROLES = ("worker", "ci")
KEYS = ("env", "team", "cost:center", "acs:x")
ACTIONS = ("ice:Get*", "ice:*", "oss:GetObject", "ice:DeleteMediaInfos")

names = st.sampled_from
documents = st.lists(names(ACTIONS), min_size=1, max_size=3).map(
    lambda actions: parse_document(
        {"Version": "1", "Statement": [{"Effect": "Allow", "Action": a, "Resource": "*"} for a in actions]}
    )
)
texts = names(["", "some words", "other words", "  lead", " "])
maybe_texts = st.none() | texts


def sited(values: st.SearchStrategy) -> st.SearchStrategy:
    return values.map(lambda value: Sited(value, HERE))


tags = st.dictionaries(names(KEYS[:3]), sited(names(["", "a", "b"])), max_size=3)
policy_names = sited(
    st.sampled_from(
        [*(PolicyName(n) for n in (*SYSTEM[:4], *POLICIES)), PolicyName("aliyunossfullaccess", "system")]
    )
)
policy_lists = st.lists(policy_names, max_size=4, unique_by=lambda s: s.value.name.lower()).map(tuple)


@st.composite
def stacks(draw: st.DrawFn, name: str = "media", lineage: str = "3f9a2c1b") -> Stack:
    """A stack whose references all resolve, once its own policies and groups exist."""
    policies = {
        p: PolicyWish(p, HERE, draw(documents), draw(maybe_texts)) for p in draw(st.sets(names(POLICIES)))
    }
    groups = {
        g: GroupWish(g, HERE, draw(maybe_texts), draw(_known(policies) | st.none()), draw(st.booleans()))
        for g in draw(st.sets(names(GROUPS)))
    }
    ignore = draw(st.sampled_from([(), ("cost:*",)]))
    users = {
        u: replace(draw(_users(u, policies, groups)), ignore_tags=ignore) for u in draw(st.sets(names(USERS)))
    }
    roles = {r: replace(draw(_roles(r, policies)), ignore_tags=ignore) for r in draw(st.sets(names(ROLES)))}
    return Stack(name, lineage, "", HERE, users, groups, policies, roles)


def _roles(name: str, policies: dict) -> st.SearchStrategy:
    return st.builds(
        RoleWish,
        st.just(name),
        st.just(HERE),
        st.builds(Trust, services=names(["ecs.aliyuncs.com", "fc.aliyuncs.com"]).map(lambda one: (one,))),
        maybe_texts.map(lambda text: text and text.strip()),
        st.none() | st.integers(3600, 43200),
        tags=st.none() | tags,
        policies=_known(policies) | st.none(),
        additive=st.booleans(),
    )


def _known(policies: dict) -> st.SearchStrategy:
    return policy_lists.map(
        lambda ps: tuple(p for p in ps if p.value.name in policies or p.value.name not in POLICIES)
    )


def _users(name: str, policies: dict, groups: dict) -> st.SearchStrategy:
    joined = (
        st.lists(sited(st.sampled_from(sorted(groups))), unique_by=lambda s: s.value)
        if groups
        else st.just([])
    )
    return st.builds(
        UserWish,
        name=st.just(name),
        origin=st.just(HERE),
        display_name=st.none() | names(["A", "A name that is rather long - over twenty-four characters"]),
        comments=maybe_texts,
        protect=st.none() | st.just(False),
        tags=st.none() | tags,
        groups=st.none() | joined.map(tuple),
        policies=st.none() | _known(policies),
        additive=st.booleans(),
    )


@st.composite
def accounts(draw: st.DrawFn, owner: str = "media.3f9a2c1b") -> MemoryGateway:
    """An account in which the same names may exist: ours, nobody's, or another stack's of the same name."""
    owners = names([owner, "", "media.ffffffff"])
    account = MemoryGateway(shows_tags=draw(st.booleans()))
    for number, user in enumerate(draw(st.sets(names((*USERS, "dave", "erin"))))):
        held = draw(st.dictionaries(names(KEYS), names(["a", "b"]), max_size=3))
        mark = draw(owners)
        account.users_[user] = MemoryUser(
            str(number), user, tags=held | ({"ramstack:stack": mark} if mark else {})
        )
    for group in draw(st.sets(names((*GROUPS, "staff")))):
        mark = draw(owners)
        account.groups_[group] = draw(texts) + (f" [ramstack:{mark}]" if mark else "")
    for policy in draw(st.sets(names((*POLICIES, "other")))):
        mark = draw(owners)
        count = draw(st.integers(1, 5))
        rows = [VersionRow(f"v{n}", n == count, draw(documents).text) for n in range(1, count + 1)]
        account.policies_[policy] = MemoryPolicy(
            "", rows, {"ramstack:stack": mark} if mark else {}, count + 1
        )
    for user in draw(st.sets(names(sorted(account.users_)))) if account.users_ else ():
        account.keys_[user] = [KeyRow("LTAI1", "Active", "1"), KeyRow("LTAI2", "Inactive", "2")][
            : draw(st.integers(0, 2))
        ]
        if draw(st.booleans()):
            account.logons_[user] = LoginRow(reset_required=False, mfa_required=False)
        account.factors_ |= {user: "acs:ram::1:mfa/x"} if draw(st.booleans()) else {}
    _edges(draw, account)
    return account


def _edges(draw: st.DrawFn, account: MemoryGateway) -> None:
    principals = [("user", u) for u in sorted(account.users_)] + [
        ("group", g) for g in sorted(account.groups_)
    ]
    refs = [PolicyRef("system", s) for s in SYSTEM[:4]] + [
        PolicyRef("custom", p) for p in sorted(account.policies_)
    ]
    if account.users_ and account.groups_:
        pairs = st.tuples(names(sorted(account.users_)), names(sorted(account.groups_)))
        account.members_ = draw(st.sets(pairs, max_size=6))
    if principals:
        rows = st.builds(
            lambda principal, ref, group: AttachmentRow(*principal, ref, group),
            names(principals),
            names(refs),
            st.sampled_from(["", "", "", "rg-1"]),
        )
        account.grants_ = draw(st.sets(rows, max_size=8))
