"""Settles which elements of the model the nouns, conditions and periods of a draft mean."""

from __future__ import annotations

from typing import TYPE_CHECKING

from local_account.analyst.answers import Category, Unclear
from local_account.analyst.lexicon import Named
from local_account.analyst.marks import Mark
from local_account.analyst.plan import AnyOf, Compared, Condition, Declared, Measure, merged
from local_account.analyst.ranks import extreme_amount
from local_account.analyst.wording import capital, either, spoken
from local_account.semantic.model import Kind

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from local_account.analyst.draft import Dated, Noun, Test
    from local_account.analyst.elements import Element
    from local_account.analyst.lexicon import Lexicon
    from local_account.analyst.periods import Period

_DIMENSIONS = (Kind.DIMENSION, Kind.TIME_DIMENSION)
_NEGATIONS = {
    "=": "<>",
    "in": "not in",
    ">": "<=",
    "<": ">=",
    ">=": "<",
    "<=": ">",
    "<>": "=",
    "between": "not between",
}


class Resolver:
    """Settles names, with the tables in mind that the figures of a question come from.

    Args:
        lexicon: the phrases of the model and its data.
    """

    def __init__(self, lexicon: Lexicon) -> None:
        self.lexicon = lexicon
        self.shape = lexicon.shape
        self.notes: list[str] = []

    # Figures

    def figure(self, noun: Noun) -> Measure:  # noqa: PLR0911 (each kind of noun has its own figure)
        """Return the figure that a noun means, with the function that was said before it."""
        metrics = [m.element for m in noun.mark.named(Kind.METRIC)]
        facts = [m.element for m in noun.mark.named(Kind.FACT)]
        if noun.over is not None:
            return self._per(noun, metrics)
        if (
            noun.function
            and not noun.counted
            and not _is_number_of(noun.mark)
            and (amount := self._amount_with(noun, metrics))
        ):
            return Measure(amount)
        amounts = [a for e in noun.mark.entities if (a := self.shape.amount(e.table))]
        if noun.function and not noun.counted and amounts and not metrics and not facts:
            return Measure(amounts[0], noun.function)
        if noun.mark.entities and (noun.counted or not (metrics or facts)):
            return self.count(noun.mark.entities[0].table)
        if noun.grain and noun.function and metrics:
            return self._over_time(metrics[0], noun.function, noun.grain)
        if metrics and not noun.function:
            return Measure(self._only(metrics, noun.mark))
        if metrics:
            return self._metric_with(self._only(metrics, noun.mark), noun)
        if facts:
            return self._fact_with(self._only(facts, noun.mark), noun)
        raise Unclear(f'"{noun.mark.text}" is no figure that could be counted or summed.', Category.INCOMPLETE)

    def _per(self, noun: Noun, metrics: Sequence[Element]) -> Measure:
        """Return the mean, or the like, of a metric over the rows of another table: the model's own where it has it."""
        metric = self._only(metrics, noun.mark) if metrics else self.count(noun.mark.entities[0].table).element
        table = noun.over.entities[0].table if noun.over is not None else ""
        of = self.lexicon.count(table)
        wanted = f"{metric.ref} / NULLIF({of.ref}, 0)".upper() if of is not None else ""
        own = next(
            (e for e in self.shape.elements if e.kind is Kind.METRIC and e.expression.expr.upper() == wanted), None
        )
        if own is not None and noun.function == "average":
            return Measure(own)
        if not self.shape.is_additive(metric):
            raise Unclear(
                f"{capital(spoken(metric.name))} has no {noun.function} per {spoken(table)}.",
                Category.INCOMPLETE,
                [metric.ref],
            )
        self.notes.append(f"Only {spoken(table)} with any of it are counted.")
        return Measure(metric, noun.function, over=self.shape.identity(table)[0])

    def _amount_with(self, noun: Noun, metrics: Sequence[Element]) -> Element | None:
        """Return the greatest, mean or median amount of the rows that a noun counts: the largest purchase."""
        tables = [t for e in metrics if (t := self.shape.counted_table(e))] + [e.table for e in noun.mark.entities]
        found = (self.shape.amount_metric(table, noun.function or "") for table in tables)
        return next((metric for metric in found if metric), None)

    def count(self, table: str) -> Measure:
        """Return the number of rows of a table."""
        metric = self.lexicon.count(table)
        if metric is None:
            raise Unclear(f"The model has no metric that counts {spoken(table)}.", Category.INCOMPLETE)
        return Measure(metric)

    def _only(self, elements: Sequence[Element], mark: Mark) -> Element:
        """Return the one element that is meant; several of different names are a question back."""
        exact = [m.element for m in mark.named() if m.by_name and m.element in elements]
        elements = exact or elements
        if len({e.name for e in elements}) > 1:
            names = [spoken(e.name) for e in elements]
            raise Unclear(
                f'"{mark.text}" can mean {either(names)}.',
                Category.AMBIGUOUS_MEASURE,
                [e.ref for e in elements],
                suggestions=names,
            )
        return elements[0]

    def _metric_with(self, metric: Element, noun: Noun) -> Measure:
        """Return a metric with a function before it: the total of a total is itself, the median another metric."""
        function = noun.function or ""
        made = self.shape.fact_of(metric)
        if made is not None and (other := self.shape.metric_of(made[0], function)):
            return Measure(other)
        words = (
            function,
            *(
                w
                for w in metric.name.lower().split("_")
                if w not in {"avg", "median", "total", "max", "min", "average"}
            ),
        )
        metrics = [
            m.element for m in self.lexicon.meanings(words) if isinstance(m, Named) and m.element.kind is Kind.METRIC
        ]
        if metrics:
            return Measure(metrics[0])
        if function == "sum" and (self.shape.is_additive(metric) or "COUNT" in metric.expression.expr.upper()):
            return Measure(metric)
        if function == "average" and metric.name.startswith(("AVG", "AVERAGE")):
            return Measure(metric)
        if function in {"average", "median"} and self.shape.is_additive(metric) and noun.over is not None:
            raise Unclear("", Category.INCOMPLETE)
        options = self.shape.averages(metric)
        raise Unclear(
            f'"{noun.function} {noun.mark.text}" does not say over what: {either([spoken(e.name) for e in options])}?'
            if options
            else f"The model has no {noun.function} of {spoken(metric.name)}.",
            Category.AMBIGUOUS_MEASURE,
            [e.ref for e in options],
            suggestions=[spoken(e.name) for e in options],
        )

    def _fact_with(self, fact: Element, noun: Noun) -> Measure:
        """Return a fact with its function; without one the average, where no total is as likely meant."""
        if noun.function:
            metric = self.shape.metric_of(fact, noun.function)
            return Measure(metric) if metric else Measure(fact, noun.function)
        if extreme_amount(self.lexicon, noun.mark) is not None:
            raise Unclear(
                f"Is the {noun.mark.text} of each row meant, or of all?", Category.AMBIGUOUS_MEASURE, [fact.ref]
            )
        total, average = self.shape.metric_of(fact, "sum"), self.shape.metric_of(fact, "average")
        if total is not None and average is not None:
            raise Unclear(
                f'"{noun.mark.text}" of several rows can be {spoken(total.name)} or {spoken(average.name)}.',
                Category.AMBIGUOUS_MEASURE,
                [total.ref, average.ref],
                suggestions=[spoken(total.name), spoken(average.name)],
            )
        meant = self.lexicon.meanings(("average", *fact.name.lower().split("_")))
        named = [m.element for m in meant if isinstance(m, Named) and m.element.kind is Kind.METRIC]
        average = average or next(iter(named), None)
        self.notes.append(f"The average is taken of {spoken(fact.name)}.")
        return Measure(average) if average else Measure(fact, "average")

    def _over_time(self, metric: Element, function: str, grain: str) -> Measure:
        """Return the average, or the like, of a metric by month or another unit."""
        table = self.shape.tables_of(metric)[0]
        time = self.shape.time_of(table)
        cut = self.shape.at_grain(time, grain) if time else None
        if cut is None:
            raise Unclear(
                f"{spoken(metric.name)} has no {grain} in the model.", Category.UNSUPPORTED_JOIN, [metric.ref]
            )
        return Measure(metric, function, over=cut)

    # Dimensions

    def allowed(self, measures: Iterable[Measure]) -> frozenset[str]:
        """Return the tables whose dimensions may group or filter all these figures."""
        sets = [
            self.shape.dimensions_for(m.element)
            if m.element.kind is Kind.METRIC
            else frozenset(self.shape.reachable(m.element.table))
            for m in measures
        ]
        return frozenset.intersection(*sets) if sets else frozenset(self.shape.tables)

    def dimension(
        self, mark: Mark, allowed: frozenset[str], near: str | None, measure: Measure | None = None
    ) -> Element:
        """Return the dimension that a noun means among those that may be used.

        Args:
            mark: the noun.
            allowed: the tables whose dimensions may be used.
            near: the table whose own dimensions come first.
            measure: the figure that is grouped, for the sentence when nothing may be used.
        """
        named = mark.named(*_DIMENSIONS)
        usable = [m for m in named if m.element.table in allowed]
        if mark.entities and not named:
            table = mark.entities[0].table
            if table in allowed:
                return self._grouping_identity(table)
        if not usable:
            self._no_way(mark, [m.element for m in named], measure)
        exact = [m for m in usable if m.by_name]
        own = [m for m in (exact or usable) if m.element.table == near]
        chosen = own or exact or usable
        if len({m.element.name for m in chosen}) > 1:
            names = [m.element for m in chosen]
            raise Unclear(
                f'"{mark.text}" can mean {either([spoken(e.name) for e in names])}.',
                Category.AMBIGUOUS_DIMENSION,
                [e.ref for e in names],
                suggestions=[spoken(e.name) for e in names],
            )
        return chosen[0].element

    def _grouping_identity(self, table: str) -> Element:
        """Return the dimension by which rows of a table are grouped: its name where rows are few, else its key."""
        listed = [
            e for e in self.shape.elements if e.table == table and e.kind is Kind.DIMENSION and e.expression.is_enum
        ]
        identity = self.shape.identity(table)
        return identity[0] if (identity and identity[0].name.endswith("_ID")) or not listed else listed[0]

    def _no_way(self, mark: Mark, named: Sequence[Element], measure: Measure | None) -> None:
        """Say that a figure cannot be told by a dimension, since its rows would be counted more than once."""
        what = spoken(measure.element.name) if measure else "that figure"
        by = spoken(named[0].name) if named else mark.text
        raise Unclear(
            f"{capital(what)} cannot be told by {by}: a row of the one belongs to several of the other.",
            Category.UNSUPPORTED_JOIN,
            [e.ref for e in ([measure.element] if measure else []) + list(named[:1])],
            refused=True,
        )

    # Conditions

    def tests(
        self, tests: Sequence[Test], allowed: frozenset[str], near: str | None, measure: Measure | None = None
    ) -> tuple[Condition, ...]:
        """Return conditions on rows, those joined by or in one."""
        found: list[Condition] = []
        for test in tests:
            one = self.test(test, allowed, near, measure)
            if test.ored and found:
                last = found.pop()
                found.append(AnyOf((*last.conditions, one) if isinstance(last, AnyOf) else (last, one)))
            else:
                found.append(one)
        return tuple(merged(found))

    def test(self, test: Test, allowed: frozenset[str], near: str | None, measure: Measure | None = None) -> Condition:
        """Return the condition that a test means."""
        if test.filters:
            usable = [f for f in test.filters if f.table in allowed]
            if not usable:
                self._no_way(Mark(test.text, {}), test.filters, measure)
            own = [f for f in usable if f.table == near] or usable
            return self._declared(own[0], negated=test.negated)
        usable = [c for c in test.candidates if c.table in allowed]
        if not usable:
            self._no_way(Mark(test.text, {}), test.candidates, measure)
        element = self._condition_element(test, usable, near)
        op = _NEGATIONS[test.op] if test.negated else test.op
        values = test.values
        if element.kind in _DIMENSIONS and test.part:
            self.notes.append(f'"{test.text}" was read as {spoken(element.name)} {" or ".join(map(str, values))}.')
        return Compared(element, op, values)

    def _condition_element(self, test: Test, usable: Sequence[Element], near: str | None) -> Element:
        listed = [e for e in usable if e.expression.is_enum or e.is_number or e.kind is Kind.FACT] or list(usable)
        own = [e for e in listed if e.table == near]
        chosen = own if len({e.name for e in own}) == 1 else listed
        if len({e.name for e in chosen}) > 1:
            keys = [e for e in chosen if e.name.endswith("_ID")]
            if len(keys) == len(chosen):
                return keys[0]
            short = [e for e in chosen if any(isinstance(v, str) and len(v) == 2 for v in test.values)]  # noqa: PLR2004
            if short and len({e.name for e in short}) == 1:
                return short[0]
            raise Unclear(
                f'"{test.text}" is a value of {either([spoken(e.name) for e in chosen], "and of")}.',
                Category.AMBIGUOUS_VALUE,
                [e.ref for e in chosen],
                suggestions=[f"{spoken(e.name)} {test.text}" for e in chosen],
            )
        return chosen[0]

    def _declared(self, element: Element, *, negated: bool) -> Condition:
        if element.is_flag:
            return Compared(element, "=", (not negated,))
        simple = self.shape.simple_filter(element)
        if simple is not None:
            op = "=" if not negated else "<>"
            return (
                Compared(simple[0], op, (simple[1],))
                if not isinstance(simple[1], bool)
                else Compared(simple[0], "=", (simple[1] != negated,))
            )
        sql = self.shape.filter_sql(element)
        if sql is None:
            raise Unclear(
                f"The filter {spoken(element.name)} reads a column that no dimension shows.",
                Category.INCOMPLETE,
                [element.ref],
            )
        return Declared(element, sql, negated)

    # Time

    def time(self, dated: Dated, measures: Sequence[Measure], allowed: frozenset[str], near: str | None) -> Element:
        """Return the time dimension that a period is about."""
        if dated.noun is not None:
            days = [m.element for m in dated.noun.named(Kind.TIME_DIMENSION) if m.element.is_time]
            named = [e for e in days if e.table in allowed]
            if named:
                return next((e for e in named if e.table == near), named[0])
        for measure in measures:
            for table in (
                self.shape.tables_of(measure.element)
                if measure.element.kind is Kind.METRIC
                else (measure.element.table,)
            ):
                found = self.shape.time_of(table)
                if found is not None and found.table in allowed:
                    return found
        if near is not None and (found := self.shape.time_of(near)) is not None:
            return found
        what = spoken(measures[0].element.name) if measures else "what is asked"
        raise Unclear(
            f"{capital(what)} is known as of {self.lexicon.data.as_of()} only: what is {dated.period.label} about?",
            Category.AMBIGUOUS_TIME,
            [m.element.ref for m in measures],
        )

    def check_period(self, period: Period, time: Element) -> None:
        """Refuse a period of which nothing has come yet, or that lies before the first day of the data."""
        as_of = self.lexicon.data.as_of()
        if period.start > as_of:
            raise Unclear(
                f"{period.label} lies in the future: the data end on {as_of.isoformat()}.",
                Category.FUTURE,
                refused=True,
            )
        held = self.lexicon.data.range(time.table, time.name)
        if held is not None and period.end < held[0]:
            raise Unclear(
                f"The data hold nothing from {period.label}: {spoken(time.name)} begins on {held[0].isoformat()}.",
                Category.UNKNOWN_VALUE,
                refused=True,
            )

    def at_grain(
        self, grain: str, measures: Sequence[Measure], allowed: frozenset[str], time: Element | None
    ) -> Element:
        """Return the time dimension that cuts time into units, for the figures of a question."""
        if grain == "weekday":
            raise Unclear("The model has no weekday.", Category.INCOMPLETE)
        bases = [time] if time is not None else []
        bases += [
            t
            for m in measures
            for table in self.shape.tables_of(m.element) or (m.element.table,)
            if (t := self.shape.time_of(table))
        ]
        for base in bases:
            cut = self.shape.at_grain(base, grain)
            if cut is not None and cut.table in allowed:
                return cut
        raise Unclear(
            f"{capital(spoken(measures[0].element.name)) if measures else 'That'} has no {grain} in the model.",
            Category.UNSUPPORTED_JOIN,
            [m.element.ref for m in measures],
        )


def _is_number_of(mark: Mark) -> bool:
    """Tell whether a noun says that rows are counted, so that no function of their amounts is meant."""
    return mark.text.lower().startswith(("number", "count", "how many"))
