"""Documents and requests from a small vocabulary, so that patterns meet, overlap and miss each other often."""

from hypothesis import strategies as st

ACTIONS = ["*", "ice:*", "ice:Get*", "ice:GetMediaInfo", "ICE:getmediainfo", "ice:*Media*", "i*:Get*", "ice:Delete?ategory",
           "oss:*", "oss:GetObject", "oss:Put*", "log:*", "log:Get*", "log:GetLog?", "*:Get*", "*:*Log*", "ram:*", "sts:AssumeRole"]  # fmt: skip
RESOURCES = ["*", "acs:ice:*:*:*", "acs:ice:*:1234567890123456:*", "acs:ice:cn-shanghai:*:*", "acs:oss:*:*:*",
             "acs:oss:*:*:media", "acs:oss:*:*:media/*", "acs:oss:*:*:media*", "acs:oss:*:*:media/a?b", "acs:log:*:*:*",
             "acs:*:*:1234567890123456:*", "acs:log:cn-?:*:project/*"]  # fmt: skip
BLOCKS = [
    "10.0.0.0/8",
    "10.0.0.0/9",
    "10.128.0.0/9",
    "192.168.0.1",
    "2001:db8::/32",
    "0.0.0.0/0",
    "203.0.XX.1",
]
CONDITIONS = [
    *(({op}, "acs:SourceIp", BLOCKS) for op in ("IpAddress", "NotIpAddress")),
    *(({op}, "acs:MFAPresent", ["true", "false"]) for op in ("Bool",)),
    *(
        ({op}, "acs:SourceVpc", ["vpc-*", "vpc-1", "VPC-1", "", "v?c-1"])
        for op in ("StringLike", "StringNotLike")
    ),
    *(({op}, "acs:SourceVpc", ["vpc-1", "VPC-1", ""]) for op in ("StringEquals", "StringNotEquals")),
    *(({op}, "acs:SourceVpc", ["vpc-1"]) for op in ("StringEqualsIgnoreCase", "StringNotEqualsIgnoreCase")),
    *(
        (
            {f"Date{op}"},
            "acs:CurrentTime",
            ["2026-01-01T00:00:00Z", "2026-01-01T08:00:00+08:00", "2026-06-01T00:00:00Z"],
        )
        for op in ("LessThan", "LessThanEquals", "GreaterThan", "GreaterThanEquals", "Equals", "NotEquals")
    ),
    *(
        ({f"Numeric{op}"}, "acs:TLSVersion", ["1.2", "1.20", "1.3", "10"])
        for op in ("LessThan", "LessThanEquals", "GreaterThan", "GreaterThanEquals", "Equals", "NotEquals")
    ),
    ({"StringContains"}, "acs:SourceVpc", ["v"]),
    ({"StringEquals"}, "foo:Unknown", ["a", "b"]),
]
REQUEST_ACTIONS = ["ice:GetMediaInfo", "ice:getmediainfo", "ice:DeleteCategory", "ice:SubmitMediaProducingJob", "oss:GetObject",
                   "oss:PutObject", "log:GetLogs", "log:GetLog1", "log:PutLogs", "ram:CreateUser", "sts:AssumeRole", "x:GetLog"]  # fmt: skip
CONTEXT = {
    "acs:SourceIp": ["10.1.2.3", "10.200.0.1", "192.168.0.1", "192.168.0.2", "2001:db8::5", "::1"],
    "acs:MFAPresent": ["true", "false", "True"],
    "acs:SourceVpc": ["vpc-1", "VPC-1", "", "vxc-1", "other"],
    "acs:CurrentTime": [
        "2025-12-31T23:59:59Z",
        "2026-01-01T00:00:00Z",
        "2026-03-01T08:00:00+08:00",
        "2026-06-01T00:00:00Z",
    ],
    "acs:TLSVersion": ["1.1", "1.2", "1.20", "2", "10"],
    "foo:Unknown": ["a", "c"],
}


def some(values):
    return st.one_of(st.sampled_from(values), st.lists(st.sampled_from(values), min_size=1, max_size=3))


@st.composite
def conditions(draw):
    block = {}
    for names, key, values in draw(st.lists(st.sampled_from(CONDITIONS), max_size=2)):
        (name,) = names
        block.setdefault(name, {})[key] = draw(some(values))
    return block


@st.composite
def statements(draw):
    statement = {
        "Effect": draw(st.sampled_from(["Allow", "Allow", "Deny"])),
        draw(st.sampled_from(["Action", "Action", "Action", "NotAction"])): draw(some(ACTIONS)),
        "Resource": draw(some(RESOURCES)),
    }
    block = draw(conditions())
    return statement | ({"Condition": block} if block else {})


documents = st.builds(
    lambda found: {"Version": "1", "Statement": found}, st.lists(statements(), min_size=1, max_size=4)
)


@st.composite
def near_pairs(draw):
    """Two documents of which the second came of the first by one small edit."""
    first = draw(documents)
    second = {"Version": "1", "Statement": [dict(one) for one in first["Statement"]]}
    index = draw(st.integers(0, len(second["Statement"]) - 1))
    statement = second["Statement"][index]
    edit = draw(st.sampled_from(["effect", "action", "resource", "condition", "drop", "add"]))
    if edit == "effect":
        statement["Effect"] = "Deny" if statement["Effect"] == "Allow" else "Allow"
    elif edit == "action":
        statement["NotAction" if "NotAction" in statement else "Action"] = draw(some(ACTIONS))
    elif edit == "resource":
        statement["Resource"] = draw(some(RESOURCES))
    elif edit == "condition":
        statement["Condition"] = draw(conditions())
    elif edit == "drop" and len(second["Statement"]) > 1:
        del second["Statement"][index]
    else:
        second["Statement"].append(draw(statements()))
    return first, second


HOMES = {"ice": "ice", "oss": "oss", "ram": "ram", "sts": "ram"}
"""Whose resources a known service asks about: nobody else's."""


@st.composite
def requests(draw):
    name = draw(st.sampled_from(["media", "media/a", "media/a-b", "mediax/b", "project/p", "*"]))
    region = draw(st.sampled_from(["*", "", "cn-a", "cn-shanghai"]))
    account = draw(st.sampled_from(["1234567890123456", "1000000000000000"]))
    action = draw(st.sampled_from(REQUEST_ACTIONS))
    service = HOMES.get(action.partition(":")[0].lower()) or draw(st.sampled_from(["oss", "log", "x"]))
    resource = f"acs:ice:*:{account}:*" if service == "ice" else f"acs:{service}:{region}:{account}:{name}"
    keys = draw(st.lists(st.sampled_from(sorted(CONTEXT)), unique=True, max_size=5))
    return {
        "action": action,
        "resource": resource,
        "context": {key: draw(st.sampled_from(CONTEXT[key])) for key in keys},
    }
