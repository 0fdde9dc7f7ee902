"""Laws that hold for all documents, and the agreement of the engine with a second evaluator."""

import itertools
import json
import random

from hypothesis import given
from hypothesis import strategies as st

from ramstack.policy import Answer, Condition, Relation, Request, compare, evaluate, stored_document
from tests.policy import naive
from tests.policy.strategies import documents, near_pairs, requests


def read(raw):
    """As the service would store it: unknown operators and masked values included."""
    document = stored_document(json.dumps(raw))
    assert not document.is_opaque
    return document


def to_request(raw):
    return Request(raw["action"], raw["resource"], raw["context"])


def to_naive(request):
    assumed = {(one.operator, one.key, one.values): truth for one, truth in request.assumed.items()}
    return {
        "action": request.action,
        "resource": request.resource,
        "context": request.context,
        "assumed": assumed,
    }


@given(st.lists(documents, max_size=3), requests())
def test_two_evaluators_agree(raw, request):
    """The engine and the naive evaluator give the same answer, unless the engine is more careful."""
    answer = evaluate([read(one) for one in raw], to_request(request)).answer
    wanted = naive.evaluate(raw, request)
    assert answer == wanted or (answer is Answer.DEPENDS and has_unknown(raw, request))


def has_unknown(raw, request):
    """The engine takes unknown conditions of different statements as unrelated, and so says "depends" more often."""
    return sum(naive.judge(atom, request) is None for one in raw for atom in naive.atoms(one)) > 1


@given(documents, requests())
def test_unknown_never_allows(raw, request):
    """Where the engine says allow, the naive evaluator allows whatever the unknown conditions are."""
    if evaluate([read(raw)], to_request(request)).answer is Answer.ALLOW:
        assert naive.evaluate([raw], request) == "allow"


@given(documents, requests(), st.randoms(use_true_random=False))
def test_order_and_duplicates_do_not_count(raw, request, dice: random.Random):
    """Shuffled, doubled and written otherwise, a document is equal and decides the same."""
    other = scramble(raw, dice)
    assert read(other) == read(raw)
    assert (
        evaluate([read(other)], to_request(request)).answer
        == evaluate([read(raw)], to_request(request)).answer
    )
    assert compare([read(raw)], [read(other)]).relation is Relation.EQUAL


def scramble(raw, dice):
    found = [rewrite(one, dice) for one in raw["Statement"]]
    found.append(dice.choice(found))
    dice.shuffle(found)
    return {"Statement": found, "Version": "1"}


def rewrite(statement, dice):
    return {
        key: value if key in {"Effect", "Condition"} else shuffle(value, dice)
        for key, value in statement.items()
    }


def shuffle(value, dice):
    values = naive.listed(value)
    values = [*values, dice.choice(values)]
    dice.shuffle(values)
    return values if len(set(values)) > 1 or dice.random() < 0.5 else values[0]


@given(documents, requests())
def test_splitting_changes_nothing(raw, request):
    """One statement for each action and resource, each in a document of its own, means what the whole meant."""
    parts = [
        read({"Version": "1", "Statement": [one]})
        for statement in raw["Statement"]
        for one in split(statement)
    ]
    assert compare([read(raw)], parts).relation is Relation.EQUAL
    assert evaluate(parts, to_request(request)).answer == evaluate([read(raw)], to_request(request)).answer


def split(statement):
    if "NotAction" in statement:
        return [statement | {"Resource": one} for one in naive.listed(statement["Resource"])]
    actions, resources = naive.listed(statement["Action"]), naive.listed(statement["Resource"])
    return [statement | {"Action": action, "Resource": one} for action in actions for one in resources]


@given(near_pairs())
def test_every_witness_decides_as_said(pair):
    """A gain's witness is allowed after and not before, a loss's the other way round; say both evaluators."""
    before, after = read(pair[0]), read(pair[1])
    found = compare([before], [after])
    for difference in found.gains:
        assert_witness(difference.witness, allowed=(after, pair[1]), refused=(before, pair[0]))
    for difference in found.loses:
        assert_witness(difference.witness, allowed=(before, pair[0]), refused=(after, pair[1]))


def assert_witness(witness, allowed, refused):
    assert evaluate([allowed[0]], witness).answer is Answer.ALLOW
    assert naive.evaluate([allowed[1]], to_naive(witness)) == "allow"
    assert evaluate([refused[0]], witness).answer in {Answer.EXPLICIT_DENY, Answer.IMPLICIT_DENY}
    assert naive.evaluate([refused[1]], to_naive(witness)) in {"explicit_deny", "implicit_deny"}


@given(near_pairs(), st.lists(requests(), min_size=5, max_size=20))
def test_no_difference_is_missed(pair, asked):
    """Where a concrete request shows a difference, the comparison has one of that kind."""
    found = compare([read(pair[0])], [read(pair[1])])
    assert not found.undecided
    for request in asked:
        was, now = (naive.evaluate([raw], request) for raw in pair)
        if now == "allow" and was.endswith("deny"):
            assert found.gains
        if was == "allow" and now.endswith("deny"):
            assert found.loses


@given(documents, documents)
def test_comparison_is_a_mirror(one, other):
    """Turned round, gains are losses; a set compared with itself is equal; equal documents are equal in meaning."""
    a, b = read(one), read(other)
    there, back = compare([a], [b]), compare([b], [a])
    assert bool(there.gains) == bool(back.loses)
    assert bool(there.loses) == bool(back.gains)
    assert compare([a], [a]).relation is Relation.EQUAL
    if a == b:
        assert hash(a) == hash(b)
        assert there.relation is Relation.EQUAL


@given(documents, documents, documents)
def test_equality_is_transitive(one, two, three):
    """What is equal to the same is equal to each other, by meaning too."""
    a, b, c = (read(raw) for raw in (one, two, three))
    same = {compare([x], [y]).relation is Relation.EQUAL for x, y in ((a, b), (b, c))}
    if same == {True}:
        assert compare([a], [c]).relation is Relation.EQUAL


@given(documents, st.sampled_from(["ice:GetMediaInfo", "log:*", "oss:Put*"]))
def test_adding_a_grant_never_narrows(raw, action):
    """One more Allow, also with NotAction, never takes anything away; one more Deny never gives."""
    for key in ("Action", "NotAction"):
        for effect, side in (("Allow", "loses"), ("Deny", "gains")):
            more = raw["Statement"] + [{"Effect": effect, key: action, "Resource": "*"}]
            assert not getattr(compare([read(raw)], [read(raw | {"Statement": more})]), side)


def test_allow_not_action_broadens():
    """Adding Allow NotAction is broadening, not a restriction."""
    base = {"Effect": "Allow", "Action": "ice:*", "Resource": "*"}
    more = {"Effect": "Allow", "NotAction": "ice:*", "Resource": "*"}
    before, after = ({"Version": "1", "Statement": found} for found in ([base], [base, more]))
    assert compare([read(before)], [read(after)]).relation is Relation.BROADER


def test_comparing_always_ends():
    """Where no automaton of a bearable size holds the patterns side by side, the comparison is given up, and says so."""
    wide, ends, longer = f"log:*a{'?' * 13}*", f"log:*a{'?' * 13}", f"log:*a{'?' * 14}*"
    rows = [
        {"Effect": effect, "Action": action, "Resource": "*"}
        for effect, action in (("Deny", "log:*b*"), ("Allow", wide), ("Deny", ends), ("Deny", longer))
    ]
    before, after = ({"Version": "1", "Statement": found} for found in (rows, rows[1:]))
    found = compare([read(before)], [read(after)])
    assert found.undecided
    assert found.may_broaden


def test_unknown_operator_depends():
    """An operator nobody knows never grants: the answer depends on it."""
    block = {"StringContains": {"acs:SourceVpc": "x"}}
    raw = {
        "Version": "1",
        "Statement": [{"Effect": "Allow", "Action": "*", "Resource": "*", "Condition": block}],
    }
    decision = evaluate([read(raw)], Request("ice:GetMediaInfo", "acs:ice:*:1:*", {}))
    assert decision.answer is Answer.DEPENDS
    assert decision.depends_on == (Condition("StringContains", "acs:SourceVpc", ("x",)),)


WORDS = ["".join(letters) for length in range(3) for letters in itertools.product("abx", repeat=length)]
SHORT = [
    {"action": f"k:{action}", "resource": f"acs:k:::{resource}", "context": {}}
    for action in WORDS[1:]
    for resource in WORDS
]
tangled = st.text("aabb**?", min_size=1, max_size=4)


@st.composite
def tangled_documents(draw):
    """Patterns that overlap in every way, of a service that nobody knows."""
    some = st.lists(tangled, min_size=1, max_size=2)
    statements = [
        {
            "Effect": draw(st.sampled_from(["Allow", "Allow", "Deny"])),
            draw(st.sampled_from(["Action", "NotAction"])): [f"k:{one}" for one in draw(some)],
            "Resource": [f"acs:k:::{one}" for one in draw(some)],
        }
        for _ in range(draw(st.integers(1, 3)))
    ]
    return {"Version": "1", "Statement": statements}


@given(tangled_documents(), tangled_documents())
def test_no_short_request_shows_what_was_missed(before, after):
    """Of all requests of two letters, brute force: what one side allows and the other does not is a gain, or a loss."""
    found = compare([read(before)], [read(after)])
    old, new = (
        {at for at, request in enumerate(SHORT) if naive.evaluate([raw], request) == "allow"}
        for raw in (before, after)
    )
    assert not found.undecided
    assert found.gains or not new - old
    assert found.loses or not old - new


def test_a_search_may_go_deep():
    """One cut for every condition of many: no end of the stack."""
    fences = [
        {"Effect": "Allow", "Action": "oss:*", "Resource": "*", "Condition": {"Bool": {f"x:Key{n}": "true"}}}
        for n in range(340)
    ]
    before = read({"Version": "1", "Statement": fences})
    after = read({"Version": "1", "Statement": [{"Effect": "Allow", "Action": "oss:*", "Resource": "*"}]})
    assert compare([before], [after]).may_broaden
