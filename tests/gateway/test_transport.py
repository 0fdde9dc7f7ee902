"""The wire below the SDK: TLS, proxies, broken answers, many threads."""

from __future__ import annotations

import ssl
import subprocess
import sys
import threading

import pytest
import trustme

from ramstack.gateway.client import Client, common_request
from ramstack.gateway.connection import connect
from ramstack.gateway.credentials import fixed
from ramstack.gateway.endpoint import parse_endpoint
from ramstack.gateway.transport import GatewaySession, NothingSent, ReplyLost, proxies_for
from ramstack.model.call import DeleteUser
from ramstack.model.errors import BadEndpoint, Uncertain, Unreachable
from ramstack.model.limits import Rates

from .conftest import connect_to
from .service import Answer, Request, Service, in_turn, ok

CALLER = {"AccountId": "1234567890123456"}


@pytest.fixture(scope="module")
def authority(tmp_path_factory) -> tuple[ssl.SSLContext, str]:
    """A certificate for loopback, and the bundle of who signed it."""
    ca, folder = trustme.CA(), tmp_path_factory.mktemp("ca")
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    ca.issue_cert("127.0.0.1", "localhost").configure_cert(context)
    ca.cert_pem.write_to_path(str(folder / "ca.pem"))
    return context, str(folder / "ca.pem")


@pytest.mark.parametrize("variable", ["ALIBABA_CLOUD_CA_BUNDLE", "REQUESTS_CA_BUNDLE"])
def test_https_with_a_ca_of_ones_own(authority, time, variable):
    """Every product's calls go over TLS, to the base URL."""
    context, bundle = authority
    with (
        Service(in_turn(ok(**CALLER)), tls=context) as service,
        connect_to(service.url, time, environ={variable: bundle}) as gateway,
    ):
        assert gateway.reader.caller().account == CALLER["AccountId"]
        assert [request.scheme for request in service.requests] == ["https"]


def test_the_server_name_is_sent(authority, time):
    """SNI: without it the real front end would not know whose certificate to show."""
    context, bundle = authority
    names = []
    context.sni_callback = lambda _socket, name, _context: names.append(name)
    with Service(in_turn(ok(**CALLER)), tls=context) as service:
        url = f"https://localhost:{service.port}"
        with connect_to(url, time, environ={"ALIBABA_CLOUD_CA_BUNDLE": bundle}) as gateway:
            gateway.reader.caller()
    assert names == ["localhost"]


def test_an_unknown_certificate_is_refused_before_anything_is_sent(authority, time):
    """A write to a server that cannot prove who it is has not happened."""
    with (
        Service(in_turn(ok()), tls=authority[0]) as service,
        connect_to(service.url, time, environ={}) as gateway,
    ):
        with pytest.raises(Unreachable, match="certificate is not trusted"):
            gateway.writer().perform(DeleteUser("a"))
        assert service.requests == []


def test_https_to_a_port_that_speaks_plain_http(time):
    """A slip that happens: the sentence says where to look."""
    with (
        Service(in_turn(ok())) as service,
        connect_to(f"https://127.0.0.1:{service.port}", time) as gateway,
        pytest.raises(Unreachable, match="TLS failed"),
    ):
        gateway.reader.caller()


def test_a_ca_bundle_that_is_not_there(time):
    """One sentence, and nothing sent."""
    with (
        connect_to("https://127.0.0.1:1", time, environ={"REQUESTS_CA_BUNDLE": "/nowhere.pem"}) as gateway,
        pytest.raises(Unreachable, match="the CA bundle cannot be read"),
    ):
        gateway.writer().perform(DeleteUser("a"))


def test_common_requests_are_https_posts():
    """CommonRequest itself would be plain http and GET; the SDK knows its scheme by identity only."""
    from aliyunsdkcore.http import protocol_type

    for product in ("Ims", "ResourceManager", "Sts"):
        request = common_request(product, "X")
        assert request.get_protocol_type() is protocol_type.HTTPS
        assert request.get_method() == "POST"


@pytest.mark.parametrize("product", ["Ram", "Ims", "ResourceManager", "Sts"])
def test_the_public_endpoints_are_https(product):
    """Without an override no host is reached in the clear."""
    assert parse_endpoint(None).of(product).startswith("https://")


@pytest.mark.parametrize(
    ("text", "base"),
    [
        ("http://127.0.0.1:8080", "http://127.0.0.1:8080"),
        ("http://127.0.0.1:8080/", "http://127.0.0.1:8080"),
        ("HTTP://localhost:1", "http://localhost:1"),
        ("http://[::1]:1", "http://[::1]:1"),
        ("https://ram.example.com/base/", "https://ram.example.com/base"),
    ],
)
def test_an_endpoint_takes_every_product(text, base):
    """One base URL for all."""
    assert {parse_endpoint(text).of(product) for product in ("Ram", "Ims", "Sts")} == {base}


@pytest.mark.parametrize(
    "text",
    [
        "http://ram.aliyuncs.com", "http://10.0.0.1:80", "http://0.0.0.0:1", "http://127.0.0.1.evil.com",
        "http://localhost.evil.com", "127.0.0.1:80", "ftp://127.0.0.1", "https://", "http://127.0.0.1:x",
        "http://u:p@127.0.0.1", "https://h/?a=b", "http://[::1",
    ],
)  # fmt: skip
def test_a_bad_endpoint_is_refused_in_one_sentence(text):
    """Plain http is for this machine only; anything else would show every secret to the wire."""
    with pytest.raises(BadEndpoint) as caught:
        connect(fixed("a", "b"), endpoint=text)
    assert "\n" not in str(caught.value)


@pytest.fixture
def proxied(monkeypatch) -> pytest.MonkeyPatch:
    """A proxy that nobody listens at, for every scheme."""
    for name in ("HTTP_PROXY", "HTTPS_PROXY", "http_proxy", "https_proxy"):
        monkeypatch.setenv(name, "http://127.0.0.1:1")
    for name in ("NO_PROXY", "no_proxy"):
        monkeypatch.setenv(name, "")
    return monkeypatch


def test_loopback_is_never_reached_through_a_proxy(proxied, serve):
    """Whatever HTTP_PROXY says, and without NO_PROXY."""
    _, gateway = serve(in_turn(ok(**CALLER)))
    assert gateway.reader.caller().account == CALLER["AccountId"]


def test_a_proxy_that_is_not_there(proxied, time):
    """Nothing was sent, and the sentence blames the proxy."""
    with (
        connect_to("https://ram.invalid", time) as gateway,
        pytest.raises(Unreachable, match="the proxy cannot be used"),
    ):
        gateway.writer().perform(DeleteUser("a"))


def test_no_proxy_is_honoured(proxied):
    """Which the SDK itself does not look at."""
    assert proxies_for("https://ram.aliyuncs.com")["https"] == "http://127.0.0.1:1"
    proxied.setenv("no_proxy", "aliyuncs.com")
    assert proxies_for("https://ram.aliyuncs.com") == {}


def test_a_connection_that_drops_after_the_request_is_a_lost_reply(serve):
    """The request was read by the other side: for a write that is uncertain."""
    service, gateway = serve(in_turn(ok(), Answer(drop=True), ok()))
    writer = gateway.writer()
    writer.perform(DeleteUser("a"))
    with pytest.raises(Uncertain, match="NoAnswer"):
        writer.perform(DeleteUser("b"))
    writer.perform(DeleteUser("c"))
    assert [request.params["UserName"] for request in service.requests] == ["a", "b", "c"]


def test_a_shorter_body_than_announced_is_no_success():
    """The session itself says so, whatever the HTTP library below thinks."""
    import requests

    with Service(in_turn(Answer(200, b"12345", cut=3))) as service, GatewaySession() as session:
        request = session.prepare_request(requests.Request("POST", f"{service.url}/?Action=A&Version=1"))
        with pytest.raises(ReplyLost, match="the answer was cut off"):
            session.send(request)


def test_nothing_is_sent_where_nobody_listens():
    """A refused connection is told apart from a lost reply."""
    import requests

    with GatewaySession() as session, pytest.raises(NothingSent):
        session.send(session.prepare_request(requests.Request("POST", "http://127.0.0.1:1/")))


def test_cookies_are_not_kept(serve):
    """One thread's cookie must not travel with another's request."""
    service, gateway = serve(in_turn(Answer(200, ok().body, cookie="a=b"), ok()))
    for _ in range(2):
        gateway.writer().perform(DeleteUser("a"))
    assert [request.cookie for request in service.requests] == ["", ""]


def test_twenty_threads_do_not_mix_up_their_answers(time):
    """2,000 calls over one client: each gets the answer to its own question."""

    def script(request: Request) -> Answer:
        return ok(Echo=request.params["UserName"])

    wrong: list[str] = []
    with Service(script) as service:
        client = Client(fixed("a", "b"), parse_endpoint(service.url))

        def work(thread: int) -> None:
            for n in range(100):
                name = f"{thread}-{n}"
                reply = client.send(common_request("Ims", "GetUser", {"UserName": name}), "read")
                if reply["Echo"] != name:
                    wrong.append(name)

        threads = [threading.Thread(target=work, args=(n,)) for n in range(20)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        client.close()
    assert wrong == []
    assert len({request.params["SignatureNonce"] for request in service.requests}) == 2000


def test_a_reader_may_be_used_by_many_threads(serve):
    """The count of calls is right, and the caller is asked once."""
    service, gateway = serve(lambda request: ok(**CALLER, Groups={"Group": []}, Echo=request.action))
    threads = [
        threading.Thread(target=lambda: (gateway.reader.caller(), list(gateway.reader.groups())))
        for _ in range(16)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert gateway.calls() == {"sts:GetCallerIdentity": 1, "ram:ListGroups": 16}
    assert gateway.reader.calls_made() == len(service.requests) == 17


def test_the_rates_of_reader_and_writer_are_those_handed_in(serve, time):
    """RAMSTACK_RATE_SCALE arrives as Rates(scale)."""
    _, gateway = serve(in_turn(ok()), Rates(scale=0.5))
    writer = gateway.writer()
    for _ in range(12):
        writer.perform(DeleteUser("a"))
    assert sum(time.slept) == pytest.approx((12 - 5) / 10)


def test_a_turn_that_was_waited_for_is_not_waited_for_again(serve, time):
    """One thread issues in order, others wait for the replies."""
    _, gateway = serve(in_turn(ok()), Rates(scale=0.05))
    writer, call = gateway.writer(), DeleteUser("a")
    for _ in range(3):
        writer.await_turn(call)
        writer.perform(call, has_turn=True)
    assert sum(time.slept) == pytest.approx(2.0)


def test_the_port_costs_no_sdk():
    """What commands import at the top stays light."""
    modules = "port, pacing, retry, endpoint, credentials"
    check = (
        f"from ramstack.gateway import {modules}\nimport sys\n"
        "print([m for m in sys.modules if m.startswith(('aliyun', 'alibabacloud', 'requests', 'urllib3'))])"
    )
    done = subprocess.run([sys.executable, "-c", check], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
