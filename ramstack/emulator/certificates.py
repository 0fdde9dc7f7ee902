"""A certificate of the embedded account's own, for https on loopback: made once, beside the file, and trusted by nobody else."""

import os
from dataclasses import dataclass
from datetime import timedelta
from ipaddress import ip_address
from pathlib import Path

from ramstack.emulator.world import utc_now

LASTS = timedelta(days=3650)
DAY = timedelta(days=1)
NAMES = ("localhost",)
ADDRESSES = ("127.0.0.1", "::1")


@dataclass(frozen=True)
class Certificate:
    """Files in PEM form, for https."""

    certfile: Path | None
    keyfile: Path | None = None


def own_certificate(database: Path) -> Certificate:
    """The certificate beside the account's file; made where it is missing. Only its owner can read the key."""
    database = database.absolute()  # what it is told as must hold in any folder
    certfile, keyfile = (database.with_suffix(suffix) for suffix in (".cert.pem", ".key.pem"))
    if not (certfile.exists() and keyfile.exists()):
        database.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        for path, content in zip((keyfile, certfile), _make(), strict=True):
            _write_private(path, content)
    return Certificate(certfile, keyfile)


def _write_private(path: Path, content: bytes) -> None:
    path.unlink(missing_ok=True)
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "wb") as file:
        file.write(content)


def _make() -> tuple[bytes, bytes]:
    """Key and certificate."""
    from cryptography import x509  # noqa: PLC0415 - only where https is wanted
    from cryptography.hazmat.primitives import hashes, serialization  # noqa: PLC0415
    from cryptography.hazmat.primitives.asymmetric import ec  # noqa: PLC0415

    key, name = (
        ec.generate_private_key(ec.SECP256R1()),
        x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "ramstack embedded account")]),
    )
    names = [x509.DNSName(one) for one in NAMES] + [x509.IPAddress(ip_address(one)) for one in ADDRESSES]
    now = utc_now()
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - DAY)
        .not_valid_after(now + LASTS)
        .add_extension(x509.SubjectAlternativeName(names), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .sign(key, hashes.SHA256())
    )
    secret = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    return secret, certificate.public_bytes(serialization.Encoding.PEM)
