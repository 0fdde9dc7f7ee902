"""Forms of sinks: `sinks:` of a stack, one kind of place for each name."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from pydantic import BaseModel, ConfigDict

from ramstack.stackfile.credential_forms import Span
from ramstack.stackfile.values import Text


class KindForm(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, use_attribute_docstrings=True)


class AgeForm(KindForm):
    """Files that only their recipients can decrypt, one a credential."""

    recipients: list[Text] | None = None
    """Public keys of all who shall be able to read: age1…, ssh-ed25519 … or ssh-rsa …."""
    path: Text | None = None
    """The folder, seen from the working directory; secrets/ when left out."""


class ExecForm(KindForm):
    """A command that gets the payload as JSON on its standard input."""

    command: list[Text] | None = None
    """The program and its arguments. No shell reads them."""
    timeout: Span | None = None
    """How long the command may take; 30s when left out."""
    environment: list[Text] | None = None
    """Environment variables that are passed on beside PATH, HOME and their like."""


class FileForm(KindForm):
    """Files in clear for the owner alone, one a credential, where git cannot pick them up."""

    path: Text | None = None
    """The folder, seen from the working directory: outside of git work trees, or ignored by git."""


class KmsForm(KindForm):
    """Secrets of Alibaba Cloud KMS, in the account that ramstack runs in."""

    region: Text | None = None
    """The region of the KMS, such as cn-hangzhou."""
    prefix: Text | None = None
    """What the names of secrets begin with; ramstack/ when left out."""
    key: Text | None = None
    """The id of the KMS key that encrypts new secrets."""
    instance: Text | None = None
    """The id of the KMS instance that holds new secrets."""


class VaultForm(KindForm):
    """Secrets of a KV version 2 engine of HashiCorp Vault or OpenBao, at VAULT_ADDR, with VAULT_TOKEN."""

    mount: Text | None = None
    """Where the engine is mounted; secret when left out."""
    path: Text | None = None
    """The path below which secrets are written; ramstack when left out."""


class SinkForm(BaseModel):
    """A place that passwords and keys are delivered to: exactly one kind. Other distributions may bring more kinds."""

    model_config = ConfigDict(extra="allow", frozen=True, use_attribute_docstrings=True)

    age: AgeForm | None = None
    """Files encrypted with age."""
    exec: ExecForm | None = None
    """A command that takes the payload."""
    file: FileForm | None = None
    """Files in clear."""
    kms: KmsForm | None = None
    """Secrets of Alibaba Cloud KMS."""
    vault: VaultForm | None = None
    """Secrets of HashiCorp Vault or OpenBao."""


KIND_FORMS: Mapping[str, type[BaseModel]] = MappingProxyType(
    {"age": AgeForm, "exec": ExecForm, "file": FileForm, "kms": KmsForm, "vault": VaultForm}
)
REQUIRED: Mapping[str, Mapping[str, str]] = MappingProxyType(
    {
        "age": {"recipients": "the public keys of all who shall be able to read: [age1…, ssh-ed25519 …]"},
        "exec": {"command": "the program and its arguments: [op, item, create, -]"},
        "file": {"path": "a folder outside of git, or ignored by it"},
        "kms": {"region": "the region of the KMS, such as cn-hangzhou"},
        "vault": {},
    }
)
"""The options without which a kind is nothing, and what to write there."""
