from __future__ import annotations

import pytest

from ramstack.gateway.wire import request_of
from ramstack.model.call import CreateLoginProfile, UpdateLoginProfile
from ramstack.model.secret import Secret


@pytest.mark.parametrize("kind", [CreateLoginProfile, UpdateLoginProfile])
def test_a_password_travels_in_the_body(kind: type) -> None:
    """What stands in a URL is logged on the way, by proxies as by servers."""
    call = kind("ann", True, False, "generate", "mail", Secret("hunter2!"))
    request = request_of(call, lambda: "example.com")
    url = request.get_url("cn-hangzhou", "id", "secret")
    assert "hunter2" not in url
    assert "hunter2" not in repr(call)
    assert request.get_body_params() == {"Password": "hunter2!"}
    assert "PasswordResetRequired=true" in url
    assert "MFABindRequired=false" in url
