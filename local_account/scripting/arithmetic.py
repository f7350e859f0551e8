"""Evaluates simple scripting expressions over integers in place: loops would otherwise ask the data plane each time."""

from __future__ import annotations

import operator
from typing import TYPE_CHECKING, Any

from local_account.scripting.values import Cell
from local_account.tokens import Token, unquote

if TYPE_CHECKING:
    from collections.abc import Callable

    from local_account.scripting.binding import Lookup
    from local_account.scripting.tree import Fragment

_SUMS: dict[str, Callable[[Any, Any], Any]] = {"+": operator.add, "-": operator.sub}
_COMPARISONS: dict[str, Callable[[Any, Any], Any]] = {
    "=": operator.eq, "<>": operator.ne, "!=": operator.ne, "<": operator.lt, "<=": operator.le, ">": operator.gt,
    ">=": operator.ge,
}  # fmt: skip


class NotSimpleError(Exception):
    """The expression needs the data plane."""


def evaluate(fragment: Fragment, lookup: Lookup) -> int | bool:
    """Return the value of an expression of integers, + - *, comparisons, AND, OR, NOT and parentheses.

    Raises: NotSimpleError for anything else, such as NULL, division or functions.
    """
    reader = _Evaluator(fragment.tokens, lookup)
    value = reader.disjunction()
    if reader.index != len(fragment.tokens):
        raise NotSimpleError
    return value


class _Evaluator:
    def __init__(self, tokens: list[Token], lookup: Lookup) -> None:
        self.tokens, self.lookup, self.index = tokens, lookup, 0

    def accept(self, *words: str) -> str:
        if self.index < len(self.tokens) and self.tokens[self.index].upper in words:
            self.index += 1
            return self.tokens[self.index - 1].upper
        return ""

    def disjunction(self) -> Any:
        value = self.conjunction()
        while self.accept("OR"):
            value = _boolean(self.conjunction()) | _boolean(value)
        return value

    def conjunction(self) -> Any:
        value = self.negation()
        while self.accept("AND"):
            value = _boolean(self.negation()) & _boolean(value)
        return value

    def negation(self) -> Any:
        if self.accept("NOT"):
            return not _boolean(self.negation())
        return self.comparison()

    def comparison(self) -> Any:
        value = self.sum()
        if found := self.accept(*_COMPARISONS):
            return _COMPARISONS[found](_integer(value), _integer(self.sum()))
        return value

    def sum(self) -> Any:
        value = self.product()
        while found := self.accept(*_SUMS):
            value = _SUMS[found](_integer(value), _integer(self.product()))
        return value

    def product(self) -> Any:
        value = self.factor()
        while self.accept("*"):
            value = _integer(value) * _integer(self.factor())
        return value

    def factor(self) -> Any:
        if self.accept("("):
            value = self.disjunction()
            if not self.accept(")"):
                raise NotSimpleError
            return value
        if self.accept("-"):
            return -_integer(self.factor())
        self.accept(":")
        if self.index >= len(self.tokens):
            raise NotSimpleError
        token = self.tokens[self.index]
        self.index += 1
        if token.kind == "number" and token.text.isdigit():
            return int(token.text)
        slot = self.lookup(unquote(token)) if token.kind == "word" else None
        if isinstance(slot, Cell) and isinstance(slot.value, int):
            return slot.value
        raise NotSimpleError


def _integer(value: Any) -> int:
    if isinstance(value, bool):
        raise NotSimpleError
    return value


def _boolean(value: Any) -> bool:
    if not isinstance(value, bool):
        raise NotSimpleError
    return value
