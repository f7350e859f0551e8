"""Commands that compare: two revisions of the program, and the program with the account."""

from __future__ import annotations

from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from c360.commands.context import common_options
from c360.connection import connect, target
from c360.errors import CommandError
from components.repository import ROOT

if TYPE_CHECKING:
    from collections.abc import Callable

    from c360.commands.context import Context

# Has MANAGE GRANTS, and nothing to read data with.
_SEES_EVERY_GRANT = "SECURITYADMIN"


@click.command()
@click.option("--base", default="main", show_default=True, metavar="REF", help="What to compare with.")
@click.option("--head", metavar="REF", help="What is compared. [default: the files as they are]")
@click.option(
    "--stack", "stacks", type=click.Choice(["local", "dev", "prod"]), multiple=True,
    help="Compare this stack only; may be repeated. [default: every stack]",
)  # fmt: skip
@click.option("--fail-on-destructive", is_flag=True, help="Status 1 where something destructive is found.")
@click.option(
    "--import-file", type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="Instead of a report: write into this file, which 'pulumi preview --import-file' made of one stack, the ids "
    "by which 'pulumi import' takes over what is in the account.",
)  # fmt: skip
def preview(
    base: str, head: str | None, stacks: tuple[str, ...], fail_on_destructive: bool, import_file: Path | None
) -> None:
    """Report, as Markdown and without credentials, what a change does to every stack."""
    from c360.review import import_ids, revisions  # noqa: PLC0415 - the one command that reads the program

    try:
        if import_file:
            if len(stacks) != 1:
                raise CommandError("Name the stack of the import file by --stack.")
            count = import_ids.fill(import_file, revisions.recorded_stack(ROOT, stacks[0]).resources)
            options = f"--stack {stacks[0]} --protect=false --generate-code=false --file"
            click.echo(f"{count} ids: pulumi import {options} {import_file}")
            return
        report = revisions.preview(ROOT, base, head, stacks)
    except revisions.RevisionError as error:
        raise CommandError(str(error)) from error
    click.echo(report.text, nl=False)
    if report.errors:
        raise CommandError(f"Not every stack could be compared: {', '.join(report.errors)}.")
    if fail_on_destructive and report.destructive:
        raise CommandError(f"Destructive changes: {report.destructive}.")


@click.command()
@common_options
def drift(context: Context) -> None:
    """Compare the account's grants and semantic view with those of the program; status 1 where they differ."""
    from snowflake.connector import DictCursor  # noqa: PLC0415

    from c360.review import grant_drift, revisions, semantic_changes  # noqa: PLC0415

    context.require_deployed()
    try:
        snapshot = revisions.recorded_stack(ROOT, context.stack)
    except revisions.RevisionError as error:
        raise CommandError(str(error)) from error
    view = semantic_changes.semantic_view(snapshot)
    with context.account() as running:

        def asking(role: str) -> Callable[[str], list[dict[str, Any]]]:
            connection = opened.enter_context(connect(target(context.stack, running.ports, context.home), role))

            def query(statement: str) -> list[dict[str, Any]]:
                cursor = connection.cursor(DictCursor)
                cursor.execute(statement)
                return [{str(key).lower(): value for key, value in dict(row).items()} for row in cursor.fetchall()]

            return query

        with ExitStack() as opened:
            found = grant_drift.compare_grants(snapshot, asking(_SEES_EVERY_GRANT))
            model = semantic_changes.view_drift(view, asking(str(view.inputs["role"]))) if view else []
    click.echo(found.as_text())
    click.echo("\n".join(model or ["The semantic view is as the program declares it."]))
    if not found.is_none:
        raise CommandError("The account's grants are not those of the program: see above.")
    if model:
        raise CommandError("The account's semantic view is not that of the program: see above.")
