"""Commands about what is here: what the machine lacks, and the removal of everything that was deployed."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from c360 import account_process, state_folder
from c360.commands.context import APP_PORT, YES, common_options
from c360.errors import CommandError

if TYPE_CHECKING:
    from c360.commands.context import Context


@click.command()
@APP_PORT
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


@click.command()
@YES
@common_options
def destroy(context: Context, *, yes: bool) -> None:
    """Remove everything that was deployed and, for the local stack, its state; nothing is left."""
    from c360.deployment import process as deployment  # noqa: PLC0415

    if context.stack != "local":
        deployment.run_pulumi("destroy", context.stack, confirmed=yes)
        return
    if not state_folder.holds_state(context.home):
        click.echo(f"Nothing to destroy: {context.home} holds no state.")
        return
    with context.changing("destroy"):
        with (
            context.account() as running,
            deployment.LocalDeployment("destroy", context.home, running.ports) as destroying,
        ):
            destroying.follow(lambda _event: None)
        if serving_elsewhere := account_process.find(context.home):
            account_process.stop(serving_elsewhere.pid)
        state_folder.remove(context.home)
    click.echo(f"Destroyed the local stack and its state in {context.home}.")
