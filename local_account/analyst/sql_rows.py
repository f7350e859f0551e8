"""SQL of rows that meet conditions on figures of their own, such as what each customer spent: lists, counts, shares."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from local_account.analyst.answers import Category, Unclear
from local_account.analyst.fragments import Writer, columns, compared, function_of, kept_zero
from local_account.analyst.numbers import literal
from local_account.analyst.plan import Having, Plan
from local_account.semantic.model import Kind

if TYPE_CHECKING:
    from collections.abc import Sequence

    from local_account.analyst.elements import Element
    from local_account.analyst.periods import Period


def chosen_rows(plan: Plan, writer: Writer, shown: Sequence[Element]) -> tuple[str, str]:
    """Return rows that meet conditions on figures of their own: the head with its parts, and FROM with WHERE.

    Args:
        plan: the plan, with the table as its subject.
        writer: writes the view.
        shown: the dimensions and facts that are needed of each row.
    """
    head, source, tests = _rows_and_tests(plan, writer, shown)
    return head, source + (f"\nWHERE {tests}" if tests else "")


def _rows_and_tests(plan: Plan, writer: Writer, shown: Sequence[Element]) -> tuple[str, str, str]:
    """Return rows with their figures, and what those have to be: the head with its parts, FROM, and the conditions."""
    identity = writer.shape.identity(plan.subject or "")
    rows = writer.block(identity, [e for e in shown if e not in identity], writer.where(plan))
    heads, joins, tests = _conditions(plan, writer, "CHOSEN")
    head = "WITH " + ",\n".join([f"CHOSEN AS (\nSELECT * FROM {rows}\n)", *heads]) + "\n"
    return head, "FROM CHOSEN\n" + "\n".join(joins), " AND ".join(tests)


def _conditions(plan: Plan, writer: Writer, of: str) -> tuple[list[str], list[str], list[str]]:
    """Return for each condition a part with the figure of each row, its join to the rows, and the test.

    Args:
        plan: the plan, with the table as its subject.
        writer: writes the view.
        of: the part of the statement that holds the rows.
    """
    identity = writer.shape.identity(plan.subject or "")
    if not identity:
        raise Unclear("The question does not say of whom or what a share is asked for.", Category.INCOMPLETE)
    key = identity[0].name
    heads, joins, tests = [], [], []
    for index, having in enumerate(plan.having):
        pairs = [(f"CONDITION_{index + 1}", f"AMOUNT_{index + 1}", having)]
        if having.than is not None:
            then = Having(having.measure, having.op, (), having.where, having.than)
            pairs.append((f"BEFORE_{index + 1}", f"AMOUNT_BEFORE_{index + 1}", then))
        for name, amount, one in pairs:
            block = writer.having_block(one, identity, Plan())
            heads.append(f"{name} AS (\nSELECT {key}, {one.measure.name} AS {amount} FROM {block}\n)")
            joins.append(f"LEFT JOIN {name} ON {of}.{key} = {name}.{key}")
        if having.op == "told":
            continue
        zero = kept_zero(having.measure, writer.shape)
        sides = [f"COALESCE({amount}, 0)" if zero else amount for _, amount, _ in pairs]
        if having.factor is not None:
            tests += [f"{sides[1]} > 0", f"{sides[0]} {having.op} {literal(having.factor)} * {sides[1]}"]
            continue
        tests.append(f"{sides[0]} {having_op(having) if having.than is None else f'{having.op} {sides[1]}'}")
    return heads, joins, tests


def having_op(having: Having) -> str:
    """Return the comparison of a condition, without the figure that it compares."""
    return compared("", having.measure.element, having.op, having.values).strip()


def shown_amounts(plan: Plan, names: Sequence[str]) -> list[str]:
    """Return the figures by which rows were chosen, each once and under its name, to be shown beside them."""
    found: dict[str, str] = {}
    for index, having in enumerate(plan.having):
        amount, name = f"COALESCE(AMOUNT_{index + 1}, 0)", having.measure.name
        if having.than is not None and having.period is not None:
            found.setdefault(named_for(name, having.period), f"{amount} AS {named_for(name, having.period)}")
            before = named_for(name, having.than)
            then = f"COALESCE(AMOUNT_BEFORE_{index + 1}, 0)"
            found.setdefault(before, f"{then} AS {before}")
            if having.factor is not None:
                change = f"100 * ({amount} - {then}) / NULLIF({then}, 0)"
                found.setdefault("CHANGE_PERCENT", f"{change} AS CHANGE_PERCENT")
        elif having.op == "told" and name in (*found, *names) and having.period is not None:
            told = named_for(name, having.period)
            found.setdefault(told, f"{amount} AS {told}")
        elif having.op != "=" and name not in names:
            found.setdefault(name, f"{amount} AS {name}")
    return list(found.values())


def named_for(name: str, period: Period) -> str:
    """Return the name of a column with a figure of a period."""
    return f"{name}_{re.sub(r'[^A-Za-z0-9]+', '_', period.label).strip('_').upper()}"


def restricted(plan: Plan, writer: Writer) -> str:
    """Return figures of the rows that meet conditions on figures of their own, without an order.

    Where they are counted by groups whose values are known, each group is listed: none of its rows is a number too.
    """
    facts = [m.element for m in plan.measures if m.element.kind is Kind.FACT]
    head, source, tests = _rows_and_tests(plan, writer, [*plan.groups, *facts])
    names = columns(plan.groups)
    counted = f"COUNT_IF({tests})"
    if not tests or facts or not names or not all(group.expression.is_enum for group in plan.groups):
        counted, source = "COUNT(*)", source + (f"\nWHERE {tests}" if tests else "")
    made = [
        f"{function_of(m.function or 'average', m.element.name)} AS {m.name}"
        if m.element.kind is Kind.FACT
        else f"{counted} AS {m.name}"
        for m in plan.measures
    ]
    group = f"\nGROUP BY {', '.join(f'CHOSEN.{n}' for n in names)}" if names else ""
    shown = [f"CHOSEN.{n}" for n in names]
    return f"{head}SELECT {', '.join([*shown, *made])}\n{source}{group}"


def share_of_chosen(plan: Plan, writer: Writer, tail: str) -> str:
    """Return how many of the rows of a table meet conditions on figures of their own, in percent."""
    identity, names = writer.shape.identity(plan.subject or ""), columns(plan.groups)
    heads, joins, tests = _conditions(plan, writer, "WHOLE")
    whole = writer.block([*identity, *plan.groups], (), writer.where(plan))
    heads.insert(0, f"WHOLE AS (\nSELECT * FROM {whole}\n)")
    key = identity[0].name
    if plan.part:
        heads.append(
            f"PART AS (\nSELECT {key} AS PART_KEY\n"
            f"FROM {writer.block(identity, (), writer.where(plan, more=plan.part))}\n)"
        )
        joins.append(f"LEFT JOIN PART ON WHOLE.{key} = PART.PART_KEY")
        tests.append("PART.PART_KEY IS NOT NULL")
    shown = "".join(f"WHOLE.{n}, " for n in names)
    group = f"\nGROUP BY {', '.join(f'WHOLE.{n}' for n in names)}" if names else ""
    tail = re.sub(r"(?<=[ ,])(" + "|".join(names) + r")\b", r"WHOLE.\1", tail) if names else tail
    return (
        "WITH "
        + ",\n".join(heads)
        + f"\nSELECT {shown}100 * COUNT_IF({' AND '.join(tests)}) / NULLIF(COUNT(*), 0) AS SHARE_PERCENT\nFROM WHOLE\n"
        + "\n".join(joins)
        + group
        + tail
    )
