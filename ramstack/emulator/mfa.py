"""Virtual MFA devices (ram-api.md section 2.6). Codes are those of RFC 6238: six digits, every thirty seconds."""

import base64
import hmac
from datetime import datetime

from ramstack.emulator.call import Action, Body, Call, Json
from ramstack.emulator.errors import Refusal, bad_parameter, in_use, missing_entity, taken_entity
from ramstack.emulator.nouns import USER, find
from ramstack.emulator.rules import check_quota, check_text
from ramstack.emulator.shapes import pick
from ramstack.emulator.store import Row
from ramstack.emulator.users import user_at

STEP_SECONDS = 30
SEED_BYTES = 40
CODE_LENGTH = 6
DRIFT = range(-2, 2)
"""How many steps the client's clock may be off."""


def create_virtual_mfa_device(call: Call) -> Body:
    """The picture of the code is left empty: only the seed is emulated."""
    name = check_text("VirtualMFADeviceName", call.params.required("VirtualMFADeviceName"))
    serial = f"acs:ram::{call.account.account_id}:mfa/{name}"
    if _device(call, serial):
        raise taken_entity("VirtualMFADevice", name)
    present = call.store.value("SELECT amount FROM tallies WHERE noun = 'mfa_devices'")
    check_quota("VirtualMFADevice", present, call.settings.limits.mfa_devices)
    seed = base64.b32encode(call.dice.randbytes(SEED_BYTES)).decode()
    call.store.insert("INSERT INTO mfa_devices (SerialNumber, seed) VALUES (?, ?)", serial, seed)
    return {"VirtualMFADevice": {"SerialNumber": serial, "Base32StringSeed": seed, "QRCodePNG": ""}}


def list_virtual_mfa_devices(call: Call) -> Body:
    rows = call.store.rows("SELECT * FROM mfa_devices ORDER BY seq")
    return {"VirtualMFADevices": {"VirtualMFADevice": [_show(call, row) for row in rows]}}


def delete_virtual_mfa_device(call: Call) -> Body:
    device = _find_device(call)
    if device["user"] is not None:
        raise in_use("VirtualMFADevice", device["SerialNumber"], "User")
    call.store.run("DELETE FROM mfa_devices WHERE seq = ?", device["seq"])
    return {}


def bind_mfa_device(call: Call) -> Body:
    """Wants two codes that follow each other, so that the clocks are known to agree."""
    user, codes = find(call, USER), [_read_code(call, f"AuthenticationCode{number}") for number in (1, 2)]
    device = _find_device(call)
    if device["user"] is not None:
        raise taken_entity("VirtualMFADevice.User", device["SerialNumber"])
    if _bound_to(call, user):
        raise taken_entity("User.MFADevice", user["UserName"])
    if not _are_codes(device["seed"], codes, call.now):
        raise Refusal("CheckAuthenticationCodeFail", "The codes are not two consecutive codes of the device.")
    call.store.run(
        "UPDATE mfa_devices SET user = ?, ActivateDate = ? WHERE seq = ?",
        user["seq"],
        call.date,
        device["seq"],
    )
    return {}


def unbind_mfa_device(call: Call) -> Body:
    device = _find_bound(call)
    call.store.run("UPDATE mfa_devices SET user = NULL, ActivateDate = '' WHERE seq = ?", device["seq"])
    return {"MFADevice": pick(device, ("SerialNumber",))}


def get_user_mfa_info(call: Call) -> Body:
    return {"MFADevice": {**pick(_find_bound(call), ("SerialNumber",)), "Type": "VMFA"}}


def totp(seed: str, moment: datetime, step: int = 0) -> str:
    """The code of the device with that seed, so many steps away from the moment."""
    counter = int(moment.timestamp()) // STEP_SECONDS + step
    digest = hmac.digest(base64.b32decode(seed), counter.to_bytes(8, "big"), "sha1")
    offset = digest[-1] & 15
    number = int.from_bytes(digest[offset : offset + 4], "big") & 0x7FFFFFFF
    return str(number % 10**CODE_LENGTH).zfill(CODE_LENGTH)


def _are_codes(seed: str, codes: list[str], now: datetime) -> bool:
    return any([totp(seed, now, step), totp(seed, now, step + 1)] == codes for step in DRIFT)


def _read_code(call: Call, parameter: str) -> str:
    code = call.params.required(parameter)
    if not (code.isascii() and code.isdigit() and len(code) == CODE_LENGTH):
        raise bad_parameter("AuthenticationCode", "Format")
    return code


def _device(call: Call, serial: str) -> Row | None:
    return call.store.row("SELECT * FROM mfa_devices WHERE SerialNumber = ?", serial)


def _find_device(call: Call) -> Row:
    serial = call.params.required("SerialNumber")
    device = _device(call, serial)
    if device is None:
        raise missing_entity("VirtualMFADevice", serial)
    return device


def _bound_to(call: Call, user: Row) -> Row | None:
    return call.store.row("SELECT * FROM mfa_devices WHERE user = ?", user["seq"])


def _find_bound(call: Call) -> Row:
    user = find(call, USER)
    device = _bound_to(call, user)
    if device is None:
        raise missing_entity("User.MFADevice", user["UserName"])
    return device


def _show(call: Call, device: Row) -> Json:
    shown = pick(device, ("SerialNumber", "ActivateDate"))
    if device["user"] is not None:
        shown["User"] = pick(user_at(call, device["user"]), ("UserId", "UserName", "DisplayName"))
    return shown


ACTIONS: dict[str, Action] = {
    "BindMFADevice": bind_mfa_device,
    "CreateVirtualMFADevice": create_virtual_mfa_device,
    "DeleteVirtualMFADevice": delete_virtual_mfa_device,
    "GetUserMFAInfo": get_user_mfa_info,
    "ListVirtualMFADevices": list_virtual_mfa_devices,
    "UnbindMFADevice": unbind_mfa_device,
}
