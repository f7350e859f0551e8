"""Reads a whole block before its first statement runs: its syntax, and that every name it uses is declared by then.

Snowflake compiles a block so, and refuses it for a branch that never runs, too
(https://docs.snowflake.com/en/developer-guide/snowflake-scripting/variables).
"""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

from snowflake.connector.errors import ProgrammingError

from local_account.scripting.binding import is_bind
from local_account.scripting.parser import parse_block
from local_account.scripting.tree import (
    Assign,
    Block,
    CaseOf,
    Close,
    CursorVariable,
    Declaration,
    ExecuteImmediate,
    Fetch,
    ForRange,
    ForRows,
    Fragment,
    If,
    Let,
    LoopControl,
    Node,
    Open,
    Raise,
    Return,
    Sql,
    Variable,
    While,
)
from local_account.scripting.values import ALWAYS
from local_account.tokens import unquote

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from typing import Any

    from local_account.tokens import Token

# What interpreters keep for every block, and for handlers.
_IN_HANDLERS = ("SQLCODE", "SQLERRM", "SQLSTATE")
# Words of expressions that are no variables, outside of calls, whose arguments may be words such as MONTH.
_WORDS = frozenset({
    "AND", "ANY", "ALL", "AS", "ASC", "AT", "BETWEEN", "BY", "CASE", "CAST", "COLLATE", "DESC", "DISTINCT", "ELSE",
    "END", "ESCAPE", "EXISTS", "EXTRACT", "FALSE", "FROM", "ILIKE", "IN", "INTERVAL", "IS", "LIKE", "LOCAL", "NOT",
    "NULL", "OR", "PRECISION", "REGEXP", "RLIKE", "SELECT", "THEN", "TIME", "TO", "TRUE", "USING", "VALUES", "VARYING",
    "WHEN", "WITH", "WITHIN", "ZONE",
})  # fmt: skip
_CLOCKS = ("CURRENT_", "LOCALTIME", "SYSDATE")
_TYPED = ("DATE", "TIMESTAMP", "TIMESTAMP_NTZ", "TIMESTAMP_LTZ", "TIMESTAMP_TZ")  # DATE '2026-01-31'
_CONSTANT_ONLY = "SYSTEM$SET_RETURN_VALUE"


@lru_cache(maxsize=256)
def compiled(source: str, arguments: frozenset[str] = frozenset(), *, of_procedure: bool = False) -> Block:
    """Parse a block and check the names in it.

    Args:
        source: its text.
        arguments: the names of the procedure's arguments.
        of_procedure: whether it is a procedure's body.

    Returns: the tree; it is shared, and must not be changed.

    Raises: ProgrammingError as `parse_block`; 904 for a name that is not declared where it is used, 2049 for one that
        INTO names, 1015 for a variable where a procedure needs a constant.
    """
    block = parse_block(source)
    _Names(arguments, of_procedure=of_procedure).block(block)
    return block


class _Names:
    """Walks a block in the order of its text, with the names that are declared so far."""

    def __init__(self, arguments: Iterable[str], *, of_procedure: bool) -> None:
        self.scopes: list[set[str]] = [{*ALWAYS}, set(arguments)]
        self.of_procedure = of_procedure
        self.loops = 0
        self._read: dict[type[Node], Callable[[Any], None]] = {
            Let: lambda node: self.declare(node.declaration), Assign: self.assign, If: self.branches,
            CaseOf: self.branches, ForRange: self.for_range, ForRows: self.for_rows, While: self.loop,
            Return: self.returned, Raise: self.raised, ExecuteImmediate: self.immediate, Sql: self.sql,
            Block: self.block, Open: self.opened, Fetch: self.fetched, Close: lambda n: self.require(n.cursor, n),
            LoopControl: self.control,
        }  # fmt: skip

    def knows(self, name: str) -> bool:
        return any(name in scope for scope in self.scopes)

    def require(self, name: str, node: Node) -> None:
        if not self.knows(name):
            raise _invalid(name, node.line, node.column)

    # Blocks and statements

    def block(self, block: Block) -> None:
        self.scopes.append(set())
        for declaration in block.declarations:
            self.declare(declaration)
        self.statements(block.body)
        for handler in block.handlers:
            self.inner(handler.body, *_IN_HANDLERS)
        self.scopes.pop()

    def looped(self, body: Iterable[Node], *names: str) -> None:
        self.loops += 1
        self.inner(body, *names)
        self.loops -= 1

    def control(self, node: LoopControl) -> None:
        if not self.loops:
            word = "BREAK" if node.leave else "CONTINUE"
            raise _error(f"syntax error: {word} stands outside of a loop.", node.line, node.column, 1003)

    def opened(self, node: Open) -> None:
        for name in (node.cursor, *node.using):
            self.require(name, node)

    def fetched(self, node: Fetch) -> None:
        for name in (node.cursor, *node.into):
            self.require(name, node)

    def inner(self, body: Iterable[Node], *names: str) -> None:
        self.scopes.append({*names})
        self.statements(body)
        self.scopes.pop()

    def statements(self, nodes: Iterable[Node]) -> None:
        for node in nodes:
            if read := self._read.get(type(node)):
                read(node)

    def declare(self, declaration: Declaration) -> None:
        if isinstance(declaration, CursorVariable):
            if len(declaration.query.tokens) > 1:  # a single name is a RESULTSET's, or one that is bound later
                self.binds(declaration.query)
        elif isinstance(declaration, Variable) and declaration.value:
            self.value(declaration.value, is_query=declaration.holds_rows)
        self.scopes[-1].add(declaration.name)

    def assign(self, node: Assign) -> None:
        if not self.knows(node.name):
            raise _error(f"identifier '{node.name}' must be declared before it is assigned.", node.line, node.column)
        self.value(node.value)

    def branches(self, node: If | CaseOf) -> None:
        if isinstance(node, CaseOf):
            self.value(node.operand)
        for test, body in node.branches:
            self.value(test)
            self.statements(body)
        self.statements(node.otherwise)

    def for_range(self, node: ForRange) -> None:
        self.value(node.low)
        self.value(node.high)
        self.looped(node.body, node.name)

    def for_rows(self, node: ForRows) -> None:
        self.require(node.source, node)
        self.looped(node.body, node.name)

    def loop(self, node: While) -> None:
        if node.condition and not node.until:
            self.value(node.condition)
        self.looped(node.body)
        if node.condition and node.until:
            self.value(node.condition)

    def returned(self, node: Return) -> None:
        if node.table:
            self.value(node.table, is_query=len(node.table.tokens) > 1)
        if node.value:
            self.value(node.value)

    def raised(self, node: Raise) -> None:
        if node.name is not None and not self.knows(node.name):
            raise _error(f"Exception '{node.name}' is not declared.", node.line, node.column)

    def immediate(self, node: ExecuteImmediate) -> None:
        self.value(node.text)
        for name in node.using:
            self.require(name, node)

    def sql(self, node: Sql) -> None:
        self.binds(node.statement)
        for number, name in enumerate(node.into):
            if not self.knows(name):
                raise _error(f"Bind variable :{name} not set.", node.line, node.column, 2049, "42601")
            if name in node.into[:number]:
                raise _error(f"Repeated variable '{name}' in INTO.", node.line, node.column, 2057, "42601")

    # Names in pieces of SQL

    def value(self, fragment: Fragment, *, is_query: bool = False) -> None:
        """Check an expression, in which names need no colon, or a query or call in parentheses, in which they do."""
        self.binds(fragment)
        if is_query or [t.upper for t in fragment.tokens[:2]] == ["(", "CALL"]:
            return
        for token in _bare_names(fragment.tokens):
            if not self.knows(unquote(token)):
                raise _invalid(unquote(token), *_place(fragment, token))

    def binds(self, fragment: Fragment) -> None:
        """Check each `:name`, and that none stands where a procedure needs a constant."""
        tokens = fragment.tokens
        constant_until = -1
        for index, token in enumerate(tokens):
            if self.of_procedure and token.upper == _CONSTANT_ONLY:
                constant_until = _end_of_call(tokens, index + 1)
            bound = is_bind(tokens, index)
            if bound and not self.knows(name := unquote(tokens[index + 1])):
                raise _invalid(name, *_place(fragment, token))
            if index < constant_until and (bound or (token.kind == "word" and self.knows(token.upper))):
                found = tokens[index + 1].text if bound else token.text
                message = f"argument 1 to function {_CONSTANT_ONLY} needs to be constant, found '{found}'"
                raise _error(message, *_place(fragment, token), 1015, "22023")


def _bare_names(tokens: list[Token]) -> Iterable[Token]:
    """Yield what can only be a variable in an expression: words outside of calls, subqueries, types and paths."""
    depth, call_depth = 0, None
    for index, token in enumerate(tokens):
        before = tokens[index - 1].upper if index else ""
        after = tokens[index + 1] if index + 1 < len(tokens) else None
        if token.text == "(" and token.kind == "punct":
            depth += 1
            starts_query = after is not None and after.upper in ("SELECT", "WITH", "EXECUTE")
            called = index > 0 and tokens[index - 1].kind in ("word", "quoted") and before not in _WORDS
            if call_depth is None and (starts_query or called):
                call_depth = depth
        elif token.text == ")" and token.kind == "punct":
            call_depth = None if call_depth == depth else call_depth
            depth -= 1
        elif token.kind in ("word", "quoted") and call_depth is None and not _is_other(tokens, index):
            yield token


def _is_other(tokens: list[Token], index: int) -> bool:
    """Tell whether a word is something else than a variable: a keyword, a call, a type, a part of a path."""
    token = tokens[index]
    before = tokens[index - 1].upper if index else ""
    after = tokens[index + 1] if index + 1 < len(tokens) else None
    if token.kind == "word" and (token.upper in _WORDS or token.upper.startswith(_CLOCKS)):
        return True
    if before in (".", "::", ":", "AS", "$") or token.text.startswith("$"):
        return True
    if after is None:
        return False
    return after.upper in ("(", "=>", ".") or (token.upper in _TYPED and after.kind == "string")


def _end_of_call(tokens: list[Token], opening: int) -> int:
    """Return the index of the parenthesis that closes a call."""
    depth = 0
    for index in range(opening, len(tokens)):
        depth += (tokens[index].upper == "(") - (tokens[index].upper == ")")
        if depth == 0:
            return index
    return len(tokens)


def _place(fragment: Fragment, token: Token) -> tuple[int, int]:
    before = fragment.text[: token.start]
    lines = before.count("\n")
    return fragment.line + lines, len(before) - before.rfind("\n") - 1 if lines else fragment.column + len(before)


def _invalid(name: str, line: int, column: int) -> ProgrammingError:
    return _error(f"invalid identifier '{name}'", line, column)


def _error(message: str, line: int, column: int, errno: int = 904, sqlstate: str = "42000") -> ProgrammingError:
    return ProgrammingError(
        msg=f"SQL compilation error: error line {line} at position {column}\n{message}", errno=errno, sqlstate=sqlstate
    )
