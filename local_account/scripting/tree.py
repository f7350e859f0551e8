"""The syntax tree of a Snowflake Scripting block."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from local_account.tokens import Token
    from local_account.types import DataType


@dataclass(frozen=True, slots=True)
class Fragment:
    """A piece of SQL inside a block: an expression or one statement.

    text: as written; tokens: with positions into `text`; line: 1-based, column: 0-based, within the block's source.
    """

    text: str
    tokens: list[Token]
    line: int
    column: int


@dataclass(frozen=True, slots=True)
class Node:
    """What all statements of a block share: where they stand."""

    line: int
    column: int


@dataclass(frozen=True, slots=True)
class Variable(Node):
    """A variable in DECLARE, or LET.

    Attributes:
        name: its name, folded.
        type: its declared type; None takes the type of the value.
        value: what it starts with, or None.
        holds_rows: whether it is a RESULTSET.
    """

    name: str
    type: DataType | None
    value: Fragment | None
    holds_rows: bool = False


@dataclass(frozen=True, slots=True)
class CursorVariable(Node):
    """`name CURSOR FOR query` or `name CURSOR FOR resultset`."""

    name: str
    query: Fragment


@dataclass(frozen=True, slots=True)
class ExceptionVariable(Node):
    """`name EXCEPTION (code, 'message')`."""

    name: str
    code: int
    message: str


Declaration = Variable | CursorVariable | ExceptionVariable


@dataclass(frozen=True, slots=True)
class Handler(Node):
    """`WHEN a OR b THEN statements` of an EXCEPTION section."""

    exceptions: list[str]
    body: list[Node]


@dataclass(frozen=True, slots=True)
class Block(Node):
    """`[DECLARE ...] BEGIN ... [EXCEPTION ...] END`."""

    declarations: list[Declaration] = field(default_factory=list)
    body: list[Node] = field(default_factory=list)
    handlers: list[Handler] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Let(Node):
    """`LET` of a variable or cursor."""

    declaration: Declaration


@dataclass(frozen=True, slots=True)
class Assign(Node):
    """`name := expression`."""

    name: str
    value: Fragment


@dataclass(frozen=True, slots=True)
class If(Node):
    """`IF ... ELSEIF ... ELSE ... END IF`, and the CASE statement without an operand."""

    branches: list[tuple[Fragment, list[Node]]]
    otherwise: list[Node]


@dataclass(frozen=True, slots=True)
class CaseOf(Node):
    """`CASE (operand) WHEN value THEN ... END CASE`."""

    operand: Fragment
    branches: list[tuple[Fragment, list[Node]]]
    otherwise: list[Node]


@dataclass(frozen=True, slots=True)
class ForRange(Node):
    """`FOR name IN [REVERSE] low TO high DO ... END FOR`."""

    name: str
    low: Fragment
    high: Fragment
    reverse: bool
    body: list[Node]


@dataclass(frozen=True, slots=True)
class ForRows(Node):
    """`FOR name IN cursor_or_resultset DO ... END FOR`."""

    name: str
    source: str
    body: list[Node]


@dataclass(frozen=True, slots=True)
class While(Node):
    """`WHILE (condition) DO ... END WHILE`; LOOP has no condition, REPEAT tests it (negated) after the body."""

    condition: Fragment | None
    body: list[Node]
    until: bool = False


@dataclass(frozen=True, slots=True)
class LoopControl(Node):
    """BREAK (EXIT) or CONTINUE (ITERATE)."""

    leave: bool


@dataclass(frozen=True, slots=True)
class Return(Node):
    """`RETURN [expression]` or `RETURN TABLE(resultset)`."""

    value: Fragment | None
    table: Fragment | None = None


@dataclass(frozen=True, slots=True)
class Raise(Node):
    """`RAISE [exception]`; without a name it raises the handled exception again."""

    name: str | None


@dataclass(frozen=True, slots=True)
class Open(Node):
    """`OPEN cursor [USING (variables)]`."""

    cursor: str
    using: list[str]


@dataclass(frozen=True, slots=True)
class Fetch(Node):
    """`FETCH cursor INTO variables`."""

    cursor: str
    into: list[str]


@dataclass(frozen=True, slots=True)
class Close(Node):
    """`CLOSE cursor`."""

    cursor: str


@dataclass(frozen=True, slots=True)
class ExecuteImmediate(Node):
    """`EXECUTE IMMEDIATE expression [USING (variables)]`."""

    text: Fragment
    using: list[str]


@dataclass(frozen=True, slots=True)
class Sql(Node):
    """Any SQL statement; `into` names the variables of SELECT ... INTO or CALL ... INTO."""

    statement: Fragment
    into: list[str]


@dataclass(frozen=True, slots=True)
class Nothing(Node):
    """`NULL;`."""
