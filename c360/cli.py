"""The command line `c360`: joins the commands, and turns every failure into one sentence and an exit status."""

from __future__ import annotations

import errno
import os
import re
import signal
import sys
import traceback

import click

from c360.commands import asking, costing, files, machine, questions, returning, reviewing, runs, serving
from c360.errors import CommandError, one_sentence
from local_account.loading import hide_warnings, leave_out_pandas

_INTERRUPTED = 130
_COMMANDS = (
    runs.up,
    serving.app,
    serving.account,
    runs.run,
    asking.status,
    asking.sql,
    questions.ask,
    files.files,
    reviewing.preview,
    reviewing.drift,
    costing.cost,
    machine.doctor,
    returning.rollback,
    machine.destroy,
)


@click.group(context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
def c360() -> None:
    """Customer 360 on Snowflake, or on this computer."""


for _command in _COMMANDS:
    c360.add_command(_command)


def main() -> None:
    """Run the command line; the one place where an exception becomes a sentence."""
    hide_warnings()
    leave_out_pandas()
    # Its login asks the metadata services of three clouds where it runs, for statistics: up to 0.2 s each process.
    os.environ.setdefault("SNOWFLAKE_DISABLE_PLATFORM_DETECTION", "true")
    signal.signal(signal.SIGTERM, _interrupt)
    sys.exit(run_command(sys.argv[1:]))


def run_command(arguments: list[str]) -> int:
    """Run a command.

    Args:
        arguments: without the program's name.

    Returns:
        The exit status.
    """
    try:
        c360.main(arguments, prog_name="c360", standalone_mode=False)
    except click.exceptions.Exit as ended:
        return ended.exit_code
    except click.ClickException as error:
        error.show()
        return error.exit_code
    except (KeyboardInterrupt, click.Abort):
        click.echo("Ended.", err=True)
        return _INTERRUPTED
    except CommandError as error:
        click.echo(f"Error: {error}", err=True)
        return 1
    except Exception as error:  # noqa: BLE001 - the boundary: nothing behind it may show a traceback
        click.echo(f"Error: {_sentence_of(error)}", err=True)
        if os.environ.get("C360_DEBUG"):
            traceback.print_exc()
        return 1
    return 0


def _sentence_of(error: Exception) -> str:
    from snowflake.connector.errors import Error as SnowflakeError  # noqa: PLC0415 - slow to import

    if isinstance(error, SnowflakeError):
        return one_sentence(re.sub(r"^\d+ \(\w+\): (?:Failed to connect to DB: \S+ )?", "", str(error.msg or error)))
    if isinstance(error, OSError) and error.errno == errno.ENOSPC:
        return f"The disk{_of(error)} is full: make room, then run the command again; what was done is kept."
    return f"{one_sentence(error) or type(error).__name__} ({type(error).__name__}; C360_DEBUG=1 shows where)"


def _of(error: OSError) -> str:
    return f" of {error.filename}" if error.filename else ""


def _interrupt(_signal: int, _frame: object) -> None:
    raise KeyboardInterrupt
