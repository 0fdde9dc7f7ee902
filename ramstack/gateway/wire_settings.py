"""The wire form of the calls that change settings of the account."""

from __future__ import annotations

from typing import assert_never

from aliyunsdkcore.request import AcsRequest
from aliyunsdkram.request.v20150501.ClearAccountAliasRequest import ClearAccountAliasRequest
from aliyunsdkram.request.v20150501.SetAccountAliasRequest import SetAccountAliasRequest
from aliyunsdkram.request.v20150501.SetPasswordPolicyRequest import SetPasswordPolicyRequest
from aliyunsdkram.request.v20150501.SetSecurityPreferenceRequest import SetSecurityPreferenceRequest

from ramstack.gateway.client import filled
from ramstack.model.call import (
    ClearAccountAlias,
    SetAccountAlias,
    SetPasswordPolicy,
    SetSecurityPreference,
    SettingCall,
)
from ramstack.model.settings import api_name


def setting_request(call: SettingCall) -> AcsRequest:
    match call:
        case SetPasswordPolicy():
            return filled(SetPasswordPolicyRequest(), _params(call))
        case SetSecurityPreference():
            return filled(SetSecurityPreferenceRequest(), _params(call))
        case SetAccountAlias(alias=alias):
            return filled(SetAccountAliasRequest(), {"AccountAlias": alias})
        case ClearAccountAlias():
            return ClearAccountAliasRequest()
        case _:
            assert_never(call)


def _params(call: SetPasswordPolicy | SetSecurityPreference) -> dict[str, str]:
    return {api_name(name): value for name, value in call.values}
