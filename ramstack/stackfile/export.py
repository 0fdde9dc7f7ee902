"""Account → YAML: what is held, as a stack that asks for exactly that.

    write ─► read back ─► leave out what cannot be said, with the reason ─► write again

What a stack cannot say is told in comments. Empty texts and lists are left out, so they are not managed.
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import yaml

from ramstack.model.account import Account
from ramstack.model.address import Address, PolicyRef
from ramstack.model.errors import StackError
from ramstack.model.limits import SESSION, is_service_tag
from ramstack.model.resource import Group, Policy, Role, Tag, User
from ramstack.model.stack import Stack
from ramstack.stackfile.load import load_text
from ramstack.stackfile.wording import clean

_SECTIONS = {"user": "users", "group": "groups", "role": "roles", "policy": "policies"}
_NEVER = (
    "Not in here, so not managed: access keys, console logons and second factors, since nobody can read their secrets again;",
    "settings of the account; empty texts and lists.",
)
_LOST = (
    "Only the files of this stack say what no account holds: console, access_keys, sinks, rails, expect, lint, profiles,",
    "ignore_tags, additive, renamed_from. Carry it over from them, or it is lost: rails no longer stop, keys no longer rotate.",
)


@dataclass(frozen=True)
class Export:
    """The text, what it says when it is read back, and why chosen roots are not in it."""

    text: str
    stack: Stack
    left_out: Mapping[Address, str]


class _Dumper(yaml.SafeDumper):
    def ignore_aliases(self, data: object) -> bool:  # noqa: ARG002  # the library's signature
        return True


def export_stack(account: Account, roots: frozenset[Address], name: str, lineage: str) -> Export:
    """The stack that these roots make. Raises StackError for a text that cannot be read back."""
    left_out = {root: why for root in sorted(roots) if (why := _unsayable(root, account))}
    while True:
        said = frozenset(roots - left_out.keys())
        text = _text(account, said, left_out, name, lineage)
        try:
            stack = load_text(text, f"{name}.yaml")
        except StackError as error:
            wrong = {p.address.root: clean(p.detail) for p in error.problems if p.is_error and p.address}
            if not wrong.keys() & said:
                raise
            left_out |= wrong
            continue
        changed = {a for a in said if a.kind in ("policy", "role") and not _is_same(account, stack, a)}
        if not changed:
            return Export(text, stack, left_out)
        left_out |= dict.fromkeys(changed, "its document means something else once it is written as YAML")


def _unsayable(root: Address, account: Account) -> str:
    match account.get(root):
        case User(provisioned_by=system) if system:
            return f"it is kept by {system}"
        case Role(is_linked=True):
            return "it is linked to a service"
        case Policy(document=None) | Role(document=None):
            return "its document could not be read"
        case Policy(document=document) | Role(document=document) if document and not isinstance(
            _native(document.text), dict
        ):
            return "its document is not JSON"
    return ""


def _is_same(account: Account, stack: Stack, root: Address) -> bool:
    held = account.get(root)
    if isinstance(held, Role):
        trust = stack.roles[root.name].trust
        return trust is not None and held.document == trust.document
    return isinstance(held, Policy) and held.document == stack.policies[root.name].document


def _native(text: str) -> object:
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        return None


def _text(
    account: Account, roots: frozenset[Address], left_out: Mapping[Address, str], name: str, lineage: str
) -> str:
    header = {
        "ramstack": 1,
        "stack": name,
        **({"lineage": lineage} if lineage else {}),
        "account": account.id,
    }
    bodies: dict[str, dict[str, object]] = defaultdict(dict)
    below: dict[Address, list[Address]] = defaultdict(list)
    for address in sorted(account.resources):
        if not address.is_root:
            below[address.root].append(address)
    own = frozenset(root.name for root in roots if root.kind == "policy")
    for root in sorted(roots):
        bodies[_SECTIONS[root.kind]][root.name] = _body(account, root, below[root], own)
    lost = _LOST if any(account.owner_of(root) for root in roots) else ()
    comments = [*_NEVER, *lost, *_comments(account, roots, left_out)]
    parts = [
        "# yaml-language-server: $schema=../stack.schema.json\n"
        + "".join(f"# {line}\n" for line in comments),
        _dump(header),
        *(_dump({section: bodies[section]}) for section in _SECTIONS.values() if bodies[section]),
    ]
    return "\n".join(parts)


def _dump(value: object) -> str:
    """Letters of any script as they are; where something is in it that cannot be seen, all but ASCII escaped."""
    told = _yaml(value, allow_unicode=True)
    return told if told.replace("\n", "").isprintable() else _yaml(value, allow_unicode=False)


def _yaml(value: object, *, allow_unicode: bool) -> str:
    return yaml.dump(value, Dumper=_Dumper, sort_keys=False, allow_unicode=allow_unicode, width=100)


def _comments(account: Account, roots: frozenset[Address], left_out: Mapping[Address, str]) -> Iterator[str]:
    """What is true of the account and cannot be said in a stack."""
    for root, why in sorted(left_out.items()):
        yield f"{root} is left out: {why}"
    for address, held in sorted(account.resources.items()):
        if address.root not in roots:
            continue
        if isinstance(held, User) and held.frozen:
            yield f"{address} is frozen, and stays so"
        if address.kind == "attachment" and address.resource_group:
            yield f"{address} is a grant at resource-group scope, and stays"
        if address.kind == "tag" and is_service_tag(address.tag_key):
            yield f"{address} is a tag of the service, and stays"


def _body(account: Account, root: Address, below: list[Address], own: frozenset[str]) -> dict[str, object]:
    """The block of one root, without what is empty."""
    held = account.get(root)
    policies = [_policy_name(a.policy, own) for a in below if a.kind == "attachment" and not a.resource_group]
    match held:
        case User():
            texts = {name: getattr(held, name) for name in ("display_name", "comments", "email", "mobile")}
            tags = {a.tag_key: _escaped(_tag(account, a)) for a in below if _is_declared_tag(a)}
            groups = [_escaped(a.group.name) for a in below if a.kind == "membership"]
            body = {**_texts(texts), "tags": tags, "groups": groups, "policies": policies}
            return _filled({**body, "protect": bool(held.protect)})
        case Role(description=description, document=document, max_session_duration=duration) if document:
            tags = {a.tag_key: _escaped(_tag(account, a)) for a in below if _is_declared_tag(a)}
            trust = {"document": _native(document.text)}
            session = {"max_session_duration": duration if duration != SESSION else None}
            body = {**_texts({"description": description}), "trust": trust, **session, "tags": tags}
            return _filled({**body, "policies": policies})
        case Group(comments=comments):
            return _filled({**_texts({"comments": comments}), "policies": policies})
        case Policy(description=description, document=document) if document:
            return _filled({**_texts({"description": description}), "document": _native(document.text)})
    raise AssertionError(root)  # what could not be read is never chosen


def _policy_name(ref: PolicyRef, own: frozenset[str]) -> str:
    """The shortest name that means this policy."""
    is_shadowed = ref.name in own if ref.type == "system" else ref.name not in own
    return str(ref) if is_shadowed else ref.name


def _is_declared_tag(address: Address) -> bool:
    return address.kind == "tag" and not is_service_tag(address.tag_key)


def _tag(account: Account, address: Address) -> str:
    tag = account.get(address)
    return tag.value if isinstance(tag, Tag) else ""


def _texts(texts: Mapping[str, str | None]) -> dict[str, object]:
    return {name: _escaped(text) for name, text in texts.items() if text}


def _filled(body: Mapping[str, object]) -> dict[str, object]:
    return {key: value for key, value in body.items() if value}


def _escaped(text: str) -> str:
    """Read back, `$${` is `${` again."""
    return text.replace("${", "$${")
