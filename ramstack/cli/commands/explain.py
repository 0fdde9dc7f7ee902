"""`ramstack explain` and `ramstack who-can`: the decision, with the statement that decides."""

from __future__ import annotations

import functools
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from ramstack.cli.exits import Exit
from ramstack.cli.options import Where, account_options, format_option, variables_options
from ramstack.cli.world import World

if TYPE_CHECKING:
    from ramstack.gateway.port import Reader
    from ramstack.model.account import Account
    from ramstack.model.address import PolicyRef
    from ramstack.model.stack import Stack
    from ramstack.planning.decisions import Judge
    from ramstack.planning.holdings import Holdings
    from ramstack.policy import Request

    Needs = Callable[[Holdings], Iterable[PolicyRef]]


@dataclass(frozen=True)
class Question:
    """What may be asked of both commands: the request, in which state of which account, and how to print the answer."""

    request: Request
    is_planned: bool
    stacks: tuple[Stack, ...]
    where: Where
    format_: str


def question_options(command: Callable[..., Exit]) -> Callable[..., Exit]:
    """ACTION, RESOURCE and the circumstances, handed to the command as one `question`."""

    @functools.wraps(command)
    def gather(world: World, *, planned: bool, format_: str, local: bool, endpoint: str, **rest: Any) -> Exit:
        from ramstack.cli.inputs import question_of, stacks_of, variables_of

        asked = (rest.pop(key) for key in ("action", "resource", "address", "moment", "mfa"))
        paths, variables, files = (rest.pop(key) for key in ("paths", "variables", "variable_files"))
        request = question_of(world, *asked)
        read = planned or paths
        stacks = stacks_of(world, paths, variables_of(world, variables, files)) if read else ()
        return command(world, Question(request, planned, stacks, Where(local, endpoint), format_), **rest)

    options = (
        click.argument("action"),
        click.argument("resource", required=False),
        click.option("--from", "address", metavar="IP", help="The address that the request comes from."),
        click.option("--at", "moment", metavar="TIME", help="When, such as 2026-01-31T08:00:00Z."),
        click.option("--mfa/--no-mfa", default=None, help="With or without a second factor."),
        click.option("--planned", is_flag=True, help="Ask about the account as the stacks will have it."),
        click.option(
            "--stack",
            "paths",
            multiple=True,
            type=click.Path(path_type=Path),
            help="Stack files or folders, as PATHS of plan; with them an answer names their lines.",
        ),
        format_option,
        variables_options,
        account_options,
    )
    for option in reversed(options):
        gather = option(gather)
    return gather


@click.command()
@click.argument("principal", metavar="USER")
@click.pass_obj
@question_options
def explain(world: World, question: Question, *, principal: str) -> Exit:
    """May USER call ACTION, and which statement says so.

    USER is a name, or user/NAME, group/NAME, role/NAME; ACTION is such as ice:GetMediaInfo. What is not said (from where,
    when, with a second factor) is not known, and the answer may depend on it.
    """
    from ramstack.cli.inputs import principal_in
    from ramstack.views.decision_text import decision_document, decision_text
    from ramstack.views.json_text import json_text

    judge = _judge(world, question, lambda h: h.policies([principal_in(h.principals, principal)]))
    verdict = judge.decide(principal_in(judge.holdings.principals, principal), question.request)
    if question.format_ == "json":
        world.emit(json_text(decision_document(verdict, question.request, is_planned=question.is_planned)))
    else:
        world.emit(decision_text(verdict, question.request, **world.look(world.stdout)))
    return Exit.DONE


@click.command("who-can")
@click.pass_obj
@question_options
def who_can(world: World, question: Question) -> Exit:
    """Every user, group and role that may call ACTION, or may under conditions.

    ACTION is such as ice:DeleteMediaInfos. The account itself, which may do everything, is not listed.
    """
    from ramstack.views.decision_text import who_can_document, who_can_text
    from ramstack.views.json_text import json_text

    judge = _judge(world, question, lambda h: h.policies(h.principals))
    verdicts = judge.who_can(question.request)
    if question.format_ == "json":
        world.emit(json_text(who_can_document(verdicts, question.request, is_planned=question.is_planned)))
    else:
        world.emit(who_can_text(verdicts, question.request, **world.look(world.stdout)))
    return Exit.DONE


def _judge(world: World, question: Question, needs: Needs) -> Judge:
    """The account in question, with every document that the answer needs, each read once."""
    from ramstack.account.documents import with_documents
    from ramstack.cli.connection import open_account
    from ramstack.planning.decisions import Judge
    from ramstack.planning.holdings import Holdings

    with open_account(world, question.where) as gateway:
        account = _state(world, gateway.reader, question)
        holdings = Holdings(account)
        known = with_documents(gateway.reader, account, holdings.missing(needs(holdings)))
    return Judge.of(known, question.stacks)


def _state(world: World, reader: Reader, question: Question) -> Account:
    """The account as it is, or as the stacks will have it. Raises StackError where they cannot be planned."""
    from ramstack.cli.flow import read_for
    from ramstack.cli.inputs import request_of
    from ramstack.model.errors import StackError
    from ramstack.planning.holdings import planned
    from ramstack.planning.plan import make_plan

    stacks: Sequence[Stack] = question.stacks
    live = read_for(reader, stacks, whole=True)
    if not question.is_planned:
        return live
    plan = make_plan(stacks, live, request_of(world))
    if plan.errors:
        raise StackError(plan.errors)
    return planned(plan, live)
