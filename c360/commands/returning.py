"""The command that returns to the deployment before."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from c360 import churn_model, past_deployments
from c360.commands.context import common_options
from c360.connection import connect, target
from c360.errors import CommandError

if TYPE_CHECKING:
    from c360.commands.context import Context

_BOTH = 2


@click.command()
@click.option("--keep-model", is_flag=True, help="Leave the churn model that is in use.")
@common_options
def rollback(context: Context, *, keep_model: bool) -> None:
    """Return program, files, dbt project, semantic view, app and churn model to the deployment before."""
    from c360.deployment.process import LocalDeployment, Manner  # noqa: PLC0415 - these take a second to import
    from c360.measure import Meter  # noqa: PLC0415
    from c360.workflow import Workflow  # noqa: PLC0415

    if context.stack != "local":
        raise CommandError(
            f"A real account returns to a revision by being deployed from it: run the workflow 'deploy' on the commit "
            f"before, or 'git checkout' it and 'c360 up --stack {context.stack}'."
        )
    context.require_deployed()
    kept = past_deployments.past_deployments(context.home)
    if len(kept) < _BOTH:
        raise CommandError("There is no deployment before this one to return to: the first 'c360 up' made what stands.")
    before, standing = kept[-2:]
    wanted = "" if keep_model else before.model
    with context.changing("rollback"), context.using(), context.account() as running, before.unpacked() as program:
        to = target(context.stack, running.ports, context.home)
        with connect(to) as connection, connection.cursor() as cursor:
            churn_model.require_model(cursor, wanted)
        work = Workflow(context.stack, context.home, running.ports, context.console, Meter())
        manner = Manner(before.settings, program=program)
        with LocalDeployment("up", context.home, running.ports, manner) as deploying:
            work.follow(deploying)
        with connect(to) as connection, connection.cursor() as cursor:
            swapped = churn_model.return_to_model(cursor, wanted)
        past_deployments.forget(standing)
    model = "another churn model is in use" if swapped else "the churn model is the same"
    click.echo(f"The program of {before.deployed_at} stands again, and {model}; 'c360 run' builds the data with it.")
