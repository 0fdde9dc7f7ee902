"""The Node SDK works unchanged, where node is present: `make test` installs the packages into ``.node``.

RAMSTACK_NODE_MODULES names another folder ``node_modules`` that has them.
"""

import json
import os
import shutil
import subprocess
from pathlib import Path

import pytest

from ramstack.emulator import EmbeddedAccount

INSTALLED = Path(__file__).parents[2] / ".node"
MODULES = Path(os.environ.get("RAMSTACK_NODE_MODULES", INSTALLED / "node_modules")).absolute()


def _why_not() -> str:
    """Why the client cannot run; empty where it can."""
    if shutil.which("node") is None:
        return "node is not here"
    if (MODULES / "@alicloud" / "ram20150501").is_dir():
        return ""
    reason = INSTALLED / "why"
    return reason.read_text().strip() if reason.exists() else "no node packages: make test installs them"


@pytest.mark.skipif(bool(_why_not()), reason=_why_not())
def test_the_life_of_a_user_by_the_node_sdk(account: EmbeddedAccount):
    """Create, read, update, attach, detach, delete."""
    script = Path(__file__).with_name("node") / "client.js"
    host = account.endpoint.partition("://")[2]
    done = subprocess.run(
        ["node", str(script), host, account.access_key_id, account.access_key_secret],
        env={**os.environ, "NODE_PATH": str(MODULES)},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    seen = json.loads(done.stdout)
    assert (seen["comments"], seen["held"]) == ("from Node ü", ["AliyunICEReadOnlyAccess"])
    assert seen["code"] == "DeleteConflict.User.Policy"
    assert account.state()["users"] == []
