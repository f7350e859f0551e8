"""The stored procedures as typed data, each read from its one file: signature, comment and body.

A file under sql/procedures/ is a CREATE OR REPLACE PROCEDURE as a person would run it, under a head of comments. The
folders are subjects: load, generate, quality, churn, runs, app. What several files must agree on stands in {{ }}; see
sql_files.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Literal, cast

from pipeline.sql_files import SQL, render

if TYPE_CHECKING:
    from collections.abc import Iterable

FOLDER = SQL / "procedures"
HANDLERS = Path(__file__).parent / "python"
_WITHOUT_CLASS_FOLDER = FOLDER / "churn" / "without_class"

ChurnModel = Literal["class", "procedure"]
Rights = Literal["CALLER", "OWNER"]

_TYPE = r"\w+(?:\([\d,]+\))?"
_DECLARATION = re.compile(
    rf"""
    (?P<notes>(?:--[^\n]*\n)+)
    create\ or\ replace\ procedure\ (?P<schema>\w+)\.(?P<name>\w+)\((?P<arguments>[^$]*)\)\n
    returns\ (?P<returns>{_TYPE})\n
    language\ sql\n
    comment\ =\ '(?P<comment>(?:[^']|'')+)'\n
    execute\ as\ (?P<rights>caller|owner)\n
    as\n
    \$\$\n
    (?P<block>(?:(?!\$\$).)*)\n
    \$\$\n
    """,
    re.VERBOSE | re.DOTALL,
)
_ARGUMENT = re.compile(rf"(\w+) ({_TYPE})")


class ProcedureFileError(ValueError):
    """A file under sql/procedures/ that is not one CREATE PROCEDURE under a head of comments."""


@dataclass(frozen=True)
class Argument:
    """One argument of a procedure."""

    name: str
    """In upper case, as the catalog has it."""

    type: str
    """Snowflake's type, in upper case."""


@dataclass(frozen=True)
class Python:
    """What makes a procedure one in Python."""

    module: str
    """The file in pipeline/python/ that holds it, without its ending."""

    handler: str
    """The function that a call reaches."""

    packages: tuple[str, ...] = ("pandas", "scikit-learn")
    """What the function imports, from Snowflake's channel of packages."""

    runtime_version: str = "3.11"
    """The version of Python."""

    snowpark_package: str = "1.*"
    """The version of Snowpark."""


@dataclass(frozen=True)
class Procedure:
    """One procedure, in Snowflake Scripting unless `python` is set."""

    name: str
    """In upper case, as the catalog has it."""

    comment: str
    """One sentence about what it does."""

    arguments: tuple[Argument, ...]
    """What a call hands over, in order."""

    returns: str
    """Snowflake's type of the result, in upper case."""

    execute_as: Rights
    """Whose rights it runs with, and whose current schema: the caller's, or the owner's."""

    schema: str
    """Where it lives: helpers of the jobs in PLATFORM, what people call by name in GOLD."""

    file: Path
    """Where its body comes from."""

    python: Python | None = None
    """What runs in place of Snowflake Scripting, if anything."""

    @property
    def qualified_name(self) -> str:
        """The name within the database, such as PLATFORM.START_RUN."""
        return f"{self.schema}.{self.name}"

    @property
    def declaration(self) -> str:
        """The statement that creates it, whose body is Snowflake Scripting."""
        return render(self.file.read_text())

    @property
    def body(self) -> str:
        """What is deployed: what stands between the $$ marks, under the head of comments; or the Python module."""
        if self.python:
            return self.file.read_text()
        match = _parse(self.file)
        return render(f"{match['notes']}{match['block']}")

    def in_python(self, python: Python) -> Procedure:
        """Return the procedure of the same signature whose body is a Python module."""
        return replace(self, python=python, file=HANDLERS / f"{python.module}.py")


def read_procedure(file: Path) -> Procedure:
    """Read the procedure that a file declares.

    Args:
        file: a CREATE PROCEDURE in lower case under a head of comments, which the deployed body keeps.

    Raises:
        ProcedureFileError: where the file holds anything else, or names another procedure than its own name says.
    """
    match = _parse(file)
    return Procedure(
        name=match["name"].upper(),
        comment=match["comment"].replace("''", "'"),
        arguments=tuple(Argument(name.upper(), kind.upper()) for name, kind in _ARGUMENT.findall(match["arguments"])),
        returns=match["returns"].upper(),
        execute_as=cast("Rights", match["rights"].upper()),
        schema=match["schema"].upper(),
        file=file,
    )


def _parse(file: Path) -> re.Match[str]:
    match = _DECLARATION.fullmatch(file.read_text())
    if match is None:
        raise ProcedureFileError(f"{file} is not one CREATE PROCEDURE: write it as the other files here are.")
    if match["name"] != file.stem:
        raise ProcedureFileError(f"{file} declares {match['name']}: give file and procedure one name.")
    return match


def _read(files: Iterable[Path]) -> tuple[Procedure, ...]:
    return tuple(read_procedure(file) for file in sorted(files))


PROCEDURES = _read(file for file in FOLDER.rglob("*.sql") if file.parent != _WITHOUT_CLASS_FOLDER)

# What stands in for the procedures that use SNOWFLAKE.ML.CLASSIFICATION, on accounts where that class is not active.
_IN_PYTHON = {"FIT_CHURN_MODEL": Python("churn_model", "fit"), "SCORE_CHURN": Python("churn_model", "score")}
_OF_THE_CLASS = {"RENAME_CHURN_MODEL"}


@cache
def procedures_for(churn_model: ChurnModel) -> tuple[Procedure, ...]:
    """List the procedures of a stack.

    Args:
        churn_model: whether SNOWFLAKE.ML.CLASSIFICATION trains and scores, or procedures in Python with the same
            results.
    """
    if churn_model == "class":
        return PROCEDURES
    stand_ins = {procedure.name: procedure for procedure in _read(_WITHOUT_CLASS_FOLDER.glob("*.sql"))}
    return tuple(
        procedure.in_python(_IN_PYTHON[procedure.name])
        if procedure.name in _IN_PYTHON
        else stand_ins.get(procedure.name, procedure)
        for procedure in PROCEDURES
        if procedure.name not in _OF_THE_CLASS
    )
