"""Tags in RAM 2015-05-01: on roles and custom policies, by name (ram-api.md section 2.7)."""

from ramstack.emulator.call import Action, Body, Call, Json
from ramstack.emulator.errors import Refusal, bad_parameter
from ramstack.emulator.nouns import CUSTOM_POLICY, ROLE, Noun, find_named
from ramstack.emulator.rules import check_tags
from ramstack.emulator.tags import MOST_RESOURCES, erase_tags, tags_page, write_tags

NOUNS = {"policy": CUSTOM_POLICY, "role": ROLE}

NAMES = {
    "policy": "SELECT PolicyName FROM policies WHERE seq = ?",
    "role": "SELECT RoleName FROM roles WHERE seq = ?",
}


def tag_resources(call: Call) -> Body:
    noun, numbers = _required_resources(call)
    tags = check_tags(call.params.json_tags("Tag"), "Ram")
    if not tags:
        raise Refusal("MissingTag", "The parameter Tag is required.")
    write_tags(call, noun.kind, numbers, tags)
    return {}


def untag_resources(call: Call) -> Body:
    noun, numbers = _required_resources(call)
    erase_tags(call, noun.kind, numbers, call.params.json_names("TagKeys"))
    return {}


def list_tag_resources(call: Call) -> Body:
    noun, numbers = _resources(call)
    rows, more = tags_page(call, noun.kind, numbers, call.params.json_tags("Tag"))
    shown: list[Json] = [
        {
            "ResourceName": _name_of(call, noun, row["resource"]),
            "ResourceType": noun.kind,
            "TagKey": row["TagKey"],
            "TagValue": row["TagValue"],
        }
        for row in rows
    ]
    return {"TagResources": shown, **more}


def _resources(call: Call) -> tuple[Noun, list[int]]:
    noun = NOUNS.get(call.params.required("ResourceType"))
    if noun is None:
        raise Refusal("InvalidParameter.ResourceType", "ResourceType must be role or policy.")
    names = call.params.json_names("ResourceNames")
    if len(names) > MOST_RESOURCES:
        raise bad_parameter("ResourceNames", "Length")
    return noun, [find_named(call, noun, name)["seq"] for name in names]


def _required_resources(call: Call) -> tuple[Noun, list[int]]:
    noun, numbers = _resources(call)
    if not numbers:
        raise Refusal("MissingResourceNames", "The parameter ResourceNames is required.")
    return noun, numbers


def _name_of(call: Call, noun: Noun, number: int) -> str:
    return str(call.store.value(NAMES[noun.kind], number))


ACTIONS: dict[str, Action] = {
    "ListTagResources": list_tag_resources,
    "TagResources": tag_resources,
    "UntagResources": untag_resources,
}
