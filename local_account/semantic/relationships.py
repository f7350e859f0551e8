"""The ways from one logical table to another on which no row is met twice."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING

from local_account.semantic.refusals import several_paths, unrelated

if TYPE_CHECKING:
    from collections.abc import Iterator

    from local_account.semantic.model import LogicalTable, Relationship, SemanticModel


@dataclass(frozen=True)
class Step:
    """A relationship that is gone along from a row to the one row that belongs to it.

    Attributes:
        start: the table that one comes from.
        end: the table that one comes to.
        columns: pairs of a column of either, which are equal.
        relationship: the relationship's name.
    """

    start: str
    end: str
    columns: tuple[tuple[str, str], ...]
    relationship: str


Path = tuple[Step, ...]


class Relationships:
    """The relationships of a model as a graph: many-to-one, and one-to-one in both directions."""

    def __init__(self, model: SemanticModel) -> None:
        tables = {table.name: table for table in model.tables}
        self._steps: dict[str, list[Step]] = {name: [] for name in tables}
        for relationship in model.relationships:
            for step in _steps(relationship, tables):
                self._steps[step.start].append(step)
        self._paths = cache(lambda start, end: tuple(self._search(start, end, {start})))

    def path(self, start: str, end: str, using: tuple[str, ...] = ()) -> Path:
        """Return the one way from a table to another on which each row meets at most one.

        Args:
            start: the table whose rows are counted.
            end: the table that is looked up; the way to itself is empty.
            using: names of relationships that decide where there are several ways.

        Raises: ProgrammingError where there is none, or several and `using` does not decide.
        """
        if start == end:
            return ()
        found = self._paths(start, end)
        if not found:
            raise unrelated(end, start)
        if len(found) > 1:
            found = tuple(path for path in found if any(step.relationship in using for step in path))
        if len(found) != 1:
            raise several_paths(end, start)
        return found[0]

    def reaches(self, start: str, end: str) -> bool:
        """Tell whether each row of a table belongs to at most one row of another, in one way or several."""
        return start == end or bool(self._paths(start, end))

    def finest(self, tables: list[str]) -> str:
        """Return the table among several whose rows each belong to at most one row of all others.

        Raises: ProgrammingError where there is none.
        """
        for candidate in tables:
            if all(self.reaches(candidate, other) for other in tables):
                return candidate
        raise unrelated(next(other for other in tables if not self.reaches(tables[0], other)), tables[0])

    def _search(self, start: str, end: str, seen: set[str]) -> Iterator[Path]:
        for step in self._steps[start]:
            if step.end == end:
                yield (step,)
            elif step.end not in seen:
                for rest in self._search(step.end, end, seen | {step.end}):
                    yield (step, *rest)


def _steps(relationship: Relationship, tables: dict[str, LogicalTable]) -> Iterator[Step]:
    """Yield the directions of a relationship in which a row leads to one row at most, by the declared keys."""
    left, right = tables[relationship.left], tables[relationship.right]
    pairs = tuple(zip(relationship.left_columns, relationship.right_columns or right.primary_key, strict=True))
    if _is_key(right, [end for _, end in pairs]):
        yield Step(left.name, right.name, pairs, relationship.name)
    if _is_key(left, [start for start, _ in pairs]):
        turned = tuple((end, start) for start, end in pairs)
        yield Step(right.name, left.name, turned, relationship.name)


def _is_key(table: LogicalTable, columns: list[str]) -> bool:
    return any(key and set(key) <= set(columns) for key in (table.primary_key, *table.unique_keys))
