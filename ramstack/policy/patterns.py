"""Whether one action or resource is well formed."""

from __future__ import annotations

import re

from ramstack.policy.complaint import Complaints
from ramstack.policy.finding import Path
from ramstack.policy.jsontext import name_character
from ramstack.policy.tree import Text

_SERVICE = re.compile(r"[A-Za-z][A-Za-z0-9-]*")
_FOREIGN = re.compile(r"[A-Za-z][A-Za-z0-9-]*:")
_BLANK = re.compile(r"\s")
_ARN_FIELDS = 5


def check_action(node: Text, path: Path, complaints: Complaints) -> None:
    """Errors for the slips that leave no action at all; odd forms that a service let pass are warnings.

    An acceptance test of the Terraform provider creates a policy with the action ``1``, so the form is not checked there.
    """
    action, element = node.value, path[2] if len(path) > 2 else "Action"  # noqa: PLR2004  # Statement, index, element
    if not action:
        told = f"{element} is an empty text."
    elif _SERVICE.fullmatch(action):
        told = f'The action "{action}" has no operation. Did you mean "{action}:*"?'
    elif "/" in action and ":" not in action:
        told = f'The action "{action}" has a slash: put a colon between service and operation.'
    elif _BLANK.search(action):
        odd = ", ".join(dict.fromkeys(map(name_character, _BLANK.findall(action))))
        told = f'The action "{action}" holds a blank, {odd}; actions are written service:Operation.'
    elif action.startswith(":") or action.endswith(":"):
        told = f'The action "{action}" is not complete; actions are written service:Operation.'
    else:
        return _check_action_form(node, path, complaints)
    return complaints.error("action-form", "Wrong action", told, path, node.place)


def _check_action_form(node: Text, path: Path, complaints: Complaints) -> None:
    if node.value != "*" and node.value.count(":") != 1:
        detail = f'"{node.value}" is not of the form service:Operation; it will hardly match what is meant.'
        complaints.warning("action-odd", "Odd action", detail, path, node.place)


def check_resource(node: Text, path: Path, complaints: Complaints) -> None:
    """A foreign prefix is an error. Short or bare names occur in real documents and only earn a warning."""
    resource = node.value
    if not resource:
        complaints.error("resource-form", "Wrong resource", "Resource is an empty text.", path, node.place)
    elif resource.lower().startswith("arn:"):
        detail = f'"{resource}" is an AWS ARN; resources of RAM start with "acs:".'
        complaints.error("resource-form", "Wrong resource", detail, path, node.place)
    elif _FOREIGN.match(resource) and not resource.startswith("acs:"):
        detail = f'"{resource}" does not start with "acs:", as every resource of RAM does.'
        complaints.error("resource-form", "Wrong resource", detail, path, node.place)
    elif resource != "*":
        _check_arn(node, path, complaints)


def _check_arn(node: Text, path: Path, complaints: Complaints) -> None:
    fields = node.value.split(":", _ARN_FIELDS - 1)
    if len(fields) != _ARN_FIELDS:
        detail = (
            f'"{node.value}" has {len(fields)} fields; an ARN has 5: acs:service:region:account:relative-id.'
        )
        complaints.warning("resource-fields", "Short resource", detail, path, node.place)
        return
    if not re.fullmatch(r"[0-9*?]*", fields[3]):
        detail = f'The account field "{fields[3]}" of "{node.value}" is neither digits nor a wildcard.'
        complaints.warning("resource-account", "Odd account in resource", detail, path, node.place)
