"""The Node SDK works unchanged, where node and the package are present.

RAMSTACK_NODE_MODULES names the folder ``node_modules`` into which ``npm install @alicloud/ram20150501
@alicloud/openapi-client`` put them; without it the test is skipped.
"""

import json
import os
import shutil
import subprocess
from pathlib import Path

import pytest

from ramstack.emulator import EmbeddedAccount

MODULES = Path(os.environ.get("RAMSTACK_NODE_MODULES", "node_modules")).absolute()


def test_the_life_of_a_user_by_the_node_sdk(account: EmbeddedAccount):
    """Create, read, update, attach, detach, delete."""
    node = shutil.which("node")
    if node is None or not (MODULES / "@alicloud" / "ram20150501").is_dir():
        pytest.skip("node or @alicloud/ram20150501 is not here")
    script = Path(__file__).with_name("node_client.js")
    host = account.endpoint.partition("://")[2]
    done = subprocess.run(
        [node, str(script), host, account.access_key_id, account.access_key_secret],
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
