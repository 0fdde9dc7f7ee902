"""Everything that an SDK raises becomes one of our errors."""

from __future__ import annotations

import inspect
import json

import pytest
from aliyunsdkcore.acs_exception import error_code, exceptions

from ramstack.gateway.errors import CLIENT_CODES, clean, meaning_of, translate
from ramstack.gateway.transport import NothingSent, ReplyLost
from ramstack.model.errors import (
    Conflict,
    Denied,
    LimitExceeded,
    NotFound,
    Refused,
    Throttled,
    Uncertain,
    Unreachable,
)


def test_every_code_of_the_sdk_is_mapped():
    """An upgrade of the SDK cannot smuggle in a code that nobody thought of."""
    codes = {value for name, value in vars(error_code).items() if name.startswith("SDK_")}
    assert codes == set(CLIENT_CODES)


def test_every_exception_class_of_the_sdk_is_mapped():
    """Nor an exception class."""
    classes = {name for name, _ in inspect.getmembers(exceptions, inspect.isclass)}
    assert classes == {"ClientException", "ServerException"}


@pytest.mark.parametrize(
    ("status", "code", "meaning"),
    [
        (404, "EntityNotExist.User", NotFound),
        (404, "EntityNotExist.User.Policy", NotFound),
        (409, "EntityAlreadyExists.User.Policy", Conflict),
        (409, "DeleteConflict.User.Policy", Conflict),
        (409, "LimitExceeded.User.Policy", LimitExceeded),
        (400, "InvalidParameter.UserName.Length", Refused),
        (400, "MalformedPolicyDocument", Refused),
        (404, "InvalidApi.NotFound", NotFound),
        (400, "Throttling", Throttled),
        (400, "Throttling.User", Throttled),
        (503, "ServiceUnavailable", Throttled),
        (429, "HTTP429", Throttled),
        (403, "NoPermission", Denied),
        (403, "Forbidden.RAM", Denied),
        (403, "Inactive", Denied),
        (404, "InvalidAccessKeyId.NotFound", Denied),
        (400, "InvalidAccessKeyId.Inactive", Denied),
        (400, "InvalidAccessKeySecret", Denied),
        (400, "SignatureDoesNotMatch", Denied),
        (400, "InvalidSecurityToken.Expired", Denied),
        (400, "InvalidTimeStamp.Expired", Denied),
        (401, "HTTP401", Denied),
        (403, "HTTP403", Denied),
        (404, "HTTP404", Refused),
        (500, "InternalError", Uncertain),
        (502, "HTTP502", Uncertain),
        (503, "HTTP503", Uncertain),
        (500, "EntityNotExist.User", Uncertain),
        (302, "HTTP302", Uncertain),
        (408, "HTTP408", Uncertain),
        (400, "SignatureNonceUsed", Uncertain),
    ],
)
def test_what_a_failure_answer_means(status, code, meaning):
    """By its code, else by its status; a server error is no trustworthy answer."""
    assert meaning_of(code, status) is meaning


@pytest.mark.parametrize(
    ("error", "on_read", "on_write"),
    [
        (NothingSent("h", "refused"), Unreachable, Unreachable),
        (ReplyLost("h", "lost"), Unreachable, Uncertain),
        (exceptions.ClientException("SDK.HttpError", "x"), Unreachable, Uncertain),
        (exceptions.ClientException("SDK.ServerUnreachable", "x"), Unreachable, Unreachable),
        (exceptions.ClientException("SDK.NeverHeardOf", "x"), Unreachable, Uncertain),
        (exceptions.ServerException("SDK.UnknownServerError", "<html>", 502), Unreachable, Uncertain),
        (exceptions.ServerException("SDK.UnknownServerError", "<html>", None), Unreachable, Uncertain),
        (UnicodeDecodeError("utf-8", b"\xff", 0, 1, "x"), Unreachable, Uncertain),
        (json.JSONDecodeError("x", "y", 0), Unreachable, Uncertain),
        (IndexError("list index out of range"), Denied, Denied),
        (TypeError("x"), Unreachable, Uncertain),
        (KeyError("x"), Unreachable, Uncertain),
        (RuntimeError("x"), Unreachable, Uncertain),
    ],
)
def test_a_lost_answer_is_uncertain_for_writes_only(error, on_read, on_write):
    """A read that failed has done no harm."""
    assert type(translate(error, "read")) is on_read
    assert type(translate(error, "write")) is on_write


@pytest.mark.parametrize(
    "message",
    [
        "see https://ram.aliyuncs.com/?Action=CreateLoginProfile&Password=hunter2",
        "Specified signature is not matched: POST&%2F&AccessKeyId%3Dx%26Password%3Dhunter2",
        "bad form UserName=a&Password=hunter2",
        "bad Password=hunter2 given",
        "bad NewPassword: hunter2 given",
    ],
)
def test_a_message_keeps_no_parameters(message):
    """Whatever a service echoes."""
    assert "hunter2" not in clean(message)


def test_a_message_is_one_line_and_not_too_long():
    """Plain sentences stay what they are."""
    assert clean("The user does not exist.") == "The user does not exist."
    assert clean("a\n  b") == "a b"
    assert len(clean("a b " * 1000)) == 300
