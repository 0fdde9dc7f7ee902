"""The circumstances of a call, as condition keys name them.

Only the session of a user who logged on with a second factor bears one; a call with an access key does not. Keys that are not here are either absent from every
call to this server, or not known to anybody; the engine knows which.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime

from ramstack.emulator.call import Account, Caller, Circumstances, write_date
from ramstack.emulator.errors import Refusal
from ramstack.emulator.params import Params
from ramstack.emulator.store import Store
from ramstack.emulator.wire import RawRequest

TAGS = {
    "user": "(SELECT seq FROM users WHERE UserName = ?2)",
    "role": "(SELECT seq FROM roles WHERE RoleName = ?2)",
    "policy": "(SELECT seq FROM policies WHERE PolicyType = 'Custom' AND PolicyName = ?2)",
}
"""Which row a name stands for, by the kind of what bears tags."""

WRITING_TAGS = frozenset({"CreatePolicy", "CreateRole", "CreateUser", "TagResources"})


def circumstances_of(
    raw: RawRequest, caller: Caller, product: str, action: str, params: Params, now: datetime
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
        **{f"acs:RequestTag/{key}": value for key, value in _request_tags(product, action, params)},
    }


def resource_tags_of(store: Store, account: Account, resources: Sequence[str]) -> Mapping[str, Circumstances]:
    """By resource: its tags. What cannot bear tags is judged by those of the others that the call names."""
    own = {resource: tags for resource in resources if (tags := _tags(store, account, resource)) is not None}
    shared: dict[str, tuple[str, ...]] = {}
    for tags in own.values():
        for key, value in tags.items():
            shared[key] = (*shared.get(key, ()), value)
    return {resource: own.get(resource, shared) for resource in resources}


def _tags(store: Store, account: Account, resource: str) -> Mapping[str, str] | None:
    """None for what cannot bear tags."""
    kind, _, name = resource.removeprefix(f"acs:ram:*:{account.account_id}:").partition("/")
    if kind not in TAGS:
        return None
    rows = store.rows(
        f"SELECT TagKey, TagValue FROM tags WHERE kind = ?1 AND resource = {TAGS[kind]}",  # noqa: S608 - fixed
        kind,
        name,
    )
    return {f"acs:ResourceTag/{row['TagKey']}": row["TagValue"] for row in rows}


def _request_tags(product: str, action: str, params: Params) -> tuple[tuple[str, str], ...]:
    """What the call wants to write, in the form of its product; what is malformed the action will refuse."""
    if action not in WRITING_TAGS:
        return ()
    try:
        return params.flat_tags("Tag") if product == "Ims" else params.json_tags("Tag")
    except Refusal:
        return ()
