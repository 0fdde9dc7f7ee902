"""Lint of whole stacks: what the rules for documents say of each custom policy, and what takes more than one document.

`review` is the whole of it; `STACK_RULES` are the rules of this floor, `known_rules` all that a stack may silence. Suppressions are
applied at the end, so that what is silenced can still be shown as such.
"""

from ramstack.planning.lint.register import STACK_RULES, known_rules
from ramstack.planning.lint.review import Review, review
from ramstack.planning.lint.suppress import Silenced, unknown_suppressions

__all__ = ["STACK_RULES", "Review", "Silenced", "known_rules", "review", "unknown_suppressions"]
