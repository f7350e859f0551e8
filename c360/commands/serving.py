"""Commands that serve: the account for any client, and the app for a browser."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from c360 import account_process, app_server
from c360.commands.context import APP_PORT, common_options
from c360.connection import LOOPBACK, connect, target
from c360.errors import CommandError

if TYPE_CHECKING:
    from c360.commands.context import Context


@click.command()
@common_options
def account(context: Context) -> None:
    """Serve the local account in the foreground, for any client; Ctrl-C ends it."""
    if context.stack != "local":
        raise CommandError(f"Stack {context.stack} lives in a real account, which needs no serving.")
    account_process.settle(context.home)
    if running := account_process.find(context.home):
        raise CommandError(
            f"The account of {context.home} is served already: port {running.ports.account}, process {running.pid}."
        )
    account_process.require_free(context.ports.account, "--port")
    account_process.require_free(context.ports.s3, "--s3-port")
    from local_account.server.serve import serve_forever  # noqa: PLC0415 - seconds to import, and only this command serves

    with account_process.serving_here(context.home, context.ports):
        serve_forever(context.home, context.ports.account, context.ports.s3)


@click.command()
@APP_PORT
@common_options
def app(context: Context, app_port: int) -> None:
    """Serve the deployed app (local), or say where it is."""
    if context.stack != "local":
        click.echo(app_server.snowsight_url(target(context.stack, context.ports, context.home)))
        return
    context.require_deployed()
    app_server.require_page_port(context.home, app_port)
    with context.account() as running:
        to = target(context.stack, running.ports, context.home)
        folder = context.home / app_server.APP
        with connect(to) as connection, connection.cursor() as cursor:
            app_server.fetch(cursor, folder)
        app_server.write_secrets(folder, to.login(to.names.marketing))
        with app_server.serving(context.home, app_port) as server:
            click.echo(f"The page is served on http://{LOOPBACK}:{app_port} (Ctrl-C ends it)")
            try:
                status = server.wait()
            except KeyboardInterrupt:
                return
    raise CommandError(f"Streamlit ended by itself with status {status}: see {context.home / app_server.LOG}.")
