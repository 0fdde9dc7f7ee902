"""Rails as they are written: in a stack under `rails:`, or in a file of their own, kept outside the reviewed repo."""

from __future__ import annotations

from pathlib import Path

from ramstack.model.errors import StackError
from ramstack.model.problem import in_order
from ramstack.model.rails import NO_LIMITS, RailLimits
from ramstack.stackfile.compose import compose
from ramstack.stackfile.draft import Draft
from ramstack.stackfile.node import Entry, Scalar
from ramstack.stackfile.rail_forms import RailsForm
from ramstack.stackfile.shape import shape
from ramstack.stackfile.textfile import Unreadable, read_text

KEY = "rails"


def rails_of(draft: Draft) -> RailLimits:
    """The strictest of what the files of a stack write."""
    limits = NO_LIMITS
    for sheet in draft.sheets:
        limits &= _limits(sheet.form.rails)
    return limits


def load_rails(path: Path) -> RailLimits:
    """A file with the block of a stack, its `rails:` above it or not. Raises StackError with every problem."""
    try:
        composition = compose(read_text(path))
    except Unreadable as wrong:
        raise StackError([wrong.problem]) from None
    root = composition.root
    if KEY not in root.entries:
        root = root._replace(
            entries={KEY: Entry(Scalar(KEY, False, root.path, root.line, root.column), root)}
        )
    shaped = shape(root)
    if problems := (*composition.problems, *shaped.problems):
        raise StackError(in_order(problems))
    return _limits(shaped.form.rails)


def _limits(form: RailsForm | None) -> RailLimits:
    if form is None:
        return NO_LIMITS
    return RailLimits(form.max_deletes, form.max_delete_percent, tuple(form.protected or ()), form.min_admins)
