"""The least document that allows some actions."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from ramstack.policy.catalogue import find_operation
from ramstack.policy.document import Document, parse_document


def least_privilege(actions: Iterable[str], conditions: Mapping[str, object] | None = None) -> Document:
    """A document that allows these actions and no other, on every resource; spelled as the documentation spells them."""
    spelled = {operation.action if (operation := find_operation(action)) else action for action in actions}
    statement: dict[str, object] = {"Effect": "Allow", "Action": sorted(spelled), "Resource": "*"}
    if conditions:
        statement["Condition"] = conditions
    return parse_document({"Version": "1", "Statement": [statement]})
