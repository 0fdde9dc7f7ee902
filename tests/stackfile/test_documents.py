"""Policy documents: inline or in a file, never from outside of the stack's folder."""

from __future__ import annotations

import hashlib

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from ramstack.model.errors import StackError
from ramstack.policy import parse_document, read_document
from ramstack.stackfile import load_stacks
from ramstack.stackfile.load import load_text

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
        ("own.yaml", YAML.replace("Effect", "Sid: [], Effect"), ("sid", "own.yaml:2:14")),
        ("own.json", JSON.replace('"Effect', '"Sid": [], "Effect'), ("sid", "own.json:2:17")),
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


BLOCK = (
    HEAD
    + """policies:
  own:
    document: |
      {"Version": "1",
       "Statement": [{"Effect": "Allow", "Action": "oss:Get${NAME}", "Resource": "*"}]}
  again: {document: '{"Version": "1", "Statement": [{"Effect": "Deny", "Action": "ice:Get*", "Resource": "*"}]}'}
roles:
  worker:
    trust:
      document: |2

          {"Version": "1",
        "Statement": [{"Effect": "Allow", "Principal": {"RAM": "acs:ram::1:root"}, "Action": "sts:AssumeRole"}]}
"""
)


def test_json_in_a_stack_is_the_document(write):
    """Under a bar or in quotes, in policies and in trusts; variables stay out, and statements have their lines."""
    (stack,) = load_stacks([write({"a.yaml": BLOCK}) / "a.yaml"], variables={"NAME": "Object"})
    own, again = stack.policies["own"], stack.policies["again"]
    assert own.document == parse_document(JSON.replace("ice:Get*", "oss:Get${NAME}"))
    assert [
        (site.line, site.column) for site in (own.site(("Statement", 0)), again.site(("Statement", 0)))
    ] == [
        (8, 22),
        (9, BLOCK.splitlines()[8].index('{"Effect"') + 1),
    ]
    assert stack.roles["worker"].trust.document.statements[0].actions == {"sts:assumerole"}


@pytest.mark.parametrize(
    ("old", "new", "rule", "at"),
    [
        ('"Allow", "Action": "oss', '"allow", "Action": "oss', "effect", '"allow"'),
        (
            '"*"}]}\n  again',
            '"*", "Effect": "Deny"}]}\n  again',
            "json-duplicate-key",
            '"Effect": "Deny"}]}\n',
        ),
        ('"*"}]}\n  again', "}]}\n  again", "json-syntax", "}]}\n  again"),
        (
            '"Statement": [{"Effect": "Allow", "A',
            '"Statement"\uff1a [{"Effect": "Allow", "A',
            "json-character",
            "\uff1a",
        ),
        ('"Deny"', '"deny"', "effect", '"deny"'),
        ('"Allow", "Principal"', '"Permit", "Principal"', "effect", '"Permit"'),
        ('"Version": "1",\n        "S', '"Version": "2012-10-17",\n        "S', "version", '"2012-10-17"'),
    ],
)
def test_problems_of_json_in_a_stack_are_told_once_at_their_place(write, old, new, rule, at):
    """Line and column are those of the stack's file; what cannot be read has no further faults."""
    text = BLOCK.replace(old, new)
    before, found, _ = text.partition(at)
    place = f"a.yaml:{before.count(chr(10)) + 1}:{len(before) - before.rfind(chr(10))}"
    assert found
    told = refused(write({"a.yaml": text}) / "a.yaml")
    assert [(one, where) for one, where, _ in told] == [(rule, place)]


@pytest.mark.parametrize("header", [">", "&own |", "|-"])
def test_however_the_text_is_written(write, header):
    """Folded, with an anchor, without its last line end: the same document."""
    text = BLOCK.replace("document: |\n", f"document: {header}\n", 1)
    (stack,) = load_stacks([write({"a.yaml": text}) / "a.yaml"])
    assert "oss:Get${NAME}" in stack.policies["own"].document.text


def test_aliases_of_json_are_bounded(write):
    """A file cannot hold more documents by aliases than it could without."""
    big = BLOCK.replace('"oss:Get${NAME}"', f'"oss:{"x" * 1_000_000}"').replace(
        "document: |\n", "document: &own |\n", 1
    )
    many = "".join(f"  p{index}: {{document: *own}}\n" for index in range(11))
    found = refused(write({"a.yaml": big.replace("roles:", f"{many}roles:")}) / "a.yaml")
    assert [rule for rule, _, _ in found] == ["yaml-size"]


@pytest.mark.parametrize("form", ["yaml", "json"])
def test_a_value_in_a_list_has_its_own_place(write, form):
    """Of several values of a condition key, and of several principals, the one that is wrong is shown, in YAML and in JSON."""
    values = '{"Version": "1", "Statement": [{"Effect": "Allow", "Action": "*", "Resource": "*", "Condition": {"IpAddress": {"acs:SourceIp": ["10.0.0.1", "10.0.0.0/33"]}}}]}'
    trust = '{"Version": "1", "Statement": [{"Effect": "Allow", "Action": "sts:AssumeRole", "Principal": {"RAM": ["acs:ram::1:root", []]}}]}'
    written = [text if form == "yaml" else f"'{text}'" for text in (values, trust)]
    first = f"  own: {{document: {written[0]}}}"
    second = f"  worker: {{trust: {{document: {written[1]}}}}}"
    path = write({"a.yaml": f"{HEAD}policies:\n{first}\nroles:\n{second}\n"}) / "a.yaml"
    assert refused(path) == [
        ("condition-value", f"a.yaml:5:{first.index('10.0.0.0/33')}", "policy/own"),
        ("principal", f"a.yaml:7:{second.index('[]') + 1}", "role/worker"),
    ]


RICH = """{"Version": "1",
 "Statement": [{"Effect": "Allow", "Action": ["ice:Get*", "oss:*"],
   "Resource": "*", "Condition": {"IpAddress": {"acs:SourceIp": ["203.0.113.7", "2001:db8::/32"]}}},
  {"Effect": "Deny", "NotAction": "ice:*", "Resource": "acs:oss:*:*:b"}]}"""
JUNK = st.sampled_from(
    [
        *'{}[]",:\\ \n\t*#',
        "\u00a0",
        "\uff0c",
        "\u201c",
        "//x\n",
        "/*",
        "\\u12",
        "\U0001f600",
        "",
    ]
)


@given(st.integers(1, len(RICH)), st.integers(0, 4), JUNK)
@example(len(RICH), 0, "")
@example(20, 0, "/*")
@example(len(RICH) - 1, 1, "")
def test_damaged_json_is_told_where_it_is(at, cut, junk):
    """Whatever is wrong in a block, it is what is wrong with the text alone, at the same place of the stack.

    Bare numbers and null are left out: in a stack they are text, and an empty value.
    """
    text = f"{RICH[:at]}{junk}{RICH[at + cut :]}".rstrip(
        "\n"
    )  # a block ends with one, however many are written
    block = "".join(f"      {line}\n" for line in text.split("\n"))
    try:
        problems = load_text(f"{HEAD}policies:\n  own:\n    document: |\n{block}", "a.yaml").problems
    except StackError as error:
        problems = error.problems
    told = {(p.rule, p.origin.line, p.origin.column) for p in problems}
    found = {(f.rule, f.place.line + 6, f.place.column + 6) for f in read_document(text).findings}
    assert told == found
