"""Names as Snowflake reads, compares and writes them: quoted and plain identifiers, and full names of objects.

A plain identifier begins with a letter from A to Z or an underscore, goes on with these, digits and dollar signs, and
is folded to upper case. Anything else stands in double quotes, keeps its case, and doubles its own quotes
(https://docs.snowflake.com/en/sql-reference/identifiers-syntax). No letter beyond ASCII is ever folded: where it may
stand, in quotes, case is kept.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from hashlib import sha256
from typing import TYPE_CHECKING
from urllib.parse import quote as percent_encoded
from urllib.parse import unquote as percent_decoded

from local_account.errors import syntax_error

if TYPE_CHECKING:
    from collections.abc import Iterable

    from sqlglot import exp

LONGEST = 255
_LONGEST_FILE_NAME = 240  # bytes; file systems take 255, and the files have endings
_DIGEST = 32
_FOLDED = re.compile(r"[A-Z_][A-Z0-9_$]*")
_PLAIN = re.compile(r"[A-Za-z_][A-Za-z0-9_$]*")
_PART = re.compile(r"""\s*(?:"(?P<quoted>(?:[^"]|"")*)"|(?P<plain>[A-Za-z_][A-Za-z0-9_$]*))\s*(?P<end>\.|\Z)""")
_MOST_PARTS = 3


def checked(identifier: str) -> str:
    """Return an identifier as it is. Raises: ProgrammingError (1003) for an empty one, or one that is too long."""
    if not identifier:
        raise syntax_error("An identifier must not be empty.")
    if len(identifier) > LONGEST:
        raise syntax_error(
            f"The identifier '{identifier[:40]}...' has {len(identifier)} characters; at most {LONGEST} are allowed."
        )
    return identifier


def folded(plain: str) -> str:
    """Return what an identifier without quotes means.

    Raises: ProgrammingError (1003) where it needs quotes, such as one with a letter beyond ASCII, or is too long.
    """
    if not _PLAIN.fullmatch(plain):
        raise syntax_error(f"The identifier {plain} must stand in double quotes.")
    return checked(plain.upper())


def identifier(node: exp.Identifier) -> str:
    """Return what a parsed identifier means: without quotes it is folded to upper case."""
    return str(node.this) if node.quoted else node.this.upper()


def unquoted(text: str) -> str:
    """Return what an identifier within double quotes means, the quotes included in `text`."""
    return checked(text[1:-1].replace('""', '"'))


def quoted(identifier: str) -> str:
    """Write an identifier within double quotes, which Snowflake and DuckDB read alike."""
    return '"' + identifier.replace('"', '""') + '"'


def written(identifier: str) -> str:
    """Write an identifier as Snowflake shows it: in double quotes where it would not be read back without them."""
    return identifier if _FOLDED.fullmatch(identifier) else quoted(identifier)


def joined(parts: Iterable[str]) -> str:
    """Write a full name with every part in double quotes, for DuckDB."""
    return ".".join(quoted(part) for part in parts)


def text_literal(value: str) -> str:
    """Write a text as a literal of DuckDB."""
    return "'" + value.replace("'", "''") + "'"


def same_for_duckdb(one: str, other: str) -> bool:
    """Tell whether DuckDB takes two identifiers for one: it does not look at the case of ASCII letters."""
    return one.encode().lower() == other.encode().lower()


def parts_of(text: str) -> list[str]:
    """Read the parts of a dotted name, each plain or in double quotes. Raises: ProgrammingError (1003)."""
    found: list[str] = []
    position = 0
    while True:
        match = _PART.match(text, position)
        if match is None:
            raise syntax_error(f"syntax error: '{text}' is not the name of an object.")
        found.append(checked(match["quoted"].replace('""', '"')) if match["plain"] is None else folded(match["plain"]))
        position = match.end()
        if not match["end"]:
            return found


@dataclass(frozen=True, slots=True)
class Name:
    """A possibly qualified object name, already resolved to case (plain parts are upper case)."""

    name: str
    schema: str | None = None
    database: str | None = None

    @classmethod
    def of(cls, *parts: str | None) -> Name:
        """Build a name from (database, schema, name), (schema, name) or (name,)."""
        padded = [None] * (_MOST_PARTS - len(parts)) + list(parts)
        return cls(name=str(padded[2]), schema=padded[1], database=padded[0])

    @classmethod
    def parse(cls, text: str) -> Name:
        """Read a name of one to three parts, as SQL or `str` writes it. Raises: ProgrammingError (1003)."""
        parts = parts_of(text)
        if len(parts) > _MOST_PARTS:
            raise syntax_error(f"syntax error: the name {text} has more than three parts.")
        return cls.of(*parts)

    @property
    def parts(self) -> tuple[str, ...]:
        """The given parts, the database first."""
        return tuple(p for p in (self.database, self.schema, self.name) if p)

    @property
    def sql(self) -> str:
        """The name with every part in double quotes, for DuckDB."""
        return joined(self.parts)

    @property
    def file_name(self) -> str:
        """A name for a file or folder of the object: another for each object, and never a path."""
        return file_name(*self.parts)

    def __str__(self) -> str:
        return ".".join(written(p) for p in self.parts)


def file_name(*parts: str) -> str:
    """Return a file name that stands for identifiers, without an ending, and for no others.

    A dot stands between two, `%2E` for one inside. What is too long for file systems is cut and ends in a digest.
    """
    found = ".".join(percent_encoded(part, safe="$ ").replace(".", "%2E") for part in parts)
    if len(found) <= _LONGEST_FILE_NAME:
        return found
    return f"{found[: _LONGEST_FILE_NAME - _DIGEST - 1]}~{sha256(found.encode()).hexdigest()[:_DIGEST]}"


def from_file_name(name: str) -> str:
    """Return the identifier that `file_name` turned into a file's name, if that was short enough."""
    return percent_decoded(name)
