"""Laws of the picture: what is drawn is in the plan, boxes do not overlap, and what is missing is counted."""

from __future__ import annotations

import re

from hypothesis import given

from ramstack.model.address import (
    PolicyRef,
    attachment_address,
    membership_address,
    tag_address,
    user_address,
)
from ramstack.model.change import Change
from ramstack.model.resource import Attachment, Membership, Tag, User
from ramstack.views.picture import HEIGHT, MOST, WIDTH, picture_of
from tests.views.samples import BUSY, busy_account, planned, system
from tests.views.strategies import plans

MIXED = planned(BUSY, busy_account())[0]
COORDINATES = re.compile(r"(-?\d+),(-?\d+)")


def grants(count: int, policy: str = "AliyunICEFullAccess") -> list[Change]:
    users = [user_address(f"u{n:04}") for n in range(count)]
    born = [Change(user, None, User(user.name)) for user in users]
    return born + [Change(attachment_address(user, system(policy)), None, Attachment()) for user in users]


@given(plans())
def test_boxes_are_apart_and_inside(plan):
    """No two boxes touch, and all are within the picture."""
    picture = picture_of(plan.changes)
    places = [(box.x, box.y) for box in picture.boxes]
    assert len(set(places)) == len(places)
    assert all(0 <= x <= picture.width - WIDTH and 0 <= y <= picture.height - HEIGHT for x, y in places)
    assert all(abs(a[1] - b[1]) > HEIGHT for a in places for b in places if a[0] == b[0] and a != b)


@given(plans())
def test_lines_join_boxes(plan):
    """Each line begins at the right side of a box and ends at the left side of one, and is a change of the plan."""
    picture = picture_of(plan.changes)
    rights = {(box.x + WIDTH, box.y + HEIGHT // 2) for box in picture.boxes}
    lefts = {(box.x, box.y + HEIGHT // 2) for box in picture.boxes}
    told = {str(change.address) for change in plan.changes}
    for line in picture.lines:
        points = [(int(x), int(y)) for x, y in COORDINATES.findall(line.path)]
        assert points[0] in rights
        assert points[-1] in lefts
        assert line.title[2:] in told


def test_lines_go_around_boxes():
    """A grant that skips the groups never runs through one of them."""
    picture = picture_of(MIXED.changes)
    middle = [box for box in picture.boxes if box.x == WIDTH + 72]
    assert middle
    for line in picture.lines:
        levels = [int(y) for x, y in COORDINATES.findall(line.path) if WIDTH + 72 < int(x) <= 2 * WIDTH + 72]
        assert not any(box.y < level < box.y + HEIGHT for box in middle for level in levels[:-1])


def test_twins_share_a_box():
    """Principals that get the same are one box, with a count."""
    picture = picture_of(grants(48))
    assert [box.label for box in picture.boxes] == ["u0000 +47", "AliyunICEFullAccess"]
    assert len(picture.lines) == 1
    assert picture.left_out == ""


def test_what_is_too_much_is_counted():
    """A column has a bounded number of boxes, the dangerous first, and the picture says how many are missing."""
    changes = [change for n in range(40) for change in grants(n + 1, f"P{n}")]
    admin = Change(attachment_address(user_address("zoe"), system("AdministratorAccess")), None, Attachment())
    picture = picture_of([*changes, admin])
    columns = {x: [box for box in picture.boxes if box.x == x] for x in {box.x for box in picture.boxes}}
    assert all(len(boxes) <= MOST for boxes in columns.values())
    assert columns[0][0].label == "zoe"
    assert any(line.danger and "AdministratorAccess" in line.title for line in picture.lines)
    assert re.fullmatch(r"\d+ principals, \d+ policies", picture.left_out)


def test_what_gets_nothing_is_not_drawn():
    """A user of whom only a tag changes is no part of who gets and loses what; one that goes is."""
    eve = user_address("eve")
    tag = Change(tag_address(eve, "k"), None, Tag("x"))
    assert picture_of([tag]).boxes == ()
    assert [box.label for box in picture_of([Change(eve, User("eve"), None)]).boxes] == ["eve"]


def test_custom_and_system_policies_are_two():
    """A custom policy that is called like a system one has a box of its own."""
    eve = user_address("eve")
    refs = (PolicyRef("custom", "Read"), PolicyRef("system", "Read"))
    changes = [Change(attachment_address(eve, ref), None, Attachment()) for ref in refs]
    changes.append(Change(membership_address(eve, "g"), None, Membership()))
    assert len(picture_of(changes).lines) == 3


def test_scopes_of_one_policy_are_two_lines():
    """A grant that moves to a resource group comes and goes, and both are drawn."""
    eve = user_address("eve")
    changes = [
        Change(attachment_address(eve, system("Read")), None, Attachment()),
        Change(attachment_address(eve, system("Read"), "rg-1"), Attachment(), None),
    ]
    assert {line.action for line in picture_of(changes).lines} == {"create", "delete"}
