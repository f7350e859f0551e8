"""Dates and times that are read by a format, moved, or shown on the clock of another time zone.

https://docs.snowflake.com/en/sql-reference/functions/dateadd, .../to_date, .../convert_timezone
"""

from __future__ import annotations

from sqlglot import Expr, exp

from local_account.errors import not_supported
from local_account.translation.numbers import is_float, size
from local_account.translation.texts import call

_YEARS = ("%Y", "%y", "%-y")
_YEARS_APART = 70  # DuckDB begins at 1900, Snowflake at 1970
_ZONED = (exp.DType.TIMESTAMPTZ, exp.DType.TIMESTAMPLTZ)
_SHOWN_BY = (exp.DPipe, exp.Concat, exp.ToChar)


def moved(node: Expr) -> Expr:
    """Write DATEADD and its kin, which move by whole parts: a fraction is rounded; and keep a moved date a date."""
    count = node.args.get("expression")
    if (
        isinstance(count, Expr)
        and not isinstance(count, exp.Interval)
        and (is_float(count) or (size(count) or (0, 0))[1])
    ):
        node.set("expression", exp.cast(exp.Round(this=count), "BIGINT", copy=False))
    return exp.cast(node, "DATE", copy=False) if node.is_type(exp.DType.DATE) else node


def by_format(node: Expr) -> Expr:
    """Write TO_DATE and TO_TIMESTAMP with a format: without a year in it, the year is 1970.

    Raises: ProgrammingError (2) for a TIMESTAMP_TZ with an offset.
    """
    written = node.args.get("format")
    if not isinstance(written, exp.Literal):
        return node
    wanted = node.args.get("target_type")
    if "%z" in written.name and not (wanted is not None and wanted.is_type(exp.DType.TIMESTAMPLTZ)):
        if wanted is not None and wanted.is_type(exp.DType.TIMESTAMPTZ):
            raise not_supported("The offset of a TIMESTAMP_TZ")
        raise not_supported("A format with an offset for a type that leaves it out")
    if any(year in written.name for year in _YEARS):
        return node
    later = exp.Add(
        this=node, expression=exp.Interval(this=exp.Literal.string(str(_YEARS_APART)), unit=exp.var("YEAR"))
    )
    return exp.cast(exp.Paren(this=later), "DATE") if isinstance(node, exp.TsOrDsToDate) else exp.Paren(this=later)


def elsewhere(node: Expr) -> Expr:
    """Write CONVERT_TIMEZONE without a source, of a moment of UTC, as what the clock there shows.

    Raises: ProgrammingError (2) where the offset would be written, which is not kept.
    """
    moment = node.args["timestamp"]
    if node.args.get("source_tz") is not None:
        return node
    if isinstance(node.parent, _SHOWN_BY) or (
        isinstance(node.parent, exp.Cast) and node.parent.to.this in exp.DataType.TEXT_TYPES
    ):
        raise not_supported("The offset of what CONVERT_TIMEZONE gives, as text,")
    if not moment.is_type(*_ZONED):
        moment = exp.cast(call("timezone", exp.Literal.string("UTC"), exp.cast(moment, "TIMESTAMP")), "TIMESTAMPTZ")
    return call("timezone", node.args["target_tz"], moment)
