"""A plan as one HTML file: nothing outside of it is loaded, and nothing that anybody wrote can run in it.

The template escapes everything; the page's own policy (CSP) lets only the style and the script of this package run, by
their hashes, and forbids every request.
"""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Sequence
from functools import cache
from hashlib import sha256

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from ramstack import __version__
from ramstack.model.call import Batch
from ramstack.model.change import Plan
from ramstack.views.calls_text import batch_name, call_text
from ramstack.views.drift_text import DRIFT, drift_text
from ramstack.views.picture import picture_of
from ramstack.views.sheet import sheet_of
from ramstack.views.signs import ITEM_RISKS, RISKS, SIGNS
from ramstack.views.words import visible

OPEN_AT_MOST = 12
"""Sections that stand open at first: all where there are no more, else the dangerous of so many."""


def plan_html(
    plan: Plan,
    batches: Sequence[Batch],
    seconds: float,
    *,
    calls: bool = False,
    concise: bool = False,
) -> str:
    """The whole plan on one page, with a picture, a filter and folds. Law: each change's address is in it once."""
    sheet = sheet_of(plan, batches, seconds, calls=calls, concise=concise)
    return (
        _environment()
        .get_template("plan.html")
        .render(
            plan=plan,
            sheet=sheet,
            picture=picture_of(plan.changes),
            anchors={section.root: f"b{number}" for number, section in enumerate(sheet.sections, 1)},
            drift_heading=DRIFT,
            drift=[(one, drift_text(one)) for one in plan.drift],
            most=OPEN_AT_MOST,
            few=len(sheet.sections) <= OPEN_AT_MOST,
            actions=[
                (action, sign, plan.count(action)) for action, sign in SIGNS.items() if plan.count(action)
            ],
            risks=[risk for risk in RISKS[:-1] if any(risk in section.risks for section in sheet.sections)],
            item_risks=ITEM_RISKS,
            batches=[(batch_name(n, sheet.batches), batch) for n, batch in enumerate(sheet.batches, 1)],
            call_text=call_text,
            version=__version__,
            style=_source("plan.css"),
            script=_source("plan.js"),
        )
    )


@cache
def _environment() -> Environment:
    return Environment(
        loader=PackageLoader("ramstack.views"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
        finalize=_finalize,
    )


def _finalize(value: object) -> object:
    """Every text that a template prints: no character in it is invisible or turns the direction of reading."""
    return visible(value) if isinstance(value, str) and not isinstance(value, Markup) else value


class _Source(Markup):
    """A file of this package as it stands, and the hash by which the page's policy knows it."""

    __slots__ = ()

    @property
    def digest(self) -> str:
        return f"sha256-{b64encode(sha256(self.encode()).digest()).decode()}"


@cache
def _source(name: str) -> _Source:
    environment = _environment()
    assert environment.loader
    return _Source(environment.loader.get_source(environment, name)[0])
