"""Commands that ask the account: how the platform is, and any one statement."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from c360.commands.context import common_options
from c360.connection import connect, target
from c360.errors import CommandError

if TYPE_CHECKING:
    from c360.commands.context import Context


@click.command()
@common_options
def status(context: Context) -> None:
    """Show the newest runs, failed checks, record counts and models; status 1 where something is wrong."""
    from c360 import summary  # noqa: PLC0415

    context.require_deployed()
    with context.account() as running:
        to = target(context.stack, running.ports, context.home)
        with connect(to) as connection, connection.cursor() as cursor:
            found = summary.status(cursor, to.names.root_task)
    click.echo(found.as_text())
    if found.fault:
        raise CommandError(found.fault)


@click.command()
@click.argument("statement")
@click.option("--role", help="Role to run it with. [default: DATA_ENGINEER]")
@common_options
def sql(context: Context, statement: str, role: str | None) -> None:
    """Run one SQL statement and print its rows."""
    from c360.text_table import text_table  # noqa: PLC0415

    if not statement.strip():
        raise CommandError('The statement is empty: write one, such as "select 1".')
    context.require_deployed()
    with context.account() as running:
        to = target(context.stack, running.ports, context.home)
        with connect(to, role) as connection, connection.cursor() as cursor:
            cursor.execute(statement)
            rows = [tuple(row) for row in cursor.fetchall()]
            click.echo(text_table([column.name for column in cursor.description], rows))
            click.echo(f"({len(rows):,} row{'' if len(rows) == 1 else 's'})")
