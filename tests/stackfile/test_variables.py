"""Variables: `${NAME}` in a value."""

from __future__ import annotations

import pytest

VALUES = {"TEAM": "media", "EVIL": "a: [b", "NESTED": "${TEAM}", "WORD": "null"}


@pytest.mark.parametrize(
    ("written", "value"),
    [
        ("${TEAM}", "media"),
        ("a ${TEAM} b ${TEAM}", "a media b media"),
        ("$${TEAM}", "${TEAM}"),
        ("$$${TEAM}", "$${TEAM}"),
        ("$TEAM ${team} ${} $$", "$TEAM ${team} ${} $$"),
        ("${EVIL}", "a: [b"),
        ("${WORD}", "null"),
        ("'${NESTED}'", "${TEAM}"),
    ],
)
def test_variables_are_text(load, written, value):
    """What is put in is not read again: neither as YAML nor for variables."""
    stack = load(f"users:\n  ann:\n    comments: {written}\n", **VALUES)
    assert stack.users["ann"].comments == value


def test_variables_in_every_value_but_no_key(load):
    """Headers, lists and flags take them; names and tag keys are what they are."""
    stack = load(
        "account: ${ACCOUNT}\n"
        "users:\n"
        "  ann:\n"
        "    groups: ['${TEAM}-readers']\n"
        "    protect: ${FLAG}\n"
        "    tags: {'${TEAM}': '${EMPTY}'}\n",
        TEAM="media",
        FLAG="true",
        ACCOUNT="1234567890123456",
        EMPTY="",
    )
    user = stack.users["ann"]
    assert stack.account == "1234567890123456"
    assert user.protect is True
    assert [group.value for group in user.groups] == ["media-readers"]
    assert {key: tag.value for key, tag in user.tags.items()} == {"${TEAM}": ""}


def test_unknown_variables_are_all_told(refuse):
    """Each with its place, and the name that was meant."""
    text = "ramstack: 1\nstack: ${TAEM}\nlineage: abcd\nusers: {ann: {comments: '${X} ${Y}'}}\n"
    unknown = [problem for problem in refuse(text, TEAM="media") if problem.rule == "unknown-variable"]
    assert [(problem.origin.line, problem.origin.column) for problem in unknown] == [(2, 8), (4, 25), (4, 25)]
    assert "Did you mean TEAM?" in unknown[0].detail


@pytest.mark.parametrize(
    "text",
    [
        "policies: {p: {document: {Version: '1', Statement: [{Effect: Deny, Action: a:b, Resource: '${X}$${Y}'}]}}}\n",
        "roles: {r: {trust: {document: {Version: '1', Statement: [{Effect: Allow, Action: 'sts:AssumeRole', Principal: {RAM: ['${X}$${Y}']}}]}}}}\n",
    ],
)
def test_documents_stay_as_written(load, text):
    """The policy language has variables of its own: inside a document, of a policy or of a trust, nothing is replaced."""
    stack = load(text, X="replaced")
    (document,) = (
        *(policy.document for policy in stack.policies.values()),
        *(role.trust.document for role in stack.roles.values()),
    )
    assert "${X}$${Y}" in document.text
