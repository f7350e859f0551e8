"""Commands that run the pipeline: `up` and `run`."""

from __future__ import annotations

from contextlib import ExitStack, nullcontext
from pathlib import Path
from typing import TYPE_CHECKING

import click

from c360 import app_server, own_data, state_folder
from c360.commands.context import APP_PORT, BEGAN, YES, common_options
from c360.commands.serving import serve_page
from c360.connection import configuration, local_outputs
from c360.errors import CommandError
from pipeline.scale import LEAST_CUSTOMERS, MOST_CUSTOMERS

if TYPE_CHECKING:
    from c360.commands.context import Context


@click.command()
@click.option(
    "--customers", type=click.IntRange(LEAST_CUSTOMERS, MOST_CUSTOMERS),
    help="How many customers to generate. [default: as the stack's configuration says]",
)  # fmt: skip
@click.option(
    "--data", type=click.Path(exists=True, file_okay=False, path_type=Path),
    help="Folder with your own files in customers/ and transactions/, to load instead of generated data.",
)  # fmt: skip
@click.option(
    "--adopt", is_flag=True,
    help="Take over what is in the local account under the platform's names, whoever made it, with its data.",
)  # fmt: skip
@click.option(
    "--app", "with_app", is_flag=True, help="Serve the page of the marketing team afterwards, as 'c360 app' does."
)
@BEGAN
@APP_PORT
@YES
@common_options
def up(  # noqa: PLR0913 - the options of a command
    context: Context,
    customers: int | None,
    data: Path | None,
    *,
    adopt: bool,
    with_app: bool,
    began: float | None,
    app_port: int,
    yes: bool,
) -> None:
    """Deploy the stack, load the data and run the whole pipeline."""
    if with_app and context.stack == "local":
        app_server.require_page_port(context.home, app_port)
    # One account for both: to end it and start it again takes as long as to start the page.
    with context.using() if with_app else nullcontext():
        _up(context, customers, data, adopt=adopt, yes=yes)
        if with_app:
            serve_page(context, app_port, began=began)


def _up(context: Context, customers: int | None, data: Path | None, *, adopt: bool, yes: bool) -> None:
    from c360.measure import Meter  # noqa: PLC0415 - these imports take seconds, which no other command needs
    from c360.workflow import RunRecord, Workflow  # noqa: PLC0415

    delivery = own_data.find_files(data) if data else own_data.Delivery({})
    if delivery.skipped:
        click.echo(f"Skipped, as no data: {', '.join(delivery.skipped)}")
    count = _customers_to_generate(context, customers, data)
    meter, record = Meter(), RunRecord("up", context.stack, count)
    state_folder.prepare(context.home)
    with context.changing("up"), record.kept(context.home, meter), context.using(), ExitStack() as stack:
        work = Workflow(context.stack, context.home, context.serving_ports(), context.console, meter, adopt, yes)
        with work.preparing(count, delivery.files) as deployed:
            with meter.phase("start"):
                meter.account_pid = stack.enter_context(context.account(ahead=True)).pid
            to_upload = deployed()
        work.upload(to_upload)
        work.execute(record)


@click.command()
@common_options
def run(context: Context) -> None:
    """Execute the deployed task graph and watch it."""
    from c360.measure import Meter  # noqa: PLC0415
    from c360.workflow import RunRecord, Workflow  # noqa: PLC0415

    context.require_deployed()
    meter, record = Meter(), RunRecord("run", context.stack)
    state_folder.prepare(context.home)
    with context.changing("run"), record.kept(context.home, meter), context.account(ahead=True) as running:
        meter.account_pid = running.pid
        Workflow(context.stack, context.home, running.ports, context.console, meter).execute(record)


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
