"""The command line's own failures, each a sentence for the person in front of it."""

from __future__ import annotations

import re


class CommandError(Exception):
    """A command that cannot go on; the text says what happened, to which thing, and what to do."""


_CHAIN = re.compile(r"(?:Procedure [\w.]+: )?Uncaught exception of type '\w+' on line \d+ at position \d+ ?: ?")


def innermost(text: object) -> str:
    """Drop what every procedure around it wrote in front of an error, as one line.

    Args:
        text: an error's message, in which procedures say "Uncaught exception of type ... on line ... :".
    """
    return " ".join(_CHAIN.sub("", str(text)).split())


def one_sentence(text: object, limit: int = 400) -> str:
    """Flatten an error's text to one line.

    Args:
        text: an exception or its text, possibly of several lines.
        limit: most characters to keep.
    """
    flat = " ".join(str(text).split())
    return flat if len(flat) <= limit else f"{flat[: limit - 3].rstrip()}..."
