"""Figures of the policy engine: ``python bench/policy.py``. Printed, never asserted: machines differ.

Seconds are of CPU, so that a busy machine does not change them much, and without collecting garbage, as ``timeit`` does it: a
full collection of whatever else lives in the process takes longer than a comparison.
"""

from __future__ import annotations

import gc
import json
import random
import sys
import time
from collections.abc import Callable
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from ramstack.policy import (
    Document,
    Request,
    compare,
    evaluate,
    load_services,
    parse_document,
    permission_diffs,
)

LIMIT = 6144
USERS = 5000
WORDS = [
    "Media",
    "Job",
    "Template",
    "Live",
    "Search",
    "Index",
    "Project",
    "Library",
    "Voice",
    "Avatar",
    "User",
    "Stream",
]
VERBS = ["Get", "List", "Describe", "Submit", "Delete", "Update", "Create", "Add", "Query", "Set"]
SERVICES = ["ice", "oss", "log", "ecs", "vod", "ram"]


def statement(dice: random.Random) -> dict[str, object]:
    service = dice.choice(SERVICES)
    patterns = [
        f"{service}:{dice.choice(VERBS)}*{dice.choice(WORDS)}*",
        f"{service}:{dice.choice(VERBS)}{dice.choice(WORDS)}?*",
    ]
    made: dict[str, object] = {
        "Effect": dice.choice(["Allow", "Allow", "Allow", "Deny"]),
        "Action": [*patterns, f"{service}:*{dice.choice(WORDS)}"],
        "Resource": ["*"]
        if service == "ice"
        else [f"acs:{service}:*:*:b{dice.randrange(90)}/*", f"acs:{service}:*:*:b?{dice.randrange(9)}*"],
    }
    if dice.random() < 0.4:
        made["Condition"] = {
            "IpAddress": {"acs:SourceIp": [f"10.{dice.randrange(99)}.0.0/16", "203.0.113.0/24"]}
        }
    if dice.random() < 0.2:
        made["Condition"] = {"StringLike": {"acs:SourceVpc": [f"vpc-{dice.randrange(9)}*"]}}
    return made


def everywhere(dice: random.Random) -> dict[str, object]:
    """Stars on both sides of everything, in actions, resources and conditions."""
    return {
        "Effect": dice.choice(["Allow", "Allow", "Deny"]),
        "Action": [f"{dice.choice(SERVICES)}:{_tangle(dice)}" for _ in range(3)],
        "Resource": [f"acs:*:*:*:{_tangle(dice)}" for _ in range(2)],
        "Condition": {"StringLike": {"acs:SourceVpc": [_tangle(dice) for _ in range(3)]}},
    }


def fenced(dice: random.Random) -> dict[str, object]:
    """NotAction beside Deny, half of them on a few resources."""
    element = dice.choice(["Action", "Action", "NotAction"])
    return {
        "Effect": "Allow" if element == "NotAction" else dice.choice(["Allow", "Deny"]),
        element: [f"{dice.choice(SERVICES)}:{dice.choice(VERBS)}*{dice.choice(WORDS)}*" for _ in range(4)],
        "Resource": dice.choice(["*", f"acs:{dice.choice(SERVICES)}:*:*:b{dice.randrange(20)}/*"]),
    }


def hopeless(dice: random.Random) -> dict[str, object]:
    """What nobody writes: NotAction, Deny and stars around every letter. Such a search is given up."""
    element = dice.choice(["Action", "NotAction"])
    made = {"Effect": dice.choice(["Allow", "Deny"]), element: [_tangle(dice) for _ in range(3)]}
    return made | {"Resource": [_tangle(dice) for _ in range(3)]}


def _tangle(dice: random.Random) -> str:
    one, two, three = (dice.choice("abcdefgimnorst") for _ in range(3))
    return f"*{one}{two}*{three}*"


def full_document(
    seed: int, make: Callable[[random.Random], dict[str, object]] = statement
) -> dict[str, object]:
    """As many statements as fit the limit."""
    dice, statements = random.Random(seed), list[dict[str, object]]()
    while True:
        more = [*statements, make(dice)]
        if len(json.dumps({"Version": "1", "Statement": more}, separators=(",", ":"))) > LIMIT:
            return {"Version": "1", "Statement": statements}
        statements = more


def edited(raw: dict[str, object], seed: int) -> dict[str, object]:
    statements = json.loads(json.dumps(raw["Statement"]))
    statements[seed % len(statements)]["Effect"] = "Allow"
    statements[seed % len(statements)]["Action"] = ["ice:*"]
    return {"Version": "1", "Statement": statements}


def flat_document() -> dict[str, object]:
    """One statement that is all actions, each with wildcards."""
    actions = [f"{service}:{verb}*{word}*" for service in SERVICES for verb in VERBS for word in WORDS]
    return {"Version": "1", "Statement": [{"Effect": "Allow", "Action": actions[:270], "Resource": "*"}]}


def timed(run: Callable[[], object]) -> float:
    start = time.process_time()
    run()
    return time.process_time() - start


def show(name: str, seconds: list[float], limit: float, unit: str = "ms") -> None:
    ordered = sorted(seconds)
    factor = 1000 if unit == "ms" else 1
    middle, worst = ordered[len(ordered) // 2] * factor, ordered[-1] * factor
    print(
        f"{name:58} median {middle:8.2f} {unit}  worst {worst:8.2f} {unit}  worst/limit {worst / (limit * factor):5.2f}"
    )


def bench_compare() -> None:
    pairs = [(full_document(seed), full_document(seed + 1000)) for seed in range(20)]
    near = [(raw, edited(raw, seed)) for seed, (raw, _) in enumerate(pairs)]
    flat = flat_document()
    halves = [
        (
            flat,
            {
                "Version": "1",
                "Statement": [{**flat["Statement"][0], "Action": flat["Statement"][0]["Action"][:-1]}],
            },
        )
    ]  # type: ignore[index]
    hard = {
        make: [(full_document(seed, make), full_document(seed + 1000, make)) for seed in range(20)]
        for make in (everywhere, fenced, hopeless)
    }
    for name, found in (
        ("compare, unlike documents of 6,144 characters", pairs),
        ("the same, stars around everything", hard[everywhere]),
        ("the same, NotAction beside Deny", hard[fenced]),
        ("the same, both at once", hard[hopeless]),
        ("compare, one statement edited", near),
        ("compare, 270 wildcard actions, one less", halves),
    ):
        undecided, seconds = 0, []
        for before, after in found:
            old, new = parse_document(before), parse_document(after)
            start = time.process_time()
            result = compare([old], [new])
            seconds.append(time.process_time() - start)
            undecided += result.undecided
        show(f"{name}{f' ({undecided} undecided)' if undecided else ''}", seconds, 0.05)


def bench_users() -> None:
    dice = random.Random(7)
    names = [one.action for one in load_services()["ice"].operations]
    stock = [grant(sorted(dice.sample(names, 5))) for _ in range(195)]
    stock += [
        grant(["ice:Get*", "ice:List*"]),
        grant(["ice:*"]),
        grant(["oss:*"]),
        grant(["log:Get*"]),
        grant(["ram:Get*"]),
    ]
    sets = [tuple(dice.sample(stock, 5)) for _ in range(USERS)]
    added = stock[196]
    few = {f"user/{index}": (sets[index % 100], (*sets[index % 100], added)) for index in range(USERS)}
    show(
        "permission diff, 5,000 users, 100 sets of 5 policies",
        [timed(lambda: permission_diffs(few))],
        2,
        "s ",
    )
    many = {f"user/{index}": (sets[index], (*sets[index], added)) for index in range(USERS)}
    show(
        "permission diff, 5,000 users, 5,000 sets of 5 policies",
        [timed(lambda: permission_diffs(many))],
        2,
        "s ",
    )


def grant(actions: list[str]) -> Document:
    return parse_document(
        {"Version": "1", "Statement": [{"Effect": "Allow", "Action": actions, "Resource": "*"}]}
    )


def bench_small() -> None:
    texts = [json.dumps(full_document(seed), indent=1) for seed in range(20)]
    show(
        "parse, 6,144 characters and their indentation",
        [timed(lambda text=text: parse_document(text)) for text in texts],
        0.05,
    )  # type: ignore[misc]
    documents = [parse_document(text) for text in texts[:5]]
    requests = [
        Request(one.action, None, {"acs:SourceIp": "10.1.2.3"}) for one in load_services()["ice"].operations
    ]
    show(
        "evaluate, 400 requests on 5 such documents",
        [timed(lambda: [evaluate(documents, one) for one in requests])],
        1,
    )


if __name__ == "__main__":
    gc.disable()
    bench_small()
    bench_compare()
    bench_users()
