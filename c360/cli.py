"""The command line `c360`: joins the parts, and turns every failure into one sentence and an exit status."""

from __future__ import annotations

import os
import re
import signal
import sys
import traceback
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from functools import wraps
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click
from rich.console import Console

from c360 import account_process, app_server, own_data, state_folder
from c360.account_process import RunningAccount, serving
from c360.connection import LOOPBACK, Ports, configuration, connect, local_outputs, target
from c360.errors import CommandError, one_sentence
from components.repository import ROOT
from local_account.loading import leave_out_pandas
from pipeline.scale import LEAST_CUSTOMERS, MOST_CUSTOMERS

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from c360.connection import Stack

_INTERRUPTED = 130


@dataclass(frozen=True)
class Context:
    """What every command is given.

    Attributes:
        stack: Which deployment it works on.
        home: The state folder.
        ports: Ports where the local account is to serve.
        console: Where it writes.
    """

    stack: Stack
    home: Path
    ports: Ports
    console: Console

    def serving_ports(self) -> Ports:
        """Return the ports of the account that serves already, or those where it is going to serve.

        Raises:
            CommandError: where one of these is taken.
        """
        if self.stack != "local":
            return self.ports
        if running := account_process.find(self.home):
            return running.ports
        account_process.require_free(self.ports.account, "--port")
        account_process.require_free(self.ports.s3, "--s3-port")
        return self.ports

    @contextmanager
    def account(self, *, ahead: bool = False) -> Iterator[RunningAccount]:
        """Have the stack's account serve (a real one does so by itself); ahead: before a run."""
        if self.stack != "local":
            yield RunningAccount(0, self.ports)
            return
        with serving(self.home, self.ports, ahead=ahead) as running:
            yield running


def common_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """Give a command the options that all of them have, handed over as one `Context`."""

    @click.option(
        "--stack", type=click.Choice(["local", "dev", "prod"]), default="local", show_default=True,
        help="Which deployment to work on.",
    )  # fmt: skip
    @click.option("--port", type=_PORT, default=Ports.account, show_default=True, help="Port of the local account.")
    @click.option(
        "--s3-port", type=_PORT, default=Ports.s3, show_default=True, help="Port of the local S3, IAM and STS."
    )
    @wraps(command)
    def with_context(stack: Stack, port: int, s3_port: int, **others: Any) -> Any:
        return command(Context(stack, home_folder(), Ports(port, s3_port), Console()), **others)

    return with_context


def home_folder() -> Path:
    """Return the folder of the local state: C360_HOME, or .c360 in the repository."""
    return Path(os.environ.get("C360_HOME") or ROOT / ".c360").expanduser().resolve()


# Has MANAGE GRANTS, and nothing to read data with.
_SEES_EVERY_GRANT = "SECURITYADMIN"
_PORT = click.IntRange(1, 65535)
_APP_PORT = click.option("--app-port", type=_PORT, default=8501, show_default=True, help="Port of the page.")


@click.group(context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
def c360() -> None:
    """Customer 360 on Snowflake, or on this computer."""


@c360.command()
@click.option(
    "--customers", type=click.IntRange(LEAST_CUSTOMERS, MOST_CUSTOMERS),
    help="How many customers to generate. [default: as the stack's configuration says]",
)  # fmt: skip
@click.option(
    "--data", type=click.Path(exists=True, file_okay=False, path_type=Path),
    help="Folder with your own files in customers/ and transactions/, to load instead of generated data.",
)  # fmt: skip
@common_options
def up(context: Context, customers: int | None, data: Path | None) -> None:
    """Deploy the stack, load the data and run the whole pipeline."""
    from c360.measure import Meter  # noqa: PLC0415 - these imports take seconds, which no other command needs
    from c360.workflow import RunRecord, Workflow  # noqa: PLC0415

    files = own_data.find_files(data) if data else {}
    count = _customers_to_generate(context, customers, data)
    meter, record = Meter(), RunRecord("up", context.stack, count)
    state_folder.prepare(context.home)
    with record.kept(context.home, meter), ExitStack() as stack:
        work = Workflow(context.stack, context.home, context.serving_ports(), context.console, meter)
        with work.preparing(count, files) as deployed:
            with meter.phase("start"):
                meter.account_pid = stack.enter_context(context.account(ahead=True)).pid
            to_upload = deployed()
        work.upload(to_upload)
        work.execute(record)


def _customers_to_generate(context: Context, customers: int | None, data: Path | None) -> int | None:
    """Return how many customers to generate, or None where the data comes from files.

    Raises:
        CommandError: where the options, the configuration and what the stack holds do not fit together.
    """
    if data and customers:
        raise CommandError("--data brings your own customers and --customers generates some: give one of them.")
    wanted = configuration(context.stack)
    deployed = local_outputs(context.home).get("source") if context.stack == "local" else None
    loads_files = "files" in (wanted.source, deployed)
    if loads_files and customers:
        raise CommandError("This stack is loaded from files: 'c360 destroy' it before it generates customers.")
    if data and not loads_files:
        if context.stack != "local":
            raise CommandError(f"Set customer-360:source to files in Pulumi.{context.stack}.yaml to load {data}.")
        if deployed == "synthetic":
            raise CommandError(f"This stack holds generated data: 'c360 destroy' it before it loads {data}.")
    if data or loads_files:
        return None
    return customers or wanted.customers


@c360.command()
@common_options
def run(context: Context) -> None:
    """Execute the deployed task graph and watch it."""
    from c360.measure import Meter  # noqa: PLC0415
    from c360.workflow import RunRecord, Workflow  # noqa: PLC0415

    meter, record = Meter(), RunRecord("run", context.stack)
    state_folder.prepare(context.home)
    with record.kept(context.home, meter), context.account(ahead=True) as running:
        meter.account_pid = running.pid
        Workflow(context.stack, context.home, running.ports, context.console, meter).execute(record)


@c360.command()
@common_options
def account(context: Context) -> None:
    """Serve the local account in the foreground, for any client; Ctrl-C ends it."""
    if context.stack != "local":
        raise CommandError(f"Stack {context.stack} lives in a real account, which needs no serving.")
    if running := account_process.find(context.home):
        raise CommandError(
            f"The account of {context.home} is served already: port {running.ports.account}, process {running.pid}."
        )
    account_process.require_free(context.ports.account, "--port")
    account_process.require_free(context.ports.s3, "--s3-port")
    from local_account.server.serve import serve_forever  # noqa: PLC0415 - seconds to import, and only this command serves

    state_folder.prepare(context.home)
    account_process.record(context.home, RunningAccount(os.getpid(), context.ports))
    try:
        serve_forever(context.home, context.ports.account, context.ports.s3)
    finally:
        account_process.forget(context.home)


@c360.command()
@_APP_PORT
@common_options
def app(context: Context, app_port: int) -> None:
    """Serve the deployed app (local), or say where it is."""
    if context.stack != "local":
        click.echo(app_server.snowsight_url(target(context.stack, context.ports, context.home)))
        return
    account_process.require_free(app_port, "--app-port")
    with context.account() as running:
        to = target(context.stack, running.ports, context.home)
        folder = context.home / "app"
        with connect(to) as connection, connection.cursor() as cursor:
            app_server.fetch(cursor, folder)
        app_server.write_secrets(folder, to.login(to.names.marketing))
        with app_server.serving(folder, app_port, context.home / "app.log") as server:
            click.echo(f"The page is served on http://{LOOPBACK}:{app_port} (Ctrl-C ends it)")
            try:
                status = server.wait()
            except KeyboardInterrupt:
                return
    raise CommandError(f"Streamlit ended by itself with status {status}: see {context.home / 'app.log'}.")


@c360.command()
@common_options
def status(context: Context) -> None:
    """Show the newest runs, failed checks, record counts and models; status 1 where something is wrong."""
    from c360 import summary  # noqa: PLC0415

    with context.account() as running:
        to = target(context.stack, running.ports, context.home)
        with connect(to) as connection, connection.cursor() as cursor:
            found = summary.status(cursor, to.names.root_task)
    click.echo(found.as_text())
    if not found.is_good:
        raise CommandError("The newest run failed, or a data quality check of it did: see above.")


@c360.command()
@click.argument("statement")
@click.option("--role", help="Role to run it with. [default: DATA_ENGINEER]")
@common_options
def sql(context: Context, statement: str, role: str | None) -> None:
    """Run one SQL statement and print its rows."""
    from c360.text_table import text_table  # noqa: PLC0415

    with context.account() as running:
        to = target(context.stack, running.ports, context.home)
        with connect(to, role) as connection, connection.cursor() as cursor:
            cursor.execute(statement)
            rows = [tuple(row) for row in cursor.fetchall()]
            click.echo(text_table([column.name for column in cursor.description], rows))
            click.echo(f"({len(rows):,} row{'' if len(rows) == 1 else 's'})")


@c360.command()
@click.option("--base", default="main", show_default=True, metavar="REF", help="What to compare with.")
@click.option("--head", metavar="REF", help="What is compared. [default: the files as they are]")
@click.option(
    "--stack", "stacks", type=click.Choice(["local", "dev", "prod"]), multiple=True,
    help="Compare this stack only; may be repeated. [default: every stack]",
)  # fmt: skip
@click.option("--fail-on-destructive", is_flag=True, help="Status 1 where something destructive is found.")
def preview(base: str, head: str | None, stacks: tuple[str, ...], fail_on_destructive: bool) -> None:
    """Report, as Markdown and without credentials, what a change does to every stack."""
    from c360.review import revisions  # noqa: PLC0415 - the one command that reads the program

    try:
        report = revisions.preview(ROOT, base, head, stacks)
    except revisions.RevisionError as error:
        raise CommandError(str(error)) from error
    click.echo(report.text, nl=False)
    if report.errors:
        raise CommandError(f"Not every stack could be compared: {', '.join(report.errors)}.")
    if fail_on_destructive and report.destructive:
        raise CommandError(f"Destructive changes: {report.destructive}.")


@c360.command()
@common_options
def drift(context: Context) -> None:
    """Compare the account's grants with those that the program declares; status 1 where they differ."""
    from snowflake.connector import DictCursor  # noqa: PLC0415

    from c360.review import grant_drift, revisions  # noqa: PLC0415

    try:
        snapshot = revisions.recorded_stack(ROOT, context.stack)
    except revisions.RevisionError as error:
        raise CommandError(str(error)) from error
    with (
        context.account() as running,
        connect(target(context.stack, running.ports, context.home), _SEES_EVERY_GRANT) as connection,
    ):

        def query(statement: str) -> list[dict[str, Any]]:
            cursor = connection.cursor(DictCursor)
            cursor.execute(statement)
            return [{str(key).lower(): value for key, value in dict(row).items()} for row in cursor.fetchall()]

        found = grant_drift.compare_grants(snapshot, query)
    click.echo(found.as_text())
    if not found.is_none:
        raise CommandError("The account's grants are not those of the program: see above.")


@c360.command()
@_APP_PORT
@common_options
def doctor(context: Context, app_port: int) -> None:
    """Say what this machine or account lacks, and how to get it."""
    from c360.doctor import examine  # noqa: PLC0415

    checks = examine(context.stack, context.home, context.ports, app_port)
    for check in checks:
        click.echo(check.as_text())
    if lacking := [check.name for check in checks if check.is_blocking]:
        raise CommandError(f"Not ready for stack {context.stack}: {', '.join(lacking)}.")
    click.echo(f"Ready for stack {context.stack}.")


@c360.command()
@common_options
def destroy(context: Context) -> None:
    """Remove everything that was deployed and, for the local stack, its state; nothing is left."""
    from c360.deployment import process as deployment  # noqa: PLC0415

    if context.stack != "local":
        deployment.run_pulumi("destroy", context.stack)
        return
    if not state_folder.holds_state(context.home):
        click.echo(f"Nothing to destroy: {context.home} holds no state.")
        return
    with context.account() as running, deployment.LocalDeployment("destroy", context.home, running.ports) as destroying:
        destroying.follow(lambda _event: None)
    if serving_elsewhere := account_process.find(context.home):
        account_process.stop(serving_elsewhere.pid)
    state_folder.remove(context.home)
    click.echo(f"Destroyed the local stack and its state in {context.home}.")


def main() -> None:
    """Run the command line; the one place where an exception becomes a sentence."""
    leave_out_pandas()
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
    return f"{one_sentence(error) or type(error).__name__} ({type(error).__name__}; C360_DEBUG=1 shows where)"


def _interrupt(_signal: int, _frame: object) -> None:
    raise KeyboardInterrupt
