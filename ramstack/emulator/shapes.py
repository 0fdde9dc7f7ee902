"""Which fields each reply shows (ram-api.md appendix A), and pages of rows with their markers."""

import base64
import re
from collections.abc import Callable

from ramstack.emulator.call import Body, Call, Json
from ramstack.emulator.errors import bad_parameter
from ramstack.emulator.store import Row

BOOLEANS = frozenset({"AllowConsoleLogin", "IsDefaultVersion", "MFABindRequired", "PasswordResetRequired"})

USER_CREATED = ("UserId", "UserName", "DisplayName", "MobilePhone", "Email", "Comments", "CreateDate")
USER_LISTED = (*USER_CREATED, "UpdateDate")
USER = (*USER_LISTED, "LastLoginDate")

GROUP_CREATED = ("GroupId", "GroupName", "Comments", "CreateDate")
GROUP = (*GROUP_CREATED, "UpdateDate")

POLICY_CREATED = ("PolicyName", "PolicyType", "Description", "DefaultVersion", "CreateDate")
POLICY_UPDATED = (*POLICY_CREATED, "UpdateDate")
POLICY = (*POLICY_UPDATED, "AttachmentCount")
POLICY_ATTACHED = ("PolicyName", "PolicyType", "Description", "DefaultVersion", "AttachDate")
VERSION = ("VersionId", "IsDefaultVersion", "PolicyDocument", "CreateDate")

ROLE_LISTED = (
    "RoleId",
    "RoleName",
    "Description",
    "CreateDate",
    "UpdateDate",
    "MaxSessionDuration",
    "AllowConsoleLogin",
)
ROLE_CREATED = (*(name for name in ROLE_LISTED if name != "UpdateDate"), "AssumeRolePolicyDocument")
ROLE = (*ROLE_LISTED, "AssumeRolePolicyDocument")

ROW_NUMBER = re.compile(r"[0-9]{1,17}", re.ASCII)

Fetch = Callable[[int, int], list[Row]]
"""Rows after a sequence number, at most so many, in the order of their numbers."""


def pick(row: Row, names: tuple[str, ...]) -> dict[str, Json]:
    return {name: bool(row[name]) if name in BOOLEANS else row[name] for name in names}


def pick_all(rows: list[Row], names: tuple[str, ...]) -> list[Body]:
    return [pick(row, names) for row in rows]


def read_page(
    call: Call, fetch: Fetch, largest: int, default: int = 100
) -> tuple[list[Row], dict[str, Json]]:
    """One page of rows, and the fields that tell whether there is more.

    A marker names the last row shown, so it stays good while others create and delete.
    """
    size = call.params.number("MaxItems", 1, largest, default)
    rows = fetch(read_marker(call.params.text("Marker"), "Marker"), size + 1)
    if len(rows) <= size:
        return rows, {"IsTruncated": False}
    return rows[:size], {"IsTruncated": True, "Marker": write_marker(str(rows[size - 1]["seq"]))}


def write_marker(position: str) -> str:
    return base64.urlsafe_b64encode(f"after:{position}".encode()).decode()


def open_marker(marker: str, parameter: str) -> str:
    """The position in the marker; empty for no marker. Refuses what no reply ever gave."""
    if not marker:
        return ""
    try:
        text = base64.urlsafe_b64decode(marker.encode("ascii")).decode()
    except ValueError as error:
        raise bad_parameter(parameter, "Format") from error
    if not text.startswith("after:"):
        raise bad_parameter(parameter, "Format")
    return text.removeprefix("after:")


def read_marker(marker: str, parameter: str) -> int:
    return read_position(open_marker(marker, parameter), parameter)


def read_position(position: str, parameter: str) -> int:
    """A row's number; 0 for none, which is before the first."""
    if position and not ROW_NUMBER.fullmatch(position):
        raise bad_parameter(parameter, "Format")
    return int(position or 0)
