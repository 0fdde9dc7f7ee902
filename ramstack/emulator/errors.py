"""Refusals: what the service says no with, and the HTTP status that goes with it.

Codes and statuses: ram-api.md sections 1.2, 1.6 and 2.1. Clients match on the code only; the message is ours.
"""

EXACT: dict[str, int] = {
    "CheckAuthenticationCodeFail": 403,
    "Inactive": 403,
    "InternalError": 500,
    "InvalidAccessKeyId.NotFound": 404,
    "InvalidApi.NotFound": 404,
    "InvalidProduct.NotFound": 404,
    "NoPermission": 403,
    "NotEmulated": 501,
    "RequestBodyTooLarge": 413,
    "ServiceUnavailable": 503,
    "UnsupportedHTTPMethod": 405,
}

FAMILIES: dict[str, int] = {
    "AuthenticationFail": 401,
    "DeleteConflict": 409,
    "EntityAlreadyExists": 409,
    "EntityNotExist": 404,
    "Forbidden": 403,
    "LimitExceeded": 409,
}


def status_of(code: str) -> int:
    """The documented status of the code: its own, else its family's (the part before the first dot), else 400."""
    return EXACT.get(code) or FAMILIES.get(code.partition(".")[0], 400)


class Refusal(Exception):
    """The service refuses the call. Nothing that the call did stays."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(code, message)
        self.code = code
        self.message = message

    @property
    def status(self) -> int:
        return status_of(self.code)


def missing_entity(entity: str, name: str) -> Refusal:
    return Refusal(f"EntityNotExist.{entity}", f"The {_words(entity)} does not exist: {name}.")


def taken_entity(entity: str, name: str) -> Refusal:
    return Refusal(f"EntityAlreadyExists.{entity}", f"The {_words(entity)} already exists: {name}.")


def in_use(entity: str, name: str, by: str) -> Refusal:
    return Refusal(f"DeleteConflict.{entity}.{by}", f"The {_words(entity)} {name} still has a {_words(by)}.")


def over_limit(entity: str, limit: int) -> Refusal:
    return Refusal(f"LimitExceeded.{entity}", f"The quota for {_words(entity)} is {limit}.")


def bad_parameter(name: str, fault: str) -> Refusal:
    return Refusal(
        f"InvalidParameter.{name}.{fault}", f"The parameter {name} does not meet its rule: {fault}."
    )


def _words(entity: str) -> str:
    return entity.replace(".", " ").lower()
