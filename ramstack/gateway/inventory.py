"""Credentials of users: the service's own credential report, which tells of all users at once, and calls for one user.

The columns of the report are those of the 2021 documentation (ram-api.md section 3.2); more keys than two, and columns that are
not known, are taken as they come.
"""

from __future__ import annotations

import base64
import binascii
import csv
import io
import re
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime

from aliyunsdkram.request.v20150501.GetAccessKeyLastUsedRequest import GetAccessKeyLastUsedRequest
from aliyunsdkram.request.v20150501.GetLoginProfileRequest import GetLoginProfileRequest
from aliyunsdkram.request.v20150501.GetUserRequest import GetUserRequest

from ramstack.gateway import rows
from ramstack.gateway.channel import Channel
from ramstack.gateway.client import Reply, common_request, filled
from ramstack.gateway.errors import undecodable
from ramstack.gateway.paging import token_pages
from ramstack.gateway.port import KeyRow
from ramstack.model.errors import NotFound
from ramstack.model.inventory import HeldCredentials, HeldKey, HeldLogon

COMPLETED = "COMPLETED"
_EXISTS = re.compile(r"((?:additional_)?access_key_[0-9]+_)exist")
_TRUTHS = {"true": True, "false": False}

Cells = Mapping[str, str]


class SdkInventory:
    """Reads credentials through a channel. Methods raise what `port.Reader` raises."""

    def __init__(self, channel: Channel) -> None:
        self._channel = channel

    def make_report(self) -> bool:
        """Have the service make a new report; whether it is ready. Asking again while it is made does no harm."""
        reply = self._channel.read(common_request("Ims", "GenerateCredentialReport"))
        return rows.text(reply, "State").upper() == COMPLETED

    def report(self) -> tuple[tuple[HeldCredentials, ...], str]:
        """The last report and when it was made; the order is the service's. Raises NotFound when none was made."""
        pages = list(token_pages(self._report_page))
        lines = "\n".join(_content(page).rstrip("\r\n") for page in pages)
        return tuple(read_report(lines)), rows.text(pages[0], "GeneratedTime")

    def key(self, user: str, slot: int, row: KeyRow) -> HeldKey:
        """One key with its last use."""
        request = filled(GetAccessKeyLastUsedRequest(), {"UserName": user, "UserAccessKeyId": row.id})
        used = rows.member(self._channel.read(request), "AccessKeyLastUsed")
        last = moment(rows.text(used, "LastUsedDate"))
        return HeldKey(slot, row.id, row.status == "Active", moment(row.created), last)

    def logon(self, user: str) -> HeldLogon | None:
        """None when it is off."""
        try:
            profile = self._channel.read(filled(GetLoginProfileRequest(), {"UserName": user}))
        except NotFound:
            return None
        told = rows.member(self._channel.read(filled(GetUserRequest(), {"UserName": user})), "User")
        since = moment(rows.text(rows.member(profile, "LoginProfile"), "CreateDate"))
        return HeldLogon(is_active=True, since=since, last_used=moment(rows.text(told, "LastLoginDate")))

    def _report_page(self, token: str) -> Reply:
        params = {"NextToken": token} if token else {}
        return self._channel.read(common_request("Ims", "GetCredentialReport", params))


def read_report(text: str) -> Iterator[HeldCredentials]:
    """The users of a report. Raises GatewayError where it is not understood: nothing may be concluded then."""
    try:
        header, *lines = csv.reader(io.StringIO(text, newline=""), strict=True)
    except (csv.Error, ValueError):
        raise undecodable("The credential report is no table.") from None
    if "user" not in header:
        raise undecodable("The credential report has no column named user.")
    keys = [found[1] for name in header if (found := _EXISTS.fullmatch(name))]
    for line in lines:
        if len(line) != len(header):
            raise undecodable("A line of the credential report has more or fewer cells than its columns.")
        if line != header:  # a page may repeat the names of the columns
            yield _credentials(dict(zip(header, line, strict=True)), keys)


def _credentials(cells: Cells, prefixes: list[str]) -> HeldCredentials:
    exist = [
        (slot, prefix) for slot, prefix in enumerate(prefixes, start=1) if _truth(cells, f"{prefix}exist")
    ]
    return HeldCredentials(
        user=rows.without_domain(rows.needed(cells, "user")),
        has_mfa=_truth(cells, "mfa_active"),
        logon=_logon(cells) if _truth(cells, "password_exist") else None,
        keys=tuple(_key(cells, slot, prefix) for slot, prefix in exist),
    )


def _logon(cells: Cells) -> HeldLogon:
    return HeldLogon(
        is_active=_truth(cells, "password_active"),
        since=moment(rows.text(cells, "password_last_changed")),
        last_used=moment(rows.text(cells, "user_last_logon")),
    )


def _key(cells: Cells, slot: int, prefix: str) -> HeldKey:
    return HeldKey(
        slot=slot,
        id="",
        is_active=_truth(cells, f"{prefix}active"),
        created=moment(rows.text(cells, f"{prefix}last_rotated")),
        last_used=moment(rows.text(cells, f"{prefix}last_used")),
    )


def _truth(cells: Cells, column: str) -> bool:
    truth = _TRUTHS.get(rows.text(cells, column).lower())
    if truth is None:
        raise undecodable(f"The credential report's {column} is neither TRUE nor FALSE.")
    return truth


def moment(text: str) -> datetime | None:
    """A date of the service; None for none, which it writes as `-` or in words."""
    if not text[:1].isdigit():
        return None
    try:
        found = datetime.fromisoformat(text)
    except ValueError:
        raise undecodable("The service's date is none.") from None
    return found if found.tzinfo else found.replace(tzinfo=UTC)


def _content(page: Reply) -> str:
    try:
        return base64.b64decode(rows.text(page, "Content"), validate=True).decode("utf-8-sig")
    except (binascii.Error, UnicodeDecodeError):
        raise undecodable("The credential report is not text.") from None
