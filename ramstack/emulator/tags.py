"""Tags on users, policies and roles: the verbs and pages that both tag APIs share.

A tag that is wanted without a value takes any value (GUESS); of several wanted tags a resource must bear all.
"""

import json
from collections.abc import Sequence

from ramstack.emulator.call import Body, Call, Json
from ramstack.emulator.errors import Refusal, bad_parameter
from ramstack.emulator.params import Pair
from ramstack.emulator.rules import MOST_TAGS, check_quota
from ramstack.emulator.shapes import open_marker, read_position, write_marker
from ramstack.emulator.store import Row

MOST_RESOURCES = 50

_BEARERS = """
 SELECT * FROM {table} WHERE {where} AND NOT EXISTS (
  SELECT 1 FROM json_each(?) AS wanted WHERE NOT EXISTS (
   SELECT 1 FROM tags WHERE kind = '{kind}' AND resource = {table}.seq
   AND TagKey = json_extract(wanted.value, '$[0]')
   AND json_extract(wanted.value, '$[1]') IN ('', TagValue)))
 ORDER BY seq LIMIT ?"""

POLICY_PAGE = _BEARERS.format(table="policies", kind="policy", where="seq > ?")
POLICY_TYPE_PAGE = _BEARERS.format(table="policies", kind="policy", where="PolicyType = ? AND seq > ?")
ROLE_PAGE = _BEARERS.format(table="roles", kind="role", where="seq > ?")
USER_PAGE = _BEARERS.format(
    table="users",
    kind="user",
    where="seq > ? AND Status IN (?, ?) AND seq IN (SELECT resource FROM tags WHERE kind = 'user' AND TagKey = ?)",
)
"""Pages of what bears all of the tags in a JSON list of pairs."""

_ROWS = """
 SELECT * FROM tags WHERE kind = ? AND ({plus}resource, TagKey) > (?, ?) AND {where}
 AND (json_array_length(?) = 0 OR EXISTS (SELECT 1 FROM json_each(?) AS wanted
  WHERE json_extract(wanted.value, '$[0]') = TagKey AND json_extract(wanted.value, '$[1]') IN ('', TagValue)))
 ORDER BY resource, TagKey LIMIT ?"""

ROWS_OF_ALL = _ROWS.format(plus="", where="? IS NOT NULL")
ROWS_OF_RESOURCES = _ROWS.format(plus="+", where="resource IN (SELECT value FROM json_each(?))")
ROWS_OF_KEY = _ROWS.format(plus="", where="TagKey = ?")
"""Rows of tags. A plus keeps SQLite from walking all rows after the position where the resources are known."""


def write_tags(call: Call, kind: str, numbers: Sequence[int], tags: Sequence[Pair]) -> None:
    """A key that is there gets the new value. No resource may end with more tags than the quota."""
    for number in numbers:
        for key, value in tags:
            call.store.run(
                "INSERT INTO tags (kind, resource, TagKey, TagValue) VALUES (?, ?, ?, ?)"
                " ON CONFLICT DO UPDATE SET TagValue = excluded.TagValue",
                kind,
                number,
                key,
                value,
            )
        present = call.store.value("SELECT count(*) FROM tags WHERE kind = ? AND resource = ?", kind, number)
        check_quota(f"{kind.capitalize()}.Tag", present - 1, call.settings.limits.tags_per_resource)


def erase_tags(call: Call, kind: str, numbers: Sequence[int], keys: Sequence[str]) -> None:
    """``All`` counts only where no key is given. A key that is not there is no error."""
    if len(keys) > MOST_TAGS:
        raise bad_parameter("TagKey", "Length")
    if not keys and not call.params.flag("All"):
        raise Refusal("MissingTagKey", "Give the keys to remove, or All=true.")
    for number in numbers:
        if keys:
            for key in keys:
                call.store.run(
                    "DELETE FROM tags WHERE kind = ? AND resource = ? AND TagKey = ?", kind, number, key
                )
        else:
            call.store.run("DELETE FROM tags WHERE kind = ? AND resource = ?", kind, number)


def read_tags(call: Call, kind: str, number: int) -> Body:
    rows = call.store.rows("SELECT TagKey, TagValue FROM tags WHERE kind = ? AND resource = ?", kind, number)
    return {"Tag": [{"TagKey": row["TagKey"], "TagValue": row["TagValue"]} for row in rows]}


def tags_page(
    call: Call, kind: str, numbers: Sequence[int], tags: Sequence[Pair]
) -> tuple[list[Row], dict[str, Json]]:
    """One row for each resource and key; no numbers mean all resources of the kind."""
    size = call.params.number("PageSize", 1, 100, 100)
    resource, _, key = open_marker(call.params.text("NextToken"), "NextToken").partition(":")
    sql, chosen = _choose(numbers, tags)
    wanted = json.dumps(tags)
    after = read_position(resource, "NextToken")
    rows = call.store.rows(sql, kind, after, key, chosen, wanted, wanted, size + 1)
    if len(rows) <= size:
        return rows, {}
    last = rows[size - 1]
    return rows[:size], {"NextToken": write_marker(f"{last['resource']}:{last['TagKey']}")}


def _choose(numbers: Sequence[int], tags: Sequence[Pair]) -> tuple[str, str]:
    """The query with the index that fits, so that no page costs more than its rows."""
    if numbers:
        return ROWS_OF_RESOURCES, json.dumps(numbers)
    if len(tags) == 1:
        return ROWS_OF_KEY, tags[0][0]
    return ROWS_OF_ALL, ""
