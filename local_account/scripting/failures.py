"""Exceptions inside a scripting block, as handlers see them and as they leave the block."""

from __future__ import annotations

from typing import TYPE_CHECKING

from snowflake.connector.errors import Error, ProgrammingError

from local_account.errors import message_of
from local_account.scripting.values import Cell
from local_account.types import INTEGER, VARCHAR

if TYPE_CHECKING:
    from local_account.scripting.binding import Slot
    from local_account.scripting.tree import Node


class Cancelled(Exception):  # noqa: N818 - not an error that a handler may catch
    """The block was stopped from outside."""


class Failure(Exception):  # noqa: N818 - the word that the language does not use for its own exceptions
    """An exception on its way to a handler.

    kind: STATEMENT_ERROR, EXPRESSION_ERROR or a declared name; code, state, message: what SQLCODE, SQLSTATE and SQLERRM
    show; place: line and column.
    """

    def __init__(self, kind: str, code: int, state: str, message: str, place: tuple[int, int]) -> None:
        super().__init__(message)
        self.kind, self.code, self.state, self.message, self.place = kind, code, state, message, place

    @classmethod
    def of(cls, error: Exception, kind: str, node: Node) -> Failure:
        """Wrap an error of the data plane or of a statement."""
        place = (node.line, node.column)
        if isinstance(error, Error):
            return cls(kind, error.errno or 0, error.sqlstate or "P0000", message_of(error), place)
        return cls(kind, 100183, "P0000", str(error), place)

    def matches(self, names: list[str]) -> bool:
        """Tell whether a handler for these exceptions takes this one."""
        return self.kind in names or "OTHER" in names

    def variables(self) -> dict[str, Slot]:
        """Return what a handler sees: SQLCODE, SQLERRM and SQLSTATE."""
        return {
            "SQLCODE": Cell(INTEGER, self.code),
            "SQLERRM": Cell(VARCHAR, self.message),
            "SQLSTATE": Cell(VARCHAR, self.state),
        }

    def uncaught(self, where: str) -> ProgrammingError:
        """Build the error that leaves the block; `where` names the procedure, or is empty."""
        line, column = self.place
        prefix = f"{where}: " if where else ""
        kind = f"Uncaught exception of type '{self.kind}'"
        return ProgrammingError(
            msg=f"{prefix}{kind} on line {line} at position {column} : {self.message}",
            errno=self.code,
            sqlstate=self.state,
        )
