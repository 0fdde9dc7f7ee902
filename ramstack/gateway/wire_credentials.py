"""The wire form of calls about credentials. A password travels in the body: what stands in a URL is logged on the way."""

from __future__ import annotations

from typing import assert_never

from aliyunsdkcore.request import AcsRequest
from aliyunsdkram.request.v20150501.CreateAccessKeyRequest import CreateAccessKeyRequest
from aliyunsdkram.request.v20150501.CreateLoginProfileRequest import CreateLoginProfileRequest
from aliyunsdkram.request.v20150501.DeleteAccessKeyRequest import DeleteAccessKeyRequest
from aliyunsdkram.request.v20150501.DeleteLoginProfileRequest import DeleteLoginProfileRequest
from aliyunsdkram.request.v20150501.UnbindMFADeviceRequest import UnbindMFADeviceRequest
from aliyunsdkram.request.v20150501.UpdateAccessKeyRequest import UpdateAccessKeyRequest
from aliyunsdkram.request.v20150501.UpdateLoginProfileRequest import UpdateLoginProfileRequest

from ramstack.gateway.client import filled
from ramstack.model.call import (
    CreateAccessKey,
    CreateLoginProfile,
    DeleteAccessKey,
    DeleteLoginProfile,
    UnbindMfa,
    UpdateAccessKey,
    UpdateLoginProfile,
)

LogonCall = CreateLoginProfile | UpdateLoginProfile | DeleteLoginProfile
CredentialCall = UnbindMfa | CreateAccessKey | UpdateAccessKey | DeleteAccessKey


def logon_request(call: LogonCall) -> AcsRequest:
    user = {"UserName": call.user}
    if isinstance(call, DeleteLoginProfile):
        return filled(DeleteLoginProfileRequest(), user)
    kind = CreateLoginProfileRequest if isinstance(call, CreateLoginProfile) else UpdateLoginProfileRequest
    flags = {"PasswordResetRequired": call.reset_required, "MFABindRequired": call.mfa_required}
    words = {name: str(flag).lower() for name, flag in flags.items() if flag is not None}
    request = filled(kind(), user | words)
    if call.password:
        request.add_body_params("Password", call.password.reveal())
    return request


def credential_request(call: CredentialCall) -> AcsRequest:
    user = {"UserName": call.user}
    match call:
        case UnbindMfa():
            return filled(UnbindMFADeviceRequest(), user)
        case CreateAccessKey():
            return filled(CreateAccessKeyRequest(), user)
        case UpdateAccessKey(key_id=key_id, status=status):
            return filled(UpdateAccessKeyRequest(), user | {"UserAccessKeyId": key_id, "Status": status})
        case DeleteAccessKey(key_id=key_id):
            return filled(DeleteAccessKeyRequest(), user | {"UserAccessKeyId": key_id})
        case _:
            assert_never(call)
