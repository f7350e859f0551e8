"""File formats: their options, Snowflake's defaults, and how options given in several places come together."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from local_account.catalog import objects
from local_account.errors import invalid_value, not_supported
from local_account.identifiers import Name

if TYPE_CHECKING:
    from collections.abc import Mapping

    from local_account.session.session import Session

# Option -> (default, type as DESCRIBE names it), in the order of Snowflake's DESCRIBE.
CSV_OPTIONS: dict[str, tuple[Any, str]] = {
    "RECORD_DELIMITER": ("\\n", "String"),
    "FIELD_DELIMITER": (",", "String"),
    "FILE_EXTENSION": ("", "String"),
    "SKIP_HEADER": (0, "Integer"),
    "PARSE_HEADER": (False, "Boolean"),
    "DATE_FORMAT": ("AUTO", "String"),
    "TIME_FORMAT": ("AUTO", "String"),
    "TIMESTAMP_FORMAT": ("AUTO", "String"),
    "BINARY_FORMAT": ("HEX", "String"),
    "ESCAPE": ("NONE", "String"),
    "ESCAPE_UNENCLOSED_FIELD": ("\\\\", "String"),
    "TRIM_SPACE": (False, "Boolean"),
    "FIELD_OPTIONALLY_ENCLOSED_BY": ("NONE", "String"),
    "NULL_IF": (["\\N"], "List"),
    "COMPRESSION": ("AUTO", "String"),
    "ERROR_ON_COLUMN_COUNT_MISMATCH": (True, "Boolean"),
    "VALIDATE_UTF8": (True, "Boolean"),
    "SKIP_BLANK_LINES": (False, "Boolean"),
    "REPLACE_INVALID_CHARACTERS": (False, "Boolean"),
    "EMPTY_FIELD_AS_NULL": (True, "Boolean"),
    "SKIP_BYTE_ORDER_MARK": (True, "Boolean"),
    "ENCODING": ("UTF8", "String"),
    "MULTI_LINE": (True, "Boolean"),
}
PARQUET_OPTIONS: dict[str, tuple[Any, str]] = {
    "TRIM_SPACE": (False, "Boolean"),
    "NULL_IF": ([], "List"),
    "COMPRESSION": ("AUTO", "String"),
    "BINARY_AS_TEXT": (True, "Boolean"),
    "REPLACE_INVALID_CHARACTERS": (False, "Boolean"),
    "USE_LOGICAL_TYPE": (False, "Boolean"),
    "USE_VECTORIZED_SCANNER": (False, "Boolean"),
}
JSON_OPTIONS: dict[str, tuple[Any, str]] = {
    "FILE_EXTENSION": ("", "String"),
    "DATE_FORMAT": ("AUTO", "String"),
    "TIME_FORMAT": ("AUTO", "String"),
    "TIMESTAMP_FORMAT": ("AUTO", "String"),
    "BINARY_FORMAT": ("HEX", "String"),
    "TRIM_SPACE": (False, "Boolean"),
    "NULL_IF": ([], "List"),
    "COMPRESSION": ("AUTO", "String"),
    "ENABLE_OCTAL": (False, "Boolean"),
    "ALLOW_DUPLICATE": (False, "Boolean"),
    "STRIP_OUTER_ARRAY": (False, "Boolean"),
    "STRIP_NULL_VALUES": (False, "Boolean"),
    "IGNORE_UTF8_ERRORS": (False, "Boolean"),
    "REPLACE_INVALID_CHARACTERS": (False, "Boolean"),
    "SKIP_BYTE_ORDER_MARK": (True, "Boolean"),
}
TYPES = {"CSV": CSV_OPTIONS, "PARQUET": PARQUET_OPTIONS, "JSON": JSON_OPTIONS}


@dataclass(frozen=True)
class FileFormat:
    """A format's type (CSV, PARQUET, JSON) and every option's value, defaults included."""

    type: str
    options: dict[str, Any]

    def __getitem__(self, option: str) -> Any:
        return self.options[option]


_OTHER_TYPES = ("AVRO", "ORC", "XML", "CUSTOM")


def complete(given: Mapping[str, Any]) -> FileFormat:
    """Check options and add Snowflake's defaults.

    Args:
        given: TYPE (default CSV) and options as the statement wrote them.

    Raises: ProgrammingError for an unknown type or option, or a value of the wrong kind.
    """
    options = dict(given)
    kind = str(options.pop("TYPE", "CSV")).upper()
    if kind not in TYPES:
        if kind not in _OTHER_TYPES:
            raise invalid_value(f"invalid value ['{given.get('TYPE')}'] for parameter 'TYPE'")
        raise not_supported(f"File format type {kind}")
    known = TYPES[kind]
    for option, value in options.items():
        if option not in known:
            raise invalid_value(f"invalid parameter '{option}' for file format type {kind}")
        options[option] = _checked(option, value, known[option][1])
    if options.get("PARSE_HEADER") and options.get("SKIP_HEADER"):
        raise invalid_value("SKIP_HEADER and PARSE_HEADER cannot be used together.")
    return FileFormat(kind, {name: options.get(name, default) for name, (default, _) in known.items()})


def _checked(option: str, value: Any, kind: str) -> Any:
    match kind:
        case "Boolean" if isinstance(value, bool):
            return value
        case "Boolean" if str(value).upper() in ("TRUE", "FALSE"):
            return str(value).upper() == "TRUE"
        case "Integer" if isinstance(value, int) and not isinstance(value, bool) and value >= 0:
            return value
        case "Integer" if isinstance(value, int) and not isinstance(value, bool):
            raise invalid_value(f"invalid value [{value}] for parameter '{option}'")
        case "List":
            return [str(v) for v in (value if isinstance(value, list) else [value])]
        case "String" if isinstance(value, str | int):
            # words such as NONE and AUTO are keywords; a literal is kept as it is
            return str(value)
        case "String" if value is None:
            return "NONE"
    raise invalid_value(f"invalid value '{value}' for parameter '{option}'")


def resolve(session: Session, *layers: Mapping[str, Any]) -> FileFormat:
    """Bring together the FILE_FORMAT clauses of a stage and a COPY: the last that says anything wins, as a whole.

    A clause is `{"FORMAT_NAME": name}` or `{"TYPE": ..., options}`; a clause without TYPE adds to the one before.

    Raises: ProgrammingError where a named format is missing or the role may not use it.
    """
    merged: dict[str, Any] = {}
    for layer in layers:
        if name := layer.get("FORMAT_NAME"):
            full = session.resolve(Name.parse(name))
            found = session.account.catalog.get(objects.FileFormat, full)
            session.require("USAGE", objects.FileFormat.KIND, full)
            merged = {"TYPE": found.type, **found.options} | {k: v for k, v in layer.items() if k != "FORMAT_NAME"}
        elif "TYPE" in layer:
            merged = dict(layer)
        else:
            merged |= layer
    return complete(merged)
