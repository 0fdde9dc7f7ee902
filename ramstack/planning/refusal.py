"""Refusals: what is said of a name that exists without the stack's own mark, and the command that changes that."""

from __future__ import annotations

from pathlib import PurePath

from ramstack.model.address import Address, role_address, user_address
from ramstack.model.problem import Origin, Problem, error
from ramstack.model.resource import Resource, Role, User
from ramstack.model.stack import Stack

TAKEOVER = "takeover"
FOREIGN = "foreign"
PROVISIONED = "provisioned"


def refusal(address: Address, stack: Stack, owner: str, origin: Origin | None, differs: str = "") -> Problem:
    """`owner` is the mark that the object carries; `differs` says what a takeover would change."""
    if owner:
        return error(
            FOREIGN,
            "Owned by another stack",
            f"{address} carries the owner mark of {owner}; this stack is {stack.owner}. Another stack's objects are always "
            "refused. Let its owner give it up first, with its own stack file:\n"
            f"    ramstack release {address} --stack PATH",
            address=address,
            origin=origin,
        )
    return error(
        TAKEOVER,
        "Exists already and is not ours",
        f"{address} exists in the account without an owner mark. {differs} To take it over:\n"
        f"    ramstack adopt {address} --stack {home_of(stack)}",
        address=address,
        origin=origin,
    )


def home_of(stack: Stack) -> str:
    """What to give a command so that it reads this stack: its file, or the folder of its files."""
    files = [file.path for file in stack.inputs if file.path.endswith((".yaml", ".yml"))]
    return files[0] if len(files) == 1 else str(PurePath(stack.origin.path).parent)


def kept_elsewhere(resource: Resource | None, origin: Origin | None) -> Problem | None:
    """What another system keeps is nobody's here; None for all else."""
    match resource:
        case User(provisioned_by=system) as user if system:
            return provisioned(user, origin)
        case Role(is_linked=True) as role:
            return linked(role, origin)
    return None


def provisioned(user: User, origin: Origin | None) -> Problem:
    """A user that another system keeps: what ramstack writes there, that system would undo."""
    return error(
        PROVISIONED,
        "Kept by another system",
        f"{user_address(user.name)} is provisioned by {user.provisioned_by}, which would undo what is changed here. Change the "
        "user there, and take its block out of the stack.",
        address=user_address(user.name),
        origin=origin,
    )


def linked(role: Role, origin: Origin | None) -> Problem:
    """A role that a service made for itself, and that only the service changes."""
    address = role_address(role.name)
    return error(
        PROVISIONED,
        "Kept by another system",
        f"{address} is linked to a service, which alone may change it. Take its block out of the stack.",
        address=address,
        origin=origin,
    )
