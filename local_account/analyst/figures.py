"""Settles which figure of the model a noun means, with the function that was said before it."""

from __future__ import annotations

from typing import TYPE_CHECKING, NoReturn

from local_account.analyst.answers import Category, Unclear
from local_account.analyst.conditional import leaves_out, widened
from local_account.analyst.criteria import open_between
from local_account.analyst.lexicon import Named
from local_account.analyst.plan import Measure
from local_account.analyst.ranks import extreme_amount
from local_account.analyst.wording import capital, either, spoken
from local_account.semantic.model import Kind

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from local_account.analyst.conditional import Value
    from local_account.analyst.draft import Noun
    from local_account.analyst.elements import Element
    from local_account.analyst.lexicon import Lexicon
    from local_account.analyst.marks import Mark


class Figures:
    """Settles figures, and notes what it assumed.

    Args:
        lexicon: the phrases of the model and its data.
    """

    def __init__(self, lexicon: Lexicon) -> None:
        self.lexicon = lexicon
        self.shape = lexicon.shape
        self.notes: list[str] = []
        self.everyone = False
        self.together = False
        self.included: list[Value] = []

    def figure(self, noun: Noun) -> Measure:
        """Return the figure that a noun means, over the rows that its metric leaves out where these are asked for."""
        found = self._figure(noun)
        if found.function is not None or not (self.everyone or self.included):
            return found
        wide = widened(found.element, self.shape, self.included, everyone=self.everyone)
        if wide is not None:
            rest = " and ".join(value.lower() for _, value in self.included)
            whom = "of everyone" if self.everyone else f"with those who are {rest}"
            name = capital(spoken(found.element.name))
            self.notes.append(f"{name} is told {whom}, and not of those alone whom its definition counts.")
            return wide
        if self.included and leaves_out(found.element, self.included):
            raise Unclear(
                f"{capital(spoken(found.element.name))} leaves them out: {found.element.expression.description}.",
                Category.INCOMPLETE,
                [found.element.ref],
            )
        return found

    def _figure(self, noun: Noun) -> Measure:  # noqa: PLR0911 (each kind of noun has its own figure)
        """Return the figure that a noun means, with the function that was said before it."""
        metrics = [m.element for m in noun.mark.named(Kind.METRIC)]
        facts = [m.element for m in noun.mark.named(Kind.FACT)]
        if noun.over is not None:
            return self._per(noun, metrics)
        if noun.grain and noun.function and metrics:
            return self._over_time(metrics[0], noun.function, noun.grain)
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
            raise open_between(f'"{mark.text}" can mean', elements)
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
        if function == "sum" and (self.shape.is_additive(metric) or metric.is_counting):
            return Measure(metric)
        if function == "sum" and metric.name.startswith(("AVG", "AVERAGE", "MEDIAN")):
            return Measure(metric)  # the average overall
        if function == "average" and (metric.name.startswith(("AVG", "AVERAGE")) or "_PER_" in metric.name):
            return Measure(metric)
        if function in {"average", "median"} and self.shape.is_additive(metric) and noun.over is not None:
            raise Unclear("", Category.INCOMPLETE)
        if made is not None and function in {"median", "max", "min", "average", "stddev"}:
            if function in {"median", "average"} and self.shape.time_of(metric.table) is not None:
                self._ask_over_what(metric, noun)
            return Measure(made[0], function)
        raise self._over_what(metric, noun, self.shape.averages(metric))

    def _ask_over_what(self, metric: Element, noun: Noun) -> NoReturn:
        """Ask whether the mean of a sum is one over single events, or over those whose events they are."""
        own = self.shape.amount_metric(metric.table, noun.function or "")
        raise self._over_what(metric, noun, [*([own] if own is not None else []), *self.shape.averages(metric)])

    @staticmethod
    def _over_what(metric: Element, noun: Noun, options: Iterable[Element]) -> Unclear:
        """Return the question over what a figure is one, or that the model has none, where nothing can be chosen."""
        options = list(dict.fromkeys(options))
        names = [spoken(e.name) for e in options]
        return Unclear(
            f'"{noun.function} {noun.mark.text}" does not say over what: {either(names)}?'
            if names
            else f"The model has no {noun.function} of {spoken(metric.name)}.",
            Category.AMBIGUOUS_MEASURE,
            [e.ref for e in options],
            suggestions=names,
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
        if total is not None and self.together:
            return Measure(total)
        if total is not None and average is not None:
            raise _of_several_rows(noun, [total, average])
        self._ask_of_events(fact, noun)
        meant = self.lexicon.meanings(("average", *fact.name.lower().split("_")))
        named = [m.element for m in meant if isinstance(m, Named) and m.element.kind is Kind.METRIC]
        average = average or next(iter(named), None)
        self.notes.append(f"The average is taken of {spoken(fact.name)}.")
        return Measure(average) if average else Measure(fact, "average")

    def _ask_of_events(self, fact: Element, noun: Noun) -> None:
        """Ask whether amounts of single events are meant together or on average, where nothing says so."""
        events = self.shape.events()
        if fact.table != events or not fact.is_money or not noun.mark.text.lower().endswith("s"):
            return
        sums = [e for e in self.shape.elements if e.table == events and e.is_money and self.shape.is_additive(e)]
        own = self.shape.amount_metric(fact.table, "average")
        raise _of_several_rows(noun, [*sums[:1], *([own] if own is not None else [])])

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


def _is_number_of(mark: Mark) -> bool:
    """Tell whether a noun says that rows are counted, so that no function of their amounts is meant."""
    return mark.text.lower().startswith(("number", "count", "how many"))


def _of_several_rows(noun: Noun, options: Sequence[Element]) -> Unclear:
    """Return the question which figure is meant by an amount that each of several rows has."""
    return open_between(f'"{noun.mark.text}" of several rows can be', options)
