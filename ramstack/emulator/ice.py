"""Intelligent Media Services 2020-11-09: the harmless reads that probe a permission (ice-actions.md, "A harmless probe").

The service behind them is an empty one. What counts is the answer before: denied or not, by the caller's policies.
Every other operation is judged in the same way, and only then answered ``NotEmulated``.
"""

from collections.abc import Mapping
from functools import partial

from ramstack.emulator.call import Action, Body, Call
from ramstack.policy import load_services

ROOT_CATEGORIES: Body = {"SubTotal": 0, "SubCategories": {"Category": []}}

REPLIES: Mapping[str, Body] = {
    "BatchGetMediaInfos": {"MediaInfos": [], "IgnoredList": []},
    "GetCategories": ROOT_CATEGORIES,
    "GetContentAnalyzeConfig": {"ContentAnalyzeConfig": {}},
    "GetDefaultStorageLocation": {
        "StorageType": "user_oss_bucket",
        "Bucket": "",
        "Path": "",
        "Status": "normal",
    },
    "GetMediaConnectAvailableRegion": {"Content": []},
    "ListMediaBasicInfos": {"MediaInfos": [], "TotalCount": 0, "MaxResults": 10},
    "ListPipelines": {"PipelineList": []},
    "SearchEditingProject": {"ProjectList": [], "TotalCount": 0, "MaxResults": 10},
}


def answer(body: Body, call: Call) -> Body:  # noqa: ARG001 - the form of an action
    """What a service without contents says to everybody."""
    return body


def known_operations() -> frozenset[str]:
    """By name, without the service's code."""
    return frozenset(operation.action.partition(":")[2] for operation in load_services()["ice"].operations)


ACTIONS: dict[str, Action] = {action: partial(answer, body) for action, body in REPLIES.items()}
