"""Silence: the SDKs log requests and replies, secrets included, on handlers of their own; here they lose their voice.

Filters, not levels: a filter outlives `DEBUG=sdk` and whatever logging configuration comes later.
"""

from __future__ import annotations

import logging

SDK_LOGGERS = ("aliyunsdkcore", "aliyunsdkram", "alibabacloud", "credentials", "darabonba")
HTTP_LOGGERS = ("urllib3.connection", "urllib3.connectionpool", "urllib3.response", "urllib3.util.retry")


class Nothing(logging.Filter):
    """Lets nothing pass."""

    def filter(self, record: logging.LogRecord) -> bool:  # noqa: ARG002 - the signature is logging's
        return False


class Unsigned(logging.Filter):
    """Lets pass what is not about one of our requests: their URLs carry every parameter, and always a signature."""

    def filter(self, record: logging.LogRecord) -> bool:
        return "Signature=" not in record.getMessage()


_NOTHING = Nothing()
_UNSIGNED = Unsigned()


def silence_sdks() -> None:
    """Must be called after an SDK was imported: its loggers exist from then on. May be called again."""
    for name in list(logging.root.manager.loggerDict):
        if name.startswith(SDK_LOGGERS):
            logging.getLogger(name).addFilter(_NOTHING)
    for name in HTTP_LOGGERS:
        logging.getLogger(name).addFilter(_UNSIGNED)
