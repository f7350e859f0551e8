"""The command that asks in plain English, once or in a conversation."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

import click

from c360.commands.context import common_options
from c360.connection import connect, target
from c360.errors import CommandError, one_sentence

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from analyst_client.desk import AskedAnswer, QuestionDesk
    from c360.commands.context import Context
    from c360.conversation import Conversation

_PROMPT = "> "
_GREETING = "Ask about customers, spending, segments or churn; Ctrl-D ends. 'What can I ask?' shows examples."


@click.command()
@click.argument("question", required=False)
@click.option("--previous", is_flag=True, help="Ask as a follow-up of the role's last question.")
@click.option("--role", help="Role that asks. [default: MARKETING_MANAGER]")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object: status, SQL, columns, rows, reading.")
@common_options
def ask(context: Context, *, question: str | None, previous: bool, role: str | None, as_json: bool) -> None:
    """Ask a question in plain English; without one, have a conversation."""
    from analyst_client.connection import desk_of  # noqa: PLC0415 - the connector is slow to import
    from c360 import answer_text  # noqa: PLC0415
    from c360.conversation import Conversation  # noqa: PLC0415

    if question is not None and not question.strip():
        raise CommandError('The question is empty: ask one, such as "How many customers do we have?".')
    context.require_deployed()
    written: Callable[[AskedAnswer], str] = answer_text.as_json if as_json else answer_text.as_text
    with context.account() as running:
        to = target(context.stack, running.ports, context.home)
        asking = (role or to.names.marketing).upper()
        conversation = Conversation(context.home, context.stack, asking)
        if previous:
            conversation.resume()
        with connect(to, asking) as connection:
            desk = desk_of(connection, to.names.semantic_view)
            if question is not None:
                click.echo(written(_asked(desk, conversation, question)))
                return
            _converse(desk, conversation, written)


def _asked(desk: QuestionDesk, conversation: Conversation, question: str) -> AskedAnswer:
    """Ask, and keep what was said. Raises: CommandError."""
    from analyst_client.client import AnalystError  # noqa: PLC0415
    from analyst_client.desk import AnswerError  # noqa: PLC0415

    try:
        found = desk.ask(question, conversation.messages)
    except (AnalystError, AnswerError) as error:
        raise CommandError(one_sentence(error)) from error
    conversation.add(question, found.answer)
    return found


def _converse(desk: QuestionDesk, conversation: Conversation, written: Callable[[AskedAnswer], str]) -> None:
    """Answer line after line; a number asks the suggestion of that number."""
    suggestions: tuple[str, ...] = ()
    for line in _lines():
        chosen = line.rstrip(".").isdecimal() and 0 < int(line.rstrip(".")) <= len(suggestions)
        question = suggestions[int(line.rstrip(".")) - 1] if chosen else line
        try:
            found = _asked(desk, conversation, question)
        except CommandError as error:
            click.echo(f"Error: {error}", err=True)
            continue
        suggestions = found.answer.suggestions
        click.echo(f"{written(found)}\n")


def _lines() -> Iterator[str]:
    """Yield what is typed, or piped in, until its end."""
    is_terminal = sys.stdin.isatty()
    if is_terminal:
        click.echo(_GREETING)
        import readline  # noqa: F401, PLC0415 - gives `input` a history and its keys
    while True:
        try:
            line = input(_PROMPT if is_terminal else "")
        except EOFError:
            if is_terminal:
                click.echo()
            return
        if line.strip():
            yield line.strip()
