"""The commands, in the order in which a newcomer needs them."""

from __future__ import annotations

import click

from ramstack.cli.commands.apply import apply, destroy
from ramstack.cli.commands.drift import drift
from ramstack.cli.commands.explain import explain, who_can
from ramstack.cli.commands.export import export
from ramstack.cli.commands.history import history
from ramstack.cli.commands.init import init
from ramstack.cli.commands.keys import keys
from ramstack.cli.commands.local import local
from ramstack.cli.commands.look import policies, schema, whoami
from ramstack.cli.commands.ownership import adopt, release
from ramstack.cli.commands.permissions import permissions
from ramstack.cli.commands.plan import plan
from ramstack.cli.commands.undo import undo
from ramstack.cli.commands.unlock import unlock
from ramstack.cli.commands.validate import validate
from ramstack.cli.commands.verify import verify

COMMANDS: tuple[click.Command, ...] = (
    init,
    validate,
    plan,
    apply,
    destroy,
    adopt,
    release,
    drift,
    export,
    history,
    undo,
    unlock,
    policies,
    keys,
    verify,
    explain,
    who_can,
    permissions,
    whoami,
    schema,
    local,
)
