"""The command that says what a stack is expected to cost."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from c360.errors import CommandError
from components.repository import ROOT

if TYPE_CHECKING:
    from c360.cost.assumptions import Assumptions
    from c360.cost.estimate import Estimate


@click.command()
@click.option(
    "--stack", type=click.Choice(["local", "dev", "prod"]), default="local", show_default=True,
    help="Which stack; the local one costs nothing, and is shown as it would cost in an account.",
)  # fmt: skip
@click.option("--set", "settings", multiple=True, metavar="NAME=VALUE", help="Assume another value; may be repeated.")
def cost(stack: str, settings: tuple[str, ...]) -> None:
    """Estimate, without credentials, the credits and dollars of a stack: each with its formula and assumptions."""
    from c360.cost.assumptions import AssumptionError, with_settings  # noqa: PLC0415 - as below
    from c360.cost.text import as_text  # noqa: PLC0415

    try:
        assumed = with_settings(settings)
    except AssumptionError as error:
        raise CommandError(str(error)) from error
    click.echo(as_text(expected(stack, assumed), assumed, stack))


def expected(stack: str, assumed: Assumptions) -> Estimate:
    """Estimate what the program, as its files are, declares for a stack.

    Raises:
        CommandError: where it cannot be evaluated, or there is no formula for a part of it.
    """
    from c360.cost.estimate import estimate  # noqa: PLC0415 - reading programs takes seconds to import
    from c360.cost.sizing import SizingError  # noqa: PLC0415
    from c360.review.expected_cost import sizing_of  # noqa: PLC0415
    from c360.review.revisions import RevisionError, recorded_stack  # noqa: PLC0415

    try:
        return estimate(sizing_of(recorded_stack(ROOT, stack)), assumed)
    except SizingError as error:
        raise CommandError(f"Stack {stack} is not estimated: {error}.") from error
    except RevisionError as error:
        raise CommandError(str(error)) from error
