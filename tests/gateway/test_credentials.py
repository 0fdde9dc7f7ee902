"""Where the key comes from: the environment first, then the library's chain, asked seldom."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest

from ramstack.gateway.credentials import Cached, Credential, fixed, standard_chain
from ramstack.model.errors import CredentialsMissing

from .service import in_turn, ok

KEY = {"ALIBABA_CLOUD_ACCESS_KEY_ID": "id", "ALIBABA_CLOUD_ACCESS_KEY_SECRET": "secret"}


class Source:
    """Answers as told, and counts."""

    def __init__(self, *answers: Credential | None) -> None:
        self.answers = list(answers)
        self.asked = 0

    def __call__(self) -> Credential:
        self.asked += 1
        answer = self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]
        if answer is None:
            raise CredentialsMissing("no")
        return answer


def test_a_key_in_the_environment_is_used(time):
    """With its token, where it has one."""
    assert standard_chain(KEY, clock=time.clock)() == Credential("id", "secret", "")
    with_token = KEY | {"ALIBABA_CLOUD_SECURITY_TOKEN": "token"}
    assert standard_chain(with_token, clock=time.clock)() == Credential("id", "secret", "token")


def test_a_token_travels_with_the_request(time, serve):
    """A temporary key is signed as such."""
    from ramstack.gateway.client import Client, common_request
    from ramstack.gateway.endpoint import parse_endpoint

    service, _ = serve(in_turn(ok()))
    client = Client(lambda: Credential("STS.id", "secret", "token"), parse_endpoint(service.url))
    client.send(common_request("Sts", "GetCallerIdentity"), "read")
    client.close()
    assert service.requests[0].params["SecurityToken"] == "token"
    assert service.requests[0].params["AccessKeyId"] == "STS.id"


def test_credentials_that_are_missing_later_say_so():
    """The one error of ours that comes from inside the SDK goes through as it is."""
    from ramstack.gateway.client import Client, common_request
    from ramstack.gateway.endpoint import parse_endpoint

    client = Client(Source(None), parse_endpoint("http://127.0.0.1:1"))
    with pytest.raises(CredentialsMissing):
        client.send(common_request("Sts", "GetCallerIdentity"), "write")
    client.close()


def test_a_lasting_key_is_asked_for_once(time):
    """Nothing about it can change."""
    source = Source(Credential("id", "secret"))
    cached = Cached(source, time.clock)
    for _ in range(3):
        cached()
        time.now += 1e6
    assert source.asked == 1


def test_a_temporary_key_is_refreshed(time):
    """The library is asked every minute, and knows when a new token is due."""
    old, new = Credential("a", "b", "t1"), Credential("c", "d", "t2")
    source = Source(old, new)
    cached = Cached(source, time.clock)
    assert [cached(), cached()] == [old, old]
    time.now += 61
    assert cached() == new
    assert source.asked == 2


def test_a_failed_refresh_does_not_end_a_run(time):
    """The old token may still be good; the service will say if not."""
    token = Credential("a", "b", "t1")
    cached = Cached(Source(token, None), time.clock)
    cached()
    time.now += 61
    assert cached() == token


def test_the_given_key_needs_no_environment():
    """The embedded account's key: the user's own is not even read."""
    assert fixed("id", "secret")() == Credential("id", "secret")


def chain(tmp_path, **environ: str) -> subprocess.CompletedProcess[str]:
    """A fresh process, because the library reads the environment when it is imported."""
    code = (
        "import os, time\n"
        "from ramstack.gateway.credentials import standard_chain\n"
        "from ramstack.model.errors import CredentialsMissing\n"
        "try:\n    print(standard_chain(os.environ, clock=time.monotonic)())\n"
        "except CredentialsMissing as error:\n    print(error)\n"
    )
    names = {k: v for k, v in os.environ.items() if not k.startswith(("ALIBABA", "ALIYUN"))}
    off = {"HOME": str(tmp_path), "ALIBABA_CLOUD_ECS_METADATA_DISABLED": "true"}
    return subprocess.run(
        [sys.executable, "-c", code], env=names | off | environ, capture_output=True, text=True, check=True
    )


def test_without_any_credentials_one_sentence_says_what_to_set(tmp_path):
    """On standard output of this test, and nothing of the library's on standard error."""
    done = chain(tmp_path)
    assert done.stdout.startswith("No usable credentials were found: set ALIBABA_CLOUD_ACCESS_KEY_ID")
    assert (len(done.stdout.splitlines()), done.stderr) == (1, "")


def test_a_profile_of_the_aliyun_cli_is_used(tmp_path):
    """The standard chain: ~/.aliyun/config.json."""
    (tmp_path / ".aliyun").mkdir()
    (tmp_path / ".aliyun/config.json").write_text(
        '{"current": "x", "profiles": [{"name": "x", "mode": "AK", '
        '"access_key_id": "from-profile", "access_key_secret": "s"}]}'
    )
    done = chain(tmp_path)
    assert "access_key_id='from-profile'" in done.stdout
    assert "secret" not in done.stdout


def test_half_a_key_is_no_key(tmp_path):
    """The chain goes on, and ends with the sentence."""
    assert "No usable credentials" in chain(tmp_path, ALIBABA_CLOUD_ACCESS_KEY_ID="id").stdout
