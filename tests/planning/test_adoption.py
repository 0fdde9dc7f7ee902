"""Adoption: which owner marks may be taken."""

from __future__ import annotations

from ramstack.account.reader import read_account
from ramstack.account.scope import scope_of_stacks
from ramstack.model.address import role_address, user_address
from ramstack.model.stack import RoleWish, Stack, UserWish
from ramstack.model.trust import Trust
from ramstack.planning.adoption import adoption
from tests.memory import MemoryGateway, MemoryRole
from tests.strategies import HERE


def test_what_another_system_keeps_is_not_adopted() -> None:
    """Neither a user that SCIM provisions nor a role that a service made for itself: each is refused, as in a plan."""
    account = MemoryGateway.of({"users": {"eve": {"provision_type": "SCIM"}, "ann": {}}})
    trust = Trust(services=("ecs.aliyuncs.com",))
    account.roles_ = {
        "linked": MemoryRole(trust.document_in("1").text, is_linked=True),
        "worker": MemoryRole(trust.document_in("1").text),
    }
    users = {name: UserWish(name, HERE) for name in ("eve", "ann")}
    roles = {name: RoleWish(name, HERE, trust) for name in account.roles_}
    stack = Stack("media", "3f9a2c1b", users=users, roles=roles)
    asked = [user_address("ann"), user_address("eve"), role_address("linked"), role_address("worker")]
    marks = adoption([stack], read_account(account, scope_of_stacks([stack])), asked)
    assert set(marks.owners) == {user_address("ann"), role_address("worker")}
    assert [(str(rail.address), rail.rule) for rail in marks.rails] == [
        ("user/eve", "provisioned"),
        ("role/linked", "provisioned"),
    ]
