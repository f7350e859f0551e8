"""The plan of an answer: what is asked of the view, typed; SQL and the reading are both written from it."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import Enum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from local_account.analyst.elements import Element
    from local_account.analyst.periods import Period

Scalar = str | float | bool


class Form(Enum):
    """Which shape an answer has."""

    AGGREGATE = "figures, by groups if any"
    LIST = "rows of a table"
    VALUES = "the values of dimensions"
    SHARE = "parts of a whole in percent"
    PARETO = "what the top or bottom share of the rows brings"
    FIRST_ROWS = "the rows of the top or bottom share"
    FIRST_FIGURE = "a figure of the first rows together"
    CONCENTRATION = "how few rows bring a share of a figure"
    CORRELATION = "how two figures go together"
    SPREAD = "quartiles of a figure"
    CHANGE = "growth from a period to the next"
    COMPARISON = "two periods side by side"
    RATIO = "one figure divided by another"
    DIFFERENT = "how many different values each row has, put together"
    TILES = "equal groups of rows by a figure"
    APART = "the rows over or under the average of a figure"
    PLACE = "the place of one value in a ranking"
    BANDS = "figures of the rows in each band of values"
    SIDES = "two sides, and what lies between their figures"


@dataclass(frozen=True)
class Compared:
    """A condition on an element: `op` is =, <>, <, <=, >, >=, in, not in, between or is null."""

    element: Element
    op: str
    values: tuple[Scalar, ...] = ()


@dataclass(frozen=True)
class Declared:
    """A filter of the model, or its contrary."""

    element: Element
    sql: str
    negated: bool = False


@dataclass(frozen=True)
class AnyOf:
    """Conditions of which one must hold."""

    conditions: tuple[Condition, ...]


@dataclass(frozen=True)
class AllOf:
    """Conditions which must all hold."""

    conditions: tuple[Condition, ...]


Condition = Compared | Declared | AnyOf | AllOf


@dataclass(frozen=True)
class Measure:
    """A figure.

    Attributes:
        element: a metric, or a fact that is put together by `function`.
        function: average, median, sum, min, max, stddev, or p and a number for a percentile; None of a metric as it is;
            `different` of a dimension, whose values are counted.
        over: the dimension, such as a customer or a month, over whose figures the function goes; None for rows. Of
            different values the metric that counts the rows in which they are.
    """

    element: Element
    function: str | None = None
    over: Element | None = None

    @property
    def name(self) -> str:
        """The name of its column."""
        if self.function is None:
            return self.element.name
        prefix = {
            "average": "AVG",
            "sum": "TOTAL",
            "min": "MIN",
            "max": "MAX",
            "median": "MEDIAN",
            "stddev": "STDDEV",
        }.get(self.function, self.function.upper())
        if self.function == "sum" and self.element.name.startswith("TOTAL_"):
            return self.element.name
        return f"{prefix}_{self.element.name}"


@dataclass(frozen=True)
class Having:
    """A condition on a figure of each group or row, counted over transactions or the like of its own.

    Attributes:
        measure: the figure; None where it is enough that the rows are there.
        op: as in `Compared`; `told` of a figure that is only shown.
        values: what it is compared with.
        where: which rows it is counted over.
        period: the days that it is counted over.
        than: the days whose figure it is compared with, in place of values.
        factor: by what the figure of those days is multiplied before; those who had nothing then have no such change.
        shown: whether its figure is shown of each group, over these rows and days.
    """

    measure: Measure
    op: str
    values: tuple[float, ...]
    where: tuple[Condition, ...] = ()
    period: Period | None = None
    than: Period | None = None
    factor: float | None = None
    shown: bool = False


@dataclass(frozen=True)
class Ranking:
    """An order by a figure.

    Attributes:
        measure: the figure; None for the first measure of the plan.
        descending: whether the greatest come first.
        limit: how many are kept, in all or within each value of `within`.
        within: the groups of which each has a ranking of its own.
        by_name: whether the order is that of the groups' names.
        percent: the share of the rows that is kept, from 0 to 100.
        place: the one place that is kept, such as 2 of the second highest.
    """

    measure: Measure | None = None
    descending: bool = True
    limit: int | None = None
    within: tuple[Element, ...] = ()
    by_name: bool = False
    percent: float | None = None
    place: int | None = None


@dataclass(frozen=True)
class Plan:
    """What is asked of the view.

    Attributes:
        form: the shape of the answer.
        measures: its figures.
        groups: the dimensions that it is grouped by.
        where: conditions on rows.
        period: the days that it is about.
        time: the time dimension that holds these days.
        versus: the period that it is compared with.
        having: conditions on figures of groups, or of each row of `subject`.
        ranking: its order.
        subject: the table whose rows are listed, or whose rows `having` is about.
        columns: what a list shows of each row beside its key.
        part: the conditions that make the part of a share, those of the first figure of a ratio alone, or the value of
            which the place is told.
        other: the conditions of the second figure of a ratio alone.
        grain: the unit of time between the periods of a growth.
        count_only: whether the values of dimensions are counted, not listed.
        running: whether a running total is told beside each figure.
        from_first: whether that total holds what was there before the days of the plan, too.
        moving: over how many units of time an average is told beside each figure.
        with_rest: whether a figure of the first rows is told of all others, too.
        function: how the numbers of different values of each row are put together.
        tiles: into how many equal groups rows are put by the figure of the ranking.
        sign: > or <, where only what grew or fell is asked for.
        step: the width of the steps of a distribution.
        grown: by how much it must have grown to be shown: a comparison, a number, and whether it is in percent.
        by_amount: whether growth is ranked by its amount, and not in percent.
        sides: the plans of two sides that are held against each other, or of each band of values.
        labels: what tells these sides apart, where their figures do not; the names of bands.
        between: what is told between them: difference, percent, per 100, per 1000 or quotient.
        in_percent: whether their difference is told in percent, too, or a ratio in percent.
        notes: what was assumed.
    """

    form: Form = Form.AGGREGATE
    measures: tuple[Measure, ...] = ()
    groups: tuple[Element, ...] = ()
    where: tuple[Condition, ...] = ()
    period: Period | None = None
    time: Element | None = None
    versus: Period | None = None
    having: tuple[Having, ...] = ()
    ranking: Ranking | None = None
    subject: str | None = None
    columns: tuple[Element, ...] = ()
    part: tuple[Condition, ...] = ()
    other: tuple[Condition, ...] = ()
    grain: str | None = None
    count_only: bool = False
    running: bool = False
    from_first: bool = False
    moving: int | None = None
    with_rest: bool = False
    tiles: int | None = None
    function: str | None = None
    step: float | None = None
    sign: str | None = None
    grown: tuple[str, float, bool] | None = None
    by_amount: bool = False
    sides: tuple[Plan, ...] = ()
    labels: tuple[str, ...] = ("", "")
    between: str = ""
    in_percent: bool = False
    notes: tuple[str, ...] = field(default=())


def merged(found: list[Condition]) -> list[Condition]:
    """Join two equalities of one dimension: customers of one card and of another are those of either."""
    kept: list[Condition] = []
    for one in found:
        same = next(
            (
                m
                for m in kept
                if isinstance(m, Compared)
                and isinstance(one, Compared)
                and m.element == one.element
                and m.op in {"=", "in"}
                and one.op in {"=", "in"}
            ),
            None,
        )
        if same is not None and isinstance(one, Compared) and isinstance(same, Compared):
            kept[kept.index(same)] = Compared(one.element, "in", tuple(dict.fromkeys((*same.values, *one.values))))
        else:
            kept.append(one)
    return kept
