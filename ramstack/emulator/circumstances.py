"""The circumstances of a call, as condition keys name them.

Only the session of a user who logged on with a second factor bears one; a call with an access key does not. Keys that are not here are either absent from every
call to this server, or not known to anybody; the engine knows which.
"""

from collections.abc import Mapping
from datetime import datetime

from ramstack.emulator.call import Caller, Circumstances, write_date
from ramstack.emulator.errors import Refusal
from ramstack.emulator.params import Params
from ramstack.emulator.resources import paths_of
from ramstack.emulator.store import Store
from ramstack.emulator.wire import RawRequest

TAGS = {
    "user": "(SELECT seq FROM users WHERE UserName = ?2)",
    "role": "(SELECT seq FROM roles WHERE RoleName = ?2)",
    "policy": "(SELECT seq FROM policies WHERE PolicyType = 'Custom' AND PolicyName = ?2)",
}
"""Which row a name stands for, by the kind of what bears tags."""


def circumstances_of(
    store: Store, raw: RawRequest, caller: Caller, params: Params, now: datetime
) -> Circumstances:
    """Root is asked nothing, so nothing is looked up for it."""
    if caller.kind == "root":
        return {}
    return {
        "acs:SourceIp": raw.source,
        "acs:CurrentTime": write_date(now),
        "acs:SecureTransport": str(raw.is_secure).lower(),
        "acs:MFAPresent": str(caller.has_mfa).lower(),
        "acs:PrincipalARN": caller.identity_arn,
        "acs:AccessId": caller.key_id,
        "acs:UserAgent": raw.headers.get("user-agent", ""),
        **{f"acs:RequestTag/{key}": value for key, value in _request_tags(params)},
        **{f"acs:ResourceTag/{key}": values for key, values in _resource_tags(store, params).items()},
    }


def _resource_tags(store: Store, params: Params) -> Mapping[str, tuple[str, ...]]:
    """Of all that the call names and that bears tags; two may bear one key with two values."""
    tags: dict[str, tuple[str, ...]] = {}
    for kind, _, name in (path.partition("/") for path in paths_of(store, params)):
        if kind in TAGS:
            for row in store.rows(
                f"SELECT TagKey, TagValue FROM tags WHERE kind = ?1 AND resource = {TAGS[kind]}",  # noqa: S608 - fixed
                kind,
                name,
            ):
                tags[row["TagKey"]] = (*tags.get(row["TagKey"], ()), row["TagValue"])
    return tags


def _request_tags(params: Params) -> tuple[tuple[str, str], ...]:
    """What the call wants to write, in either form; what is malformed the action will refuse."""
    try:
        return params.flat_tags("Tag") or params.json_tags("Tag")
    except Refusal:
        return ()
