"""JUnit XML: a test case for each access test, and one for each problem. Undecided tests are skipped, with why.

The standard library writes it: the packages on PyPI for this add nothing but names, and the one trap, characters that XML
cannot hold, has to be met anyway.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from xml.etree.ElementTree import Element, SubElement, indent, tostring

from ramstack.model.problem import Problem, Severity
from ramstack.planning.expects import Trial
from ramstack.planning.lint import Review
from ramstack.views.marks import message, title

_UNFIT = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def junit_text(review: Review, failing: frozenset[Severity]) -> str:
    """`failing`: the severities that make validate fail; what is below passes, and says what it has to say."""
    return _written([_tests(review.trials), _lint(review, failing)])


def trials_text(trials: Sequence[Trial]) -> str:
    """The access tests alone."""
    return _written([_tests(trials)])


def _written(suites: Sequence[Element]) -> str:
    root = Element("testsuites", {"name": "ramstack"})
    root.extend(suites)
    for suite in suites:
        suite.set("tests", str(len(suite.findall("testcase"))))
        suite.set("failures", str(len(suite.findall("testcase/failure"))))
        suite.set("skipped", str(len(suite.findall("testcase/skipped"))))
        suite.set("errors", "0")
    indent(root)
    return '<?xml version="1.0" encoding="UTF-8"?>\n' + tostring(root, encoding="unicode") + "\n"


def _tests(trials: Sequence[Trial]) -> Element:
    suite = Element("testsuite", {"name": "expect"})
    for trial in trials:
        case = SubElement(suite, "testcase", {"classname": fit(trial.stack), "name": fit(title(trial))})
        case.set("file", fit(trial.test.origin.path))
        case.set("line", str(trial.test.origin.line))
        _tell(case, trial)
    return suite


def _tell(case: Element, trial: Trial) -> None:
    if trial.failures:
        failure = SubElement(case, "failure", {"type": "expect", "message": "Expectation not met"})
        failure.text = fit("\n".join(f"{trial.test.origin}: {detail}" for detail in trial.failures))
    elif trial.doubts:
        SubElement(case, "skipped", {"message": fit(" ".join(trial.doubts))})


def _lint(review: Review, failing: frozenset[Severity]) -> Element:
    suite = Element("testsuite", {"name": "validate"})
    for problem in review.problems:
        case = _case(suite, problem)
        if problem.severity in failing:
            failure = SubElement(
                case, "failure", {"type": fit(problem.rule), "message": fit(problem.summary)}
            )
            failure.text = fit(_placed(problem))
        else:
            SubElement(case, "system-out").text = fit(f"{problem.severity}: {_placed(problem)}")
    for one in review.silenced:
        SubElement(_case(suite, one.problem), "skipped", {"message": fit(f"silenced: {one.by.reason}")})
    if not len(suite):
        SubElement(suite, "testcase", {"classname": "validate", "name": "no problems"})
    return suite


def _case(suite: Element, problem: Problem) -> Element:
    place = str(problem.origin or problem.address or "")
    return SubElement(suite, "testcase", {"classname": fit(problem.rule), "name": fit(place)})


def _placed(problem: Problem) -> str:
    return f"{problem.origin}: {message(problem)}" if problem.origin else message(problem)


def fit(text: str) -> str:
    """Without what XML 1.0 cannot hold, not even escaped: U+FFFD stands in its place."""
    return _UNFIT.sub("\ufffd", text)
