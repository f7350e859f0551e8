"""SQL of the forms about the first rows of a ranking: the rows, what they bring, how few bring a share."""

from __future__ import annotations

from typing import TYPE_CHECKING

from local_account.analyst.fragments import Writer, columns, compared, function_of, kept_zero, order, tables_of
from local_account.analyst.numbers import literal
from local_account.analyst.plan import Compared, Measure, Plan, Ranking
from local_account.semantic.model import Kind

if TYPE_CHECKING:
    from collections.abc import Sequence


def pareto(plan: Plan, writer: Writer) -> str:
    """Return what share of a figure the first rows bring, by this figure or by that of the ranking."""
    ranking = _ranking(plan)
    share = f"100 * SUM(IFF(PLACE <= {_limit(ranking)}, AMOUNT, 0)) / NULLIF(SUM(AMOUNT), 0)"
    return f"{_ranked(plan, writer)}SELECT {share} AS SHARE_PERCENT\nFROM RANKED"


def first_rows(plan: Plan, writer: Writer) -> str:
    """Return the rows of the top or bottom share with the figure that ranks them."""
    names, ranking = columns(plan.groups), _ranking(plan)
    by = ranking.measure or plan.measures[0]
    shown = [*names, f"RANK_AMOUNT AS {by.element.name}"]
    if by != plan.measures[0]:
        shown.append(f"AMOUNT AS {plan.measures[0].element.name}")
    return (
        f"{_ranked(plan, writer)}SELECT {', '.join(shown)}\nFROM RANKED\n"
        f"WHERE PLACE <= {_limit(ranking)}\nORDER BY PLACE"
    )


def first_figure(plan: Plan, writer: Writer) -> str:
    """Return one figure of the first rows together."""
    measure = plan.measures[0]
    made = function_of(measure.function or "sum", "AMOUNT")
    if plan.with_rest:
        part = f"IFF(PLACE <= {_limit(_ranking(plan))}, 'first', 'rest')"
        return (
            f"{_ranked(plan, writer)}SELECT {part} AS PART, {made} AS {measure.name}\nFROM RANKED\n"
            f"GROUP BY {part}\nORDER BY PART"
        )
    return (
        f"{_ranked(plan, writer)}SELECT {made} AS {measure.name}\nFROM RANKED\nWHERE PLACE <= {_limit(_ranking(plan))}"
    )


def concentration(plan: Plan, writer: Writer) -> str:
    """Return how many rows, or what share of all, it takes to bring a share of a figure, the greatest first."""
    part = literal((_ranking(plan).percent or 0) / 100)
    taken = f"COUNT_IF(AMOUNT_BEFORE < {part} * AMOUNT_IN_ALL)"
    if plan.columns:
        rows = columns(plan.columns)
        return (
            f"{_running(plan, writer, rows)}SELECT {', '.join(rows)}, AMOUNT AS {plan.measures[0].name}\nFROM RUNNING\n"
            f"WHERE AMOUNT_BEFORE < {part} * AMOUNT_IN_ALL\nORDER BY AMOUNT_BEFORE"
        )
    if plan.count_only:
        figure = f"{taken} AS {columns(plan.groups)[0]}_COUNT"
    else:
        figure = f"100 * {taken} / NULLIF(COUNT(*), 0) AS SHARE_PERCENT"
    return f"{_running(plan, writer, ())}SELECT {figure}\nFROM RUNNING"


def place(plan: Plan, writer: Writer) -> str:
    """Return one value of a dimension with its figure and its place among all values, equal figures at one place."""
    names, measure, ranking = columns(plan.groups), plan.measures[0], _ranking(plan)
    block = writer.block(plan.groups, [measure.element], writer.where(plan))
    by = order(measure.name, (), descending=ranking.descending).strip()
    chosen = [compared(c.element.name, c.element, c.op, c.values) for c in plan.part if isinstance(c, Compared)]
    return (
        f"SELECT {names[0]}, {measure.name}, PLACE, PLACES\nFROM (\nSELECT {names[0]}, {measure.name},\n"
        f"  RANK() OVER ({by}) AS PLACE, COUNT(*) OVER () AS PLACES\nFROM {block}\n)\nWHERE {' AND '.join(chosen)}"
    )


def _running(plan: Plan, writer: Writer, shown: Sequence[str]) -> str:
    """Return the head of a statement with what all rows before each bring together."""
    before = "SUM(AMOUNT) OVER (ORDER BY PLACE ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW) - AMOUNT"
    names = "".join(f"{name}, " for name in shown)
    return (
        f"{_ranked(plan, writer)[:-1]},\nRUNNING AS (\nSELECT {names}AMOUNT, SUM(AMOUNT) OVER () AS AMOUNT_IN_ALL,\n"
        f"  {before} AS AMOUNT_BEFORE\nFROM RANKED\n)\n"
    )


def _ranking(plan: Plan) -> Ranking:
    if plan.ranking is None:
        message = "a form of the first rows has a ranking"
        raise ValueError(message)
    return plan.ranking


def _limit(ranking: Ranking) -> str:
    """Return the place of the last row that is kept."""
    return str(ranking.limit or f"CEIL(ROWS_IN_ALL * {literal((ranking.percent or 0) / 100)})")


def _ranked(plan: Plan, writer: Writer) -> str:
    """Return the head of a statement with all rows in their order: those of whom nothing is known come with nothing."""
    measure, ranking = Measure(plan.measures[0].element), _ranking(plan)
    names, by = columns(plan.groups), Measure((ranking.measure or measure).element)
    own = writer.where(Plan(where=tuple(c for c in plan.where if tables_of(c) == {plan.groups[0].table})))
    heads = [f"ALL_ROWS AS (\nSELECT * FROM {writer.block(plan.groups, (), own)}\n)"]
    joins = []
    parts = [("AMOUNTS", measure), *([("RANKS", by)] if by != measure else [])]
    for head, one in parts:
        where = own if one.element.kind is Kind.FACT else writer.where(plan)
        heads.append(f"{head} AS (\nSELECT * FROM {writer.block(plan.groups, [one.element], where)}\n)")
        joins.append(f"LEFT JOIN {head} ON " + " AND ".join(f"ALL_ROWS.{n} = {head}.{n}" for n in names))
    amount, rank = _amount("AMOUNTS", measure, writer), _amount(parts[-1][0], by, writer)
    direction = f"{'DESC' if ranking.descending else 'ASC'} NULLS LAST"
    ids = [f"ALL_ROWS.{n}" for n in names]
    heads.append(
        f"RANKED AS (\nSELECT {', '.join(ids)}, {amount} AS AMOUNT, {rank} AS RANK_AMOUNT,\n"
        "  COUNT(*) OVER () AS ROWS_IN_ALL,\n"
        f"  ROW_NUMBER() OVER (ORDER BY {rank} {direction}, {', '.join(ids)}) AS PLACE\n"
        "FROM ALL_ROWS\n" + "\n".join(joins) + "\n)"
    )
    return "WITH " + ",\n".join(heads) + "\n"


def _amount(head: str, measure: Measure, writer: Writer) -> str:
    """Return a figure of a row: nothing where a sum has no rows, and unknown where a fact is."""
    name = f"{head}.{measure.element.name}"
    return f"COALESCE({name}, 0)" if kept_zero(measure, writer.shape) else name
