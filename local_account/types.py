"""Snowflake's data types: one table of their names, families and limits, with their types in DuckDB, Arrow and JSON.

A type is read from SQL text, from sqlglot's node, from DuckDB's description of a column or from a result's column, and
written as DESCRIBE writes it. Synonyms are the same type: BIGINT is NUMBER(38,0), DOUBLE PRECISION is FLOAT, and
TIMESTAMP is what TIMESTAMP_TYPE_MAPPING says
(https://docs.snowflake.com/en/sql-reference/intro-summary-data-types).
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from datetime import date, datetime, time
from decimal import Decimal
from enum import Enum
from functools import lru_cache
from typing import TYPE_CHECKING

import pyarrow as pa
from snowflake.connector.errors import ProgrammingError
from sqlglot import exp

from local_account.errors import invalid_value, not_supported

if TYPE_CHECKING:
    from collections.abc import Sequence

    from fakesnow.rowtype import ColumnInfo

TIMESTAMP_MAPPING = "TIMESTAMP_NTZ"
LONGEST_TEXT = 134_217_728
DEFAULT_TEXT = 16_777_216
BYTES_OF_A_CHARACTER = 4  # at most
DEFAULT_BINARY = 8_388_608
DIGITS = 38
FRACTION = 9
MICROSECONDS = 6  # what DuckDB keeps of a fraction of a second


class Family(Enum):
    """What values of a type are, whatever their size."""

    EXACT = "exact number"
    APPROXIMATE = "approximate number"
    TEXT = "text"
    BINARY = "binary"
    BOOLEAN = "boolean"
    DATE = "date"
    TIME = "time of day"
    TIMESTAMP = "timestamp"
    SEMI_STRUCTURED = "semi-structured"
    OTHER = "known to DuckDB only"


@dataclass(frozen=True, slots=True)
class _Definition:
    """One row of the table.

    Attributes:
        family: what its values are.
        duck: the DuckDB type that keeps it; NUMBER with a scale or another precision is a DECIMAL.
        protocol: the name of the type in a result's columns.
        arrow: how the account hands over values of results that it makes itself.
        json: the name of the type in SHOW COLUMNS.
        synonyms: other names, in upper case, words separated by one blank.
        nodes: sqlglot's kinds of types that stand for it.
    """

    family: Family
    duck: str
    protocol: str
    arrow: pa.DataType
    json: str
    synonyms: tuple[str, ...] = ()
    nodes: tuple[exp.DType, ...] = ()


_INTEGERS = ("INT", "INTEGER", "BIGINT", "SMALLINT", "TINYINT", "BYTEINT")
_CHARACTERS = ("CHAR", "CHARACTER", "NCHAR")  # of length 1 where none is given
_INTEGER_NODES = (exp.DType.INT, exp.DType.BIGINT, exp.DType.SMALLINT, exp.DType.TINYINT)
_CHARACTER_NODES = (exp.DType.CHAR, exp.DType.NCHAR)
_UTC = pa.timestamp("us", tz="UTC")
_TABLE: dict[str, _Definition] = {
    "NUMBER": _Definition(
        Family.EXACT, "BIGINT", "fixed", pa.int64(), "FIXED",
        ("DECIMAL", "DEC", "NUMERIC", *_INTEGERS), (exp.DType.DECIMAL, *_INTEGER_NODES),
    ),
    "FLOAT": _Definition(
        Family.APPROXIMATE, "DOUBLE", "real", pa.float64(), "REAL",
        ("FLOAT4", "FLOAT8", "DOUBLE", "DOUBLE PRECISION", "REAL"), (exp.DType.FLOAT, exp.DType.DOUBLE),
    ),
    "VARCHAR": _Definition(
        Family.TEXT, "VARCHAR", "text", pa.string(), "TEXT",
        (
            "STRING", "TEXT", "NVARCHAR", "NVARCHAR2", *_CHARACTERS, "CHAR VARYING", "CHARACTER VARYING",
            "NCHAR VARYING",
        ),
        (exp.DType.VARCHAR, exp.DType.TEXT, exp.DType.NVARCHAR, *_CHARACTER_NODES),
    ),
    "BINARY": _Definition(
        Family.BINARY, "BLOB", "binary", pa.binary(), "BINARY", ("VARBINARY",),
        (exp.DType.BINARY, exp.DType.VARBINARY),
    ),
    "BOOLEAN": _Definition(
        Family.BOOLEAN, "BOOLEAN", "boolean", pa.bool_(), "BOOLEAN", ("BOOL",), (exp.DType.BOOLEAN,)
    ),
    "DATE": _Definition(Family.DATE, "DATE", "date", pa.date32(), "DATE", (), (exp.DType.DATE,)),
    "TIME": _Definition(Family.TIME, "TIME", "time", pa.time64("us"), "TIME", (), (exp.DType.TIME,)),
    "TIMESTAMP_NTZ": _Definition(
        Family.TIMESTAMP, "TIMESTAMP", "timestamp_ntz", pa.timestamp("us"), "TIMESTAMP_NTZ",
        ("TIMESTAMPNTZ", "DATETIME", "TIMESTAMP WITHOUT TIME ZONE"), (exp.DType.TIMESTAMPNTZ, exp.DType.DATETIME),
    ),
    "TIMESTAMP_LTZ": _Definition(
        Family.TIMESTAMP, "TIMESTAMP WITH TIME ZONE", "timestamp_ltz", _UTC, "TIMESTAMP_LTZ",
        ("TIMESTAMPLTZ", "TIMESTAMP WITH LOCAL TIME ZONE"), (exp.DType.TIMESTAMPLTZ,),
    ),
    "TIMESTAMP_TZ": _Definition(
        Family.TIMESTAMP, "TIMESTAMP WITH TIME ZONE", "timestamp_tz", _UTC, "TIMESTAMP_TZ",
        ("TIMESTAMPTZ", "TIMESTAMP WITH TIME ZONE"), (exp.DType.TIMESTAMPTZ,),
    ),
    "VARIANT": _Definition(
        Family.SEMI_STRUCTURED, "JSON", "variant", pa.string(), "VARIANT", (), (exp.DType.VARIANT, exp.DType.JSON)
    ),
    "OBJECT": _Definition(
        Family.SEMI_STRUCTURED, "JSON", "object", pa.string(), "OBJECT", (), (exp.DType.OBJECT,)
    ),
    "ARRAY": _Definition(Family.SEMI_STRUCTURED, "JSON", "array", pa.string(), "ARRAY", (), (exp.DType.ARRAY,)),
}  # fmt: skip
# Types of Snowflake that DuckDB, or fakesnow's answers, have nothing for.
_REFUSED = ("DECFLOAT", "FILE", "GEOGRAPHY", "GEOMETRY", "MAP", "UUID", "VECTOR", "INTERVAL")
_NAMES = {name: name for name in _TABLE} | {s: name for name, d in _TABLE.items() for s in d.synonyms}
_NODES = {node: name for name, d in _TABLE.items() for node in d.nodes}
_PROTOCOL = {d.protocol: name for name, d in _TABLE.items()}
_DUCK_NAMES = {
    **dict.fromkeys(
        ("BIGINT", "INTEGER", "HUGEINT", "SMALLINT", "TINYINT", "UBIGINT", "UINTEGER", "USMALLINT", "UTINYINT"),
        "NUMBER",
    ),
    **{d.duck: name for name, d in _TABLE.items() if name not in ("NUMBER", "OBJECT", "ARRAY")},
    **dict.fromkeys(("TIMESTAMP_NS", "TIMESTAMP_MS", "TIMESTAMP_S"), "TIMESTAMP_NTZ"),
    "FLOAT": "FLOAT",
}  # fmt: skip
# The longest name has so many words.
TYPE_WORDS = max(len(name.split()) for name in _NAMES)
_WRITTEN = re.compile(r"\s*([A-Z_][A-Z0-9_]*(?:\s+[A-Z]+)*)\s*(?:\(([^()]*)\))?\s*([A-Z]+(?:\s+[A-Z]+)*)?\s*")


@dataclass(frozen=True, slots=True)
class DataType:
    """A type with its size; types that differ in spelling only are equal.

    Attributes:
        name: Snowflake's own name, such as NUMBER, VARCHAR or TIMESTAMP_NTZ.
        precision: of a NUMBER, in decimal digits.
        scale: decimal digits behind the point of a NUMBER, or of the seconds of a TIME or TIMESTAMP.
        length: of a VARCHAR in characters, of a BINARY in bytes.
    """

    name: str
    precision: int | None = None
    scale: int | None = None
    length: int | None = None

    @classmethod
    def parse(cls, written: str, timestamp: str = TIMESTAMP_MAPPING) -> DataType:
        """Read a type as SQL writes it.

        Args:
            written: such as `number(12, 2)`, `character varying` or `timestamp with local time zone`.
            timestamp: the type that a plain TIMESTAMP is.

        Raises:
            ProgrammingError: 2040 for a type that Snowflake does not know, 2 for one that is not supported here, 1008
                for a size that the type does not take.
        """
        return _parsed(written, timestamp)

    @classmethod
    def of_node(cls, node: exp.DataType, timestamp: str = TIMESTAMP_MAPPING) -> DataType:
        """Read sqlglot's type of a column or cast. Raises: ProgrammingError as `parse` does."""
        if node.this in (exp.DType.TIMESTAMP, exp.DType.DATETIME):
            name = timestamp if node.this is exp.DType.TIMESTAMP else "TIMESTAMP_NTZ"
        elif node.this in _NODES:
            name = _NODES[node.this]
        else:
            raise _unknown(node.sql(dialect="snowflake"))
        sizes = [part.this for part in node.expressions]
        if name in ("ARRAY", "OBJECT") and sizes:
            raise not_supported(f"The type {node.sql(dialect='snowflake')}")
        if node.this in _INTEGER_NODES and sizes:
            raise _unknown(node.sql(dialect="snowflake"))
        default = 1 if node.this in _CHARACTER_NODES else None
        return _sized(name, [str(getattr(size, "this", size)) for size in sizes], default)

    @classmethod
    def of_known(cls, node: exp.DataType | None) -> DataType | None:
        """Read sqlglot's type of an expression, or return None where it is not known, or none of Snowflake's here."""
        try:
            return None if node is None else cls.of_node(node)
        except ProgrammingError:
            return None

    @classmethod
    def of_duckdb(cls, described: str, length: int | None = None) -> DataType:
        """Read a type as DuckDB describes a column.

        Args:
            described: such as `DECIMAL(12,2)`; a type that Snowflake does not have keeps its name.
            length: of text, where it was declared; DuckDB does not keep it.
        """
        if size := re.fullmatch(r"DECIMAL\((\d+),\s*(\d+)\)", described):
            return cls("NUMBER", int(size[1]), int(size[2]))
        if described.endswith("]"):
            return cls("ARRAY")
        if described.startswith(("STRUCT", "MAP")):
            return cls("OBJECT")
        if described not in _DUCK_NAMES:
            return cls(described)
        return _sized(_DUCK_NAMES[described], [] if length is None else [str(length)])

    @classmethod
    def of_result(cls, protocol: str, scale: int | None = None) -> DataType:
        """Read the type of a result's column: the protocol's name of it, and the scale of an exact number."""
        if protocol == "fixed":
            return cls("NUMBER", DIGITS, scale or 0)
        return _sized(_PROTOCOL[protocol], []) if protocol in _PROTOCOL else cls(protocol.upper())

    @classmethod
    def of_column(cls, info: ColumnInfo) -> DataType:
        """Read the type of a result's column, with all of its sizes."""
        found = cls.of_result(info["type"], info["scale"])
        if found.name == "NUMBER":
            return replace(found, precision=info["precision"])
        return replace(found, length=info["length"]) if found.length is not None else found

    @classmethod
    def of_value(cls, value: object) -> DataType | None:  # noqa: PLR0911 - one return a type
        """Return the type of a Python value that stands for a constant, or None for one that has no type of its own."""
        match value:
            case bool():
                return cls("BOOLEAN")
            case int():
                return cls("NUMBER", DIGITS, 0)
            case Decimal():
                return cls("NUMBER", DIGITS, max(0, -int(value.as_tuple().exponent)))
            case float():
                return cls("FLOAT")
            case str():
                return cls("VARCHAR", length=DEFAULT_TEXT)
            case datetime():
                return cls("TIMESTAMP_TZ" if value.tzinfo else "TIMESTAMP_NTZ", scale=FRACTION)
            case date():
                return cls("DATE")
            case time():
                return cls("TIME", scale=FRACTION)
        return None

    @property
    def family(self) -> Family:
        """What values of the type are."""
        return _TABLE[self.name].family if self.name in _TABLE else Family.OTHER

    @property
    def duckdb(self) -> str:
        """The DuckDB type that keeps it."""
        if self.name == "NUMBER" and (self.precision, self.scale) != (DIGITS, 0):
            return f"DECIMAL({self.precision},{self.scale})"
        return _TABLE[self.name].duck if self.name in _TABLE else self.name

    @property
    def protocol(self) -> str:
        """The name of the type in a result's columns."""
        return _TABLE[self.name].protocol if self.name in _TABLE else "text"

    @property
    def node(self) -> exp.DataType:
        """The type for sqlglot, as far as DuckDB keeps it: without the length of text and the fractions of seconds."""
        definition = _TABLE[self.name]
        if self.name == "NUMBER" and (self.precision, self.scale) != (DIGITS, 0):
            sizes = [exp.DataTypeParam(this=exp.Literal.number(n)) for n in (self.precision, self.scale)]
            return exp.DataType(this=exp.DType.DECIMAL, expressions=sizes)
        if self.name == "VARCHAR" and self.length not in (None, DEFAULT_TEXT):
            # fakesnow keeps it for INFORMATION_SCHEMA
            return exp.DataType(
                this=exp.DType.VARCHAR, expressions=[exp.DataTypeParam(this=exp.Literal.number(self.length))]
            )
        return exp.DataType(this=definition.nodes[0])

    def json(self, *, nullable: bool) -> dict[str, object]:
        """Describe the type of a column as SHOW COLUMNS does.

        Returns: JSON-able values; `type` is FIXED, TEXT, REAL or Snowflake's name, lengths are in characters and bytes.
        """
        found: dict[str, object] = {"type": _TABLE[self.name].json if self.name in _TABLE else self.name}
        if self.name == "NUMBER":
            found |= {"precision": self.precision, "scale": self.scale}
        elif self.name == "VARCHAR" and self.length is not None:
            found |= {
                "length": self.length,
                "byteLength": self.length * BYTES_OF_A_CHARACTER,
                "nullable": nullable,
                "fixed": False,
            }
        elif self.name == "BINARY":
            found |= {"length": self.length, "byteLength": self.length, "nullable": nullable, "fixed": True}
        elif self.family in (Family.TIME, Family.TIMESTAMP):
            found |= {"precision": 0, "scale": self.scale}
        return found | {"nullable": nullable}  # which stands before `fixed` where that is there

    def __str__(self) -> str:
        """Write the type as DESCRIBE does, such as NUMBER(38,0) or VARCHAR(16777216)."""
        sizes = [n for n in (self.length, self.precision, self.scale) if n is not None]
        return f"{self.name}({','.join(map(str, sizes))})" if sizes else self.name


INTEGER = DataType("NUMBER", DIGITS, 0)
FLOAT = DataType("FLOAT")
VARCHAR = DataType("VARCHAR", length=DEFAULT_TEXT)
BOOLEAN = DataType("BOOLEAN")


def arrow_type(protocol: str) -> pa.DataType:
    """Return how values of a result's column are handed over, by the protocol's name of its type."""
    return _TABLE[_PROTOCOL[protocol]].arrow


def octets(length: int) -> int:
    """Return how many bytes a VARCHAR of so many characters holds at most."""
    return min(length * BYTES_OF_A_CHARACTER, DEFAULT_TEXT)


def words_of_type(words: Sequence[str]) -> int:
    """Tell how many of the next words of a statement are a type's name.

    Args:
        words: what stands ahead, in upper case, such as `["DOUBLE", "PRECISION", ",", ...]`.

    Returns: the length of the longest name, 1 for a word that is no type.
    """
    for count in range(min(TYPE_WORDS, len(words)), 1, -1):
        if " ".join(words[:count]) in _NAMES:
            return count
    return 1


@lru_cache(maxsize=1024)
def _parsed(written: str, timestamp: str) -> DataType:
    match = _WRITTEN.fullmatch(written.upper())
    if match is None:
        raise _unknown(written)
    words = " ".join(f"{match[1]} {match[3] or ''}".split())
    sizes = [] if match[2] is None else [size.strip() for size in match[2].split(",")]
    if words == "TIMESTAMP":
        words = timestamp
    if words not in _NAMES or (words in _INTEGERS and sizes):
        raise _unknown(written)
    if _NAMES[words] in ("ARRAY", "OBJECT") and sizes:
        raise not_supported(f"The type {written.upper()}")
    return _sized(_NAMES[words], sizes, 1 if words in _CHARACTERS else None)


def _sized(name: str, sizes: list[str], length: int | None = None) -> DataType:
    """Check the sizes of a type and fill in Snowflake's defaults; length: the default of a text."""
    most = {"NUMBER": 2, "VARCHAR": 1, "BINARY": 1, "TIME": 1}.get(name, 1 if name.startswith("TIMESTAMP") else 0)
    shown = f"{name}({','.join(sizes)})"
    if len(sizes) > most or not all(size.isdigit() for size in sizes):
        raise _unknown(shown)
    numbers = [int(size) for size in sizes]
    match name:
        case "NUMBER":
            precision, scale = (*numbers, 0)[:2] if numbers else (DIGITS, 0)
            _within(shown, "precision", precision, 1, DIGITS)
            _within(shown, "scale", scale, 0, min(precision, DIGITS - 1))
            return DataType(name, precision, scale)
        case "VARCHAR":
            size = numbers[0] if numbers else length or DEFAULT_TEXT
            return DataType(name, length=_within(shown, "length", size, 1, LONGEST_TEXT))
        case "BINARY":
            size = numbers[0] if numbers else DEFAULT_BINARY
            return DataType(name, length=_within(shown, "length", size, 1, LONGEST_TEXT // 2))
        case _ if most:
            return DataType(name, scale=_within(shown, "precision", numbers[0] if numbers else FRACTION, 0, FRACTION))
    return DataType(name)


def _within(shown: str, what: str, value: int, low: int, high: int) -> int:
    if not low <= value <= high:
        raise invalid_value(f"Invalid {what} {value} of the type {shown}: it must be {low} to {high}.")
    return value


def _unknown(written: str) -> ProgrammingError:
    base = re.split(r"[\s(]", written.strip().upper(), maxsplit=1)[0]
    if base in _REFUSED:
        return not_supported(f"The type {base}")
    return ProgrammingError(
        msg=f"SQL compilation error:\nUnsupported data type '{written.strip().upper()}'.", errno=2040, sqlstate="42601"
    )
