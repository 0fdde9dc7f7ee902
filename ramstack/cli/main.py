"""`ramstack`: from argv to an exit code, and nothing else. No traceback reaches a person for what can go wrong."""

from __future__ import annotations

import gc
import io
import sys
from collections.abc import Sequence
from dataclasses import replace

import click

from ramstack import __version__
from ramstack.cli.commands import COMMANDS
from ramstack.cli.exits import Exit, exit_of
from ramstack.cli.signals import tidy_end
from ramstack.cli.world import World
from ramstack.model.errors import GatewayError, RamstackError, StackError, StalePlan


@click.group(context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.version_option(__version__, message="ramstack %(version)s")
def cli() -> None:
    """Infrastructure as code for identities on Alibaba Cloud.

    Stacks in YAML describe RAM users, tags, groups, policies and who gets what; plan shows what would change, apply does
    exactly that. There is no state file: the account itself says what belongs to which stack.
    """


for command in COMMANDS:
    cli.add_command(command)


def main(argv: Sequence[str], world: World | None = None) -> int:
    """Run one command in a world and return its exit code."""
    here = replace(world or World(), argv=tuple(argv))
    try:
        with tidy_end():
            result = cli.main(list(argv), prog_name="ramstack", standalone_mode=False, obj=here)
    except click.UsageError as error:
        error.show(file=here.stderr)
        return Exit.USAGE
    except click.ClickException as error:
        error.show(file=here.stderr)
        return Exit.ERROR
    except click.Abort:
        here.say("Stopped. Nothing was written.")
        return Exit.ERROR
    except KeyboardInterrupt:  # while applying, signals.Stop takes it instead
        here.say("Stopped.")
        return Exit.ERROR
    except RamstackError as error:
        tell(here, error)
        return exit_of(error)
    except BrokenPipeError:
        return Exit.ERROR
    except OSError as error:
        here.say(f"error: {error.strerror or error}" + (f": {error.filename}" if error.filename else ""))
        return Exit.ERROR
    return int(result or 0)


def tell(world: World, error: RamstackError) -> None:
    """One sentence for a person; every problem when there are several."""
    match error:
        case StackError(problems=problems):
            from ramstack.views.problems_text import problems_text

            world.say(problems_text(problems, **world.look(world.stderr)))
        case StalePlan(moved=moved):
            lines = "".join(f"\n  {what}" for what in moved)
            world.say(f"error: {error.summary}; nothing was written:{lines}\nMake a new plan.")
        case GatewayError():
            request = f" (request {error.request_id})" if error.request_id else ""
            world.say(f"error: {error.code}: {error.message}{request}")
        case _:
            world.say(f"error: {error}")


def spare_collector() -> None:
    """A process that lives for one command: the collector of cycles need not look at all values so often."""
    gc.set_threshold(100_000, 20, 100)


def run() -> None:
    """The console script."""
    spare_collector()
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")  # a narrow encoding is no reason to stop
    sys.exit(main(sys.argv[1:]))
