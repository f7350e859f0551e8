"""Commands that serve: the account for any client, and the app for a browser."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, get_args

import click

from c360 import account_process, app_server
from c360.commands.context import APP_PORT, BEGAN, common_options
from c360.connection import LOOPBACK, connect, target
from c360.errors import CommandError
from stacks.apps import Audience

if TYPE_CHECKING:
    from c360.commands.context import Context


@click.command()
@common_options
def account(context: Context) -> None:
    """Serve the local account in the foreground, for any client; Ctrl-C ends it."""
    if context.stack != "local":
        raise CommandError(f"Stack {context.stack} lives in a real account, which needs no serving.")
    account_process.announce(context.home, context.ports)
    from local_account.server.serve import serve_forever  # noqa: PLC0415 - seconds to import, and only this command serves

    with account_process.serving_here(context.home, context.ports):
        serve_forever(context.home, context.ports.account, context.ports.s3)


@click.command()
@click.option(
    "--as",
    "audience",
    type=click.Choice(get_args(Audience)),
    default="marketing",
    show_default=True,
    help="Whose app: its pages read with its own role.",
)
@BEGAN
@APP_PORT
@common_options
def app(context: Context, app_port: int, audience: Audience, began: float | None) -> None:
    """Serve one of the deployed apps (local), or say where they are."""
    serve_page(context, app_port, audience, began)


def serve_page(context: Context, app_port: int, audience: Audience = "marketing", began: float | None = None) -> None:
    """Serve an app until Ctrl-C; of a real account say where its apps are.

    Args:
        context: of the command.
        app_port: of the page.
        audience: whose app.
        began: when all that led here began, in seconds since 1970; how long that is ago is said with the address.

    Raises:
        CommandError: for a port that is taken, a stack that is not deployed, or a server that ends by itself.
    """
    if context.stack != "local":
        to = target(context.stack, context.ports, context.home)
        for name in get_args(Audience):
            click.echo(f"{name}: {app_server.snowsight_url(to, app_server.app_for(to, name))}")
        return
    context.require_deployed()
    app_server.require_page_port(context.home, app_port)
    with context.account() as running:
        to = target(context.stack, running.ports, context.home)
        served = app_server.app_for(to, audience)
        # A folder each: two audiences may be served side by side, each with the secrets of its own role.
        folder = context.home / app_server.APPS / audience
        # As its owner reads them on Snowflake.
        with connect(to, served.role) as connection, connection.cursor() as cursor:
            app_server.fetch(cursor, folder, served.main_file)
        app_server.write_secrets(folder, to.login(served.role))
        with app_server.serving(context.home, app_port, folder / served.main_file) as server:
            took = f", {time.time() - began:.0f} s after the beginning" if began else ""
            click.echo(f"The page for {audience} is served on http://{LOOPBACK}:{app_port}{took} (Ctrl-C ends it)")
            try:
                status = server.wait()
            except KeyboardInterrupt:
                return
    raise CommandError(f"Streamlit ended by itself with status {status}: see {context.home / app_server.LOG}.")
