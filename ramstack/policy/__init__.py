"""The RAM policy language, pure: nothing here knows a clock, an account or the network.

The road through it. ``parse_document`` turns JSON text or a native mapping into a ``Document``, or tells every problem at
once; ``stored_document`` takes what the service holds, byte for byte, and never fails. Documents are equal when their normal
forms are. ``evaluate`` decides a ``Request`` by identity policies, ``evaluate_layers`` by all that has a say: allow, explicit
deny, implicit deny or depends, with the statements that decide. ``compare`` says which of two policy sets allows more, with a
witness request for every difference; ``permission_diff`` puts that into services, operations and what they can do. ``lint``
reviews a document. Whatever is not known (an operator, a key, a document) never allows: it makes an answer depend.

Below: ``tree``, ``jsontext`` and ``grammar`` read; ``statement`` and ``document`` hold; ``glob``, ``condition``, ``match`` and
``evaluate`` decide; ``texts``, ``situation``, ``region`` and ``compare`` search; ``catalogue`` knows the services.
"""

from ramstack.policy.catalogue import Access, Operation, Service, expand_action, find_operation, load_services
from ramstack.policy.compare import Comparison, Difference, Relation, compare
from ramstack.policy.decision import Answer, Decision, Grant, Match
from ramstack.policy.document import (
    Document,
    MalformedDocument,
    Reading,
    opaque,
    parse_document,
    read_document,
    stored_document,
)
from ramstack.policy.escalation import ESCALATIONS, escalations_in
from ramstack.policy.evaluate import Layers, evaluate, evaluate_layers
from ramstack.policy.finding import Finding, Place, Severity
from ramstack.policy.lint import RULES, lint, lint_source
from ramstack.policy.operations import Operations, Stem, operations_of
from ramstack.policy.permission import (
    Permission,
    PermissionDiff,
    ServicePermissions,
    permission_diff,
    permission_diffs,
)
from ramstack.policy.request import Request
from ramstack.policy.statement import Condition, Effect, Kind, Principal, Statement
from ramstack.policy.suggest import least_privilege
from ramstack.policy.wording import render_condition, render_conditions

__all__ = [
    "ESCALATIONS",
    "RULES",
    "Access",
    "Answer",
    "Comparison",
    "Condition",
    "Decision",
    "Difference",
    "Document",
    "Effect",
    "Finding",
    "Grant",
    "Kind",
    "Layers",
    "MalformedDocument",
    "Match",
    "Operation",
    "Operations",
    "Permission",
    "PermissionDiff",
    "Place",
    "Principal",
    "Reading",
    "Relation",
    "Request",
    "Service",
    "ServicePermissions",
    "Severity",
    "Statement",
    "Stem",
    "compare",
    "escalations_in",
    "evaluate",
    "evaluate_layers",
    "expand_action",
    "find_operation",
    "least_privilege",
    "lint",
    "lint_source",
    "load_services",
    "opaque",
    "operations_of",
    "parse_document",
    "permission_diff",
    "permission_diffs",
    "read_document",
    "render_condition",
    "render_conditions",
    "stored_document",
]
