"""Random mixes: wishes, faults, lag of answers, kills and colleagues in any order; then one run in peace makes it good."""

from __future__ import annotations

import json
import shutil
import tempfile
from pathlib import Path

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from ramstack.cli.exits import Exit
from ramstack.emulator import EmbeddedAccount, Fault
from ramstack.emulator.errors import Refusal
from tests.faults.processes import SOAK, VAULT, Forker, shell_at, until, writes
from tests.faults.story import check_held, settle_others
from tests.faults.test_matrix import EFFECTS
from tests.faults.trust import check_journal, check_report, logged

USERS, GROUPS, POLICIES = ("alice", "bob", "carol"), ("readers", "writers"), ("deploy", "media")
SYSTEM = ("AliyunICEFullAccess", "AliyunOSSFullAccess", "AliyunICEReadOnlyAccess")
APPLY = ("apply", "x.yaml", "--yes", "--allow", "in-use")
EXAMPLES, STEPS = (100, 12) if SOAK else (8, 8)
STAGES = 4
"""Runs after the first, of which the last finds nothing to do: a key that goes is disabled by one and deleted by the next."""
OF_KEYS = frozenset({"CreateAccessKey", "UpdateAccessKey", "DeleteAccessKey", "TagResources"})
MINE = {"lineage": "3f9a2c1b", "stack": "team", "ramstack": 1}


def some(values: tuple[str, ...], most: int) -> st.SearchStrategy[list[str]]:
    return st.lists(st.sampled_from(values), max_size=most, unique=True)


def document(action: str) -> dict:
    return {"Version": "1", "Statement": [{"Effect": "Allow", "Action": action, "Resource": "*"}]}


@st.composite
def wishes(draw: st.DrawFn) -> str:
    """A stack whose references resolve, as JSON, which is YAML."""
    policies = {
        name: {"description": draw(st.sampled_from(["", "words"])), "document": document(draw(actions))}
        for name in draw(some(POLICIES, 2))
    }
    held = (*SYSTEM, *policies)
    groups = {
        name: {"comments": draw(st.sampled_from(["", "people"])), "policies": draw(some(held, 2))}
        for name in draw(some(GROUPS, 2))
    }
    users = {
        name: {
            "tags": draw(st.dictionaries(st.sampled_from(["env", "team"]), st.sampled_from("ab"))),
            "groups": draw(some(tuple(groups), 2)) if groups else [],
            "policies": draw(some(held, 3)),
            **draw(credentials),
        }
        for name in draw(some(USERS, 3))
    }
    sinks = {"vault": {"file": {"path": "${VAULT}"}}}
    return json.dumps({**MINE, "users": users, "groups": groups, "policies": policies, "sinks": sinks})


credentials = st.fixed_dictionaries(
    {},
    optional={
        "access_keys": st.builds(
            lambda n: {"count": n, "deliver": "vault", "overlap": "0s"}, st.integers(0, 2)
        ),
        "console": st.sampled_from([False, {"password": "generate", "deliver": "vault"}]),
    },
)


actions = st.sampled_from(["ice:Get*", "ice:*", "oss:GetObject"])
faults = st.builds(
    Fault,
    effect=st.sampled_from(EFFECTS),
    kind=st.sampled_from(["write", "read", "*"]),
    chance=st.sampled_from([0.05, 0.2, 0.5]),
    seed=st.integers(0, 9),
    delay_ms=st.just(5.0),
)
edits = st.sampled_from(
    [
        ("AttachPolicyToUser", {"PolicyType": "System", "PolicyName": SYSTEM[0], "UserName": "alice"}),
        ("DetachPolicyFromUser", {"PolicyType": "System", "PolicyName": SYSTEM[1], "UserName": "alice"}),
        ("AddUserToGroup", {"UserName": "bob", "GroupName": "readers"}),
        ("RemoveUserFromGroup", {"UserName": "alice", "GroupName": "readers"}),
        ("UpdateUser", {"UserName": "alice", "NewUserName": "alice", "NewComments": "by hand"}),
        ("CreateAccessKey", {"UserName": "carol"}),
        (
            "CreatePolicyVersion",
            {
                "PolicyName": "media",
                "PolicyDocument": json.dumps(document("oss:*")),
                "SetAsDefault": "true",
            },
        ),
        ("DeletePolicyVersion", {"PolicyName": "media", "VersionId": "v1"}),
    ]
)


class Account(RuleBasedStateMachine):
    """Whatever happens, runs end with 0 or 5 or before the first write, and a run in peace converges."""

    forker: Forker

    def __init__(self) -> None:
        super().__init__()
        self.folder = Path(tempfile.mkdtemp())
        self.account = EmbeddedAccount().__enter__()
        settle_others(self.account)
        self.others = self.of_others()
        self.by_hand: set[str] = set()

    def teardown(self) -> None:
        self.account.close()
        shutil.rmtree(self.folder)

    @initialize(wish=wishes())
    def begin(self, wish: str) -> None:
        self.shell = shell_at(self.account, self.folder / "shell", x=wish)
        self.in_peace()

    @rule(wish=wishes())
    def wish(self, wish: str) -> None:
        self.shell.write("x.yaml", wish)

    @rule(edit=edits)
    def by_hand(self, edit: tuple[str, dict[str, str]]) -> None:
        action, params = edit
        try:
            made = self.account.edit(action, **params)
        except Refusal:
            return  # the console says no, too
        if action == "CreateAccessKey":
            self.by_hand.add(made["AccessKey"]["AccessKeyId"])

    @rule(fault=faults)
    def in_trouble(self, fault: Fault) -> None:
        self.account.forget_calls()
        self.account.set_faults(fault)
        result = self.shell.run(*APPLY, "--format", "json")
        self.account.set_faults()
        assert result.code in {Exit.DONE, Exit.PARTIAL} or not performed(self.account), result
        if result.json["outcomes"]:
            check_report(result)
            check_journal(self.account, self.shell.cwd / ".ramstack" / "journal")

    @rule(nth=st.integers(1, 20), effect=st.sampled_from(["freeze", "freeze-before"]))
    def killed(self, nth: int, effect: str) -> None:
        self.account.forget_calls()
        self.account.set_faults(Fault(effect, kind="write", nth=nth))
        child = self.forker.start(self.shell, *APPLY)
        until(lambda: not child.is_alive() or any(call.fault for call in self.account.calls()))
        child.kill()
        self.account.set_faults()
        shutil.rmtree(self.shell.cwd / ".ramstack", ignore_errors=True)

    @rule()
    def in_peace(self) -> None:
        result = self.shell.run(*APPLY, "--format", "json")
        assert result.code == Exit.DONE, result
        check_report(result)
        for _ in range(STAGES):
            self.account.forget_calls()
            again = self.shell.run(*APPLY, "--format", "json")
            assert (again.code, {call.action for call in logged(self.account)} <= OF_KEYS) == (
                Exit.DONE,
                True,
            ), again
        assert writes(self.account) == [], again
        check_held(self.account, VAULT, *USERS, but=self.by_hand)

    @invariant()
    def nothing_of_others_changed(self) -> None:
        assert self.of_others() == self.others

    def of_others(self) -> dict:
        state = self.account.state()
        names = ("mallory", "trudy", "outsiders", "strangers", "theirs", "worker")
        return {
            kind: [row for row in rows if any(name in json.dumps(row) for name in names)]
            for kind, rows in state.items()
        }


def performed(account: EmbeddedAccount) -> list[str]:
    """Writes that were done, lock aside."""
    return [call.action for call in logged(account) if call.status == 200 and call.fault in ("", "slow")]


def test_random_mixes(forker: Forker) -> None:
    """See the machine."""
    from hypothesis.stateful import run_state_machine_as_test

    Account.forker = forker
    run_state_machine_as_test(
        Account,
        settings=settings(max_examples=EXAMPLES, stateful_step_count=STEPS, deadline=None),
    )
