"""Rules on single actions: do they exist, are they spelled right, what do they reach."""

from __future__ import annotations

from collections.abc import Iterator

from ramstack.policy.catalogue import Access, expand, find_operation, find_service, known_operations
from ramstack.policy.finding import Path
from ramstack.policy.glob import covers_all, has_wildcard
from ramstack.policy.lint.rule import Remark, Subject, actions_of, path_of
from ramstack.policy.lint.services import FOREIGN_CODES, SERVICE_CODES
from ramstack.policy.match import names_action
from ramstack.policy.spelling import did_you_mean
from ramstack.policy.statement import Effect, Statement

_READ_PATTERNS = ("ice:Get*", "ice:List*")
_READ_NEIGHBOURS = {
    "ice:SearchMedia": "ice:Search*, with a Deny on ice:SearchIndexJobRerun",
    "ice:BatchGetMediaInfos": "ice:BatchGet*",
    "ice:QueryIProductionJob": "ice:Query*",
}
_UPLOADS = ("ice:createuploadmedia", "ice:createuploadstream", "ice:refreshuploadmedia")
"""They answer with an address in OSS and what it takes to write there."""
_MANY = 5


def unknown_operation(subject: Subject) -> Iterator[Remark]:
    """Only for services whose operations are all known."""
    for statement in subject.statements:
        for action, path in actions_of(statement):
            service = find_service(action)
            if service is None or not service.complete or expand(action):
                continue
            if has_wildcard(action):
                told = f'"{action}" matches no operation of {service.code} ({service.source}).'
            else:
                known = [one.action for one in service.operations]
                told = f'{service.code} has no operation "{action}" ({service.source}).{did_you_mean(action, known)}'
            yield Remark(told, path, statement)


def wrong_service(subject: Subject) -> Iterator[Remark]:
    """Codes that are taken for another."""
    for code, action, path, statement in _codes(subject):
        if code in FOREIGN_CODES:
            yield Remark(f'"{code}" in "{action}": {FOREIGN_CODES[code]}', path, statement)


def unknown_service(subject: Subject) -> Iterator[Remark]:
    """Told once for each code: services come and go faster than any list."""
    told: set[str] = set()
    for code, _, path, statement in _codes(subject):
        if code not in SERVICE_CODES and code not in FOREIGN_CODES and code not in told:
            told.add(code)
            yield Remark(
                f'No service with the code "{code}" is known.{did_you_mean(code, SERVICE_CODES)}',
                path,
                statement,
            )


def _codes(subject: Subject) -> Iterator[tuple[str, str, Path, Statement]]:
    for statement in subject.statements:
        for action, path in actions_of(statement):
            code, colon, _ = action.partition(":")
            if colon and not has_wildcard(code):
                yield code.lower(), action, path, statement


def action_spelling(subject: Subject) -> Iterator[Remark]:
    """Actions are "mostly" without case, say the docs, and ask for the exact spelling."""
    for statement in subject.statements:
        for action, path in actions_of(statement):
            operation = find_operation(action)
            if operation is not None and operation.action != action:
                yield Remark(
                    f'"{action}" is written "{operation.action}" in the documentation.', path, statement
                )


def all_actions(subject: Subject) -> Iterator[Remark]:
    for statement in subject.allows:
        for action, path in actions_of(statement):
            if not statement.but and _is_everything(action):
                told = f'"{action}" allows every operation of every service, present and future.'
                yield Remark(told, path, statement)


def _is_everything(action: str) -> bool:
    return covers_all(action) or (":" in action and all(covers_all(part) for part in action.split(":", 1)))


def allow_not_action(subject: Subject) -> Iterator[Remark]:
    for statement in subject.allows:
        if statement.but:
            told = "Allow with NotAction grants every operation that is not listed, of every service, present and future."
            yield Remark(told, path_of(statement, "NotAction"), statement)


def read_gap(subject: Subject) -> Iterator[Remark]:
    """A document that means to let people read, but leaves out reads that are named otherwise."""
    spelled = {pattern for statement in subject.allows if not statement.but for pattern in statement.actions}
    if sum(pattern.lower() in spelled for pattern in _READ_PATTERNS) < len(_READ_PATTERNS):
        return
    reached = {
        action for document in (subject.document, *subject.beside) for action in _allowed(document.statements)
    }
    missing = [advice for action, advice in _READ_NEIGHBOURS.items() if action.lower() not in reached]
    if missing:
        statement = next(one for one in subject.allows if _READ_PATTERNS[0].lower() in one.actions)
        told = f"Reads of ice that are named otherwise stay forbidden; to allow them too add {'; '.join(missing)}."
        yield Remark(told, path_of(statement, "Action"), statement)


def search_rerun(subject: Subject) -> Iterator[Remark]:
    denied = {
        action
        for statement in subject.statements
        if statement.effect is Effect.DENY and not statement.conditions and not statement.but
        for pattern in statement.actions
        for action in expand(pattern)
    }
    for statement in subject.allows:
        for action, path in actions_of(statement):
            caught = "ice:searchindexjobrerun" in expand(action) - denied
            if not statement.but and action.lower().startswith("ice:s") and has_wildcard(action) and caught:
                told = f'"{action}" includes SearchIndexJobRerun, which starts indexing jobs again and costs money.'
                yield Remark(told, path, statement)


def secret_reads(subject: Subject) -> Iterator[Remark]:
    return _reads(subject, Access.SECRETS, "hands out secrets although it reads as harmless")


def media_reads(subject: Subject) -> Iterator[Remark]:
    return _reads(subject, Access.MEDIA, "hands out media, or URLs that open them to anybody who has them")


def _reads(subject: Subject, access: Access, what: str) -> Iterator[Remark]:
    """Wildcards of reads only: whoever grants all of a service knows that it is not just reading."""
    for statement in subject.allows:
        for action, path in actions_of(statement):
            reached = [known_operations()[name] for name in sorted(expand(action))]
            names = [one.action for one in reached if access in one.access]
            if (
                statement.but
                or not has_wildcard(action)
                or not names
                or not all(one.is_read for one in reached)
            ):
                continue
            more = f" and {len(names) - _MANY} more" if len(names) > _MANY else ""
            yield Remark(f'"{action}" {what}: {", ".join(names[:_MANY])}{more}.', path, statement)


def upload_without_oss(subject: Subject) -> Iterator[Remark]:
    """The mobile SDKs send the file to OSS themselves."""
    documents = (subject.document, *subject.beside)
    allows = (one for document in documents for one in document.statements if one.effect is Effect.ALLOW)
    if any(names_action(one, "oss:putobject") for one in allows):
        return
    for statement in subject.allows:
        for action, path in actions_of(statement):
            if not statement.but and action.lower() != "ice:*" and expand(action) & {*_UPLOADS}:
                told = f'"{action}" allows uploads, but nothing allows oss:PutObject, which the mobile SDKs need.'
                yield Remark(told, path, statement)


def _allowed(statements: tuple[Statement, ...]) -> set[str]:
    """The known operations that some Allow names, wherever and whenever."""
    return {
        action
        for statement in statements
        if statement.effect is Effect.ALLOW
        for action in known_operations()
        if names_action(statement, action)
    }
