# ruff: noqa: INP001  # a script, not a package
"""What the owner of the demo's keys does: make a key pair, open what was delivered, and try to write with it.

`age-keygen` and `age -d` do the first two as well; pyrage is there already.
"""

import json
import sys
from pathlib import Path

import pyrage
from alibabacloud_ice20201109 import models
from alibabacloud_ice20201109.client import Client
from alibabacloud_tea_openapi.exceptions import ClientException
from alibabacloud_tea_openapi.utils_models import Config

from ramstack.emulator import EmbeddedAccount

SHOWN = 3


def keygen(file: str) -> None:
    identity = pyrage.x25519.Identity.generate()
    Path(file).touch(mode=0o600)
    Path(file).write_text(f"{identity}\n")
    sys.stdout.write(f"{identity.to_public()}\n")


def decrypt(file: str, sealed: str) -> str:
    identity = pyrage.x25519.Identity.from_str(Path(file).read_text().strip())
    return pyrage.decrypt(Path(sealed).read_bytes(), [identity]).decode()


def show(document: str) -> None:
    """Secrets are shortened: a demo ends up in somebody's terminal history."""
    payload = json.loads(document)
    for name in ("password", "access_key_secret"):
        if name in payload:
            payload[name] = payload[name][:SHOWN] + "…"
    sys.stdout.write(json.dumps(payload, indent=2, ensure_ascii=False) + "\n")


def write(document: str) -> int:
    """Delete a pipeline that does not exist, with the SDK that a program would use. Refused, as it should be: 0."""
    key = json.loads(document)
    with EmbeddedAccount(Path(".ramstack", "local.db")) as account:
        scheme, _, host = account.endpoint.partition("://")
        config = Config(
            access_key_id=key["access_key_id"],
            access_key_secret=key["access_key_secret"],
            endpoint=host,
            protocol=scheme,
        )
        try:
            Client(config).delete_pipeline(models.DeletePipelineRequest(pipeline_id="none"))
        except ClientException as error:
            detail = error.access_denied_detail or {}
            sys.stdout.write(f"DeletePipeline: {error.code}, {detail.get('NoPermissionType')}\n")
            return 0 if error.code == "Forbidden" else 1
    sys.stdout.write("DeletePipeline: allowed, and should not be\n")
    return 1


match sys.argv[1:]:
    case ["keygen", file]:
        keygen(file)
    case ["decrypt", file, sealed]:
        sys.stdout.write(decrypt(file, sealed))
    case ["show", file, sealed]:
        show(decrypt(file, sealed))
    case ["write"]:
        sys.exit(write(sys.stdin.read()))
    case _:
        sys.exit("demo_owner.py keygen FILE | decrypt FILE SEALED | show FILE SEALED | write")
