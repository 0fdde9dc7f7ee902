"""A run in small, as a process: keys are made through the gateway, shown in every way there is, and delivered."""

from __future__ import annotations

import copy
import json
import logging
import os
import pickle
import sys
import traceback
from pathlib import Path
from random import Random

from ramstack.gateway.connection import connect
from ramstack.gateway.credentials import standard_chain
from ramstack.model.call import CreateAccessKey
from ramstack.model.errors import RamstackError
from ramstack.model.limits import Rates
from ramstack.secrets.opening import Surroundings, open_sinks
from ramstack.secrets.payload import KeyPair, Payload
from ramstack.stackfile import load_stacks


def main(stack: str, attempts: str) -> None:
    chain = standard_chain(os.environ, clock=lambda: 0.0)
    with connect(
        chain,
        endpoint=os.environ["RAMSTACK_ENDPOINT"],
        rates=Rates(1000),
        sleep=lambda _: None,
        random=Random(1),
    ) as gateway:
        kms = connect(chain, endpoint=os.environ["KMS_ENDPOINT"]).kms
        here = Surroundings(Path.cwd(), os.environ, lambda text: None, kms)
        sinks = open_sinks(load_stacks([Path(stack)]), here)
        for number in range(int(attempts)):
            try:
                receipt = gateway.writer().perform(CreateAccessKey("alice", "1", "any"))
            except RamstackError:
                traceback.print_exc()
                continue
            show(receipt)
            payload = Payload(
                "1" * 16, "alice", "a@b", "https://x", KeyPair(f"LTAI{number}", receipt.key.secret), "now"
            )
            show(payload)
            for name, sink in [*sinks.items()] * 3:
                try:
                    say(name, sink.deliver(payload))
                except RamstackError:
                    traceback.print_exc()
            receipt.key.secret.drop()


def say(*words: object) -> None:
    sys.stdout.write(" ".join(map(str, words)) + "\n")


def show(value: object) -> None:
    """Every way in which a value might be written by accident."""
    say(value, repr(value), f"{value}")
    logging.getLogger("ramstack").debug("value %s %r", value, value)
    for attempt in (pickle.dumps, copy.deepcopy, json.dumps, lambda v: json.dumps(v, default=str)):
        try:
            say(attempt(value))
        except TypeError:
            traceback.print_exc()


if __name__ == "__main__":
    main(*sys.argv[1:])
