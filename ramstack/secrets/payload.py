"""Payload: what a sink receives, as the contract in docs says it."""

from __future__ import annotations

from dataclasses import dataclass

from ramstack.model.secret import Secret

FORMAT_VERSION = "1.0"


@dataclass(frozen=True, slots=True)
class Password:
    """What a person logs on with."""

    password: Secret


@dataclass(frozen=True, slots=True)
class KeyPair:
    """What a program signs with."""

    access_key_id: str
    access_key_secret: Secret


@dataclass(frozen=True, slots=True)
class Payload:
    """One credential of one user, and where it is good for. `created_at` is RFC 3339 in UTC."""

    account: str
    user: str
    logon_name: str  # alice@<default domain>
    logon_url: str
    credential: Password | KeyPair
    created_at: str

    def reveal(self) -> dict[str, str]:
        """The document that leaves: secrets in clear, so it goes to a sink and nowhere else."""
        match self.credential:
            case Password(password):
                secret = {"password": password.reveal()}
            case KeyPair(key_id, key_secret):
                secret = {"access_key_id": key_id, "access_key_secret": key_secret.reveal()}
        return {
            "format_version": FORMAT_VERSION,
            "account": self.account,
            "user": self.user,
            "logon_name": self.logon_name,
            "logon_url": self.logon_url,
            **secret,
            "created_at": self.created_at,
        }
