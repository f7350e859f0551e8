"""Commands that ask the account: how the platform is, and any one statement."""

from __future__ import annotations

from itertools import islice
from typing import TYPE_CHECKING, Any

import click

from c360.commands.context import common_options
from c360.commands.costing import expected
from c360.connection import connect, target
from c360.errors import CommandError, one_sentence

if TYPE_CHECKING:
    from collections.abc import Iterator

    from snowflake.connector.cursor import SnowflakeCursor

    from c360.commands.context import Context
    from c360.connection import Target


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
        used = _used_credits(to)
    click.echo(found.as_text())
    click.echo(f"\n{used}")
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


def _used_credits(to: Target) -> str:
    """Say what the stack's warehouses used, beside what was expected; nothing is expected where nothing was used."""
    from snowflake.connector.errors import Error  # noqa: PLC0415 - slow to import

    from c360.cost.assumptions import Assumptions  # noqa: PLC0415
    from c360.cost.metered import METERED_DAYS, credits_per_day  # noqa: PLC0415
    from c360.cost.text import compared_text  # noqa: PLC0415

    if not (app := to.names.apps.get("operations")):
        return "What warehouses used cannot be read: an older version of this program deployed the stack."
    try:
        with connect(to, app.role, to.names.app_warehouse) as connection, connection.cursor() as cursor:
            used = credits_per_day(cursor)
    except Error as error:
        return f"What warehouses used cannot be read as {app.role}: {one_sentence(str(error.msg or error))}"
    if not any(used.values()):
        return f"No warehouse used credits in the last {METERED_DAYS} whole days."
    return compared_text(used, expected(to.stack, Assumptions()))


def _rows(cursor: SnowflakeCursor) -> Iterator[tuple[Any, ...]]:
    while (row := cursor.fetchone()) is not None:
        yield tuple(row)
