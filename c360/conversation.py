"""The last conversation with the analyst, kept in the state folder so that a follow-up can be another command."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from analyst_client.client import analyst_message, user_message
from c360 import state_folder
from c360.errors import CommandError

if TYPE_CHECKING:
    from pathlib import Path

    from analyst_client.client import AnalystAnswer
    from c360.connection import Stack

_EXCHANGES_KEPT = 20


class Conversation:
    """Earlier questions and answers, as the service wants them sent back.

    Args:
        home: the state folder.
        stack: the stack that is asked.
        role: who asks; each role of each stack has a conversation of its own.
    """

    def __init__(self, home: Path, stack: Stack, role: str) -> None:
        self._home = home
        self._path = home / f"conversation-{stack}-{quote(role, safe='')}.json"
        self.messages: list[dict[str, Any]] = []

    def resume(self) -> None:
        """Go on where the last conversation ended.

        Raises:
            CommandError: where there was none, or it cannot be read.
        """
        try:
            self.messages = json.loads(self._path.read_text())["messages"]
        except FileNotFoundError:
            raise CommandError("There is no earlier conversation: ask a question without --previous first.") from None
        except (OSError, ValueError, KeyError, TypeError) as error:
            raise CommandError(f"{self._path} cannot be read ({error}): ask without --previous.") from error

    def add(self, question: str, answer: AnalystAnswer) -> None:
        """Keep a question with its answer, forgetting the oldest."""
        self.messages += [user_message(question), analyst_message(answer)]
        del self.messages[: -2 * _EXCHANGES_KEPT]
        state_folder.prepare(self._home)
        new = self._path.with_suffix(".new")
        new.write_text(json.dumps({"messages": self.messages}, indent=1))
        new.replace(self._path)
