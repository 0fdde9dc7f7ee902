"""Loading: paths to stacks, or every problem of every file."""

from __future__ import annotations

import gc
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType

from ramstack.model.errors import StackError
from ramstack.model.problem import Problem, error, in_order
from ramstack.model.stack import Stack
from ramstack.stackfile.bundle import find_bundles
from ramstack.stackfile.catalogue import Catalogue
from ramstack.stackfile.checks import check_content
from ramstack.stackfile.documents import PolicyText, read_policy_text, read_trust_text
from ramstack.stackfile.draft import Draft, make_draft
from ramstack.stackfile.expects import check_expects
from ramstack.stackfile.folder import group_sheets, read_folders
from ramstack.stackfile.layers import with_profiles
from ramstack.stackfile.names import check_case, check_header, check_names, keys_with_addresses
from ramstack.stackfile.roles import trust_of
from ramstack.stackfile.settings import check_settings, check_settings_together
from ramstack.stackfile.sheet import sheet_of
from ramstack.stackfile.sinks import check_sinks, check_sinks_together
from ramstack.stackfile.suppressions import check_suppressions
from ramstack.stackfile.textfile import Unreadable, text_file
from ramstack.stackfile.wishes import make_stack
from ramstack.stackfile.wording import shown

_NEEDS_EVERY_FILE = frozenset(
    {"missing-key", "no-lineage", "unknown-policy", "unknown-profile", "unknown-sink", "unused-profile"}
)
_NO_VARIABLES: Mapping[str, str] = MappingProxyType({})


def load_stacks(paths: Sequence[Path], *, variables: Mapping[str, str] = _NO_VARIABLES) -> tuple[Stack, ...]:
    """The stacks under the paths, by name; warnings are in `Stack.problems`.

    A file is one stack. Of a folder, the files directly in it are grouped by their `stack:`; those without one belong
    to the only stack of their folder. Folders below are folders again, each for itself. A YAML file that a policy names
    as its document is no stack file.

    Raises StackError with the problems of all files at once, in order of place, warnings too.
    """
    with _collector_paused():
        return _load(paths, variables)


@contextmanager
def _collector_paused() -> Iterator[None]:
    """Nothing that loading makes is garbage: looking for it takes two thirds of the time."""
    was_enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_enabled:
            gc.enable()


@dataclass(frozen=True, slots=True)
class _Judged:
    """A draft with everything that can be told of it."""

    draft: Draft
    texts: Mapping[str, PolicyText]
    trusts: Mapping[str, PolicyText]
    catalogue: Catalogue
    problems: tuple[Problem, ...]

    def stack(self) -> Stack:
        return make_stack(self.draft, self.texts, self.trusts, self.catalogue, in_order(self.problems))


def _load(paths: Sequence[Path], variables: Mapping[str, str]) -> tuple[Stack, ...]:
    folders = read_folders(find_bundles(paths), variables)
    problems = [problem for folder in folders for problem in folder.unreadable]
    drafts: list[Draft] = []
    for folder in folders:
        grouping = group_sheets(folder)
        problems += grouping.problems
        drafts += [
            with_profiles(make_draft(sheets, is_whole=not folder.unreadable)) for sheets in grouping.groups
        ]
    return _stacks(drafts, problems)


def load_text(text: str, name: str) -> Stack:
    """The stack that a file of this name would be. Reads nothing. Raises StackError as `load_stacks` does."""
    try:
        sheet = sheet_of(Path(name), text_file(name, text.encode()), _NO_VARIABLES)
    except Unreadable as reason:
        raise StackError((reason.problem,)) from reason
    with _collector_paused():
        (stack,) = _stacks([with_profiles(make_draft((sheet,)))], [])
    return stack


def _stacks(drafts: Sequence[Draft], found: Sequence[Problem]) -> tuple[Stack, ...]:
    problems = [*found]
    judged = _judge(drafts)
    problems += [problem for one in judged for problem in one.problems]
    problems += _check_together(drafts)
    if any(problem.is_error for problem in problems):
        raise StackError(in_order([*dict.fromkeys(problems)]))
    return tuple(sorted((one.stack() for one in judged), key=lambda stack: (stack.name, stack.lineage)))


def _judge(drafts: Sequence[Draft]) -> list[_Judged]:
    everything = frozenset(name for draft in drafts for name in draft.names("policies"))
    return [_judge_one(draft, Catalogue(draft.policies, everything)) for draft in drafts]


def _judge_one(draft: Draft, catalogue: Catalogue) -> _Judged:
    texts = {name: read_policy_text(policy) for name, policy in draft.policies.items()}
    trusts = {name: read_trust_text(trust) for name, role in draft.roles.items() if (trust := trust_of(role))}
    problems = [
        *draft.problems,
        *check_header(draft),
        *check_names(draft),
        *check_content(draft, catalogue),
        *check_expects(draft),
        *check_suppressions(draft),
        *check_sinks(draft),
        *check_settings(draft),
        *(problem for text in (*texts.values(), *trusts.values()) for problem in text.problems),
    ]
    # A profile is told of once, however many users take it.
    told = (problem for problem in problems if draft.is_whole or problem.rule not in _NEEDS_EVERY_FILE)
    once = {(problem.rule, problem.origin, problem.detail): problem for problem in reversed([*told])}
    return _Judged(draft, texts, trusts, catalogue, tuple(reversed(once.values())))


def _check_together(drafts: Sequence[Draft]) -> Iterator[Problem]:
    yield from check_case(*keys_with_addresses(drafts))
    yield from check_sinks_together(drafts)
    yield from check_settings_together(drafts)
    seen: dict[tuple[str, str], Draft] = {}
    for draft in (draft for draft in drafts if draft.name):
        first = seen.setdefault((draft.name, draft.text("lineage")), draft)
        if first is not draft:
            detail = f"The stack {shown(draft.name)} is also at {first.origin}. Rename one, or put their files into one folder."
            yield error("stack-twice", "Two stacks of one name", detail, origin=draft.origin)
