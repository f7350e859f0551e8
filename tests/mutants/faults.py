"""Finds where a fault can be planted in a Python file, and how the text reads with it."""

from __future__ import annotations

import ast
import re
from bisect import bisect_right
from collections import Counter
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

_COMPARISONS: dict[type[ast.cmpop], tuple[str, str]] = {
    ast.Eq: ("==", "!="), ast.NotEq: ("!=", "=="), ast.Lt: ("<", "<="), ast.LtE: ("<=", "<"), ast.Gt: (">", ">="),
    ast.GtE: (">=", ">"), ast.In: ("in", "not in"), ast.NotIn: (r"not\s+in", "in"), ast.Is: ("is", "is not"),
    ast.IsNot: (r"is\s+not", "is"),
}  # fmt: skip
_ARITHMETIC: dict[type[ast.operator], tuple[str, str]] = {
    ast.Add: (r"\+", "-"), ast.Sub: ("-", "+"), ast.Mult: (r"\*", "+"), ast.Div: ("/", "*"), ast.FloorDiv: ("//", "*"),
    ast.Mod: ("%", "*"),
}  # fmt: skip


@dataclass(frozen=True)
class Fault:
    """One planted fault.

    Attributes:
        file: the file's path below the repository.
        line: where it is, from 1.
        column: how far its line is left as it is, in bytes.
        kind: what is done, such as "== becomes !=".
        start: the first byte of the file's text that it replaces.
        end: the byte behind them.
        text: what stands there instead.
        was: the line as it is without the fault, for the list of those that nobody saw.
        lines: the lines of which one at least is executed whenever the fault matters; none for what stands outside of
            every function.
        name: of what stands outside of every function, the name that it is given.
    """

    file: str
    line: int
    column: int
    kind: str
    start: int
    end: int
    text: str
    was: str
    lines: range
    name: str

    @property
    def key(self) -> str:
        """What names it in the results and in the list of reasons, as long as its line stays as it is."""
        return f"{self.file}: {self.kind} at {self.column}: {self.was}"

    def planted(self, source: bytes) -> bytes:
        """Return the file's text with the fault in it."""
        return source[: self.start] + self.text.encode() + source[self.end :]


def faults_of(path: Path, root: Path) -> list[Fault]:
    """Return every fault that can be planted in a file, in the order of its text."""
    finder = _Finder(path.read_bytes(), path.relative_to(root).as_posix())
    found = sorted(finder.found(), key=lambda fault: (fault.start, fault.kind))
    count = Counter[str]()
    for number, fault in enumerate(found):
        count[fault.key] += 1
        if count[fault.key] > 1:  # the same line stands in the file again
            found[number] = replace(fault, kind=f"{fault.kind} (number {count[fault.key]})")
    return found


@dataclass(frozen=True)
class _Scope:
    """What a part of the text belongs to: the lines that are executed with it, or the name that a module gives it."""

    lines: range = range(0)
    name: str = ""
    in_function: bool = False

    def of(self, parent: ast.AST, child: ast.AST) -> _Scope:
        """Return the scope of a child."""
        if isinstance(parent, ast.FunctionDef | ast.AsyncFunctionDef):
            # a default matters to those who call the function
            lines = range(parent.body[0].lineno, (parent.end_lineno or 0) + 1)
            inner = replace(self, lines=lines, name="", in_function=True)
            return inner.of(ast.Module([], []), child) if isinstance(child, ast.stmt) else inner
        if not isinstance(child, ast.stmt):
            return self
        if not self.in_function:
            targets = child.targets if isinstance(child, ast.Assign) else [getattr(child, "target", None)]
            name = next((target.id for target in targets if isinstance(target, ast.Name)), "")
            return replace(self, name=name or self.name)
        body = getattr(child, "body", None)
        last = body[0].lineno - 1 if isinstance(body, list) and body else (child.end_lineno or child.lineno)
        return replace(self, lines=range(child.lineno, max(last, child.lineno) + 1))


class _Finder:
    def __init__(self, source: bytes, file: str) -> None:
        self.source, self.file, self.scope = source, file, _Scope()
        self.lines = source.decode().splitlines()
        self.starts = [0]
        for line in source.splitlines(keepends=True):
            self.starts.append(self.starts[-1] + len(line))

    def found(self) -> Iterator[Fault]:
        waiting: list[tuple[ast.AST, _Scope]] = [(ast.parse(self.source), _Scope())]
        while waiting:
            node, scope = waiting.pop()
            self.scope = scope
            if isinstance(node, ast.FunctionDef):
                self.scope = scope.of(node, node.args)
            yield from self._at(node)
            children = (child for child in ast.iter_child_nodes(node) if not _is_no_behaviour(node, child))
            waiting.extend((child, scope.of(node, child)) for child in children)

    def _at(self, node: ast.AST) -> Iterator[Fault]:
        match node:
            case ast.Compare(left=left, ops=ops, comparators=comparators):
                for before, operator, after in zip([left, *comparators], ops, comparators, strict=False):
                    yield from self._between(before, after, _COMPARISONS[type(operator)])
            case ast.BoolOp(op=operator, values=values):
                swap = ("and", "or") if isinstance(operator, ast.And) else ("or", "and")
                yield from self._between(values[0], values[1], swap)
            case ast.BinOp(left=left, op=operator, right=right) if type(operator) in _ARITHMETIC:
                if not any(isinstance(side, ast.JoinedStr) or _is_text(side) for side in (left, right)):
                    yield from self._between(left, right, _ARITHMETIC[type(operator)])
            case ast.UnaryOp(op=ast.Not()):
                yield self._fault("not is removed", self._start(node), self._start(node) + len("not "), "")
            case ast.Constant(value=bool() as value):
                yield self._instead(node, value, not value)
            case ast.Constant(value=int() as value):
                yield self._instead(node, value, value + 1)
            case ast.FunctionDef():
                yield from self._returning_at_once(node)
            case _:
                pass

    def _between(self, before: ast.AST, after: ast.AST, swap: tuple[str, str]) -> Iterator[Fault]:
        start, end = self._end(before), self._start(after)
        gap = re.sub(rb"#[^\n]*", lambda m: b" " * len(m[0]), self.source[start:end])
        if found := re.search(swap[0].encode(), gap):
            kind = f"{found[0].decode()} becomes {swap[1]}"
            yield self._fault(kind, start + found.start(), start + found.end(), swap[1])

    def _returning_at_once(self, node: ast.FunctionDef) -> Iterator[Fault]:
        if any(isinstance(inner, ast.Yield | ast.YieldFrom) for inner in ast.walk(node)):
            return
        statements = node.body[1:] if _is_text(getattr(node.body[0], "value", None)) else node.body
        simple = (ast.Return, ast.Pass, ast.Raise, ast.FunctionDef, ast.AsyncFunctionDef)
        if len(statements) > 1 and not isinstance(statements[0], simple):
            start, margin = self._start(statements[0]), " " * statements[0].col_offset
            yield self._fault(f"{node.name} returns at once", start, start, f"return None\n{margin}")

    def _instead(self, node: ast.AST, value: object, other: object) -> Fault:
        return self._fault(f"{value} becomes {other}", self._start(node), self._end(node), str(other))

    def _fault(self, kind: str, start: int, end: int, text: str) -> Fault:
        line = bisect_right(self.starts, start)
        was = self.lines[line - 1]
        column = start - self.starts[line - 1] - (len(was) - len(was.lstrip()))
        return Fault(self.file, line, column, kind, start, end, text, was.strip(),
                     self.scope.lines, self.scope.name)  # fmt: skip

    def _start(self, node: ast.AST) -> int:
        return self.starts[node.lineno - 1] + node.col_offset  # type: ignore[attr-defined]

    def _end(self, node: ast.AST) -> int:
        return self.starts[node.end_lineno - 1] + node.end_col_offset  # type: ignore[attr-defined]


def _is_text(node: ast.AST | None) -> bool:
    return isinstance(node, ast.Constant) and isinstance(node.value, str)


def _is_no_behaviour(parent: ast.AST, child: ast.AST) -> bool:
    """Tell whether a child is an annotation, a decorator, an import for types or a part of a text."""
    if isinstance(parent, ast.If) and "TYPE_CHECKING" in ast.dump(parent.test):
        return True
    if isinstance(parent, ast.JoinedStr):
        return isinstance(child, ast.Constant)
    annotation = child in (getattr(parent, "annotation", None), getattr(parent, "returns", None))
    return annotation or child in getattr(parent, "decorator_list", ())
