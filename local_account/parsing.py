"""Reads control-plane statements: a small cursor over their tokens.

sqlglot parses queries; the statements here (CREATE TASK, GRANT, ALTER WAREHOUSE, ...) are not in its grammar.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Any

from local_account.errors import invalid_value, syntax_error
from local_account.identifiers import Name, folded, unquoted
from local_account.tokens import Token, tokenize, unquote
from local_account.types import TYPE_WORDS, DataType, words_of_type


def type_at(tokens: list[Token], index: int) -> tuple[str, int]:
    """Find a data type among tokens.

    Args:
        tokens: those of a statement.
        index: of the type's first word.

    Returns: the type as written, words separated by blanks, and the index behind it.
    """
    end = index + words_of_type([t.upper for t in tokens[index : index + TYPE_WORDS]])
    if end < len(tokens) and tokens[end].text == "(":
        depth = 0
        while end < len(tokens):
            depth += (tokens[end].text == "(") - (tokens[end].text == ")")
            end += 1
            if not depth:
                break
        # TIMESTAMP (3) WITH TIME ZONE
        end += words_of_type([t.upper for t in (tokens[index], *tokens[end : end + TYPE_WORDS])]) - 1
    return " ".join(t.text for t in tokens[index:end]), end


@dataclass
class Cursor:
    """A cursor over the tokens of one statement; `binds` are the values of its `?`, in order."""

    sql: str
    tokens: list[Token] = field(default_factory=list)
    index: int = 0
    binds: list[object] = field(default_factory=list)

    @classmethod
    def over(cls, sql: str) -> Cursor:
        """Start a cursor, without a trailing semicolon."""
        tokens = tokenize(sql)
        while tokens and tokens[-1].text == ";":
            tokens.pop()
        return cls(sql, tokens)

    @property
    def done(self) -> bool:
        """Whether every token is consumed."""
        return self.index >= len(self.tokens)

    def peek(self, ahead: int = 0) -> Token | None:
        """Return a token without consuming it, or None past the end."""
        position = self.index + ahead
        return self.tokens[position] if position < len(self.tokens) else None

    def looking_at(self, *words: str) -> bool:
        """Tell whether the next tokens are these keywords or marks (upper case)."""
        return all((t := self.peek(i)) is not None and t.upper == word for i, word in enumerate(words))

    def accept(self, *words: str) -> bool:
        """Consume these keywords or marks if they are next."""
        if self.looking_at(*words):
            self.index += len(words)
            return True
        return False

    def expect(self, *words: str) -> None:
        """Consume these keywords or marks. Raises: ProgrammingError (1003) where something else stands."""
        if not self.accept(*words):
            raise self.unexpected(" ".join(words))

    def next(self) -> Token:
        """Consume and return one token. Raises: ProgrammingError (1003) at the end."""
        token = self.peek()
        if token is None:
            raise self.unexpected("more")
        self.index += 1
        return token

    def unexpected(self, wanted: str) -> Exception:
        """Build the syntax error for what stands here instead of `wanted`."""
        token = self.peek()
        found = f"'{token.text}' at position {token.start}" if token else "the end of the statement"
        return syntax_error(f"syntax error: expected {wanted}, found {found}.")

    def identifier(self) -> str:
        """Consume one identifier, upper-cased unless quoted. Raises: ProgrammingError (1003) where none stands."""
        token = self.next()
        if token.kind not in ("word", "quoted"):
            self.index -= 1
            raise self.unexpected("an identifier")
        return folded(token.text) if token.kind == "word" else unquoted(token.text)

    def name(self) -> Name:
        """Consume a name of one to three parts, or IDENTIFIER() of a text or bound value that holds one."""
        if self.accept("IDENTIFIER", "("):
            found = Name.parse(str(self.value()))
            self.expect(")")
            return found
        parts: list[str | None] = [self.identifier()]
        while self.accept("."):
            parts.append(self.identifier())
        if len(parts) > 3:  # noqa: PLR2004 - database.schema.object is the longest name
            raise self.unexpected("a name of at most three parts")
        return Name.of(*parts)

    def data_type(self) -> DataType:
        """Consume a type with its size. Raises: ProgrammingError: 1003 where none stands, else as `DataType.parse`."""
        token = self.peek()
        if token is None or token.kind != "word":
            raise self.unexpected("a data type")
        written, self.index = type_at(self.tokens, self.index)
        return DataType.parse(written)

    def whole_number(self) -> int:
        """Consume a number without a fraction. Raises: ProgrammingError (1003) where something else stands."""
        token = self.peek()
        if token is None or token.kind != "number" or not token.text.isdigit():
            raise self.unexpected("a whole number")
        self.index += 1
        return int(token.text)

    def value(self) -> Any:  # noqa: PLR0911 - one return a kind of token
        """Consume a property's value: literal, TRUE/FALSE/NULL, word, name, ?, or a list or map of them."""
        token = self.next()
        if token.text == "?" and token.kind == "punct":
            return self._bound()
        if token.text == "(" and token.kind == "punct":
            return self._list()
        if token.text == "-" and (number := self.peek()) and number.kind == "number":
            return -self.value()
        match token.kind:
            case "string" | "dollar":
                return unquote(token)
            case "number":
                return int(token.text) if token.text.isdigit() else float(token.text)
            case "word" if token.upper in ("TRUE", "FALSE"):
                return token.upper == "TRUE"
            case "word" if token.upper == "NULL":
                return None
            case "word" | "quoted":
                self.index -= 1
                return str(self.name())
            case _:
                self.index -= 1
                raise self.unexpected("a value")

    def _bound(self) -> object:
        """Return the value of the `?` just consumed. Raises: ProgrammingError where the client sent too few."""
        number = sum(t.text == "?" and t.kind == "punct" for t in self.tokens[: self.index])
        if number > len(self.binds):
            raise invalid_value(f"Bind variable {number} not set.")
        return self.binds[number - 1]

    def _list(self) -> Any:
        items: list[Any] = []
        pairs: dict[str, Any] = {}
        while not self.accept(")"):
            nxt = self.peek(1)
            if nxt is not None and nxt.upper == "=":
                key = self.identifier()
                self.expect("=")
                pairs[key] = self.value()
            else:
                items.append(self.value())
            self.accept(",")
        return pairs or items

    def inside(self) -> Cursor:
        """Consume up to the `)` that closes a `(` consumed before; return a cursor over what is between them."""
        first, depth = self.index, 1
        while depth:
            token = self.next()
            depth += (token.text == "(") - (token.text == ")")
        return Cursor(self.sql, self.tokens[first : self.index - 1])

    def parts(self) -> list[Cursor]:
        """Consume everything left; return a cursor over each part between commas that are not inside parentheses."""
        found, first, depth = [], self.index, 0
        while not self.done:
            token = self.next()
            depth += (token.text == "(") - (token.text == ")")
            if token.text == "," and not depth:
                found.append(Cursor(self.sql, self.tokens[first : self.index - 1]))
                first = self.index
        return [*found, Cursor(self.sql, self.tokens[first : self.index])]

    def properties(self, *stop: str, twice: str = "duplicate property '{}';") -> dict[str, Any]:
        """Consume `KEY = value` pairs (commas optional) up to the end or one of the `stop` keywords.

        Args:
            stop: words that end them.
            twice: what is said of a key that comes again; empty where the last one counts.

        Raises: ProgrammingError (1008) for such a key.
        """
        found: dict[str, Any] = {}
        while not self.done and not any(self.looking_at(word) for word in stop):
            key = self.identifier()
            self.expect("=")
            if key in found and twice:
                raise invalid_value(twice.format(key))
            found[key] = self.value()
            self.accept(",")
        return found

    def written(self, stops: str = ";(),") -> str:
        """Consume an address such as @stage/path or file:///folder/a.csv, which no token is; what follows is read anew.

        Args:
            stops: the characters that end it, beside white space. Within a quoted name they do not.

        Raises: ProgrammingError (1003) where nothing stands before such a character.
        """
        start = self.tokens[self.index].start if not self.done else len(self.sql)
        match = re.compile(rf"""(?:"(?:[^"]|"")*"|[^\s"{re.escape(stops)}])+""").match(self.sql, start)
        if match is None:
            raise self.unexpected("an address")
        following = Cursor.over(self.sql[match.end() :])
        moved = (Token(t.kind, t.text, t.start + match.end(), t.end + match.end()) for t in following.tokens)
        self.tokens = [*self.tokens[: self.index], *moved]
        return match[0]

    def rest(self) -> str:
        """Consume everything left, as written."""
        if self.done:
            return ""
        start, end = self.tokens[self.index].start, self.tokens[-1].end
        self.index = len(self.tokens)
        return self.sql[start:end]
