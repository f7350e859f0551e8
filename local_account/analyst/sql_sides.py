"""SQL of two sides and of bands: each by a statement of its own, and what lies between the figures of two."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from local_account.analyst.fragments import columns, kept_zero, order, quoted
from local_account.analyst.plan import Form
from local_account.semantic.model import Kind

if TYPE_CHECKING:
    from collections.abc import Callable

    from local_account.analyst.fragments import Writer
    from local_account.analyst.plan import Plan

_BETWEEN = {
    "difference": ("DIFFERENCE", "{first} - {second}"),
    "percent": ("IN_PERCENT", "100 * {first} / NULLIF({second}, 0)"),
    "per 100": ("PER_100", "100 * {first} / NULLIF({second}, 0)"),
    "per 1000": ("PER_1000", "1000 * {first} / NULLIF({second}, 0)"),
    "quotient": ("RATIO", "{first} / NULLIF({second}, 0)"),
}


def sides(plan: Plan, writer: Writer, statement: Callable[[Plan, Writer], str]) -> str:
    """Return the figures of both sides and what lies between them, by groups if any.

    Args:
        plan: the plan of both.
        writer: writes the view.
        statement: returns the statement of one side.
    """
    names = columns(plan.groups)
    heads = [
        f"{side} AS (\n{_unordered(statement(one, writer))}\n)" for side, one in zip(_SIDES, plan.sides, strict=True)
    ]
    first, second = (_amount(side, one, writer) for side, one in zip(_SIDES, plan.sides, strict=True))
    shown = _names(plan)
    name, made = _BETWEEN[plan.between]
    between = [f"{made.format(first=first, second=second)} AS {name}"]
    if plan.in_percent and plan.between == "difference":
        between.append(f"100 * ({first} - {second}) / NULLIF({second}, 0) AS {name}_PERCENT")
    on = " AND ".join(f"FIRST_SIDE.{n} IS NOT DISTINCT FROM SECOND_SIDE.{n}" for n in names) or "TRUE"
    groups = "".join(f"COALESCE(FIRST_SIDE.{n}, SECOND_SIDE.{n}) AS {n}, " for n in names)
    figures = ", ".join([f"{first} AS {shown[0]}", f"{second} AS {shown[1]}", *between])
    source = f"FROM FIRST_SIDE\nFULL JOIN SECOND_SIDE ON {on}"
    kept = f"\nWHERE {first} {plan.sign} {second}" if plan.sign else ""
    head = "WITH " + ",\n".join(heads) + "\n"
    if plan.count_only:
        return f"{head}SELECT COUNT(*) AS {names[0]}_COUNT\n{source}{kept}"
    times = [n for n, g in zip(names, plan.groups, strict=True) if g.kind is Kind.TIME_DIMENSION]
    tail = _ordered(plan, None if times else name, list(dict.fromkeys([*times, *names])))
    return f"{head}SELECT {groups}{figures}\n{source}{kept}{tail}"


def bands(plan: Plan, writer: Writer, statement: Callable[[Plan, Writer], str]) -> str:
    """Return the figures of each band below each other, in the order of the bands.

    Args:
        plan: the plan of all bands.
        writer: writes the view.
        statement: returns the statement of one band.
    """
    names = [*columns(plan.groups), *(m.name for m in plan.sides[0].measures)]
    parts = [
        f"SELECT {at} AS BAND_NUMBER, {quoted(label)} AS BAND, {', '.join(names)}\n"
        f"FROM (\n{_unordered(statement(one, writer))}\n)"
        for at, (label, one) in enumerate(zip(plan.labels, plan.sides, strict=True), start=1)
    ]
    text = "\nUNION ALL\n".join(parts)
    return f"SELECT BAND, {', '.join(names)}\nFROM (\n{text}\n){order(None, ['BAND_NUMBER', *columns(plan.groups)])}"


_SIDES = ("FIRST_SIDE", "SECOND_SIDE")


def _ordered(plan: Plan, name: str | None, names: list[str]) -> str:
    """Return the order of groups: by time, else by what lies between, the greatest first if not said otherwise."""
    down = plan.ranking is None or plan.ranking.descending
    return order(name if down else "DIFFERENCE", names, descending=down) if names else ""


def _unordered(statement: str) -> str:
    """Return the statement of a side without its order, which a part of another statement does not keep."""
    return statement.rpartition("\nORDER BY ")[0] or statement


def figure_name(plan: Plan) -> str:
    """Return the name of the column that holds the figure of a side."""
    return "SHARE_PERCENT" if plan.form is Form.SHARE else plan.measures[0].name


def _amount(side: str, plan: Plan, writer: Writer) -> str:
    name = f"{side}.{figure_name(plan)}"
    zero = plan.form is Form.AGGREGATE and kept_zero(plan.measures[0], writer.shape)
    return f"COALESCE({name}, 0)" if zero else name


def _names(plan: Plan) -> list[str]:
    """Return the names of the columns of both figures, told apart by the values of the sides where they are alike."""
    found = [figure_name(one) for one in plan.sides]
    if found[0] != found[1]:
        return found
    ends = [re.sub(r"[^A-Za-z0-9]+", "_", label).strip("_").upper() for label in plan.labels]
    ends = ends if all(ends) and ends[0] != ends[1] else ["1", "2"]
    return [f"{name}_{end}" for name, end in zip(found, ends, strict=True)]
