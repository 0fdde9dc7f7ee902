"""Delivering: what a run that makes passwords and keys needs, and that it is there before anything is written."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from ramstack.cli.world import World
from ramstack.model.credential import GENERATE
from ramstack.model.errors import RamstackError, Refused
from ramstack.model.resource import Console

if TYPE_CHECKING:
    from ramstack.account.delivery import Desk
    from ramstack.cli.flow import Manner
    from ramstack.cli.proving import Keyring
    from ramstack.gateway.connection import Gateway
    from ramstack.gateway.port import Reader
    from ramstack.model.change import Plan
    from ramstack.model.passwordpolicy import PasswordPolicy
    from ramstack.model.proof import Verdict
    from ramstack.model.secret import Secret


PROOF_PATIENCE = 10.0
"""Seconds for a new key to be known everywhere. What is not proven by then is shown by its use."""


def ready(world: World, gateway: Gateway, plan: Plan, manner: Manner) -> Desk:
    """Every sink that the plan delivers to is checked, every password that it takes from elsewhere is there.

    Raises RamstackError with all that is wrong.
    """
    from ramstack.account.delivery import Desk
    from ramstack.model.stack import Stack
    from ramstack.secrets.opening import Surroundings, find_trouble, open_sinks

    wishes = {sink.name: sink for sink in plan.sinks}
    here = Surroundings(world.cwd, world.environ, world.emit, gateway.kms)
    sinks = open_sinks([Stack("", sinks=wishes)], here, to_stdout=manner.to_stdout if wishes else ())
    troubles = [*map(str, find_trouble(sinks.values())), *_unfit(world, gateway.reader, plan)]
    if troubles:
        raise RamstackError("; ".join(troubles) + ". Nothing was changed in the account")
    return Desk(
        plan.account,
        gateway.reader.default_domain() if plan.sinks else "",
        manner.run_id,
        sinks,
        lambda source, user: password(world, gateway.reader, source, user),
        world.now,
        world.sleep,
        partial(prove_delivered, world, gateway, manner.keyring),
    )


def prove_delivered(
    world: World, gateway: Gateway, keyring: Keyring | None, key_id: str, secret: Secret
) -> Verdict:
    """Whether the service accepts a new key; what speaks against it is said. A keyring keeps it for more."""
    from ramstack.account.proving import Patience, acceptance
    from ramstack.gateway.credentials import Credential
    from ramstack.model.proof import Verdict

    key = Credential(key_id, secret.reveal())
    patience = Patience(world.clock, world.sleep, PROOF_PATIENCE, is_fresh=True)
    verdict = acceptance(lambda: gateway.identify(key), patience)
    if keyring and verdict is not Verdict.WRONG_SECRET:
        keyring.keep(key_id, secret)
    if verdict not in (Verdict.WORKS, Verdict.WRONG_SECRET):
        world.say(
            f"warning: {key_id} was delivered, and has not proven that it works ({verdict.replace('_', ' ')}). "
            "A key that it replaces stays until the new one was used."
        )
    return verdict


def password(world: World, reader: Reader, source: str, user: str) -> Secret:
    """A new password from where the plan says. Raises RamstackError."""
    from ramstack.model.passwordpolicy import STRICTEST
    from ramstack.secrets.password import generate_password

    if source != GENERATE:
        return referred(world, source)
    return generate_password(policy_of(reader, otherwise=STRICTEST), user)


def policy_of(reader: Reader, *, otherwise: PasswordPolicy) -> PasswordPolicy:
    """The account's password policy, where it may be read."""
    try:
        return reader.password_policy()
    except Refused:
        return otherwise


def referred(world: World, source: str) -> Secret:
    """The password in a variable (`env/NAME`) or a file (`file/PATH`), without the newline at its end.

    Raises RamstackError, which names the place and nothing of what stands there.
    """
    from ramstack.model.secret import Secret

    kind, _, name = source.partition("/")
    if kind == "env":
        text = world.environ.get(name, "")
    else:
        try:
            text = (world.cwd / Path(name)).read_text(encoding="utf-8")
        except (OSError, UnicodeDecodeError) as error:
            raise RamstackError(f"the password in {source} cannot be read ({type(error).__name__})") from None
    if not text.rstrip("\r\n"):
        raise RamstackError(f"there is no password in {source}")
    return Secret(text.rstrip("\r\n"))


def _unfit(world: World, reader: Reader, plan: Plan) -> Iterator[str]:
    """What stands against the passwords that are not generated: each must be there, and be one that the account takes."""
    from ramstack.model.passwordpolicy import PasswordPolicy, validate_password

    taken = {c.address: c.after.password for c in plan.changes if isinstance(c.after, Console)}
    for address, source in sorted(taken.items()):
        if source in ("", GENERATE):
            continue
        try:
            text = referred(world, source).reveal()
        except RamstackError as error:
            yield str(error)
        else:
            policy = policy_of(reader, otherwise=PasswordPolicy())
            for complaint in validate_password(policy, address.name, text):
                yield f"the password in {source} cannot be that of {address.root}: {complaint.rstrip('.')}"
