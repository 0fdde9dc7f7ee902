"""How many calls a second the embedded account answers on one core, and how long it takes to start.

    python -m bench.emulator

The account holds 5,000 users and 25,000 attachments. Requests are signed before the clock starts; the server has a process
of its own, and what it spent of the processor is measured beside the wall clock, since other work disturbs that.
"""

import os
import random
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import urlencode

from ramstack.emulator import EmbeddedAccount
from ramstack.emulator.catalogue import read_catalogue
from ramstack.emulator.signature import v1_signature, v1_string_to_sign

USERS, EACH = 5000, 5
CONNECTIONS = 4
CALLS = 6000
TICKS = os.sysconf("SC_CLK_TCK")

SERVE = """
import sys
from pathlib import Path
from ramstack.emulator import Settings, serve_forever
def ready(account):
    print(account.endpoint, account.access_key_id, account.access_key_secret, flush=True)
serve_forever(Path(sys.argv[1]), Settings(), "127.0.0.1", 0, ready)
"""

Pick = Callable[[random.Random], dict[str, str]]

LOADS: dict[str, Pick] = {
    "GetUser": lambda dice: {"UserName": f"user-{dice.randrange(USERS)}"},
    "ListPoliciesForUser": lambda dice: {"UserName": f"user-{dice.randrange(USERS)}"},
    "GetPolicy": lambda _: {"PolicyName": "AliyunICEFullAccess", "PolicyType": "System"},
    "UpdateUser": lambda dice: {"UserName": f"user-{dice.randrange(USERS)}", "NewComments": "new"},
}


@dataclass(frozen=True)
class Server:
    port: int
    key_id: str
    secret: str
    pid: int
    seconds_to_start: float

    def cpu_seconds(self) -> float:
        fields = Path(f"/proc/{self.pid}/stat").read_text().rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / TICKS


def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "bench.db"
        fill(path)
        with serve(path) as server:
            print(
                f"start-up with {USERS} users and {USERS * EACH} attachments: {server.seconds_to_start:.2f} s"
            )
            for action, pick in LOADS.items():
                print(measure(server, action, pick))


def fill(path: Path) -> None:
    dice, policies = random.Random(1), [policy.name for policy in read_catalogue()]
    users = [{"name": f"user-{number}", "tags": {"team": "media"}} for number in range(USERS)]
    attachments = [
        {"principal": f"user/user-{number}", "policy": f"system/{name}"}
        for number in range(USERS)
        for name in dice.sample(policies, EACH)
    ]
    account = EmbeddedAccount(path)
    account.seed({"users": users, "attachments": attachments})
    account.close()


@contextmanager
def serve(path: Path) -> Iterator[Server]:
    started = time.perf_counter()
    command = [sys.executable, "-c", SERVE, str(path)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout
        endpoint, key_id, secret = process.stdout.readline().split()
        seconds = time.perf_counter() - started
        yield Server(int(endpoint.rpartition(":")[2]), key_id, secret, process.pid, seconds)
        process.terminate()


def measure(server: Server, action: str, pick: Pick) -> str:
    dice = random.Random(2)
    requests = [signed(server, action, pick(dice)) for _ in range(CALLS)]
    drive(server, requests[: CALLS // 10])
    cpu, mine, wall = server.cpu_seconds(), time.process_time(), time.perf_counter()
    drive(server, requests[CALLS // 10 :])
    cpu, mine, wall = (
        server.cpu_seconds() - cpu,
        time.process_time() - mine,
        time.perf_counter() - wall,
    )
    done = CALLS - CALLS // 10
    return (
        f"{action}: {done / wall:.0f} calls/s by the clock, {done / cpu:.0f} calls/s of one core; "
        f"a call costs the server {cpu / done * 1e6:.0f} µs of it, the client {mine / done * 1e6:.0f} µs"
    )


def signed(server: Server, action: str, params: dict[str, str]) -> bytes:
    full = {
        "AccessKeyId": server.key_id,
        "Action": action,
        "Version": "2015-05-01",
        "Format": "JSON",
        "SignatureMethod": "HMAC-SHA1",
        "SignatureVersion": "1.0",
        "SignatureNonce": os.urandom(16).hex(),
        "Timestamp": datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),
        **params,
    }
    full["Signature"] = v1_signature(server.secret, v1_string_to_sign("POST", full))
    return (
        f"POST /?{urlencode(full)} HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 0\r\nAccept: */*\r\n\r\n"
    ).encode()


def drive(server: Server, requests: list[bytes]) -> None:
    """Several connections, one request in flight on each; every answer must be a 200."""
    sockets = [socket.create_connection(("127.0.0.1", server.port)) for _ in range(CONNECTIONS)]
    for number, request in enumerate(requests):
        connection = sockets[number % CONNECTIONS]
        if number >= CONNECTIONS:
            check(receive(connection))
        connection.sendall(request)
    for connection in sockets:
        check(receive(connection))
        connection.close()


def receive(connection: socket.socket) -> bytes:
    reply = b""
    while b"\r\n\r\n" not in reply:
        reply += connection.recv(65536)
    head, _, body = reply.partition(b"\r\n\r\n")
    length = int(head.lower().partition(b"content-length:")[2].split(b"\r\n")[0])
    while len(body) < length:
        body += connection.recv(65536)
    return head


def check(head: bytes) -> None:
    if not head.startswith(b"HTTP/1.1 200"):
        raise SystemExit(head.decode())


if __name__ == "__main__":
    main()
