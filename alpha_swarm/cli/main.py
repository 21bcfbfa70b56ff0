"""``alpha-swarm``: the commands, and what becomes of an error."""

from __future__ import annotations

import os
import sys
import traceback
from typing import TYPE_CHECKING, Annotated

import typer
from typer.exceptions import TyperException

from alpha_swarm import __version__
from alpha_swarm.cli import bench, budget, calls, demo, doctor, parts, prove, report, schedules, status
from alpha_swarm.cli.clay import commands as clay
from alpha_swarm.cli.dlq import commands as dlq
from alpha_swarm.cli.lanes import commands as lanes
from alpha_swarm.cli.leads import commands as leads
from alpha_swarm.cli.leads import enrich, trace
from alpha_swarm.cli.privacy import commands as privacy
from alpha_swarm.cli.targets import commands as targets
from alpha_swarm.errors import AlphaSwarmError, UserError
from alpha_swarm.redact import redact

if TYPE_CHECKING:
    from collections.abc import Sequence

DEBUG = "--debug"
_BROKEN_OFF = 130
"""What a shell, too, says of a program that Ctrl-C has ended."""

app = typer.Typer(
    name="alpha-swarm",
    help="Leads in, enriched through Clay, scored, and synced to your CRMs.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)
for module in (parts, leads, enrich, status, budget, trace, calls):
    module.register(app)
for module in (dlq, targets, lanes, report, privacy, schedules, clay, doctor, demo, prove, bench):
    module.register(app)


def _version(wanted: bool) -> None:  # noqa: FBT001 - typer hands the option's value over like this
    if wanted:
        sys.stdout.write(f"alpha-swarm {__version__}\n")
        raise typer.Exit


@app.callback()
def options(
    *,
    _version: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Print the version.")
    ] = False,
    _debug: Annotated[bool, typer.Option(DEBUG, help="Show where an unexpected error came from.")] = False,
) -> None:
    """Leads in, enriched through Clay, scored, and synced to your CRMs."""


def main() -> None:
    """The entry point."""
    for stream in (sys.stdout, sys.stderr):
        stream.reconfigure(errors="replace")  # type: ignore[union-attr]  # both are text streams of the interpreter
    sys.exit(run(sys.argv[1:]))


def run(arguments: Sequence[str]) -> int:
    """Run a command.

    0 success, 1 the answer is no or something broke, 2 a mistake that the user can mend, 130 the user
    broke off.
    """
    debug = DEBUG in arguments
    try:
        code = app(args=list(arguments), standalone_mode=False)
    except UserError as error:
        return max(_complain(line, 2) for line in error.lines)
    except TyperException as error:
        return _complain(
            f"{' '.join(error.format_message().split())} (alpha-swarm --help lists what there is)", 2
        )
    except typer.Abort:
        return _complain("the question was not answered: nothing was done of what it asks", _BROKEN_OFF)
    except BrokenPipeError:
        # Whoever read stdout has seen enough; the interpreter's own flush at exit must not complain either.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    except Exception as error:  # noqa: BLE001 - the last gate: a line for the user in place of a trace
        return _unexpected(error, debug=debug)
    return code if isinstance(code, int) else 0


def _complain(line: str, code: int) -> int:
    sys.stderr.write(f"alpha-swarm: {' '.join(line.split())}\n")
    return code


def _unexpected(error: Exception, *, debug: bool) -> int:
    if debug:
        traceback.print_exception(error)
    # A verdict's text is made to be shown; any other may quote what it stumbled over.
    text = redact(str(error)) if isinstance(error, AlphaSwarmError) else f"unexpected {type(error).__name__}"
    hint = "" if debug else f"; {DEBUG} before the command shows where, doctor checks the installation"
    return _complain(f"{text}{hint}", 1)


if __name__ == "__main__":
    main()
