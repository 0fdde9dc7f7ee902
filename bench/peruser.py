"""A reader that asks object by object, as the Terraform provider does, for comparison.

It is told the names, as from a state file, and reads for each user GetUser, ListPoliciesForUser, ListGroupsForUser and (of
IMS) ListTagResources; for each custom policy GetPolicy; for each group GetGroup and ListPoliciesForGroup. That is kinder than
the provider, which also walks the list of users for every user and asks once more for every attachment.
It uses the same client, the same pacing and the same retries as ramstack's own reader.
"""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from random import Random

from aliyunsdkcore.request import AcsRequest
from aliyunsdkram.request.v20150501.GetGroupRequest import GetGroupRequest
from aliyunsdkram.request.v20150501.GetPolicyRequest import GetPolicyRequest
from aliyunsdkram.request.v20150501.GetUserRequest import GetUserRequest
from aliyunsdkram.request.v20150501.ListGroupsForUserRequest import ListGroupsForUserRequest
from aliyunsdkram.request.v20150501.ListPoliciesForGroupRequest import ListPoliciesForGroupRequest
from aliyunsdkram.request.v20150501.ListPoliciesForUserRequest import ListPoliciesForUserRequest

from bench.meter import Measured, Meter
from bench.server import Access
from ramstack.gateway.channel import Channel
from ramstack.gateway.client import Client, Reply, common_request, filled
from ramstack.gateway.credentials import fixed
from ramstack.gateway.endpoint import parse_endpoint
from ramstack.gateway.pacing import Pacer
from ramstack.gateway.retry import Retry
from ramstack.model.limits import Rates

CALLS_PER_USER = 4

Names = Sequence[str]


def read_run(
    access: Access, users: Names, policies: Names, groups: Names, threads: int, scale: float
) -> Measured:
    """Everything is kept in memory, as a state would be. The users are a phase of their own, to be scaled."""
    meter = Meter()
    with _channel(access, scale) as channel, ThreadPoolExecutor(threads) as pool:
        reader = PerUserReader(channel)
        with meter.phase("users"):
            found = list(pool.map(reader.user, users))
        with meter.phase("rest"):
            found += list(pool.map(reader.policy, policies)) + list(pool.map(reader.group, groups))
    return meter.result(objects=len(found))


class PerUserReader:
    """One object at a time; the calls for one object follow each other."""

    def __init__(self, channel: Channel) -> None:
        self._channel = channel

    def user(self, name: str) -> tuple[Reply, ...]:
        user = self._ask(GetUserRequest(), UserName=name)
        policies = self._ask(ListPoliciesForUserRequest(), UserName=name)
        groups = self._ask(ListGroupsForUserRequest(), UserName=name)
        tagged = {"ResourceType": "user", "ResourceId.1": user["User"]["UserId"]}
        tags = self._channel.read(common_request("Ims", "ListTagResources", tagged))
        return user, policies, groups, tags

    def policy(self, name: str) -> tuple[Reply, ...]:
        return (self._ask(GetPolicyRequest(), PolicyName=name, PolicyType="Custom"),)

    def group(self, name: str) -> tuple[Reply, ...]:
        group = self._ask(GetGroupRequest(), GroupName=name)
        return group, self._ask(ListPoliciesForGroupRequest(), GroupName=name)

    def _ask(self, request: AcsRequest, **params: str) -> Reply:
        return self._channel.read(filled(request, params))


@contextmanager
def _channel(access: Access, scale: float) -> Iterator[Channel]:
    """The parts of ramstack's gateway, without its reader."""
    dice = Random(1)
    client = Client(fixed(access.key_id, access.secret), parse_endpoint(access.endpoint))
    pacer = Pacer(Rates(scale), clock=time.monotonic, sleep=time.sleep, random=dice)
    try:
        yield Channel(client, pacer, Retry(clock=time.monotonic, sleep=time.sleep, random=dice))
    finally:
        client.close()
