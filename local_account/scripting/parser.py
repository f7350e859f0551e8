"""Parses the source of a Snowflake Scripting block into its syntax tree."""

from __future__ import annotations

from typing import TYPE_CHECKING

from local_account.errors import not_supported, syntax_error
from local_account.scripting.reader import Reader
from local_account.scripting.tree import (
    Assign,
    Block,
    CaseOf,
    Close,
    CursorVariable,
    Declaration,
    ExceptionVariable,
    ExecuteImmediate,
    Fetch,
    ForRange,
    ForRows,
    Fragment,
    Handler,
    If,
    Let,
    LoopControl,
    Node,
    Nothing,
    Open,
    Raise,
    Return,
    Sql,
    Variable,
    While,
)
from local_account.tokens import tokenize, unquote

if TYPE_CHECKING:
    from collections.abc import Callable

_ENDS = {"END", "ELSE", "ELSEIF", "EXCEPTION", "WHEN", "UNTIL"}
# What follows the BEGIN of a transaction, as opposed to that of a block.
TRANSACTION_WORDS = frozenset({"TRANSACTION", "WORK", "NAME", ";"})
_REFUSED = {"AWAIT", "CANCEL", "ASYNC"}


def parse_block(source: str) -> Block:
    """Parse the body of a procedure, task or EXECUTE IMMEDIATE.

    Raises: ProgrammingError 1003 with line and position for a syntax error, 2 for a construct that is not supported.
    """
    reader = Reader(source)
    block = _Parser(reader).block()
    reader.accept(";")
    if not reader.done:
        raise reader.unexpected()
    return block


def is_block(source: str) -> bool:
    """Tell whether a statement is a scripting block, as opposed to SQL such as BEGIN TRANSACTION."""
    words = [t.upper for t in tokenize(source)[:2]] + ["", ""]
    return words[0] == "DECLARE" or (words[0] == "BEGIN" and words[1] not in TRANSACTION_WORDS | {""})


class _Parser:
    def __init__(self, reader: Reader) -> None:
        self.reader = reader
        self._compound: dict[str, Callable[[], Node]] = {
            "LET": self._let, "IF": self._if, "FOR": self._for, "WHILE": self._while, "LOOP": self._loop,
            "REPEAT": self._repeat, "CASE": self._case, "RETURN": self._return, "RAISE": self._raise,
            "EXECUTE": self._execute, "OPEN": self._open, "FETCH": self._fetch, "CLOSE": self._close,
             "DECLARE": self.block, "BEGIN": self._begin, "NULL": self._null,
            "BREAK": self._control, "EXIT": self._control, "CONTINUE": self._control, "ITERATE": self._control,
        }  # fmt: skip

    def block(self) -> Block:
        r = self.reader
        line, column = r.position()
        declarations = []
        if r.accept("DECLARE"):
            while r.word() != "BEGIN":
                declarations.append(self._declaration())
                r.expect(";")
        r.expect("BEGIN")
        body = self._statements()
        handlers = []
        if r.accept("EXCEPTION"):
            while r.word() == "WHEN":
                handlers.append(self._handler())
        r.expect("END")
        return Block(line, column, declarations, body, handlers)

    def _begin(self) -> Node:
        return self._sql() if self.reader.word(1) in TRANSACTION_WORDS else self.block()

    def _handler(self) -> Handler:
        r = self.reader
        line, column = r.position()
        r.expect("WHEN")
        names = [r.identifier()]
        while r.accept("OR"):
            names.append(r.identifier())
        if r.word() in ("CONTINUE", "EXIT"):
            raise not_supported(f"An exception handler of type {r.word()}")
        r.expect("THEN")
        return Handler(line, column, names, self._statements())

    def _statements(self) -> list[Node]:
        r = self.reader
        found: list[Node] = []
        while not r.done and r.word() not in _ENDS:
            found.append(self._statement())
            r.expect(";")
        if not found:
            raise r.unexpected()
        return found

    def _statement(self) -> Node:
        r = self.reader
        word = r.word()
        if r.word(1) == ":=":
            line, column = r.position()
            name = r.identifier()
            r.expect(":=")
            return Assign(line, column, name, r.until(";"))
        if word in _REFUSED:
            raise not_supported(f"{word} in Snowflake Scripting")
        return self._compound.get(word, self._sql)()

    def _declaration(self) -> Declaration:
        r = self.reader
        line, column = r.position()
        name = r.identifier()
        if r.accept("CURSOR"):
            r.expect("FOR")
            return CursorVariable(line, column, name, r.until(";"))
        if r.accept("EXCEPTION"):
            return self._exception(line, column, name)
        holds_rows = r.accept("RESULTSET")
        declared = None if holds_rows or r.word() in (":=", "DEFAULT") else r.data_type()
        value = r.until(";") if r.accept(":=") or r.accept("DEFAULT") else None
        return Variable(line, column, name, declared, value, holds_rows)

    def _exception(self, line: int, column: int, name: str) -> ExceptionVariable:
        r = self.reader
        code, message = -20000, ""
        if r.accept("("):
            sign = -1 if r.accept("-") else 1
            code = sign * int(r.next().text)
            if r.accept(","):
                message = unquote(r.next())
                if '"' in message:
                    raise syntax_error(f"the message of exception {name} holds a double quote, which none may.")
            r.expect(")")
        if not -20999 <= code <= -20000:  # noqa: PLR2004 - the range that Snowflake leaves to users
            raise syntax_error(f"the number {code} of exception {name} is not between -20999 and -20000.")
        return ExceptionVariable(line, column, name, code, message)

    def _let(self) -> Let:
        r = self.reader
        line, column = r.position()
        r.expect("LET")
        declaration = self._declaration()
        if isinstance(declaration, Variable) and declaration.value is None and declaration.type is None:
            raise r.unexpected()
        return Let(line, column, declaration)

    def _if(self) -> If:
        r = self.reader
        line, column = r.position()
        r.expect("IF")
        branches = [self._branch()]
        while r.accept("ELSEIF"):
            branches.append(self._branch())
        otherwise = self._statements() if r.accept("ELSE") else []
        r.expect("END", "IF")
        return If(line, column, branches, otherwise)

    def _branch(self) -> tuple[Fragment, list[Node]]:
        condition = self.reader.until("THEN")
        self.reader.expect("THEN")
        return condition, self._statements()

    def _case(self) -> If | CaseOf:
        r = self.reader
        line, column = r.position()
        r.expect("CASE")
        operand = None if r.word() == "WHEN" else r.until("WHEN")
        branches = []
        while r.accept("WHEN"):
            branches.append(self._branch())
        otherwise = self._statements() if r.accept("ELSE") else []
        r.expect("END")
        r.accept("CASE")
        if operand is None:
            return If(line, column, branches, otherwise)
        return CaseOf(line, column, operand, branches, otherwise)

    def _for(self) -> ForRange | ForRows:
        r = self.reader
        line, column = r.position()
        r.expect("FOR")
        name = r.identifier()
        r.expect("IN")
        if r.word(1) == "DO":
            source = r.identifier()
            return ForRows(line, column, name, source, self._body("FOR"))
        if r.word() == "(":
            raise not_supported("FOR over a query in parentheses (declare a CURSOR or RESULTSET)")
        reverse = r.accept("REVERSE")
        low = r.until("TO")
        r.expect("TO")
        high = r.until("DO", "LOOP")
        return ForRange(line, column, name, low, high, reverse, self._body("FOR"))

    def _while(self) -> While:
        r = self.reader
        line, column = r.position()
        r.expect("WHILE")
        condition = r.until("DO", "LOOP")
        return While(line, column, condition, self._body("WHILE"))

    def _body(self, kind: str) -> list[Node]:
        r = self.reader
        end = kind if r.word() == "DO" else "LOOP"
        if not r.accept("DO"):
            r.expect("LOOP")
        body = self._statements()
        r.expect("END", end)
        return body

    def _loop(self) -> While:
        line, column = self.reader.position()
        self.reader.expect("LOOP")
        body = self._statements()
        self.reader.expect("END", "LOOP")
        return While(line, column, None, body)

    def _repeat(self) -> While:
        r = self.reader
        line, column = r.position()
        r.expect("REPEAT")
        body = self._statements()
        r.expect("UNTIL")
        condition = r.until("END")
        r.expect("END", "REPEAT")
        return While(line, column, condition, body, until=True)

    def _control(self) -> LoopControl:
        line, column = self.reader.position()
        word = self.reader.next().upper
        if self.reader.word() != ";":
            raise not_supported(f"{word} with a label")
        return LoopControl(line, column, word in ("BREAK", "EXIT"))

    def _null(self) -> Nothing:
        line, column = self.reader.position()
        self.reader.expect("NULL")
        return Nothing(line, column)

    def _return(self) -> Return:
        r = self.reader
        line, column = r.position()
        r.expect("RETURN")
        if r.word() == ";":
            return Return(line, column, None)
        if r.accept("TABLE", "("):
            table = r.until(")")
            r.expect(")")
            return Return(line, column, None, table)
        return Return(line, column, r.until(";"))

    def _raise(self) -> Raise:
        line, column = self.reader.position()
        self.reader.expect("RAISE")
        return Raise(line, column, None if self.reader.word() == ";" else self.reader.identifier())

    def _execute(self) -> Node:
        r = self.reader
        if r.word(1) != "IMMEDIATE":
            return self._sql()
        line, column = r.position()
        r.expect("EXECUTE", "IMMEDIATE")
        if r.word() == "FROM":
            raise not_supported("EXECUTE IMMEDIATE FROM")
        text = r.until(";", "USING")
        return ExecuteImmediate(line, column, text, self._using())

    def _using(self) -> list[str]:
        r = self.reader
        using = []
        if r.accept("USING"):
            r.expect("(")
            using = self._names()
            r.expect(")")
        return using

    def _names(self) -> list[str]:
        r = self.reader
        names = [r.identifier()]
        while r.accept(","):
            names.append(r.identifier())
        return names

    def _open(self) -> Node:
        r = self.reader
        line, column = r.position()
        r.expect("OPEN")
        return Open(line, column, r.identifier(), self._using())

    def _fetch(self) -> Node:
        r = self.reader
        line, column = r.position()
        r.expect("FETCH")
        cursor = r.identifier()
        r.expect("INTO")
        return Fetch(line, column, cursor, self._names())

    def _close(self) -> Node:
        r = self.reader
        line, column = r.position()
        r.expect("CLOSE")
        return Close(line, column, r.identifier())

    def _sql(self) -> Sql:
        r = self.reader
        line, column = r.position()
        first = r.index
        takes_into = r.word() in ("SELECT", "WITH", "CALL")
        statement = r.until("INTO", ";") if takes_into else r.until(";")
        into: list[str] = []
        if takes_into and r.accept("INTO"):
            after = statement.text
            r.expect(":")
            into.append(r.identifier())
            while r.accept(","):
                r.expect(":")
                into.append(r.identifier())
            if r.word() != ";":
                after += "\n" + r.until(";").text
            whole = r.fragment(first, r.index)
            statement = Fragment(after, tokenize(after), whole.line, whole.column)
        return Sql(line, column, statement, into)
