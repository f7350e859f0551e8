"""A token reader over a Snowflake Scripting block that knows lines, columns and nesting."""

from __future__ import annotations

from bisect import bisect_right

from local_account.errors import syntax_error
from local_account.parsing import Token, tokenize, unquote
from local_account.scripting.tree import Fragment

_OPENING, _CLOSING = {"(", "[", "{"}, {")", "]", "}"}


class Reader:
    """Reads the tokens of one block in order."""

    def __init__(self, source: str) -> None:
        self.source = source
        self.tokens = tokenize(source)
        self.index = 0
        self._line_starts = [0] + [i + 1 for i, c in enumerate(source) if c == "\n"]

    def position(self, token: Token | None = None) -> tuple[int, int]:
        """Return (1-based line, 0-based column) of a token, by default of the next one."""
        token = token or self.peek()
        offset = token.start if token else len(self.source)
        line = bisect_right(self._line_starts, offset)
        return line, offset - self._line_starts[line - 1]

    @property
    def done(self) -> bool:
        """Whether every token is consumed."""
        return self.index >= len(self.tokens)

    def peek(self, ahead: int = 0) -> Token | None:
        """Return a token without consuming it, or None past the end."""
        position = self.index + ahead
        return self.tokens[position] if position < len(self.tokens) else None

    def word(self, ahead: int = 0) -> str:
        """Return the keyword or mark ahead in upper case, or the empty string."""
        token = self.peek(ahead)
        return token.upper if token else ""

    def accept(self, *words: str) -> bool:
        """Consume these keywords or marks if they are next."""
        if all(self.word(i) == word for i, word in enumerate(words)):
            self.index += len(words)
            return True
        return False

    def expect(self, *words: str) -> None:
        """Consume these keywords or marks. Raises: ProgrammingError (1003) where something else stands."""
        if not self.accept(*words):
            raise self.unexpected()

    def next(self) -> Token:
        """Consume one token. Raises: ProgrammingError (1003) at the end."""
        token = self.peek()
        if token is None:
            raise self.unexpected()
        self.index += 1
        return token

    def name(self) -> str:
        """Consume an identifier, upper-cased unless quoted."""
        token = self.peek()
        if token is None or token.kind not in ("word", "quoted"):
            raise self.unexpected()
        self.index += 1
        return unquote(token)

    def unexpected(self) -> Exception:
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
        return Fragment(self.source[base : chosen[-1].end], moved, line, column)
