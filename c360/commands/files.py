"""Commands about own files in the bucket: what is there, and how one is taken out."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from c360.commands.context import common_options
from c360.connection import connect, target

if TYPE_CHECKING:
    from c360.commands.context import Context


@click.group()
def files() -> None:
    """List the files in the bucket, or take one out."""


@files.command("list")
@common_options
def list_files(context: Context) -> None:
    """List the files in the bucket, and how many rows of each are loaded."""
    from c360 import lake  # noqa: PLC0415 - the bucket's client is slow to import
    from c360.text_table import text_table  # noqa: PLC0415

    context.require_deployed()
    with context.account() as running:
        to = target(context.stack, running.ports, context.home)
        with connect(to) as connection, connection.cursor() as cursor:
            found = lake.objects(to, cursor)
    rows = [(item.key, item.size, f"{item.delivered_at:%Y-%m-%d %H:%M:%S}", item.rows) for item in found]
    click.echo(
        text_table(("file", "bytes", "delivered_at", "rows_loaded"), rows) if rows else "The bucket has no files."
    )


@files.command("remove")
@click.argument("keys", nargs=-1, required=True, metavar="FILE...")
@common_options
def remove_files(context: Context, keys: tuple[str, ...]) -> None:
    """Take files out of the bucket, by the names that 'c360 files list' shows; rows that were loaded stay."""
    from c360 import lake  # noqa: PLC0415

    context.require_deployed()
    with context.account() as running:
        lake.remove(target(context.stack, running.ports, context.home), keys)
    click.echo(f"Removed {', '.join(keys)}.")
