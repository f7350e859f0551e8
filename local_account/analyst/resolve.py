"""Settles which dimensions, conditions and days the nouns, tests and periods of a draft mean."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlglot import exp

from local_account.analyst.answers import Category, Unclear
from local_account.analyst.conditional import conjuncts, leaves_out
from local_account.analyst.elements import parsed
from local_account.analyst.figures import Figures
from local_account.analyst.lexicon import Held
from local_account.analyst.marks import Mark
from local_account.analyst.open_words import days_of, figures_called
from local_account.analyst.plan import AnyOf, Compared, Condition, Declared, Measure, merged
from local_account.analyst.wording import capital, either, spoken
from local_account.analyst.words import phrase
from local_account.semantic.model import Kind

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from local_account.analyst.draft import Dated, Test
    from local_account.analyst.elements import Element
    from local_account.analyst.periods import Period

_MOST_NEAR = 6  # names in one sentence
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


class Resolver(Figures):
    """Settles names, with the tables in mind that the figures of a question come from.

    Args:
        lexicon: the phrases of the model and its data.
    """

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
        own = [m for m in usable if m.element.table == near]
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

    def _ask_of_rows(self, mark: Mark, by: str) -> None:
        """Ask which figure or dimension of rows is meant by one of which each row has several, where they have some."""
        main = self.shape.main_table()
        telling = set(phrase(by)) - {"name", "transaction"}
        own = [e for e in self.shape.elements if e.table == main and e.kind in {Kind.FACT, Kind.DIMENSION}]
        near = [e for e in own if telling & set(phrase(e.name))] or figures_called(mark.text, own)
        if len(near) == 1 and near[0].is_money:
            near += [e for e in own if e.is_money and e.kind is Kind.FACT and e not in near][:2]
        if near:
            names = [spoken(e.name) for e in near[:_MOST_NEAR]]
            raise Unclear(
                f'"{mark.text}" is of several rows of each of the {spoken(main)}: it can be {either(names)}.',
                Category.AMBIGUOUS_FILTER,
                [e.ref for e in near[:_MOST_NEAR]],
            )

    def _no_way(self, mark: Mark, named: Sequence[Element], measure: Measure | None) -> None:
        """Say that a figure cannot be told by a dimension, since its rows would be counted more than once."""
        what = spoken(measure.element.name) if measure else "that figure"
        by = spoken(named[0].name) if named else mark.text
        if measure is None:
            self._ask_of_rows(mark, by)
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
            self._ask_who(test, measure)
            self._ask_amount(test, near)
            self._no_way(Mark(test.text, {}), test.candidates, measure)
        element = self._condition_element(test, usable, near)
        op = _NEGATIONS[test.op] if test.negated else test.op
        values = test.values
        if element.kind in _DIMENSIONS and test.part:
            self.notes.append(f'"{test.text}" was read as {spoken(element.name)} {" or ".join(map(str, values))}.')
        return Compared(element, op, values)

    def _ask_amount(self, test: Test, near: str | None) -> None:
        """Ask which amount of a row is meant by a word that is the figure of single events: customers with amounts."""
        own = [e for e in self.shape.elements if e.table == near and e.kind is Kind.FACT]
        meant = figures_called(test.text, own) if near == self.shape.main_table() else []
        if len(meant) > 1 and all(c.kind is Kind.FACT for c in test.candidates):
            names = [spoken(e.name) for e in meant]
            raise Unclear(
                f'"{test.text}" of {spoken(near or "")} can be {either(names)}.',
                Category.AMBIGUOUS_FILTER,
                [e.ref for e in meant],
            )

    def _ask_who(self, test: Test, measure: Measure | None) -> None:
        """Ask who is meant by travel customers: a value of what is bought is none of those who are counted."""
        main, events = self.shape.main_table(), self.shape.events()
        bought = events is not None and all(c.table in self.shape.reachable(events) for c in test.candidates)
        own = [h for h in self._own_values(test) if h.element.table == main]
        if not bought or measure is None or measure.element.table != main or self._counts_some(measure):
            return
        rows = spoken(main)
        named = [f"{spoken(h.element.name)} {h.value}" for h in own]
        more = f" those of {either(named)}" if named else " those of a group of their own"
        raise Unclear(
            f'"{test.text}" is a {spoken(test.candidates[0].name)} of what is bought: are {rows} meant whose purchases '
            f"are there, or{more}?",
            Category.AMBIGUOUS_VALUE,
            [test.candidates[0].ref, *(h.element.ref for h in own)],
            suggestions=[f"How many {rows} bought {test.text}?", *(f"How many {rows} have {name}?" for name in named)],
        )

    def _counts_some(self, measure: Measure) -> bool:
        """Tell whether a figure counts some of the rows alone, such as those who never bought."""
        counts = measure.element.is_counting
        return counts and measure.element != self.lexicon.count(self.shape.main_table())

    def _own_values(self, test: Test) -> list[Held]:
        """Return the values of dimensions of the rows themselves that a value of what is bought is, or stands in."""
        word = test.text.lower()
        held = [h for h in self.lexicon.holding(phrase(test.text)) if h.value.lower() == word]
        enums = [e for e in self.shape.elements if e.table == self.shape.main_table() and e.expression.is_enum]
        parts = [Held(e, v, part=True) for e in enums for v in e.expression.sample_values if word in v.lower()]
        return list(dict.fromkeys((*held, *(p for p in parts if p.value.lower() != word))))

    def _condition_element(self, test: Test, usable: Sequence[Element], near: str | None) -> Element:
        listed = [e for e in usable if e.expression.is_enum or e.is_number or e.kind is Kind.FACT] or list(usable)
        own = [e for e in listed if e.table == near]
        own = [e for e in own if not e.name.startswith("PREVIOUS_")] or own  # a stay in Declining
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
        if kept := self._without_exclusions(element, negated=negated):
            return kept
        sql = self.shape.filter_sql(element)
        if sql is None:
            raise Unclear(
                f"The filter {spoken(element.name)} reads a column that no dimension shows.",
                Category.INCOMPLETE,
                [element.ref],
            )
        return Declared(element, sql, negated)

    def _without_exclusions(self, element: Element, *, negated: bool) -> Condition | None:
        """Return a filter that leaves out no rows which the question includes: at high risk, the lapsed too."""
        out = leaves_out(element, self.included)
        tree = parsed(element.expression.expr)
        kept = [one for one in conjuncts(tree) if one not in out] if tree is not None and out else []
        named = {one.this.name.upper(): one for one in kept if isinstance(one, exp.EQ)}
        found = [(self.shape.element(element.table, name), one.expression.name) for name, one in named.items()]
        if not out or negated or len(found) != len(kept) != 1:
            return None
        dimension, held = found[0]
        return Compared(dimension, "=", (held,)) if dimension is not None else None

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
        if near is not None and (found := self.shape.time_of(near)) is not None and found.table in allowed:
            return found
        if near is not None and len(days := self._days_of(near)) == 1:
            return days[0]
        what = spoken(measures[0].element.name) if measures else "what is asked"
        days = [spoken(e.name) for e in days_of(near, self.lexicon)]
        about = f" It can be {either(days)}." if len(days) > 1 else ""
        raise Unclear(
            f"{capital(what)} is known as of {self.lexicon.data.as_of()} only: "
            f"what is {dated.period.label} about?{about}",
            Category.AMBIGUOUS_TIME,
            [m.element.ref for m in measures],
        )

    def _days_of(self, table: str) -> list[Element]:
        """Return the time dimensions of a table that are days: one of a calendar."""
        return [e for e in self.shape.elements if e.table == table and e.kind is Kind.TIME_DIMENSION and e.is_time]

    def check_period(self, period: Period, time: Element) -> None:
        """Refuse a period of which nothing has come yet, or that lies before the first day of the data."""
        as_of = self.lexicon.data.as_of()
        if period.start > as_of:
            raise Unclear(
                f"{period.label} lies in the future: the data end on {as_of.isoformat()}.",
                Category.FUTURE,
                refused=True,
            )
        if period.every:
            raise Unclear(f"{period.label} of which year: this answer holds one period.", Category.AMBIGUOUS_TIME)
        if period.end > as_of:
            self.notes.append(
                f"The data end on {as_of.isoformat()}: the days of {period.label} after it are not there."
            )
        held = self.lexicon.data.range(time.table, time.name)
        if held is not None and period.end < held[0]:
            raise Unclear(
                f"The data hold nothing from {period.label}: {spoken(time.name)} begins on {held[0].isoformat()}.",
                Category.UNKNOWN_VALUE,
                refused=True,
            )

    def check_held(self, period: Period, days: Sequence[Element]) -> None:
        """Refuse a period before the first of all these days."""
        first = [held[0] for e in days if (held := self.lexicon.data.range(e.table, e.name)) is not None]
        if first and period.end < min(first):
            raise Unclear(
                f"The data hold nothing from {period.label}: they begin on {min(first).isoformat()}.",
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
