"""age and file: what was delivered is read back by whom it is for, and by nobody else."""

from __future__ import annotations

import json
import os
import stat
import subprocess
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import pyrage
import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ed25519, rsa
from hypothesis import given
from hypothesis import strategies as st

from ramstack.model.errors import SinkFailed
from ramstack.model.problem import Origin
from ramstack.model.secret import Secret
from ramstack.model.sink import AgeWish, FileWish, SinkKind, SinkWish
from ramstack.secrets.names import file_stem, secret_path
from ramstack.secrets.opening import Surroundings, open_sink
from ramstack.secrets.payload import KeyPair, Password

from .conftest import payload_of

OPENSSH = (serialization.Encoding.PEM, serialization.PrivateFormat.OpenSSH, serialization.NoEncryption())
PUBLIC = (serialization.Encoding.OpenSSH, serialization.PublicFormat.OpenSSH)


def x25519():
    identity = pyrage.x25519.Identity.generate()
    return identity, str(identity.to_public())


def ssh(private):
    identity = pyrage.ssh.Identity.from_buffer(private.private_bytes(*OPENSSH))
    return identity, private.public_key().public_bytes(*PUBLIC).decode()


def ssh_ed25519():
    return ssh(ed25519.Ed25519PrivateKey.generate())


def ssh_rsa():
    return ssh(rsa.generate_private_key(public_exponent=65537, key_size=2048))


def sink_of(kind: SinkKind, here: Surroundings):
    return open_sink(SinkWish("credentials", Origin("x.yaml"), kind), here)


def decrypt(path: str, identity) -> dict[str, str]:
    return json.loads(pyrage.decrypt(Path(path).read_bytes(), [identity]))


@pytest.mark.parametrize("make", [x25519, ssh_ed25519, ssh_rsa])
def test_each_recipient_decrypts_a_key_that_works(here, payload, works, make):
    """Whoever is a recipient, by any kind of key, holds the whole payload; it signs calls."""
    (other, public), (mine, my_public) = x25519(), make()
    sink = sink_of(AgeWish((public, my_public), "out/deep"), here)
    sink.check()
    path = sink.deliver(payload)
    assert decrypt(path, mine) == decrypt(path, other) == payload.reveal()
    assert works(decrypt(path, mine))


def test_nobody_else_decrypts(here, payload):
    """The file is text, holds nothing in clear, and opens for no other key."""
    path = sink_of(AgeWish((x25519()[1],)), here).deliver(payload)
    text = Path(path).read_text("ascii")
    assert text.startswith("-----BEGIN AGE ENCRYPTED FILE-----\n")
    assert payload.credential.access_key_secret.reveal() not in text
    with pytest.raises(pyrage.DecryptError):
        decrypt(path, x25519()[0])


def test_a_file_in_clear_holds_a_key_that_works(here, payload, works):
    """Outside of git it is written, and reads back as the payload."""
    sink = sink_of(FileWish("out"), here)
    sink.check()
    document = json.loads(Path(sink.deliver(payload)).read_text("utf-8"))
    assert document == payload.reveal()
    assert works(document)


@pytest.mark.parametrize("kind", [FileWish("a/b"), AgeWish((x25519()[1],), "a/b")])
def test_files_are_for_their_owner_alone(here, payload, kind):
    """0600 in folders of 0700, whatever the umask; nothing is left beside them; once more replaces."""
    umask = os.umask(0)
    try:
        sink = sink_of(kind, here)
        sink.check()
        assert list((here.cwd / "a/b").iterdir()) == []
        paths = {Path(sink.deliver(payload)) for _ in range(2)}
    finally:
        os.umask(umask)
    assert {*(here.cwd / "a/b").iterdir()} == paths
    assert [stat.S_IMODE(path.stat().st_mode) for path in paths] == [0o600]
    assert all(stat.S_IMODE((here.cwd / name).stat().st_mode) == 0o700 for name in ("a", "a/b"))


def test_a_link_in_the_place_of_the_file_is_replaced_not_followed(here, payload):
    """What somebody put there does not get the secret."""
    sink = sink_of(FileWish("out"), here)
    path, elsewhere = Path(sink.deliver(payload)), here.cwd / "elsewhere"
    path.unlink()
    path.symlink_to(elsewhere)
    sink.deliver(payload)
    assert not elsewhere.exists()
    assert not path.is_symlink()


@pytest.mark.parametrize("kind", [FileWish("taken/out"), AgeWish((x25519()[1],), "taken/out")])
def test_a_place_that_cannot_be_written_is_told_before(here, payload, kind):
    """A file stands where the folder should be: check and deliver both say so, without the secret."""
    (here.cwd / "taken").write_text("")
    sink = sink_of(kind, here)
    for attempt in (sink.check, lambda: sink.deliver(payload)):
        with pytest.raises(SinkFailed, match="cannot write below") as failed:
            attempt()
        assert failed.value.transient
    assert (here.cwd / "taken").read_text() == ""


def test_bad_recipients_are_told_before(here):
    """A wish that came past validation, as from another program, is still checked."""
    with pytest.raises(SinkFailed, match="not public keys") as failed:
        sink_of(AgeWish(("age1nobody",)), here).check()
    assert not failed.value.transient
    assert not (here.cwd / "secrets").exists()


def git(folder: Path, *words: str) -> None:
    subprocess.run(["git", "-C", folder, *words], check=True, capture_output=True)


@pytest.mark.parametrize(
    ("ignore", "folder"),
    [("", "out"), ("alice*\n", "out"), ("out/*\n!out/alice*\n", "out"), ("*.txt\n", "."), ("", "link")],
)
def test_git_must_not_pick_it_up(here, payload, ignore, folder):
    """Not ignored, ignored but for what is written aside, ignored with an exception, ignored by another name, or behind a link: refused."""
    work_tree = here.cwd / "repo"
    (work_tree / "out").mkdir(parents=True)
    git(here.cwd, "init", "repo")
    (work_tree / ".gitignore").write_text(ignore)
    (here.cwd / "link").symlink_to(work_tree / "out")
    where = "link" if folder == "link" else f"repo/{folder}"
    sink = sink_of(FileWish(where), here)

    def use() -> None:
        sink.check()
        sink.deliver(payload)

    with pytest.raises(SinkFailed, match="picked up by git"):
        use()
    assert not [path for path in here.cwd.rglob("*.json")]  # noqa: C416


def test_many_threads_deliver_at_once(here):
    """Into a folder that none of them finds; each file is whole."""
    sink = sink_of(FileWish("a/b/c"), here)
    payloads = [payload_of(KeyPair(f"LTAI{n}", Secret(f"secret-{n}"))) for n in range(40)]
    with ThreadPoolExecutor(8) as pool:
        paths = list(pool.map(sink.deliver, payloads))
    assert [json.loads(Path(path).read_text()) for path in paths] == [
        payload.reveal() for payload in payloads
    ]
    assert len(list((here.cwd / "a/b/c").iterdir())) == len(payloads)


@pytest.mark.parametrize("ignore", ["out/\n", "*.json\n"])
def test_what_git_ignores_may_be_written(here, payload, ignore):
    """Also a folder that does not exist yet."""
    git(here.cwd, "init", ".")
    (here.cwd / ".gitignore").write_text(ignore)
    sink = sink_of(FileWish("out"), here)
    sink.check()
    assert Path(sink.deliver(payload)).is_file()


def test_a_file_that_git_tracks_is_refused_though_ignored(here, payload):
    """To git a tracked file is never ignored."""
    sink = sink_of(FileWish("out"), here)
    path = Path(sink.deliver(payload))
    path.write_text("{}")
    git(here.cwd, "init", ".")
    git(here.cwd, "add", "-f", str(path))
    (here.cwd / ".gitignore").write_text("out/\n")
    with pytest.raises(SinkFailed, match="picked up by git"):
        sink.deliver(payload)


@pytest.mark.parametrize("environ", [{"PATH": ""}, {"PATH": "/nowhere"}])
def test_without_git_a_work_tree_is_refused(here, environ):
    """Unknown means no: a .git folder is there, and nobody can say what it ignores."""
    (here.cwd / ".git").mkdir()
    with pytest.raises(SinkFailed, match="could not say"):
        sink_of(FileWish("out"), replace(here, environ=environ)).check()


NAMES = st.text(min_size=1, max_size=64)


@given(st.lists(NAMES, unique=True, min_size=2, max_size=2), st.booleans())
def test_names_are_safe_and_tell_credentials_apart(users, is_key):
    """No name leaves its folder, hides, or is that of another user's credential; it does not change either."""
    credential = KeyPair("LTAI5tX", Secret("s")) if is_key else Password(Secret("s"))
    payloads = [payload_of(credential, user) for user in users]
    stems = [file_stem(payload) for payload in payloads]
    assert stems == [file_stem(payload) for payload in payloads]
    assert len({*stems, *("/".join(secret_path(payload)) for payload in payloads)}) == 4
    for stem in stems:
        assert Path(stem).name == stem
        assert not stem.startswith(".")
        assert stem.isascii()
    for payload in payloads:
        user, kind = secret_path(payload)
        assert set(user) <= set("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789._-")
        assert user.strip(".")
        assert len(f"{'p' * 20}{user}/{kind}") <= 64  # KMS takes no longer names


def test_a_key_has_the_name_that_people_expect():
    """The name is part of what scripts rely on."""
    assert file_stem(payload_of(KeyPair("LTAI5tX", Secret("s")))) == "alice.access-key.LTAI5tX"
    assert file_stem(payload_of(Password(Secret("s")))) == "alice.password.1234567890123456"
