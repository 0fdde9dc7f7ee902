"""A folder a case: a stack and a live account in; the plan as text, as JSON, and its calls out.

`make cases` writes the expected files anew; read the diff before you commit it.
"""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest

from ramstack import __version__
from ramstack.account.reader import read_account
from ramstack.account.scope import scope_of_stacks
from ramstack.cli.flow import understand
from ramstack.model.account import Account
from ramstack.model.call import Batch
from ramstack.model.change import Plan
from ramstack.model.limits import Rates
from ramstack.planning.plan import make_plan
from ramstack.planning.planfile import plan_document
from ramstack.planning.schedule import schedule
from ramstack.planning.timing import estimate
from ramstack.stackfile import load_stacks
from ramstack.views.json_text import json_text
from ramstack.views.plan_text import plan_text
from tests.converge import REQUEST, carry_out
from tests.memory import MemoryGateway

CASES = Path(__file__).resolve().parents[1] / "cases" / "plan"
REFRESH = os.environ.get("RAMSTACK_REFRESH") == "1"


@pytest.mark.parametrize("case", sorted(path.name for path in CASES.iterdir()))
def test_case(case: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """What is expected is what is planned; and where nothing refuses it, applying it leaves nothing to plan."""
    monkeypatch.chdir(CASES / case)
    account = MemoryGateway.of(json.loads(Path("account.json").read_text()))
    stacks = load_stacks([Path("stack.yaml")])
    live = read_account(account, scope_of_stacks(stacks))
    plan, live = understand(account, make_plan(stacks, live, REQUEST), live, REQUEST, stacks)
    for name, text in rendered(plan, live).items():
        if REFRESH:
            Path(name).write_text(text, encoding="utf-8")
        assert text == Path(name).read_text(encoding="utf-8"), name
    if not plan.rails and not plan.errors:
        assert {outcome.status for outcome in carry_out(plan, stacks, account)} <= {"done"}
        assert make_plan(stacks, read_account(account, scope_of_stacks(stacks)), REQUEST).changes == ()


def rendered(plan: Plan, live: Account) -> dict[str, str]:
    batches = schedule(plan.changes, live)
    document = plan_document(plan, batches, Rates()) | {"ramstack_version": "-", "digest": "-"}
    return {
        "expected.txt": plan_text(plan, batches, estimate(batches, Rates()), color=False, width=100),
        "expected.json": json_text(document),
        "expected.calls": calls_of(batches),
    }


def calls_of(batches: tuple[Batch, ...]) -> str:
    lines = [
        f"{number} {batch.phase}: {step.call}  after {sorted(step.needs)}"
        for number, batch in enumerate(batches, 1)
        for step in batch.steps
    ]
    return "\n".join(lines) + "\n"


def test_the_version_is_left_out_of_cases() -> None:
    """A release changes no case."""
    assert all(__version__ not in path.read_text() for path in CASES.glob("*/expected.txt"))
