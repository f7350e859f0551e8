"""Functions whose arguments the translation would drop: they are written for DuckDB here, or refused."""

from __future__ import annotations

import re
from functools import cache
from typing import TYPE_CHECKING

import duckdb
from sqlglot import ErrorLevel, Expr, exp
from sqlglot.dialects.snowflake import Snowflake
from sqlglot.errors import UnsupportedError

from local_account.data_plane.flattening import flatten, in_from
from local_account.data_plane.json_keys import IN_ORDER, in_order_of_keys
from local_account.data_plane.number_formats import READ, WRITTEN, read_format
from local_account.data_plane.regexps import FOUND
from local_account.errors import not_supported
from local_account.translation import macros

if TYPE_CHECKING:
    from collections.abc import Callable

# https://docs.snowflake.com/en/sql-reference/date-time-input-output#about-the-elements-used-in-input-and-output-formats
_ELEMENTS = {
    "YYYY": "%Y", "YY": "%y", "MMMM": "%B", "MON": "%b", "MM": "%m", "DD": "%d", "DY": "%a", "HH24": "%H",
    "HH12": "%I", "AM": "%p", "PM": "%p", "MI": "%M", "SS": "%S", "FF3": "%g", "FF6": "%f", "FF9": "%n", "FF": "%n",
    "FF0": "",
}  # fmt: skip
_REFUSED_ELEMENTS = ("FF1", "FF2", "FF4", "FF5", "FF7", "FF8", "TZHTZM", "TZH:TZM", "TZH", "TZM", "UUUU")
_FORMAT = re.compile(
    "|".join(sorted((*_ELEMENTS, *_REFUSED_ELEMENTS), key=len, reverse=True)) + r'|"[^"]*"|.',
    re.IGNORECASE | re.DOTALL,
)
_NUMERIC_FORMAT = re.compile(r"(FM|TM9?|TME|[$+\-.,90XDGSVBTE\s]|MI)+", re.IGNORECASE)
_FURTHEST = (1 << 63) - 1
_BYTES_AS_TEXT = {"HEX": "hex", "BASE64": "to_base64", "UTF-8": "decode", "UTF8": "decode"}


def complete(expression: Expr) -> Expr:
    """Write those functions of a Snowflake statement that sqlglot and fakesnow translate in part.

    Args:
        expression: the statement, which is changed in place.

    Returns: the statement.
    Raises: ProgrammingError (2) for what cannot be written.
    """
    for node in reversed(list(expression.find_all(*_WRITTEN))):  # arguments first: what is around them copies them
        _WRITTEN[type(node)](node)
    return expression


@cache
def names_of_duckdb() -> frozenset[str]:
    """Return the names of DuckDB's own functions, in upper case."""
    rows = duckdb.connect().execute("select distinct upper(function_name) from duckdb_functions()").fetchall()
    return frozenset(name for (name,) in rows)


def duckdb_sql(statement: Expr) -> str:
    """Return the SQL of a translated statement, which it consumes but for its kind and its table.

    Raises: ProgrammingError (2) where DuckDB's SQL has no word for a part of it, which would be left out otherwise.
    """
    for clock in list(statement.find_all(*_CLOCKS)):
        # As words DuckDB takes them for a column, where one of the statement has their name.
        call: Expr = exp.Anonymous(this=_CLOCKS[type(clock)])
        if clock.args.get("sysdate"):
            call = exp.AtTimeZone(this=call, zone=exp.Literal.string("UTC"))
        clock.replace(call)
    try:
        return statement.sql(dialect="duckdb", unsupported_level=ErrorLevel.RAISE, copy=False)
    except UnsupportedError as error:
        raise _left_out(str(error)) from error


def strftime_format(written: str) -> str:
    """Return DuckDB's format of dates and timestamps for one of Snowflake's.

    Args:
        written: such as `YYYY-MM-DD HH24:MI:SS.FF3`; what is no element, or in double quotes, stands for itself.

    Raises: ProgrammingError (2) for elements that DuckDB has none for.
    """
    pieces = []
    for match in _FORMAT.finditer(written):
        piece = match[0]
        if piece.upper() in _ELEMENTS:
            pieces.append(_ELEMENTS[piece.upper()])
        elif piece.upper() in _REFUSED_ELEMENTS:
            raise not_supported(f"The element {piece.upper()} in the format '{written}'")
        else:  # it stands for itself
            text = piece[1:-1] if piece.startswith('"') and len(piece) > 1 else piece
            pieces.append(text.replace("%", "%%"))
    return "".join(pieces)


def count_down(statement: Expr) -> Expr:
    """Let a sequence of a CREATE pass zero: DuckDB's end there, unless their bounds say more."""
    for properties in statement.find_all(exp.SequenceProperties):
        if any(isinstance(properties.args.get(key), exp.Neg) for key in ("start", "increment")):
            properties.set("start", properties.args.get("start") or exp.Literal.number(1))
            properties.set("minvalue", exp.Literal.number(-_FURTHEST))
            properties.set("maxvalue", exp.Literal.number(_FURTHEST))
    return statement


def _identity(node: Expr) -> None:
    """Write the step of a column that counts down as fakesnow reads it."""
    for key in ("start", "increment"):
        if isinstance(number := node.args.get(key), exp.Neg):
            node.set(key, exp.Literal(this=f"-{number.this.name}", is_string=False))


def _left_out(reason: str) -> Exception:
    """Build the refusal of what a statement says and DuckDB's SQL cannot."""
    if found := re.search(r"Argument '(\w+)' is not supported for expression '(\w+)'", reason):
        return not_supported(f"The argument {found[1].upper()} of {found[2].upper()}")
    if found := re.match(r"([A-Z][A-Z_]+(?: [A-Z_]+)*) (?:is|are) (?:not supported|unsupported)", reason):
        return not_supported(found[1])
    if found := re.search(r"Unsupported (\w+) function", reason):
        return not_supported(f"{found[1]} with these arguments")
    return not_supported("A part of this statement")


def _trim(node: Expr) -> None:
    """Let TRIM and its kin read any type as text, as they do on Snowflake; fakesnow forgets what is to be trimmed."""
    operand = node.this
    if not (isinstance(operand, exp.Cast) and operand.to.this in exp.DataType.TEXT_TYPES):
        node.set("this", exp.cast(operand.copy(), "TEXT"))


def _to_char(node: Expr) -> None:
    """Write TO_CHAR and TO_VARCHAR with a format of dates and times."""
    written = node.args.get("format")
    if written is None:
        return
    text = _constant_text(written)
    if text is None:
        raise not_supported("TO_CHAR with a format that is no constant")
    if isinstance(node, exp.TimeToStr) and isinstance(written, exp.Literal):
        # sqlglot has read the format already, and passes on what it does not know.
        text = str(Snowflake().generator().format_time(node))[1:-1].replace("''", "'")
    if read_format(text):
        number, called = exp.cast(node.this.copy(), "TEXT"), exp.Literal.string(text)
        _ = node.replace(exp.Anonymous(this=WRITTEN, expressions=[number, called]))
        return
    if _NUMERIC_FORMAT.fullmatch(text) and not re.fullmatch("MI", text, re.IGNORECASE):
        raise not_supported(f"TO_CHAR with '{text}', a format of numbers,")
    if text.upper() in _BYTES_AS_TEXT:
        _ = node.replace(exp.Anonymous(this=_BYTES_AS_TEXT[text.upper()], expressions=[node.this.copy()]))
        return
    if text.upper() == "AUTO":
        raise not_supported(f"TO_CHAR with the format '{text}'")
    call = exp.Anonymous(this="strftime", expressions=[node.this.copy(), exp.Literal.string(strftime_format(text))])
    node.replace(call)


def _to_number(node: Expr) -> None:
    """Write TO_NUMBER and its kin with a format of digits, or of hexadecimal ones; others are refused."""
    written = node.args.get("format")
    if written is None or not written.is_string:  # a number in its place is the precision
        return
    if read_format(written.name):
        node.set("this", _read_by_format(node.this, written, tried=bool(node.args.get("safe"))))
        node.set("format", None)
        return
    digits = len(written.name)
    if not re.fullmatch("X{1,15}", written.name, re.IGNORECASE):
        raise not_supported(f"TO_NUMBER with the format '{written.name}'")
    text, kind = node.this, exp.TryCast if node.args.get("safe") else exp.Cast

    def number(*parts: Expr) -> Expr:
        joined: Expr = exp.Literal.string("0x")
        for part in parts:
            joined = exp.DPipe(this=joined, expression=part)
        return kind(this=exp.Paren(this=joined), to=exp.DataType.build("BIGINT"))

    value = number(text.copy())
    if not (isinstance(text, exp.Left) and isinstance(text.this, exp.MD5)):
        is_read = exp.Anonymous(
            this="regexp_full_match", expressions=[text.copy(), exp.Literal.string(f"[0-9A-Fa-f]{{1,{digits}}}")]
        )
        unread = number(text.copy(), exp.Literal.string(f" as {written.name}"))  # it fails, and says of what
        value = exp.Case(ifs=[exp.If(this=is_read, true=value)], default=unread)
    node.set("format", None)
    node.set("this", value)


def _read_by_format(text: Expr, written: Expr, *, tried: bool) -> Expr:
    """Return what reads a text as a number by a format; it fails, unless it only tries, where the text does not fit."""
    read = exp.Anonymous(this=READ, expressions=[text.copy(), written.copy()])
    if tried:
        return read
    words = [
        exp.Literal.string("Can't parse '"),
        text.copy(),
        exp.Literal.string(f"' as number with format '{written.name}'"),
    ]
    failure = exp.Anonymous(this="error", expressions=[exp.Anonymous(this="concat", expressions=words)])
    is_null = exp.If(this=exp.Is(this=text.copy(), expression=exp.Null()), true=exp.Null())
    return exp.Case(ifs=[is_null], default=exp.Coalesce(this=read, expressions=[failure]))


def _constant_text(node: Expr) -> str | None:
    """Return the text that literals make together, or None where there is anything else."""
    match node:
        case exp.Literal() if node.is_string:
            return node.name
        case exp.Paren():
            return _constant_text(node.this)
        case exp.DPipe():
            texts = [_constant_text(node.left), _constant_text(node.right)]
            return None if None in texts else "".join(map(str, texts))
    return None


def _split_to_table(node: Expr) -> None:
    in_from(node, macros.call("split_to_table", node.this.copy(), node.args["expression"].copy()))


def _macro(node: Expr) -> None:
    """Write the call of a macro, where a function is one."""
    if isinstance(node, exp.Anonymous) and str(node.this).upper() == "STRTOK_SPLIT_TO_TABLE":
        text, *delimiters = node.expressions
        given = delimiters[0].copy() if delimiters else exp.Literal.string(" ")
        in_from(node, macros.call("strtok_split_to_table", text.copy(), given))
    elif written := macros.written(node):
        _ = node.replace(written)


def _object(node: Expr) -> None:
    """Write OBJECT_CONSTRUCT and its like, whose keys come in their order; `*` is left to fakesnow."""
    pairs = []
    for pair in node.expressions:
        if isinstance(pair, exp.PropertyEQ | exp.JSONKeyValue):
            key = pair.this
            pairs.append((exp.Literal.string(key.name) if isinstance(key, exp.Identifier) else key, pair.expression))
    if len(pairs) != len(node.expressions):
        return
    if not pairs:
        _ = node.replace(exp.cast(exp.Literal.string("{}"), "JSON"))
        return
    keys = exp.Anonymous(this="list_value", expressions=[exp.cast(key.copy(), "TEXT") for key, _ in pairs])
    values = [macros.json_of(value) for _, value in pairs]
    lists = keys, exp.Anonymous(this="list_value", expressions=values)
    node.replace(macros.call("object_construct", *lists, exp.Boolean(this=isinstance(node, exp.JSONObject))))


def _array(node: Expr) -> None:
    """Write ARRAY_CONSTRUCT as JSON, whose elements may be of different types, where no function of lists takes it."""
    user = node.parent
    while isinstance(user, exp.Paren | exp.Alias):
        user = user.parent
    if isinstance(user, exp.Select) and user.parent is None:
        node.replace(_shown(node.expressions))
    elif not isinstance(user, _OF_LISTS):
        node.replace(exp.Anonymous(this="json_array", expressions=[e.copy() for e in node.expressions]))


def _shown(elements: list[Expr]) -> Expr:
    """Return the text of an array that a client gets: NULL in it is `undefined`, for which JSON has nothing."""
    made = exp.Anonymous(this="json_array", expressions=[element.copy() for element in elements])
    if all(isinstance(element, exp.Literal) for element in elements):
        return made
    texts = [
        exp.Coalesce(
            this=exp.cast(macros.json_of(element), "TEXT"),
            expressions=[exp.Literal.string("undefined")],
        )
        for element in elements
    ]
    inner = exp.Anonymous(this="concat_ws", expressions=[exp.Literal.string(","), *texts])
    brackets = map(exp.Literal.string, "[]")
    return exp.Anonymous(this="concat", expressions=[next(brackets), inner, next(brackets)])


def _reduced(node: Expr) -> None:
    """Write REDUCE, whose start stands last in DuckDB."""
    node.replace(exp.Anonymous(this="list_reduce", expressions=[node.this, node.args["merge"], node.args["initial"]]))


def _json_of_text(node: Expr) -> None:
    """Write PARSE_JSON and its kin, which sort the keys of objects, and read a number in exponents as FLOAT."""
    if isinstance(node.this, exp.Anonymous) and node.this.name.startswith("_"):
        return  # one of the account's own functions, such as a model's, which write them in order
    text = node.this
    if isinstance(text, exp.Literal) and text.is_string:
        read: Expr = exp.Literal.string(in_order_of_keys(text.name)) if text.name.strip() else exp.Null()
    else:
        text = exp.cast(text, "TEXT")
        read = exp.Anonymous(this=IN_ORDER, expressions=[text.copy()])
    tried = "checked" if isinstance(node, exp.CheckJson) else "try_parsed" if node.args.get("safe") else "parsed"
    node.replace(macros.call(tried, text.copy(), read))


def _found(node: Expr) -> None:
    """Write REGEXP_INSTR, where it does not ask for a group."""
    given = [node.args.get(key) for key in ("position", "occurrence", "option", "parameters")]
    if node.args.get("group") is not None or (given[-1] is not None and "e" in given[-1].name):
        raise not_supported("REGEXP_INSTR with a group")
    plain = (*map(exp.Literal.number, (1, 1, 0)), exp.Literal.string("c"))
    more = [part or default for part, default in zip(given, plain, strict=True)]
    whole = exp.Anonymous(this=FOUND, expressions=[node.this, node.expression, *more])
    node.replace(exp.cast(whole, "BIGINT", copy=False))


def _position(node: Expr) -> None:
    raise not_supported(f"${node.name or '...'}, a column by its position,")


_CLOCKS: dict[type[Expr], str] = {
    exp.CurrentDate: "CURRENT_DATE",
    exp.CurrentTimestamp: "GET_CURRENT_TIMESTAMP",
    exp.Localtime: "CURRENT_LOCALTIME",
    exp.Localtimestamp: "CURRENT_LOCALTIMESTAMP",
}
_OF_LISTS = (exp.SortArray, exp.ArrayConstructCompact, exp.ArrayIntersect, exp.ArrayExcept, exp.ArrayMin, exp.ArrayMax,
             exp.ArraySum, exp.ArrayFilter, exp.Transform, exp.Reduce)  # fmt: skip
_WRITTEN: dict[type[Expr], Callable[[Expr], None]] = {
    exp.GeneratedAsIdentityColumnConstraint: _identity,
    exp.Trim: _trim,
    exp.Parameter: _position,
    exp.Array: _array,
    exp.ToChar: _to_char,
    exp.TimeToStr: _to_char,
    exp.ToNumber: _to_number,
    exp.Explode: flatten,
    exp.SplitToTable: _split_to_table,
    **dict.fromkeys((exp.Struct, exp.JSONObject), _object),
    **dict.fromkeys(macros.KINDS, _macro),
    exp.Reduce: _reduced,
    **dict.fromkeys((exp.ParseJSON, exp.CheckJson), _json_of_text),
    exp.RegexpInstr: _found,
}
