"""Sinks as a stack wishes them: a name, and what kind of place it stands for."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import TypeAlias

from ramstack.model.problem import Origin

ENTRY_POINTS = "ramstack.sinks"
"""The group of entry points where other distributions bring kinds of their own."""

TIMEOUT = timedelta(seconds=30)


@dataclass(frozen=True, slots=True)
class AgeWish:
    """A file a credential, encrypted to all recipients, in the folder `path`."""

    recipients: tuple[str, ...]
    path: str = "secrets"


@dataclass(frozen=True, slots=True)
class ExecWish:
    """A command that reads the payload from its stdin. `environment` names what it gets beside the harmless rest."""

    command: tuple[str, ...]
    timeout: timedelta = TIMEOUT
    environment: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class FileWish:
    """A file a credential, in clear, in the folder `path`."""

    path: str


@dataclass(frozen=True, slots=True)
class KmsWish:
    """Secrets of Alibaba KMS. `key` and `instance` are KMS's own EncryptionKeyId and DKMSInstanceId."""

    region: str
    prefix: str = "ramstack/"
    key: str = ""
    instance: str = ""


@dataclass(frozen=True, slots=True)
class VaultWish:
    """Secrets of a KV version 2 engine at `mount`, below `path`."""

    mount: str = "secret"
    path: str = "ramstack"


@dataclass(frozen=True, slots=True)
class OtherWish:
    """A kind that another distribution brings; its options as written: text, lists and mappings."""

    kind: str
    options: Mapping[str, object]


SinkKind: TypeAlias = AgeWish | ExecWish | FileWish | KmsWish | VaultWish | OtherWish


@dataclass(frozen=True, slots=True)
class SinkWish:
    """A sink by the name that users' `deliver:` calls it."""

    name: str
    origin: Origin
    kind: SinkKind
