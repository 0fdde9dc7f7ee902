"""The writer: carries out one call at a time; the only write in the program."""

from __future__ import annotations

import threading

from aliyunsdkcore.request import AcsRequest
from aliyunsdkram.request.v20150501.ListPolicyVersionsRequest import ListPolicyVersionsRequest

from ramstack.gateway import rows
from ramstack.gateway.channel import Channel
from ramstack.gateway.client import Reply, common_request, filled
from ramstack.gateway.port import NewKey, Receipt
from ramstack.gateway.wire import policy_params, request_of
from ramstack.model.address import PolicyRef
from ramstack.model.call import Call, CreateAccessKey, DeletePolicy, DeletePolicyVersion
from ramstack.model.errors import Conflict, GatewayError, NotFound, Uncertain

_VERSIONS_LEFT = "DeleteConflict.Policy.Version"


class SdkWriter:
    """Writes to one account through its channel; implements `port.Writer`. May be used by many threads at once."""

    def __init__(self, channel: Channel) -> None:
        self._channel = channel
        self._lock = threading.Lock()
        self._domain = ""

    def calls_made(self) -> int:
        return self._channel.tally.by_api().total()

    def await_turn(self, call: Call) -> None:
        self._channel.await_turn(call.api)

    def perform(self, call: Call, *, has_turn: bool = False) -> Receipt:
        request = request_of(call, self.default_domain)
        try:
            reply = self._channel.write(request, has_turn=has_turn)
        except Conflict as conflict:
            if not isinstance(call, DeletePolicy) or not conflict.code.startswith(_VERSIONS_LEFT):
                raise
            reply = self._delete_with_versions(call, request)
        return Receipt(
            rows.text(reply, "RequestId"), _key_in(reply) if isinstance(call, CreateAccessKey) else None
        )

    def default_domain(self) -> str:
        """The part of login names after the @; asked once."""
        with self._lock:
            if not self._domain:
                reply = self._channel.read(common_request("Ims", "GetDefaultDomain"))
                self._domain = rows.needed(reply, "DefaultDomainName")
            return self._domain

    def _delete_with_versions(self, call: DeletePolicy, request: AcsRequest) -> Reply:
        """For a service that does not know CascadingDelete, which is younger than the API: the versions go first."""
        ref = PolicyRef("custom", call.name)
        reply = self._channel.read(filled(ListPolicyVersionsRequest(), policy_params(ref)))
        for row in rows.items(reply, "PolicyVersions", "PolicyVersion"):
            version = rows.version_row(row)
            if not version.is_default:
                self._delete_version(call.name, version.id)
        return self._channel.write(request)

    def _delete_version(self, name: str, version: str) -> None:
        try:
            self._channel.write(request_of(DeletePolicyVersion(name, version), self.default_domain))
        except NotFound:
            return  # gone already, which is what was wanted


def _key_in(reply: Reply) -> NewKey:
    """Raises Uncertain for an answer that does not hold a whole key: one was made, and nobody knows its secret."""
    try:
        return rows.new_key(rows.member(reply, "AccessKey"))
    except GatewayError as error:
        failure = Uncertain(error.code, error.message, rows.text(reply, "RequestId"))
    raise failure
