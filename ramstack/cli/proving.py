"""The keys to be proven, where they come from, and what is known of their owners' policies."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import click

from ramstack.cli.connection import is_local, open_account
from ramstack.cli.options import Where
from ramstack.cli.world import World
from ramstack.model.errors import CredentialsMissing, GatewayError, RamstackError
from ramstack.model.secret import Secret

if TYPE_CHECKING:
    from ramstack.account.proving import Oracle
    from ramstack.gateway.connection import Gateway
    from ramstack.gateway.credentials import Credential
    from ramstack.model.account import Account
    from ramstack.model.address import Address
    from ramstack.model.proof import Identity, Proof
    from ramstack.planning.decisions import Judge

PREFIX = "RAMSTACK_VERIFY_"
REGION = "cn-shanghai"
"""Where IMS began, and one of the regions that its users name most (ice-actions.md, "Endpoint trap")."""
WAIT = "30s"
_LONGEST_KEY = 64 * 1024


@dataclass(frozen=True)
class Trial:
    """How keys are tried: which operations, in which region, and how long to wait for what takes effect late."""

    actions: tuple[str, ...]
    region: str
    wait: timedelta
    is_fresh: bool = False


def trial_of(world: World, probes: Sequence[str], region: str, wait: str) -> Trial:
    """Raises UsageError for a probe that could do more than read, for a region that is none, and for no duration."""
    from ramstack.cli.inputs import duration_of
    from ramstack.planning.verdict import DEFAULT_PROBES, unfit
    from ramstack.policy.catalogue import find_operation

    if wrong := [f"--probe {probe}: {why}" for probe in probes if (why := unfit(probe))]:
        raise click.UsageError("\n".join(wrong))
    named = region or world.environ.get("ALIBABA_CLOUD_REGION_ID") or REGION
    if not re.fullmatch(r"[a-z0-9][a-z0-9-]{0,62}", named):
        raise click.UsageError(f"{named!r} is not a region such as {REGION}")
    actions = tuple(found.action for probe in probes if (found := find_operation(probe))) or DEFAULT_PROBES
    return Trial(tuple(dict.fromkeys(actions)), named, duration_of(wait))


def keys_given(world: World, files: Sequence[Path]) -> tuple[Credential, ...]:
    """Keys as sinks delivered them, or the one in RAMSTACK_VERIFY_*. Empty: none was given."""
    return tuple(_delivered_key(world, file) for file in files) or _environment_key(world.environ)


def _environment_key(environ: Mapping[str, str]) -> tuple[Credential, ...]:
    from ramstack.gateway.credentials import Credential

    key_id, secret, token = (
        environ.get(PREFIX + name, "") for name in ("ACCESS_KEY_ID", "ACCESS_KEY_SECRET", "SECURITY_TOKEN")
    )
    if bool(key_id) is not bool(secret):
        raise CredentialsMissing(f"{PREFIX}ACCESS_KEY_ID and {PREFIX}ACCESS_KEY_SECRET go together")
    return (Credential(key_id, secret, token),) if key_id else ()


def _delivered_key(world: World, file: Path) -> Credential:
    """What a sink received. Nothing of it is ever told, not even what is wrong with it."""
    from ramstack.gateway.credentials import Credential

    try:
        text = (
            world.stdin.read(_LONGEST_KEY)
            if str(file) == "-"
            else (world.cwd / file).read_text(encoding="utf-8")
        )
        payload = json.loads(text)
    except (UnicodeDecodeError, ValueError, RecursionError):
        payload = None
    except OSError as error:
        raise RamstackError(f"cannot read {file}: {error.strerror}") from None
    match payload:
        case {"access_key_id": str(key_id), "access_key_secret": str(secret)} if key_id and secret:
            return Credential(key_id, secret)
        case _:
            raise RamstackError(f"{file} holds no key as a sink delivers it (JSON with access_key_id)")


@dataclass
class Observer:
    """Reads, with the operator's credentials, what keys are held against: once, however many keys there are.

    Without an operator it knows nothing. `remarks` says why something could not be known.
    """

    gateway: Gateway | None
    remarks: list[str] = field(default_factory=list)
    known: Account | None = None

    def oracle_of(self, identity: Identity) -> Oracle | None:
        """What the policies of the key's user say; None where they cannot be read."""
        from ramstack.model.address import user_address

        if self.gateway is None:
            return None
        address = user_address(identity.user)
        try:
            judge = self._judge_of(self.gateway, address, identity.account)
        except GatewayError as error:
            self.remarks.append(f"The policies of {address} could not be read: {error.code}.")
            return None
        if judge is None:
            self.remarks.append(
                f"The operator's credentials do not see {address} of account {identity.account}."
            )
            return None
        from ramstack.planning.verdict import predict

        return partial(predict, judge, address)

    def _judge_of(self, gateway: Gateway, user: Address, account: str) -> Judge | None:
        from ramstack.account.documents import with_documents
        from ramstack.cli.flow import read_for
        from ramstack.planning.decisions import Judge
        from ramstack.planning.holdings import Holdings

        if gateway.reader.caller().account != account:
            return None
        live = self.known or read_for(gateway.reader, (), whole=True)
        holdings = Holdings(live)
        self.known = with_documents(gateway.reader, live, holdings.missing(holdings.policies([user])))
        return Judge.of(self.known) if user in live else None


@contextmanager
def open_for(
    world: World, where: Where, keys: tuple[Credential, ...]
) -> Iterator[tuple[Gateway, Gateway | None, tuple[Credential, ...]]]:
    """A gateway to the account, the operator's if there is one, and the keys to be tried.

    Where no key was given, the one of the standard chain is tried, and nobody else looks on.
    """
    from ramstack.gateway.credentials import standard_chain

    if is_local(world, where):
        if not keys:
            raise CredentialsMissing(
                f"with --local the key to be tried is given by --key or {PREFIX}ACCESS_KEY_ID and {PREFIX}ACCESS_KEY_SECRET"
            )
        with open_account(world, where) as gateway:
            yield gateway, gateway, keys
        return
    chain = standard_chain(world.environ, clock=world.clock)
    tried = keys or (chain(),)
    try:
        chain()
    except CredentialsMissing:
        is_watched = False
    else:
        is_watched = bool(keys)
    with open_account(world, where, None if is_watched else (lambda: tried[0])) as gateway:
        yield gateway, gateway if is_watched else None, tried


def keyring_of(gateway: Gateway, trial: Trial) -> Keyring:
    """Empty. Raises BadEndpoint now, where nothing is written yet, and not when the keys are there."""
    from ramstack.gateway.credentials import Credential

    gateway.prober(Credential("", ""), trial.region).close()
    return Keyring(trial)


def prove(world: World, gateway: Gateway, observer: Observer, key: Credential, trial: Trial) -> Proof:
    """One key, tried and held against what is known of its owner."""
    from ramstack.account.proving import Patience, verify_key
    from ramstack.model.circumstances import context_of

    def pause(seconds: float) -> None:
        if not told:
            told.append(True)
            world.say(
                f"waiting up to {trial.wait.total_seconds():.0f} s: a fresh grant takes effect late, a throttle ends"
            )
        world.sleep(seconds)

    told: list[bool] = []
    patience = Patience(world.clock, pause, trial.wait.total_seconds(), trial.is_fresh)
    now = world.now().strftime("%Y-%m-%dT%H:%M:%SZ")
    with gateway.prober(key, trial.region) as prober:
        return verify_key(
            prober,
            patience,
            oracle_of=observer.oracle_of,
            diagnose=observer.gateway.diagnose if observer.gateway else None,
            actions=trial.actions,
            context=context_of(None, now, None),
        )


@dataclass
class Keyring:
    """Keys that a run has just delivered, kept in memory until they were tried; then their secrets are dropped too."""

    trial: Trial
    keys: list[tuple[str, Secret]] = field(default_factory=list)
    remarks: list[str] = field(default_factory=list)
    proofs: tuple[Proof, ...] = ()

    def keep(self, key_id: str, secret: Secret) -> None:
        """A secret of its own: whoever delivers drops the other one."""
        self.keys.append((key_id, Secret(secret.reveal())))

    def prove(self, world: World, gateway: Gateway) -> tuple[Proof, ...]:
        """Every key, tried with the gateway's credentials looking on; kept in `proofs` too."""
        from ramstack.gateway.credentials import Credential

        observer = Observer(gateway, self.remarks)
        try:
            self.proofs = tuple(
                prove(world, gateway, observer, Credential(key_id, secret.reveal()), self.trial)
                for key_id, secret in sorted(self.keys, key=lambda kept: kept[0])
            )
        finally:
            self.drop()
        return self.proofs

    def drop(self) -> None:
        for _, secret in self.keys:
            secret.drop()
        self.keys.clear()
