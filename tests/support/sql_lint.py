"""Lints all SQL outside of dbt that a linter can read: `make lint` runs it beside sqlfluff on the dbt project.

sqlfluff cannot parse Snowflake Scripting, so of a procedure it is given the head, and each statement inside by itself,
cut out by the account's own parser. Nobody reads what procedures put together as text, or what only SNOWFLAKE.ML knows.
"""

from __future__ import annotations

import re
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from sqlfluff.core import FluffConfig, Linter

from local_account.parsing import tokenize
from pipeline.procedures import FOLDER
from pipeline.sql_files import SQL, facts
from tests.support.scripting import statements

if TYPE_CHECKING:
    from collections.abc import Iterator

ROOT = Path(__file__).parents[2]
FOLDERS = (SQL, ROOT / "docs" / "data", ROOT / "benchmarks" / "sql")
# What Snowflake's own pages write and sqlfluff does not know: objects and methods of SNOWFLAKE.ML.
UNKNOWN = re.compile(r"snowflake\.ml\.|\w+!\w+\(")


@dataclass(frozen=True)
class Piece:
    """A statement that sqlfluff can parse, and where it stands."""

    file: Path
    line: int
    """Of the file, where the text begins; from 1."""
    text: str


@dataclass(frozen=True)
class Finding:
    """What is wrong with a line."""

    file: Path
    line: int
    rule: str
    sentence: str

    def __str__(self) -> str:
        return f"{self.file.relative_to(ROOT)}:{self.line}: {self.rule} {self.sentence}"


def pieces(file: Path) -> Iterator[Piece]:
    """Cut a file into what a linter can read.

    Args:
        file: a query, or a procedure of pipeline/sql/procedures/.
    """
    text = file.read_text()
    if FOLDER not in file.parents:
        yield Piece(file, 1, text)
        return
    head, mark, rest = text.partition("$$\n")
    block = rest.removesuffix("$$\n")
    yield Piece(file, 1, f"{head}{mark}begin null; end\n$$\n")
    first = head.count("\n") + 2
    lines = block.splitlines(keepends=True)
    ends = [token.start for token in tokenize(block) if token.text == ";"]
    for statement in statements(block):
        start = sum(map(len, lines[: statement.line - 1])) + statement.column
        end = next(end for end in ends if end > start)
        # Every line loses the indentation of the block around the statement.
        unindented = (line.removeprefix(" " * statement.column) for line in block[start:end].splitlines())
        piece = Piece(file, first + statement.line - 1, "\n".join(unindented) + "\n")
        if not UNKNOWN.search(piece.text):
            yield piece


def findings(piece: Piece, linter: Linter) -> list[Finding]:
    """Lint a piece."""
    linted = linter.lint_string(piece.text, fname=str(piece.file))
    return [
        Finding(piece.file, piece.line + found.line_no - 1, found.rule_code(), found.desc())
        for found in linted.get_violations()
    ]


def sqlfluff() -> Linter:
    """Return the linter with the rules of the house, to which the facts in {{ }} are known."""
    config = FluffConfig.from_path(str(SQL))
    for name, text in facts().items():
        config.set_value(["templater", "placeholder", name], text)
    return Linter(config=config)


def files() -> list[Path]:
    """List the files that are linted here."""
    return sorted(file for folder in FOLDERS for file in folder.rglob("*.sql"))


def main() -> int:
    """Print what is wrong in the files named on the command line, by default in all; return 1 where something is."""
    linter = sqlfluff()
    chosen = [Path(argument).resolve() for argument in sys.argv[1:]] or files()
    found = [finding for file in chosen for piece in pieces(file) for finding in findings(piece, linter)]
    sys.stdout.write("".join(f"{finding}\n" for finding in found))
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
