"""Runs a parsed Snowflake Scripting block in a session."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Protocol

import duckdb
from snowflake.connector.errors import Error, ProgrammingError

from local_account.errors import execution_error, not_supported
from local_account.scripting import arithmetic, cursors
from local_account.scripting.binding import Slot, bind_expression, bind_sql
from local_account.scripting.failures import Cancelled, Failure
from local_account.scripting.parser import is_block, parse_block
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
    While,
)
from local_account.scripting.values import ALWAYS, Cell, Row, Rows, UserException, convert, unset
from local_account.tokens import Token, unquote
from local_account.types import BOOLEAN, INTEGER, VARCHAR, DataType

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from local_account.results import Result


class Executor(Protocol):
    """What the interpreter needs of a session."""

    def execute(self, sql: str, binds: Sequence[Any] | None = None) -> Result:
        """Run one statement."""
        ...


class Outcome(Exception):  # noqa: N818 - control flow, not an error
    """What a block returned: a value, and the whole result for RETURN TABLE."""

    def __init__(self, value: Any = None, table: Result | None = None) -> None:
        self.value, self.table = value, table


class _LoopSignal(Exception):  # noqa: N818 - control flow, not an error
    def __init__(self, *, leave: bool) -> None:
        self.leave = leave


def run_block(
    session: Executor,
    block: Block,
    arguments: dict[str, Cell] | None = None,
    *,
    where: str = "",
    cancelled: Callable[[], bool] = lambda: False,
) -> Outcome:
    """Run a block to its RETURN or end.

    Args:
        session: runs the statements.
        block: the parsed body.
        arguments: the procedure's arguments by name.
        where: what the errors name, such as `Procedure PLATFORM.P`; empty for an anonymous block.
        cancelled: asked before each statement; a true answer stops the block, past all its handlers.

    Returns: the outcome; its value is None where nothing was returned.

    Raises: ProgrammingError of what was not handled, with Snowflake's "Uncaught exception of type ... on line ...".
    """
    interpreter = _Interpreter(session, dict(arguments or {}), cancelled)
    try:
        interpreter.block(block)
    except Outcome as outcome:
        return outcome
    except Failure as failure:
        raise failure.uncaught(where) from failure.__cause__
    except Cancelled:
        raise execution_error(f"{where or 'Block'}: cancelled.", errno=604, sqlstate="57014") from None
    return Outcome()


class _Interpreter:
    def __init__(self, session: Executor, arguments: dict[str, Cell], cancelled: Callable[[], bool]) -> None:
        self.session = session
        self.cancelled = cancelled
        self.scopes: list[dict[str, Slot]] = [{name: Cell(None) for name in ALWAYS}, {**arguments}]
        self.handling: list[Failure] = []
        self._run: dict[type[Node], Callable[[Any], object]] = {
            Let: lambda n: self.declare(n.declaration), Assign: self.assign, If: self.if_, CaseOf: self.case_of,
            ForRange: self.for_range, ForRows: self.for_rows, While: self.while_, LoopControl: self.control,
            Return: self.return_, Raise: self.raise_, ExecuteImmediate: self.run_text, Sql: self.sql,
            Block: self.block, Nothing: lambda _: None, Open: self.open_cursor, Fetch: self.fetch,
            Close: lambda n: cursors.closed(cursors.cursor(self.lookup(n.cursor), n.cursor), n.cursor),
        }  # fmt: skip

    # Blocks and statements

    def block(self, block: Block) -> None:
        depth = len(self.scopes)
        self.scopes.append({})
        try:
            for declaration in block.declarations:
                self.located(declaration, lambda d=declaration: self.declare(d))
            self.statements(block.body)
        except Failure as failure:
            handler = next((h for h in block.handlers if failure.matches(h.exceptions)), None)
            if handler is None:
                raise
            self.handle(handler, failure, depth + 1)
        finally:
            del self.scopes[depth:]

    def handle(self, handler: Handler, failure: Failure, depth: int) -> None:
        del self.scopes[depth:]
        self.scopes.append(failure.variables())
        self.handling.append(failure)
        try:
            self.statements(handler.body)
        finally:
            self.handling.pop()

    def statements(self, nodes: list[Node]) -> None:
        for node in nodes:
            if self.cancelled():
                raise Cancelled
            self.located(node, lambda n=node: self._run[type(n)](n))

    def located(self, node: Node, action: Callable[[], object]) -> None:
        """Run something, and give errors of the data plane the statement's place."""
        statement = isinstance(node, Sql | ExecuteImmediate)
        try:
            action()
        except (Error, duckdb.Error) as error:
            if self.cancelled():
                raise Cancelled from error
            raise Failure.of(error, "STATEMENT_ERROR" if statement else "EXPRESSION_ERROR", node) from error

    # Variables

    def lookup(self, name: str) -> Slot | None:
        return next((scope[name] for scope in reversed(self.scopes) if name in scope), None)

    def declare(self, declaration: Declaration) -> None:
        slot: Slot
        if isinstance(declaration, CursorVariable):
            slot = Rows(query=declaration.query)
        elif isinstance(declaration, ExceptionVariable):
            slot = UserException(declaration.name, declaration.code, declaration.message)
        elif declaration.holds_rows:
            slot = Rows()
            if declaration.value:
                slot.result = self.rows_of(declaration.value)
        elif declaration.value and self.calls(declaration.value):
            slot = Cell(declaration.type)
            self.store(slot, *self.called(declaration.value))
        else:
            slot = Cell(declaration.type)
            self.store(slot, *(self.evaluate(declaration.value) if declaration.value else (None, None)))
        self.scopes[-1][declaration.name] = slot

    def assign(self, node: Assign) -> None:
        slot = self.lookup(node.name)
        if isinstance(slot, Rows):
            slot.result, slot.query = self.rows_of(node.value), None
        elif isinstance(slot, Cell):
            self.store(slot, *(self.called(node.value) if self.calls(node.value) else self.evaluate(node.value)))
        else:
            raise ProgrammingError(
                msg=f"SQL compilation error:\nidentifier '{node.name}' must be declared before it is assigned.",
                errno=904, sqlstate="42000",
            )  # fmt: skip

    def store(self, cell: Cell, value: Any, its_type: DataType | None) -> None:
        if cell.type is None:
            cell.type = its_type
        cell.value = convert(value, cell.type) if cell.type else value

    def into(self, names: list[str], result: Result) -> None:
        rows = result.rows()
        if len(rows) != 1:
            raise ProgrammingError(
                msg=f"A SELECT INTO statement expects exactly 1 returned row, but got {len(rows)}.",
                errno=90231, sqlstate="21000",
            )  # fmt: skip
        if len(rows[0]) != len(names):
            raise ProgrammingError(
                msg=f"SQL compilation error:\nINTO names {len(names)} variables for {len(rows[0])} columns.",
                errno=2057, sqlstate="42601",
            )  # fmt: skip
        for name, value, column in zip(names, rows[0], result.rowtype, strict=True):
            self.store(self.cell(name), value, DataType.of_result(column["type"], column["scale"]))

    # Expressions

    def evaluate(self, fragment: Fragment) -> tuple[Any, DataType | None]:
        """Return the value of an expression and the type that an undeclared variable takes from it."""
        if len(fragment.tokens) == 1 and (found := self.atom(fragment.tokens[0])):
            return found
        try:
            value = arithmetic.evaluate(fragment, self.lookup)
        except arithmetic.NotSimpleError:
            pass
        else:
            return value, BOOLEAN if isinstance(value, bool) else INTEGER
        text, binds = bind_expression(fragment, self.lookup)
        result = self.session.execute(f"select {text}", binds)
        column = result.rowtype[0]
        value = result.scalar()
        return value, DataType.of_result(column["type"], column["scale"])

    def atom(self, token: Token) -> tuple[Any, DataType | None] | None:
        """Return value and type of a variable, or of a literal other than integers; None for anything else."""
        slot = self.lookup(unquote(token)) if token.kind in ("word", "quoted") else None
        if isinstance(slot, Cell):
            return slot.value, slot.type
        if token.kind in ("string", "dollar"):
            return unquote(token), VARCHAR
        if token.upper in ("TRUE", "FALSE"):
            return token.upper == "TRUE", BOOLEAN
        return (None, None) if token.upper == "NULL" else None

    def truth(self, fragment: Fragment) -> bool:
        return bool(convert(self.evaluate(fragment)[0], BOOLEAN))

    @staticmethod
    def calls(fragment: Fragment) -> bool:
        return [t.upper for t in fragment.tokens[:2]] == ["(", "CALL"]

    def called(self, fragment: Fragment) -> tuple[Any, DataType]:
        """Return what a procedure returned for `(CALL p())`."""
        result = self.inner(fragment)
        column = result.rowtype[0]
        return result.scalar(), DataType.of_result(column["type"], column["scale"])

    def rows_of(self, fragment: Fragment) -> Result:
        """Return the rows for a RESULTSET: `(select ...)`, `(call ...)` or `(execute immediate ...)`."""
        first = [t.upper for t in fragment.tokens[:3]]
        if first[:1] != ["("]:
            raise not_supported("A RESULTSET from something else than a query in parentheses")
        if first[1:] == ["EXECUTE", "IMMEDIATE"]:
            inside = fragment.text[fragment.tokens[1].start : fragment.tokens[-1].start]
            node = parse_block(f"BEGIN {inside}; END").body[0]
            if isinstance(node, ExecuteImmediate):
                return self.run_text(node)
        return self.inner(fragment)

    def inner(self, fragment: Fragment) -> Result:
        """Run the statement inside the fragment's parentheses."""
        tokens = fragment.tokens[1:-1]
        base, end = tokens[0].start, tokens[-1].end
        moved = [Token(t.kind, t.text, t.start - base, t.end - base) for t in tokens]
        return self.execute(Fragment(fragment.text[base:end], moved, fragment.line, fragment.column))

    # Control flow

    def if_(self, node: If) -> None:
        self.statements(next((body for test, body in node.branches if self.truth(test)), node.otherwise))

    def case_of(self, node: CaseOf) -> None:
        operand = self.evaluate(node.operand)[0]
        matches = (body for test, body in node.branches if operand is not None and self.evaluate(test)[0] == operand)
        self.statements(next(matches, node.otherwise))

    def for_range(self, node: ForRange) -> None:
        low, high = (convert(self.evaluate(f)[0], INTEGER) for f in (node.low, node.high))
        numbers = range(low, high + 1)
        for number in reversed(numbers) if node.reverse else numbers:
            if not self.iterate(node.body, {node.name: Cell(INTEGER, number)}):
                break

    def for_rows(self, node: ForRows) -> None:
        source = self.lookup(node.source)
        if not isinstance(source, Rows):
            raise not_supported(f"FOR over {node.source}, which is neither a CURSOR nor a RESULTSET,")
        result = source.result or self.open(source)
        types = [DataType.of_result(c["type"], c["scale"]) for c in result.rowtype]
        for values in result.rows():
            cells = {n: Cell(t, v) for n, t, v in zip(result.names, types, values, strict=True)}
            if not self.iterate(node.body, {node.name: Row(cells)}):
                break

    def open(self, cursor: Rows) -> Result:
        """Run a cursor's query; the cursor may also name a RESULTSET."""
        if cursor.query is None:
            raise not_supported("A RESULTSET that was never assigned")
        named = self.lookup(unquote(cursor.query.tokens[0])) if len(cursor.query.tokens) == 1 else None
        if isinstance(named, Rows):
            return named.result or self.open(named)
        return self.execute(cursor.query)

    def while_(self, node: While) -> None:
        before = None if node.until else node.condition
        while before is None or self.truth(before):
            if not self.iterate(node.body, {}):
                break
            if node.until and node.condition and self.truth(node.condition):
                break

    def iterate(self, body: list[Node], variables: dict[str, Slot]) -> bool:
        """Run a loop's body once, and tell whether the loop goes on."""
        depth = len(self.scopes)
        self.scopes.append(variables)
        try:
            self.statements(body)
        except _LoopSignal as signal:
            return not signal.leave
        finally:
            del self.scopes[depth:]
        return True

    def control(self, node: LoopControl) -> None:
        raise _LoopSignal(leave=node.leave)

    def return_(self, node: Return) -> None:
        if node.table is not None:
            slot = self.lookup(unquote(node.table.tokens[0])) if len(node.table.tokens) == 1 else None
            table = (slot.result or self.open(slot)) if isinstance(slot, Rows) else self.execute(node.table)
            raise Outcome(table.scalar(), table)
        if node.value is None:
            raise Outcome
        raise Outcome(self.called(node.value)[0] if self.calls(node.value) else self.evaluate(node.value)[0])

    def raise_(self, node: Raise) -> None:
        if node.name is None:
            if not self.handling:
                raise not_supported("RAISE without an exception outside of a handler")
            raise self.handling[-1]
        slot = self.lookup(node.name)
        if not isinstance(slot, UserException):
            raise ProgrammingError(
                msg=f"SQL compilation error:\nException '{node.name}' is not declared.", errno=904, sqlstate="42000"
            )
        raise Failure(slot.name, slot.code, "P0001", slot.message, (node.line, node.column))

    # Statements

    def sql(self, node: Sql) -> None:
        result = self.execute(node.statement)
        if node.into:
            self.into(node.into, result)

    def execute(self, fragment: Fragment) -> Result:
        text, binds = bind_sql(fragment, self.lookup)
        return self.note(self.session.execute(text, binds))

    def note(self, result: Result) -> Result:
        if result.affected is not None:
            self.scopes[0] |= {
                "SQLROWCOUNT": Cell(INTEGER, result.affected),
                "SQLFOUND": Cell(BOOLEAN, result.affected > 0),
                "SQLNOTFOUND": Cell(BOOLEAN, result.affected == 0),
            }
        self.scopes[0]["SQLID"] = Cell(VARCHAR, result.query_id)
        return result

    def run_text(self, node: ExecuteImmediate) -> Result:
        text = str(self.evaluate(node.text)[0])
        if is_block(text) and node.using:
            raise not_supported("EXECUTE IMMEDIATE of a block with USING")
        return self.note(self.session.execute(text, [self.cell(name).value for name in node.using]))

    def cell(self, name: str) -> Cell:
        """Return a scalar variable."""
        slot = self.lookup(name)
        if not isinstance(slot, Cell):
            raise unset(name)
        return slot

    def open_cursor(self, node: Open) -> None:
        rows = cursors.cursor(self.lookup(node.cursor), node.cursor)
        values = [self.cell(name).value for name in node.using]
        result = self.session.execute(rows.query.text, values) if values and rows.query else self.open(rows)
        cursors.opened(rows, node.cursor, result)

    def fetch(self, node: Fetch) -> None:
        rows = cursors.cursor(self.lookup(node.cursor), node.cursor)
        found = cursors.fetched(rows, node.cursor, len(node.into))
        for name, (value, its_type) in zip(node.into, found, strict=True):
            self.store(self.cell(name), value, its_type)
