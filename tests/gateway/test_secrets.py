"""No secret leaves the gateway except to the service: not in logs, messages or tracebacks."""

from __future__ import annotations

import io
import logging
import sys
import traceback
from collections.abc import Iterator

import pytest

from ramstack.gateway.credentials import fixed
from ramstack.gateway.port import Writer
from ramstack.model.call import Call, CreateAccessKey, CreateGroup, CreateLoginProfile, UpdateLoginProfile
from ramstack.model.errors import Denied, GatewayError
from ramstack.model.secret import Secret

from .conftest import SECRET, connect_to
from .service import Answer, Request, in_turn, ok, refused

PARAMETER = "MARKED-PARAMETER-9c2d"
CALL = CreateGroup("g", PARAMETER)
CALLS = (
    CALL,
    CreateAccessKey("alice", "1", "mail"),
    CreateLoginProfile("alice", True, True, "generate", "mail", Secret(PARAMETER)),
    UpdateLoginProfile("alice", True, True, "generate", "mail", Secret(PARAMETER)),
)
NEW_KEY = {"AccessKeyId": "LTAI1", "AccessKeySecret": PARAMETER}


@pytest.fixture
def everything_logged(monkeypatch) -> Iterator[io.StringIO]:
    """DEBUG=sdk, every logger at DEBUG, one handler that hears them all."""
    monkeypatch.setenv("DEBUG", "sdk")
    heard, root = io.StringIO(), logging.getLogger()
    handler, level = logging.StreamHandler(heard), root.level
    root.addHandler(handler)
    root.setLevel(logging.DEBUG)
    for name in list(root.manager.loggerDict):
        monkeypatch.setattr(logging.getLogger(name), "level", logging.DEBUG)
        monkeypatch.setattr(logging.getLogger(name), "disabled", False)
    root.manager._clear_cache()
    yield heard
    root.removeHandler(handler)
    root.setLevel(level)


def echo(request: Request) -> Answer:
    """A service that tells everything it heard, as a message with the whole URL."""
    url = "https://ram.aliyuncs.com/?" + "&".join(f"{k}={v}" for k, v in request.params.items())
    return refused(400, "InvalidParameter.X", f"bad request {url} {request.body.decode()}")


def string_to_sign(request: Request) -> Answer:
    text = "%26".join(f"{key}%3D{value}" for key, value in request.params.items())
    return refused(400, "SignatureDoesNotMatch", f"server string to sign is:POST&%2F&{text}")


def failure_of(writer: Writer, call: Call) -> GatewayError | None:
    """The error, which drags nothing of the SDK along."""
    try:
        writer.perform(call)
    except GatewayError as error:
        return error
    return None


SCRIPTS = {
    "success": in_turn(ok(Password=PARAMETER, AccessKey=NEW_KEY)),
    "half-a-key": in_turn(ok(Secret=PARAMETER, AccessKey={"AccessKeySecret": PARAMETER})),
    "echo": echo,
    "string-to-sign": string_to_sign,
    "no-colon": in_turn(refused(400, "SignatureDoesNotMatch", "no")),
    "html": lambda request: Answer(502, f"<html>{request.params}</html>".encode(), "text/html"),
    "not-text": in_turn(Answer(400, b"\xff" + PARAMETER.encode())),
    "cut": in_turn(Answer(200, PARAMETER.encode(), cut=9)),
    "dropped": in_turn(Answer(drop=True)),
    "odd-status": in_turn(Answer(599, PARAMETER.encode())),
    "throttled": in_turn(refused(400, "Throttling.User"), ok()),
}


@pytest.mark.parametrize("call", CALLS, ids=lambda call: type(call).__name__)
@pytest.mark.parametrize("script", SCRIPTS.values(), ids=SCRIPTS)
def test_nothing_secret_is_shown(everything_logged, serve, capfd, script, call):
    """Neither the key nor a parameter, whatever goes wrong, however loud the logging."""
    _, gateway = serve(script)
    error = failure_of(gateway.writer(), call)
    shown = "".join(traceback.format_exception(error)) + str(error) + repr(error)
    out, err = capfd.readouterr()
    everything = shown + out + err + everything_logged.getvalue()
    assert error is None or error.__cause__ is error.__context__ is None
    for secret in (SECRET, PARAMETER, "Signature=", "AccessKeyId="):
        assert secret not in everything


def test_an_endpoint_that_refuses_shows_no_url(everything_logged, time, capfd):
    """The SDK's own error would hold the whole URL."""
    with connect_to("http://127.0.0.1:1", time) as gateway, pytest.raises(GatewayError) as caught:
        gateway.writer().perform(CALL)
    everything = "".join(traceback.format_exception(caught.value)) + everything_logged.getvalue()
    assert caught.value.__cause__ is caught.value.__context__ is None
    assert PARAMETER not in everything + capfd.readouterr().err
    assert "Signature=" not in everything


def test_the_text_of_a_credential_hides_its_secret():
    """Also in a debugger's list of locals."""
    assert SECRET not in repr(fixed("id", SECRET)())


def test_another_key_in_the_environment_is_not_used(serve, monkeypatch):
    """The SDK would let ALIYUN_ACCESS_KEY_ID override the key it was given."""
    monkeypatch.setenv("ALIYUN_ACCESS_KEY_ID", "foreign")
    monkeypatch.setenv("ALIYUN_ACCESS_KEY_SECRET", "foreign")
    service, gateway = serve(in_turn(ok()))
    gateway.writer().perform(CALL)
    assert service.requests[0].params["AccessKeyId"] == "marked-id"


@pytest.mark.parametrize(
    "script",
    [
        in_turn(refused(404, "InvalidAccessKeyId.NotFound", "Specified access key is not found.")),
        in_turn(refused(403, "NoPermission")),
        in_turn(refused(400, "SignatureDoesNotMatch", "no colon")),
        string_to_sign,
    ],
)
def test_wrong_credentials_are_denied_in_one_sentence(serve, script):
    """Exit 7 hangs on it."""
    _, gateway = serve(script)
    with pytest.raises(Denied) as caught:
        gateway.reader.caller()
    assert "\n" not in str(caught.value)


def test_the_loggers_of_others_keep_their_voice(everything_logged):
    """Only what is about our requests is dropped from the HTTP library's log."""
    import ramstack.gateway.connection  # noqa: F401

    logging.getLogger("urllib3.connectionpool").debug("somebody else's %s", "request")
    assert "somebody else's request" in everything_logged.getvalue()
    assert "aliyunsdkcore" in sys.modules
