"""Commands that ask the account: how the platform is, and any one statement."""

from __future__ import annotations

from itertools import islice
from typing import TYPE_CHECKING, Any

import click

from c360.commands.context import common_options
from c360.connection import connect, target
from c360.errors import CommandError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from snowflake.connector.cursor import SnowflakeCursor

    from c360.commands.context import Context


# So many rows are looked at before the first is printed: they say how wide the columns are.
_MEASURED = 1_000
_HEAD_LINES = 2


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
    if fault := found.fault(to.command("up")):
        raise CommandError(fault)


@click.command()
@click.argument("statement")
@click.option("--role", help="Role to run it with. [default: DATA_ENGINEER]")
@common_options
def sql(context: Context, statement: str, role: str | None) -> None:
    """Run one SQL statement and print its rows as they come."""
    from c360.text_table import table_lines  # noqa: PLC0415

    if not statement.strip():
        raise CommandError('The statement is empty: write one, such as "select 1".')
    context.require_deployed()
    with context.account() as running:
        to = target(context.stack, running.ports, context.home)
        with connect(to, role) as connection, connection.cursor() as cursor:
            cursor.execute(statement)
            lines = table_lines([column.name for column in cursor.description], _rows(cursor), _MEASURED)
            count = -_HEAD_LINES
            while block := list(islice(lines, _MEASURED)):
                click.echo("\n".join(block))
                count += len(block)
            click.echo(f"({count:,} row{'' if count == 1 else 's'})")


def _rows(cursor: SnowflakeCursor) -> Iterator[tuple[Any, ...]]:
    while (row := cursor.fetchone()) is not None:
        yield tuple(row)
