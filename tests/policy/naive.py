"""A second evaluator, written apart from the engine and sharing nothing with it: slow, plain, brute force.

It works on raw JSON documents and on requests as plain dictionaries. Wildcards are matched by recursion, addresses as integers,
instants as seconds. What can't be judged is tried both ways: the answer is what all ways agree on.
"""

import datetime as dt
import ipaddress
import itertools
from functools import cache

ALWAYS = {"acs:SourceIp", "acs:CurrentTime", "acs:SecureTransport", "acs:PrincipalARN"}
OPTIONAL = {
    "acs:MFAPresent",
    "acs:SourceVpc",
    "oss:Prefix",
    "oss:Delimiter",
    "acs:UserAgent",
    "acs:TLSVersion",
}


@cache
def like(pattern, text):
    if not pattern:
        return not text
    if pattern[0] == "*":
        return like(pattern[1:], text) or (bool(text) and like(pattern, text[1:]))
    return bool(text) and pattern[0] in ("?", text[0]) and like(pattern[1:], text[1:])


def listed(value):
    return value if isinstance(value, list) else [value]


def evaluate(documents, request):
    """allow, explicit_deny, implicit_deny or depends."""
    return all_ways(documents, request, lambda guesses: concrete(documents, request, guesses))


def all_ways(documents, request, decide):
    """What all truths of the conditions that can't be judged agree on."""
    unknown = sorted(
        {atom for document in documents for atom in atoms(document) if judge(atom, request) is None}
    )
    answers = set()
    for guess in itertools.product([True, False], repeat=len(unknown)):
        answers.add(decide(dict(zip(unknown, guess, strict=True))))
    if len(answers) == 1:
        return answers.pop()
    return "depends" if "allow" in answers else "implicit_deny"


def evaluate_layers(layers, request):
    """The same where several layers have a say: ``identity`` holds pairs of a document and its resource group or None, and
    lists stand for ``control``; ``resource`` and ``session`` are one document or None.
    """
    documents = [document for document, _ in layers["identity"]] + (layers["control"] or [])
    documents += [one for one in (layers["resource"], layers["session"]) if one]
    return all_ways(documents, request, lambda guesses: through(layers, request, guesses))


def through(layers, request, guesses):
    wide = [document for document, group in layers["identity"] if group is None]
    narrow = [document for document, group in layers["identity"] if group == request["group"]]
    answer = concrete(wide, request, guesses)
    if answer == "implicit_deny" and narrow and not request["action"].lower().startswith("ice:"):
        answer = concrete(narrow, request, guesses)
    if layers["resource"]:
        answers = {answer, concrete([layers["resource"]], request, guesses)}
        if "explicit_deny" in answers:
            answer = "explicit_deny"
        elif request["action"].lower() == "sts:assumerole":
            answer = "allow" if answers == {"allow"} else "implicit_deny"
        else:
            answer = "allow" if "allow" in answers else "implicit_deny"
    for gate in ([layers["session"]] if layers["session"] else None, layers["control"]):
        if gate is not None:
            passed = concrete(gate, request, guesses)
            answer = answer if passed == "allow" else passed
    return answer


def trusts(statement, request):
    """Whether a statement that names principals names who asks."""
    for kind, wanted in statement["Principal"].items():
        for one in listed(wanted):
            account = one.removesuffix("root") if one.endswith(":root") else None
            inside = account is not None and request["principal"].startswith(account)
            if one == "*" or (kind == request["kind"] and (like(one, request["principal"]) or inside)):
                return True
    return False


def concrete(documents, request, guesses):
    effects = set()
    for document in documents:
        for statement in document["Statement"]:
            if speaks(statement, request, guesses):
                effects.add(statement["Effect"])
    return "explicit_deny" if "Deny" in effects else "allow" if "Allow" in effects else "implicit_deny"


def speaks(statement, request, guesses):
    if "NotAction" in statement:
        named = not any(like(p.lower(), request["action"].lower()) for p in listed(statement["NotAction"]))
    else:
        named = any(like(p.lower(), request["action"].lower()) for p in listed(statement["Action"]))
    if not named or not any(like(p, request["resource"]) for p in listed(statement.get("Resource", "*"))):
        return False
    if "Principal" in statement and not trusts(statement, request):
        return False
    for atom in statement_atoms(statement):
        truth = judge(atom, request)
        if not (guesses[atom] if truth is None else truth):
            return False
    return True


def atoms(document):
    return [atom for statement in document["Statement"] for atom in statement_atoms(statement)]


def statement_atoms(statement):
    for operator, block in statement.get("Condition", {}).items():
        for key, values in block.items():
            yield operator, key, tuple(sorted(set(listed(values))))


def judge(atom, request):
    truth = plain_judge(atom, request["context"])
    return request.get("assumed", {}).get(atom) if truth is None else truth


def plain_judge(atom, context):
    operator, key, values = atom
    negated = "Not" in operator
    base = operator.replace("Not", "")
    if base not in BASES:
        return None
    if key in context:
        met = BASES[base](context[key], values)
        return None if met is None else met is not negated
    if key in ALWAYS or key not in OPTIONAL:
        return None
    empty = "" if base.startswith("String") else "false" if base == "Bool" else None
    if empty is None:
        return negated
    met = BASES[base](empty, values)
    return negated if met is not None and (met is not negated) == negated else None


def string(test):
    return lambda given, values: any(test(given, value) for value in values)


def ordered(read, test):
    def met(given, values):
        truths = []
        for value in values:
            try:
                truths.append(test(read(given), read(value)))
            except (ValueError, ArithmeticError, KeyError):
                truths.append(None)
        return True if True in truths else None if None in truths else False

    return met


def seconds(text):
    moment = dt.datetime.fromisoformat(text)
    return (moment if moment.tzinfo else moment.replace(tzinfo=dt.UTC)).timestamp()


def span(text):
    block = ipaddress.ip_network(text, strict=False)
    return block.version, int(block[0]), int(block[-1])


def lies_in(inner, outer):
    if inner[1] != inner[2]:
        raise ValueError
    return inner[0] == outer[0] and outer[1] <= inner[1] <= outer[2]


BASES = {
    "StringEquals": string(lambda a, b: a == b),
    "StringEqualsIgnoreCase": string(lambda a, b: a.lower() == b.lower()),
    "StringLike": string(lambda a, b: like(b, a)),
    "Bool": ordered(lambda text: {"true": 1, "false": 0}[text.lower()], lambda a, b: a == b),
    "IpAddress": ordered(span, lies_in),
}
for prefix, read in (("Numeric", float), ("Date", seconds)):
    BASES |= {
        f"{prefix}Equals": ordered(read, lambda a, b: a == b),
        f"{prefix}LessThan": ordered(read, lambda a, b: a < b),
        f"{prefix}LessThanEquals": ordered(read, lambda a, b: a <= b),
        f"{prefix}GreaterThan": ordered(read, lambda a, b: a > b),
        f"{prefix}GreaterThanEquals": ordered(read, lambda a, b: a >= b),
    }
