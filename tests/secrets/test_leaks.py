"""No secret is anywhere but in its sink: not in what is said, written, logged, raised, or started, however loud."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pyrage
import pytest

from ramstack.cli.exits import Exit
from ramstack.emulator import EmbeddedAccount, Fault
from tests.gateway.service import Answer, Request, Service, ok, refused

from .doubles import KmsDouble, Moody, Serving, VaultDouble
from .leaks import Stage, all_keys_kept

KEY_SECRET = "MARKED+key/s3cret-4f1c"
CALLER_SECRET = "MARKED+caller/s3cret-8e2a"
VAULT_TOKEN = "s.MARKED-vault-77aa"
KEY = {
    "AccessKeyId": "LTAI0",
    "AccessKeySecret": KEY_SECRET,
    "Status": "Active",
    "CreateDate": "2026-11-23T22:00:00Z",
}
WHOLE = ok(AccessKey=KEY)
FAULTS = {
    "none": WHOLE,
    "truncated": Answer(200, WHOLE.body, cut=9),
    "half": Answer(200, WHOLE.body[:-3]),
    "no-key-id": ok(AccessKey={"AccessKeySecret": KEY_SECRET}),
    "odd-type": ok(AccessKey={**KEY, "AccessKeySecret": [KEY_SECRET]}),
    "html": Answer(502, f"<html>{json.dumps(KEY)}</html>".encode(), "text/html"),
    "not-text": Answer(400, b"\xff\xfe" + WHOLE.body),
    "not-text-ok": Answer(200, b"\xff\xfe" + WHOLE.body),
    "told-back": refused(400, "InvalidParameter", f"no AccessKeySecret={KEY_SECRET} here"),
    "signature": refused(400, "SignatureDoesNotMatch", KEY_SECRET),
    "odd-status": Answer(599, WHOLE.body),
}
IDENTITY = pyrage.x25519.Identity.generate()
STACK = """\
ramstack: 1
stack: media
lineage: 3f9a2c1b
sinks:
  sealed: {{age: {{recipients: [{recipient}], path: {sinks}/sealed}}}}
  clear: {{file: {{path: {sinks}/clear}}}}
  taken: {{exec: {{command: [./spy.sh, {sinks}, {heard}]}}}}
  refused: {{exec: {{command: [./spy.sh, {sinks}, {heard}, fail]}}}}
  nowhere: {{file: {{path: stack.yaml/below}}}}
  cloud: {{kms: {{region: cn-hangzhou}}}}
  store: {{vault: {{}}}}
"""


@pytest.fixture(name="stage")
def _stage(tmp_path: Path) -> Stage:
    stage = Stage.build(tmp_path)
    recipient = IDENTITY.to_public()
    text = STACK.format(recipient=recipient, sinks=stage.sinks, heard=stage.heard)
    (stage.work / "stack.yaml").write_text(text)
    return stage


def test_keys_leave_no_trace_but_in_their_sinks(stage):
    """Made, shown in every way, delivered to sinks that take it and to sinks that do not; whatever the answer was."""
    left = [*FAULTS.values()]

    def script(request: Request) -> Answer:
        assert request.action == "CreateAccessKey"
        return left.pop(0)

    kms, vault = KmsDouble(), VaultDouble(token=VAULT_TOKEN)
    with Service(script) as service, Serving(Moody(kms)) as cloud, Serving(Moody(vault)) as store:
        environ = {
            "RAMSTACK_ENDPOINT": service.url,
            "KMS_ENDPOINT": cloud.url,
            "VAULT_ADDR": store.url,
            "VAULT_TOKEN": VAULT_TOKEN,
            "ALIBABA_CLOUD_ACCESS_KEY_ID": "caller",
            "ALIBABA_CLOUD_ACCESS_KEY_SECRET": CALLER_SECRET,
        }
        code = stage.run("tests.secrets.scenario", "stack.yaml", str(len(FAULTS)), environ=environ)
    assert (code, left) == (0, []), stage.heard
    assert stage.leaks([KEY_SECRET, CALLER_SECRET, VAULT_TOKEN]) == []
    assert kms.secrets
    assert vault.kept
    check_it_was_loud(stage)
    delivered = [path for path in stage.sinks.rglob("*") if path.is_file()]
    assert {path.suffix for path in delivered} == {".age", ".json"}
    assert all(KEY_SECRET in path.read_text() for path in delivered if path.suffix == ".json")
    err = (stage.heard / "err-0.txt").read_text()
    assert all(f"sink {name}: " in err for name in ("refused", "nowhere", "cloud", "store"))
    assert "***" in (stage.heard / "out-0.txt").read_text()


USERS = """\
users:
  alice: {console: {password: generate, deliver: sealed}, access_keys: {count: 1, deliver: clear}}
  bob: {console: {password: {from: env/BOB_PASSWORD}, deliver: clear}}
  app: {access_keys: {count: 2, deliver: taken}}
  lost: {access_keys: {count: 1, deliver: refused}}
"""
BOB = "MARKED-Bob/passw0rd+1"
SPOILT = {
    "lost": (
        Fault("truncate", action="CreateAccessKey", nth=1),
        Fault("drop-after", action="CreateAccessKey", nth=2),
        Fault("bad-gateway", action="CreateLoginProfile", nth=1),
    ),
    "refused": (
        Fault("internal", action="CreateAccessKey", nth=1),
        Fault("drop-before", action="CreateLoginProfile"),
        Fault("bad-gateway", action="DeleteAccessKey"),
    ),
}


@pytest.mark.parametrize("faults", SPOILT.values(), ids=SPOILT)
def test_commands_leave_no_trace_of_a_secret(stage, tmp_path, faults):
    """A plan is saved, applied with faults, applied again without: keys and passwords are in their sinks and nowhere else."""
    stack = stage.work / "stack.yaml"
    stack.write_text(stack.read_text() + USERS)
    database = tmp_path / "account.db"
    with EmbeddedAccount(database) as account, all_keys_kept(database) as made:
        environ = {**account.environment, "BOB_PASSWORD": BOB, "RAMSTACK_RATE_SCALE": "100"}

        def ramstack(*argv: str) -> int:
            return stage.run("ramstack", *argv, environ=environ)

        assert ramstack("plan", "stack.yaml", "--out", "plan.json", "--format", "json") == 0
        account.set_faults(*faults)
        assert ramstack("apply", "plan.json", "--yes", "--progress", "json") == Exit.PARTIAL
        account.set_faults()
        assert ramstack("apply", "stack.yaml", "--yes", "--format", "json") == Exit.PARTIAL
        secrets = {*made(), account.access_key_secret, BOB, *passwords_of(stage)}
    kept = b"".join(path.read_bytes() for path in tmp_path.glob("account.db*"))
    assert not [password for password in passwords_of(stage) if password.encode() in kept]
    assert len(secrets) >= 7
    assert stage.leaks(secrets) == []
    check_it_was_loud(stage)
    assert passwords_of(stage) > {BOB}
    assert {document["user"] for document in documents(stage)} == {"alice", "bob", "app", "lost"}


PLAN_KEY, WRONG = "MARKED-plan-key/1f0c-33aa", "MARKED+wrong/s3cret-0d41"
IN_PEACE: tuple[tuple[str, ...], ...] = (
    ("plan", "stack.yaml", "--show-calls", "--detailed-exitcode"),
    ("plan", "stack.yaml", "--format", "html"),
    ("plan", "stack.yaml", "--format", "markdown", "--out", "signed.json", "--sign-key-env", "PLAN_KEY"),
    ("plan", "--check", "signed.json", "--verify-key-env", "PLAN_KEY"),
    ("apply", "signed.json", "--yes", "--verify", "--verify-key-env", "PLAN_KEY", "--wait", "0s"),
    ("keys", "stack.yaml"),
    ("keys", "--format", "json", "--source", "users"),
    ("verify", "--format", "json", "--wait", "0s"),
    ("history", "last", "--format", "json"),
)
DISTURBED = (
    Fault("truncate", action="GetCallerIdentity", every=2),
    Fault("internal", product="Ice", nth=1),
    Fault("drop-after", product="Ice"),
    Fault("bad-gateway", action="DeleteAccessKey", nth=1),
    Fault("truncate", action="DeleteLoginProfile", nth=1),
)


def test_what_looks_proves_and_takes_back_leaves_no_trace(stage, tmp_path):
    """Plans in every format and signed, delivered keys proven, listed and undone, at first with faults in their way."""
    stack = stage.work / "stack.yaml"
    users = USERS.partition("  app:")[0]
    stack.write_text(stack.read_text() + users)
    database = tmp_path / "account.db"
    with EmbeddedAccount(database) as account, all_keys_kept(database) as made:
        environ = {
            **account.environment,
            "BOB_PASSWORD": BOB,
            "PLAN_KEY": PLAN_KEY,
            "RAMSTACK_RATE_SCALE": "100",
            "RAMSTACK_VERIFY_ACCESS_KEY_ID": "LTAIwrong",
            "RAMSTACK_VERIFY_ACCESS_KEY_SECRET": WRONG,
        }

        def ramstack(*argv: str) -> int:
            return stage.run("ramstack", *argv, environ=environ)

        codes = {" ".join(argv): ramstack(*argv) for argv in IN_PEACE}
        assert set(codes.values()) <= {Exit.DONE, Exit.CHANGES, Exit.REFUSED, Exit.PARTIAL, Exit.DENIED}, (
            codes
        )
        (key,) = stage.sinks.rglob("alice.access-key.*.json")
        account.set_faults(*DISTURBED)
        assert ramstack("verify", "alice", "--key", str(key), "--wait", "0s") == Exit.ERROR
        ramstack("undo", "last", "--yes", "--format", "json")
        account.set_faults()
        secrets = {*made(), account.access_key_secret, BOB, PLAN_KEY, WRONG, *passwords_of(stage)}
    assert len(secrets) >= 6, secrets
    assert stage.leaks(secrets) == []


def documents(stage: Stage) -> Iterator[dict[str, str]]:
    """All that was delivered, decrypted by its owner; what `refused` refused is beside it."""
    for path in stage.sinks.rglob("*"):
        if path.suffix == ".json":
            yield json.loads(path.read_text("utf-8"))
        if path.suffix == ".age":
            yield json.loads(pyrage.decrypt(path.read_bytes(), [IDENTITY]))


def passwords_of(stage: Stage) -> set[str]:
    return {document["password"] for document in documents(stage) if "password" in document}


def check_it_was_loud(stage: Stage) -> None:
    """Logs were written, values shown, and what a sink starts was seen while it ran."""
    for pattern, words in (
        ("log-*", ""),
        ("values-*", "Sink"),
        ("cmdlines-*", "spy.sh"),
        ("environ-*", "PATH="),
    ):
        texts = [path.read_text(errors="replace") for path in stage.heard.glob(pattern)]
        assert any(words in text for text in texts), pattern


def test_a_leak_would_be_found(stage):
    """The search itself: plain, quoted, hex and base64, anywhere in a file."""
    assert stage.leaks([KEY_SECRET]) == []
    forms = (KEY_SECRET, "MARKED%2Bkey%2Fs3cret-4f1c", KEY_SECRET.encode().hex())
    for number, form in enumerate(forms):
        (stage.work / f"{number}").write_text(f"..{form}..")
    assert len(stage.leaks([KEY_SECRET])) == len(forms)
