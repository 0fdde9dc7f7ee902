"""Policy documents: inline or in a file, never from outside of the stack's folder."""

from __future__ import annotations

import hashlib

import pytest

from ramstack.model.errors import StackError
from ramstack.policy import parse_document
from ramstack.stackfile import load_stacks

HEAD = "ramstack: 1\nstack: media\nlineage: abcd\n"
JSON = '{"Version": "1",\n "Statement": [{"Effect": "Allow", "Action": "ice:Get*", "Resource": "*"}]}\n'
YAML = "Version: 1\nStatement: [{Effect: Allow, Action: 'ice:Get*', Resource: '*'}]\n"


def stack_with(file):
    return HEAD + f"policies:\n  own:\n    document: {{file: '{file}'}}\n"


def refused(path):
    with pytest.raises(StackError) as error:
        load_stacks([path])
    return [(p.rule, str(p.origin).rpartition("/")[2], str(p.address)) for p in error.value.problems]


@pytest.mark.parametrize(
    ("name", "content"), [("own.json", JSON), ("own.yaml", YAML), ("deep/own.yml", YAML)]
)
def test_a_document_file_is_the_document(write, name, content):
    """JSON and YAML say the same, and the file joins what went into the stack."""
    folder = write({"a.yaml": stack_with(name), name: content})
    (stack,) = load_stacks([folder / "a.yaml"])
    assert stack.policies["own"].document == parse_document(JSON)
    digests = {file.path: file.sha256 for file in stack.inputs}
    assert digests[f"{folder}/{name}"] == hashlib.sha256(content.encode()).hexdigest()


@pytest.mark.parametrize("name", ["own.yaml", "docs/own.yaml"])
def test_a_document_file_is_no_stack_file(write, name):
    """It may lie in the folder of the stack or below it, as YAML."""
    folder = write({"a.yaml": stack_with(name), name: YAML})
    assert [stack.name for stack in load_stacks([folder])] == ["media"]


@pytest.mark.parametrize(
    ("name", "content", "expected"),
    [
        ("own.json", JSON.replace("Allow", "allow"), ("effect", "own.json:2:27")),
        ("own.yaml", YAML.replace("Allow", "allow"), ("effect", "own.yaml:2:22")),
        ("own.yaml", YAML.replace("Resource", "Resources"), ("unknown-element", "own.yaml:2:49")),
        ("own.yaml", "a: [", ("yaml-syntax", "own.yaml:1:5")),
        ("own.json", b"\xff", ("not-utf-8", "own.json:1:1")),
    ],
)
def test_errors_in_a_document_file_have_their_own_place(write, name, content, expected):
    """Path, line and column are those of the document file; the address is the policy's."""
    folder = write({"a.yaml": stack_with(name), name: content})
    assert (*expected, "policy/own") in refused(folder / "a.yaml")


@pytest.mark.parametrize(
    ("link", "target", "file"), [("l.json", "secret.json", "l.json"), ("l", "", "l/secret.json")]
)
def test_no_link_leads_out_of_the_folder(write, tmp_path, link, target, file):
    """What the stack's folder does not hold is not read, whatever is linked there."""
    write({"in/a.yaml": stack_with(file), "out/secret.json": JSON})
    (tmp_path / "in" / link).symlink_to(tmp_path / "out" / target)
    assert refused(tmp_path / "in" / "a.yaml") == [("document-file", "a.yaml:6:22", "policy/own")]


def test_a_link_inside_of_the_folder_is_followed(write, tmp_path):
    """Links are not the point; where they lead is."""
    folder = write({"a.yaml": stack_with("link.json"), "real.json": JSON})
    (tmp_path / "link.json").symlink_to(tmp_path / "real.json")
    assert len(load_stacks([folder])) == 1


def test_variables_stay_out_of_documents(write):
    """What looks like one in a document is the policy language's business; in the path it is ours."""
    text = JSON.replace("ice:Get*", "oss:Get${NAME}")
    folder = write({"a.yaml": stack_with("${DIR}/own.json"), "docs/own.json": text})
    (stack,) = load_stacks([folder / "a.yaml"], variables={"DIR": "docs", "NAME": "Object"})
    assert "oss:Get${NAME}" in stack.policies["own"].document.text


def test_the_longest_document_fits(write):
    """6,144 characters of minified text, white space not counted; one more is refused."""
    spare = 6144 - len(parse_document(JSON).text)
    longest = JSON.replace('"*"', f'"*{"r" * spare}"')
    folder = write({"a.yaml": stack_with("own.json"), "own.json": longest})
    (stack,) = load_stacks([folder])
    assert len(stack.policies["own"].document.text) == 6144
    write({"own.json": longest.replace("rr", "rrr", 1)})
    assert ("document-too-long", "own.json:1:1", "policy/own") in refused(folder)
