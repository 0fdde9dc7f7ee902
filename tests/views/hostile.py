"""What somebody might write to break out of a page, and a plan that has it everywhere."""

from __future__ import annotations

from dataclasses import replace

from hypothesis import strategies as st

from ramstack.model.address import attachment_address, policy_address, tag_address, user_address
from ramstack.model.change import Change, Plan
from ramstack.model.permission import Ability, Meaning
from ramstack.model.problem import Origin, error
from ramstack.model.resource import Attachment, Policy, Tag, User
from ramstack.policy import opaque
from tests.views.samples import system

HOSTILE = (
    "a|b", "`", "``` x", "````diff", "~~~", "</details>", "<details>", "-->", "<!--", "@octocat", "@org/team", "#1", "GH-1",
    "org/repo#12", "[x](http://evil.example)", "![x](http://evil.example/p.png)", "http://evil.example", "www.evil.example",
    "eve@evil.example", "<img src=x onerror=alert(1)>", "<script>", "a\n\n# heading", "\r\n- list", "> quote", "\\", "\\|",
    "| a | b |", "***", "~~gone~~", ":shipit:", "&lt;", "\u202e", "\x1b[31m", "x" * 300, "[!CAUTION]", "\u2028", "```\n</details>",
)  # fmt: skip
hostile = st.one_of(
    st.sampled_from(HOSTILE), st.text(min_size=1, max_size=20), st.text("`|\\<>@# \n", min_size=1, max_size=9)
)


def plan_of(text: str) -> Plan:
    """A plan in which everything that somebody writes is `text`."""
    root, key = user_address(text), tag_address(user_address(text), text)
    user = User(text, text, text, text, text, protect=False, owner="m.1")
    policy = Policy(text, text, opaque(text), "m.1")
    ability = Ability("ice", text, ("ice:GetMediaInfo",), 1, (text,), (), (text,), text)
    line = " ".join(text.splitlines())
    trouble = error(text, text, f"About {line}\n    run {line}", address=root, origin=Origin(text, 1, 1))
    return Plan(
        account=text,
        caller=text,
        stacks=(text, "ops"),
        created_at=text,
        expires_at=text,
        changes=(
            Change(root, None, user, Origin(text, 1, 1), (text,)),
            Change(key, Tag(text), Tag(text + "2"), Origin(text, 2, 1)),
            Change(attachment_address(root, system("AdministratorAccess")), None, Attachment()),
            Change(policy_address(text), policy, replace(policy, document=opaque(f"{text}2"))),
        ),
        fingerprints={},
        base="",
        targets=(text,),
        complete=False,
        problems=(trouble,),
        rails=(trouble,),
        permissions=(Meaning(root, (ability,), (ability,), (text,), (text,)),),
    )
