"""Hints: what a person can do about the service's common refusals."""

from __future__ import annotations

HINTS: tuple[tuple[str, str], ...] = (
    ("NoPermission", "The identity that runs ramstack may not make this call. Grant it the action, then apply again."),
    ("LimitExceeded.User.Policy", "The user has as many policies as the account allows. Use a group, or join policies."),
    ("LimitExceeded.Group.Policy", "The group has as many policies as the account allows. Join some of them."),
    ("LimitExceeded.User.Group", "The user is in as many groups as the account allows. Take it out of one."),
    ("LimitExceeded.Policy.Version", "The policy has five versions. Delete one that is not the default."),
    ("LimitExceeded", "A quota of the account is used up. Remove what is not needed, or ask for a higher quota."),
    ("EntityNotExist", "Something this needs was removed since the plan was made. Plan again to see what is left."),
    ("EntityAlreadyExists.User", "It is there, or in the recycle bin: made since the plan was made, or deleted lately. Plan again."),
    ("EntityAlreadyExists", "Somebody made it since the plan was made. Plan again to see what differs."),
    ("DeleteConflict", "It is still in use: something was added to it since the plan was made. Plan again."),
    ("Throttling", "The account's call rate was used up, by others too. Wait a minute, then apply again."),
    ("LockLost", "Run the same command again: it says who holds the lock, or takes it and does what is left."),
    ("DeadlinePassed", "The same command does what is left; --deadline gives it more time."),
    ("JournalNotWritten", "Make room on the disk, or name another folder with --journal-dir. Then apply again."),
    ("InvalidParameter", "The service does not accept a value. Correct it in the stack, then plan again."),
    ("MalformedPolicyDocument", "The service does not accept the policy document. Correct it, then plan again."),
)  # fmt: skip


def hint_for(code: str) -> str:
    """The hint of the first line that fits `code` or the family it belongs to; empty for an unknown one."""
    return next((hint for family, hint in HINTS if code == family or code.startswith(f"{family}.")), "")
