"""The facts of the files beside this one: what Snowflake answers, statement by statement, each with its source.

A file is an area: a list of tables of facts that share what is run before them. Of a table

- `source` says where its facts are from: pages of Snowflake's documentation, or suites that a live account answered;
- `before` are statements that are run once, `from` is what stands behind the expressions of `values`;
- `values` are expressions and their one value, `answers` statements and their rows, `names` statements and the names of
  their columns, `types` expressions and their Snowflake types, `refused` statements and the error: its number, if it is
  known its SQLSTATE behind a slash, and words of its message; ? is a number that no source names. A statement of these
  that stands alone is run before the next one, which asks about it;
- `unsupported` are statements that Snowflake answers so, and the account refuses in these words;
- `differs` are statements that Snowflake answers so, and the account otherwise, each with a row in the README's table.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from local_account import fast_yaml

if TYPE_CHECKING:
    from collections.abc import Iterator

FILES = sorted(Path(__file__).parent.glob("*.yaml"))
AREAS = [file.stem for file in FILES]
KEYS = frozenset(
    ("source", "before", "from", "values", "answers", "names", "types", "refused", "unsupported", "differs")
)
CLASSES = ("agrees", "refused", "differs")


@dataclass(frozen=True)
class Fact:
    """One fact.

    Attributes:
        area: the file that has it.
        statement: what is run, the last of `before`.
        kind: the list it is from: what `snowflake` is.
        snowflake: what Snowflake answers.
        ours: what the account answers where that is something else: words of its refusal, or the rows.
        before: the statements that are run first, once.
        just_before: those that are run each time.
    """

    area: str
    statement: str
    kind: str
    snowflake: Any
    ours: Any = None
    before: tuple[str, ...] = ()
    just_before: tuple[str, ...] = ()

    @property
    def outcome(self) -> str:
        """Whether the account answers as Snowflake, refuses, or answers otherwise."""
        return {"unsupported": "refused", "differs": "differs"}.get(self.kind, "agrees")


def tables() -> Iterator[tuple[str, dict[str, Any]]]:
    """Yield each table of facts with the name of its area."""
    for file in FILES:
        for table in fast_yaml.load(file.read_text())["tables"]:
            yield file.stem, table


def facts() -> Iterator[Fact]:
    """Yield the facts, in the order in which they stand."""
    for area, table in tables():
        rows, before = table.get("from", ""), tuple(table.get("before", ()))
        for kind in ("values", "types"):
            for expression, given in table.get(kind, ()):
                snowflake = [[given]] if kind == "values" else given
                yield Fact(area, f"select {expression} {rows}".strip(), kind, snowflake, before=before)
        for kind in ("answers", "names", "refused"):
            first: list[str] = []
            for statement, *given in table.get(kind, ()):
                if given:
                    yield Fact(area, statement, kind, given[0], before=before, just_before=tuple(first))
                    first.clear()
                else:
                    first.append(statement)
        for kind in ("unsupported", "differs"):
            for statement, given, ours in table.get(kind, ()):
                yield Fact(area, statement, kind, given, ours, before)


def counts() -> dict[str, Counter[str]]:
    """Return of each area how many facts have which outcome."""
    found: dict[str, Counter[str]] = {}
    for fact in facts():
        found.setdefault(fact.area, Counter())[fact.outcome] += 1
    return found
