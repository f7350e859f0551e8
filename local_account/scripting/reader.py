"""A token reader over a Snowflake Scripting block that knows lines, columns and nesting."""

from __future__ import annotations

from bisect import bisect_right

from local_account.errors import syntax_error
from local_account.parsing import Cursor
from local_account.scripting.tree import Fragment
from local_account.tokens import Token, tokenize

_OPENING, _CLOSING = {"(", "[", "{"}, {")", "]", "}"}


class Reader(Cursor):
    """Reads the tokens of one block in order; its errors name line and position as Snowflake's do."""

    def __init__(self, source: str) -> None:
        super().__init__(source, tokenize(source))
        self._line_starts = [0] + [i + 1 for i, c in enumerate(source) if c == "\n"]

    def position(self, token: Token | None = None) -> tuple[int, int]:
        """Return (1-based line, 0-based column) of a token, by default of the next one."""
        token = token or self.peek()
        offset = token.start if token else len(self.sql)
        line = bisect_right(self._line_starts, offset)
        return line, offset - self._line_starts[line - 1]

    def word(self, ahead: int = 0) -> str:
        """Return the keyword or mark ahead in upper case, or the empty string."""
        token = self.peek(ahead)
        return token.upper if token else ""

    def unexpected(self, wanted: str = "") -> Exception:  # noqa: ARG002 - Snowflake names what it found in a block
        """Build the syntax error for what stands here."""
        token = self.peek()
        line, column = self.position()
        return syntax_error(
            f"syntax error line {line} at position {column} unexpected '{token.text if token else '<EOF>'}'."
        )

    def until(self, *stops: str) -> Fragment:
        """Consume up to (not including) the first of these words or marks outside parentheses and CASE expressions.

        Raises: ProgrammingError (1003) where the fragment is empty or a `;` or the end comes first.
        """
        first, depth, cases = self.index, 0, 0
        while (token := self.peek()) is not None:
            upper = token.upper
            if depth == 0 and cases == 0 and upper in stops:
                break
            if upper == ";" and depth == 0:
                raise self.unexpected()
            depth += (upper in _OPENING) - (upper in _CLOSING)
            cases += (upper == "CASE") - (upper == "END" and cases > 0)
            self.index += 1
        if self.done or self.index == first:
            raise self.unexpected()
        return self.fragment(first, self.index)

    def fragment(self, first: int, last: int) -> Fragment:
        """Cut out tokens first..last-1 with the text they span."""
        chosen = self.tokens[first:last]
        base = chosen[0].start
        line, column = self.position(chosen[0])
        moved = [Token(t.kind, t.text, t.start - base, t.end - base) for t in chosen]
        return Fragment(self.sql[base : chosen[-1].end], moved, line, column)
