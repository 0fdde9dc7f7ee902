"""What a policy edit does to those who hold it, whatever else they hold."""

from __future__ import annotations

from functools import lru_cache

from ramstack.policy import Document, Relation, compare, parse_document

_EVERYTHING = parse_document(
    {"Version": "1", "Statement": [{"Effect": "Allow", "Action": "*", "Resource": "*"}]}
)


@lru_cache(maxsize=1024)
def meaning_of(before: Document | None, after: Document) -> Relation:
    """How the new text differs for any holder: it may give, take away, both or neither; unknown counts as both.

    Two comparisons say it all. By itself a document shows what its Allows give and its Denies keep of that; beside a grant
    of everything it shows what its Denies keep of whatever else the holder has.
    """
    if before is None or before.is_opaque or after.is_opaque:
        return Relation.UNDECIDED
    found = [compare([before, *more], [after, *more]) for more in ((), (_EVERYTHING,))]
    if any(one.undecided for one in found):
        return Relation.UNDECIDED
    gives, takes = any(one.gains for one in found), any(one.loses for one in found)
    return _RELATIONS[gives, takes]


_RELATIONS = {
    (False, False): Relation.EQUAL,
    (True, False): Relation.BROADER,
    (False, True): Relation.NARROWER,
    (True, True): Relation.BOTH,
}
