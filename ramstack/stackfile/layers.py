"""Layers: what a user takes from a profile, put together with what its own block says.

Lists are united, of everything else the nearest wins: the user's own block, then its profile. Every value keeps the place that
it was written at, so a merged block is checked, told of and explained like any other.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace

from ramstack.model.address import user_address
from ramstack.model.problem import Origin, Problem, error, warning
from ramstack.stackfile.draft import Declared, Draft
from ramstack.stackfile.forms import ProfileForm, UserForm
from ramstack.stackfile.node import Entry, Items, Node, Scalar, Table, plain, sites_of
from ramstack.stackfile.wording import did_you_mean, shown

PROFILE = "profile"


def with_profiles(draft: Draft) -> Draft:
    """The draft with every profile merged into the users that take it, and what is wrong with that."""
    users = {name: _with_profile(user, draft.profiles) for name, user in draft.users.items()}
    problems = (*draft.problems, *_unknown(draft), *_unused(draft))
    return replace(draft, users=users, problems=problems)


def layers_of(draft: Draft) -> Mapping[Origin, str]:
    """Which values were not written in the block that they hold for: their place → the layer."""
    layers = {origin: "default" for _, origin in _sites(draft.defaults_body)}
    for profile in draft.profiles.values():
        layers |= {origin: f"profile {profile.name}" for _, origin in _sites(profile.body)}
    return layers


def _sites(body: Table) -> Iterator[tuple[object, Origin]]:
    yield from sites_of(body)
    for entry in body.entries.values():
        yield "", entry.key.origin
        if isinstance(entry.value, Table):
            yield from (("", inner.key.origin) for inner in entry.value.entries.values())


def _with_profile(
    user: Declared[UserForm], profiles: Mapping[str, Declared[ProfileForm]]
) -> Declared[UserForm]:
    profile = profiles.get(user.form.profile or "")
    if profile is None:
        return user
    body = merged(user.body, profile.body)
    written = merged(user.written, profile.written)
    return replace(user, form=UserForm.model_validate(plain(body)), body=body, written=written)


def merged(near: Table, far: Table) -> Table:
    """Both tables as one: see the head of this module. Mappings are merged key by key."""
    entries = dict(far.entries)
    for key, entry in near.entries.items():
        below = far.entries.get(key)
        entries[key] = Entry(entry.key, _united(entry.value, below.value)) if below else entry
    return near._replace(entries=entries)


def _united(near: Node, far: Node) -> Node:
    match near, far:
        case Table(), Table():
            return near._replace(entries={**far.entries, **near.entries})
        case Items(), Items():
            own = {node.text for node in near.nodes if isinstance(node, Scalar)}
            more = (node for node in far.nodes if not (isinstance(node, Scalar) and node.text in own))
            return near._replace(nodes=(*more, *near.nodes))
        case _:
            return near


def _unknown(draft: Draft) -> Iterator[Problem]:
    known = draft.names("profiles")
    for user in draft.users.values():
        name = user.form.profile
        if name is not None and name not in known:
            detail = (
                f"The user {shown(user.name)} takes the profile {shown(name)}, which is not declared under "
                f"`profiles:`.{did_you_mean(name, known)}"
            )
            yield error(
                "unknown-profile",
                "Unknown profile",
                detail,
                address=user_address(user.name),
                origin=user.place(PROFILE),
            )


def _unused(draft: Draft) -> Iterator[Problem]:
    taken = {user.form.profile for user in draft.users.values()}
    for profile in draft.profiles.values():
        if profile.name not in taken:
            detail = f"No user takes the profile {shown(profile.name)}. Write `profile: {profile.name}` in one, or remove it."
            yield warning("unused-profile", "Unused profile", detail, origin=profile.origin)
