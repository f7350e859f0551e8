"""What each phrase of a draft contributes to a plan, whichever form the answer has."""

from __future__ import annotations

from typing import TYPE_CHECKING

from local_account.analyst.answers import Category, Unclear
from local_account.analyst.draft import Clause, Draft, Group, Noun, Rank, Test, is_dimension, is_figure
from local_account.analyst.english import K
from local_account.analyst.lexicon import Entity
from local_account.analyst.marks import Mark
from local_account.analyst.periods import unit
from local_account.analyst.plan import AnyOf, Compared, Condition, Having, Measure, Plan, Ranking
from local_account.analyst.ranks import grouped_figure
from local_account.analyst.resolve import Resolver
from local_account.analyst.wording import spoken
from local_account.semantic.model import Kind

if TYPE_CHECKING:
    from collections.abc import Sequence

    from local_account.analyst.elements import Element
    from local_account.analyst.lexicon import Lexicon

_FEW = 10


class Pieces:
    """The pieces of one draft, settled.

    Args:
        draft: what the phrases of a question say.
        lexicon: the phrases of the model and its data.
    """

    def __init__(self, draft: Draft, lexicon: Lexicon) -> None:
        self.draft = draft
        self.lexicon = lexicon
        self.shape = lexicon.shape
        self.resolver = Resolver(lexicon)
        self.figures: list[Noun] = []
        self.rows: list[Noun] = []
        self.dimensions: list[Noun] = []
        self.began: Element | None = None
        self._sort_nouns()

    def _sort_nouns(self) -> None:
        """Part the nouns into figures, rows of tables, and dimensions."""
        for noun in self.draft.nouns:
            if noun.grain and not is_figure(noun.mark):
                self.dimensions.append(noun)
            elif noun.counted and noun.mark.entities and not (noun.different and is_dimension(noun.mark)):
                self.figures.append(noun)
                self.rows.append(noun)
            elif noun.counted and is_dimension(noun.mark):
                self.dimensions.append(noun)
            elif is_figure(noun.mark):
                self.figures.append(noun)
            elif noun.mark.entities and not is_dimension(noun.mark):
                self.rows.append(noun)
            elif noun.mark.named():
                self.dimensions.append(noun)
        real = [n for n in self.figures if not n.mark.can(K.FILL)]
        if real:
            self.figures = real
        self._complete()

    def _complete(self) -> None:
        """Add what was said without a noun: rows known by a value alone, or how many at the end."""
        draft = self.draft
        if not self.rows and not self.dimensions and not self._named_figures() and (draft.tests or draft.clauses):
            self.rows.append(self._rows_of_tests())
        if self.single() and not self.rows:
            self.rows.append(self._rows_of_tests())
        if draft.has(K.HOW_MANY) and draft.flags[K.HOW_MANY] != "often" and not any(n.counted for n in draft.nouns):
            for noun in self.rows[:1]:
                noun.counted = True
                self.figures.append(noun)
        if draft.flags.get(K.AGGREGATE) not in {None, "running"}:
            for noun in self.figures:
                noun.function = noun.function or draft.flags[K.AGGREGATE]

    def _named_figures(self) -> bool:
        return bool(self.figures or any(r.measure is not None for r in self.draft.ranks))

    def _rows_of_tests(self) -> Noun:
        """Return a noun for the rows that conditions are about."""
        tables = [c.table for t in self.draft.tests for c in (*t.candidates, *t.filters)] or [self.shape.main_table()]
        table = next((t for t in self.shape.tables if t in tables and not t.startswith("DATE")), tables[0])
        return Noun(Mark("rows", {K.NOUN: ""}, (Entity(table),)), at=-1)

    def single(self) -> bool:
        """Tell whether the question is about one row, known by its key or by a name."""
        personal = self.lexicon.data.personal
        return any(
            test.op == "=" and not test.negated and (c.name.endswith("_ID") or personal(c.table, c.name))
            for test in self.draft.tests
            for c in test.candidates
        )

    def spread_figure(self) -> Noun | None:
        """Return the fact of single rows whose distribution can be told."""
        facts = [n for n in self.figures if n.mark.named(Kind.FACT) and not n.mark.named(Kind.METRIC)]
        return facts[0] if facts and not self.draft.groups else None

    def step_figure(self) -> Noun | None:
        """Return the fact that is cut into steps of one width."""
        groups = [Noun(g.mark) for g in self.draft.groups if g.mark is not None]
        return next((n for n in (*self.figures, *groups) if n.mark.named(Kind.FACT)), None)

    def rank_figures(self) -> list[Noun]:
        """Return the figures that rankings name."""
        return [r.measure for r in self.draft.ranks if r.measure is not None]

    def is_list(self) -> bool:
        """Tell whether rows of a table are asked for, and no figures of groups."""
        if (
            self.single()
            and self.rows
            and not any(n.counted or n.function for n in self.figures)
            and not self.draft.groups
        ):
            return all(self._is_column(noun, self.rows[0].mark.entities[0].table) for noun in self.figures)
        if (
            not self.rows
            or any(n.counted for n in self.figures)
            or self.draft.has(K.HOW_MUCH, K.DISTRIBUTION, K.VERSUS)
        ):
            return False
        figures = [*self.figures, *self.rank_figures()]
        ranked_rows = any(r.noun is not None and r.noun.mark.entities for r in self.draft.ranks)
        if any(n.function for n in figures) or (self.draft.groups and not (ranked_rows and self._rank_has_column())):
            return False
        table = self.rows[0].mark.entities[0].table
        return all(self._is_column(noun, table) for noun in figures)

    def _rank_has_column(self) -> bool:
        """Tell whether rows are ranked by a figure that each of them has."""
        table = self.rows[0].mark.entities[0].table
        return all(r.measure is None or self._is_column(r.measure, table) for r in self.draft.ranks)

    def _is_column(self, noun: Noun, table: str) -> bool:
        """Tell whether a figure is one that each row of a table has."""
        return any(m.element.table == table for m in noun.mark.named(Kind.FACT)) and not (
            noun.mark.named(Kind.METRIC) and noun.function
        )

    # Pieces that several forms share

    def measures(self) -> tuple[Measure, ...]:
        """Return the figures of the question; the number of rows where only rows are named."""
        nouns = list(self.figures)
        found = list(self.begin(tuple(self.resolver.figure(noun) for noun in nouns)))
        if not found and self.rows:
            if (
                not self.draft.ranks
                and not self.draft.clauses
                and not self.draft.tests
                and not self.draft.groups
                and not self.draft.periods
            ):
                table = self.rows[0].mark.entities[0].table
                raise Unclear(
                    f"What about {spoken(table)}: how many there are, or a figure of them?",
                    Category.INCOMPLETE,
                    suggestions=[f"How many {spoken(table)} are there?"],
                )
            if not self.rank_figures():
                found = [self.resolver.count(self.rows[0].mark.entities[0].table)]
        return tuple(dict.fromkeys(found))

    def begin(self, measures: tuple[Measure, ...]) -> tuple[Measure, ...]:
        """Count rows by the day on which they began, where new ones of a period are asked for and not those of now."""
        dated = (
            self.draft.periods
            or any(g.grain for g in self.draft.groups)
            or any(n.grain for n in self.dimensions)
            or self.draft.has(K.TREND)
        )
        found = []
        for measure in measures:
            begun = self.shape.begun(measure.element) if measure.function is None and dated else None
            count = self.lexicon.count(measure.element.table) if begun is not None else None
            if begun is None or count is None:
                found.append(measure)
                continue
            self.began = begun
            found.append(Measure(count))
        return tuple(found)

    def default_rank(self, rank: Rank) -> Measure | None:
        """Return the figure of a ranking that names none: what is most common is counted."""
        if rank.by in {"busy", "quiet"}:
            table = self.shape.events()
            return self.resolver.count(table) if table else None
        return None

    def allowed(self, measures: Sequence[Measure]) -> frozenset[str]:
        """Return the tables whose dimensions may be used."""
        return self.resolver.allowed(measures)

    def near(self, measures: Sequence[Measure]) -> str | None:
        """Return the table whose own dimensions come first: that of the first figure."""
        for measure in measures:
            if measure.element.table:
                return measure.element.table
        return self.rows[0].mark.entities[0].table if self.rows else None

    def groups(
        self, measures: Sequence[Measure], allowed: frozenset[str], time: Element | None
    ) -> tuple[list[Element], list[Element]]:
        """Return the dimensions to group by, and those of them of which each has a ranking of its own."""
        near = self.near(measures)
        first = measures[0] if measures else None
        found: list[Element] = []
        each: list[Element] = []
        for noun in [r.noun for r in self.draft.ranks if r.noun is not None] + [
            n for n in self.dimensions if not n.counted
        ]:
            element = (
                self.resolver.at_grain(noun.grain, measures, allowed, time or self.began)
                if noun.grain
                else self._group_of(noun.mark, allowed, near, first)
            )
            if element not in found:
                found.append(element)
        ranked = len(found)
        for group in self.draft.groups:
            if group.grain:
                element = self.resolver.at_grain(group.grain, measures, allowed, time or self.began)
            elif group.mark is not None:
                element = self._group_of(group.mark, allowed, near, first)
            else:
                continue
            if element not in found:
                found.insert(len(each), element)
                each.append(element)
        limited = any(r.noun is not None for r in self.draft.ranks) and ranked
        return found, each if limited else []

    def _group_of(self, mark: Mark, allowed: frozenset[str], near: str | None, measure: Measure | None) -> Element:
        element = self._grouping(mark, allowed, near, measure)
        self.check_personal(element)
        return element

    def check_personal(self, element: Element) -> None:
        """Refuse to group by what tells who somebody is."""
        if element.kind is Kind.DIMENSION and self.lexicon.data.personal(element.table, element.name):
            raise Unclear(
                f"{spoken(element.name).capitalize()} is personal: it may be listed and looked up, but not grouped by.",
                Category.PERSONAL_DATA,
                [element.ref],
                refused=True,
            )

    def conditions(
        self, tests: Sequence[Test], measures: Sequence[Measure], allowed: frozenset[str]
    ) -> tuple[Condition, ...]:
        """Return conditions on rows."""
        return self.resolver.tests(tests, allowed, self.near(measures), measures[0] if measures else None)

    def having(self, clauses: Sequence[Clause]) -> tuple[Having, ...]:
        """Return conditions on figures, with the rows and days that each is counted over."""
        found = []
        for clause in clauses:
            measure = self._clause_figure(clause)
            allowed = self.allowed([measure])
            where = self.conditions(clause.tests, [measure], allowed)
            period = clause.periods[0] if clause.periods else None
            if len(clause.periods) > 1:
                raise Unclear("Two periods stand in one condition.", Category.AMBIGUOUS_TIME)
            if period is not None and (time := self.shape.time_of(measure.element.table)) is not None:
                self.resolver.check_period(period, time)
                if not period.named:
                    self.resolver.notes.append(f"No year was named: {period.words()} was taken.")
            found.append(Having(measure, clause.op, clause.values, where, period))
        return tuple(found)

    def _clause_figure(self, clause: Clause) -> Measure:
        if clause.noun is not None:
            return self.resolver.figure(clause.noun)
        table = self.shape.events()
        if table is None:
            raise Unclear("The model has no table of what happens day by day.", Category.INCOMPLETE)
        return self.resolver.count(table)

    def period(self, measures: Sequence[Measure], allowed: frozenset[str]) -> tuple[Plan, Element | None]:
        """Return a plan that holds the period of the question alone, and the time dimension that it is about."""
        if not self.draft.periods:
            return Plan(), None
        if len(self.draft.periods) > 1:
            return self._several_periods(measures, allowed)
        dated = self.draft.periods[0]
        time = self.began or self.resolver.time(dated, measures, allowed, self.near(measures))
        self.resolver.check_period(dated.period, time)
        if not dated.period.named:
            self.resolver.notes.append(f"No year was named: {dated.period.words()} was taken.")
        return Plan(period=dated.period, time=time), time

    def ranking(
        self, measures: tuple[Measure, ...], groups: Sequence[Element], each: Sequence[Element]
    ) -> tuple[Ranking | None, tuple[Measure, ...]]:
        """Return the order that was asked for, and the figures with that of the order among them."""
        if not self.draft.ranks:
            return None, measures
        rank = self.draft.ranks[0]
        if any(r.by == "alphabetical" for r in self.draft.ranks) and groups:
            return Ranking(None, descending=False, by_name=True), measures
        for other in self.draft.ranks[1:]:
            rank.measure = rank.measure or other.measure
            rank.noun = rank.noun or other.noun
            rank.limit = rank.limit or other.limit
            if other.by in {"ascending", "descending"} or not other.descending:
                rank.descending = other.descending
        measure = self.resolver.figure(rank.measure) if rank.measure is not None else self.default_rank(rank)
        if measure is None and not measures:
            what = rank.noun.mark.text if rank.noun is not None else "what is asked"
            raise Unclear(
                f'"{rank.text}" does not say by which measure {what} are ranked.', Category.AMBIGUOUS_CRITERION
            )
        if measure is not None and measure not in measures:
            measures = (*measures, measure)
        if measure is None and rank.by in {"newest", "earliest", "old", "young"}:
            raise Unclear(f'"{rank.text}" cannot be told of a figure.', Category.AMBIGUOUS_CRITERION)
        limit = rank.limit
        if limit is None and rank.by not in {"order", "ascending", "descending"} and len(groups) > len(each):
            limit = 1 if rank.noun is not None and not rank.noun.plural else self._default_limit(rank)
            if limit is None:
                limit = _FEW
                self.resolver.notes.append(f"No number was named: {limit} are shown.")
        return Ranking(measure or measures[0], rank.descending, limit, tuple(each)), measures

    def _default_limit(self, rank: Rank) -> int | None:
        asked = [n for n in self.dimensions if n.asked]
        return 1 if rank.noun is None and asked and not asked[0].plural else None

    def _grouping(self, mark: Mark, allowed: frozenset[str], near: str | None, measure: Measure | None) -> Element:
        """Return the dimension of a group: of a figure such as age, the one that holds it in groups."""
        if not is_dimension(mark) and not mark.entities:
            banded = [m.element for m in grouped_figure(self.lexicon, mark) if m.element.table in allowed]
            if banded:
                self.resolver.notes.append(f"{spoken(banded[0].name).capitalize()} stands for {mark.text}.")
                return banded[0]
        return self.resolver.dimension(mark, allowed, near, measure)

    def _several_periods(self, measures: Sequence[Measure], allowed: frozenset[str]) -> tuple[Plan, Element | None]:
        """Return a plan of several periods: those of one unit and one time dimension are looked at together."""
        times = {self.resolver.time(d, measures, allowed, self.near(measures)) for d in self.draft.periods}
        periods = [d.period for d in self.draft.periods]
        if len(times) > 1:
            return self._several_times(measures, allowed)
        time = next(iter(times))
        cut = self.shape.at_grain(time, periods[0].grain)
        if (
            len({p.grain for p in periods}) > 1
            or cut is None
            or not all(unit(p.grain, p.start) == (p.start, p.end) for p in periods)
        ):
            raise Unclear(
                f"Several periods stand side by side: {' and '.join(p.words() for p in periods)}.",
                Category.AMBIGUOUS_TIME,
            )
        for period in periods:
            self.resolver.check_period(period, time)
        anyof = AnyOf(tuple(Compared(time, "between", (p.start.isoformat(), p.end.isoformat())) for p in periods))
        self.draft.groups.insert(0, Group(None, periods[0].grain))
        return Plan(where=(anyof,), time=time), time

    def _several_times(self, measures: Sequence[Measure], allowed: frozenset[str]) -> tuple[Plan, Element | None]:
        """Return a plan with periods of several time dimensions, such as joined in 2023 and bought in 2024."""
        where = []
        for dated in self.draft.periods:
            time = self.resolver.time(dated, measures, allowed, self.near(measures))
            self.resolver.check_period(dated.period, time)
            where.append(Compared(time, "between", (dated.period.start.isoformat(), dated.period.end.isoformat())))
        return Plan(where=tuple(where)), None

    def compared_values(
        self, measures: Sequence[Measure], allowed: frozenset[str], groups: Sequence[Element]
    ) -> list[Element]:
        """Return the dimension whose values are compared, so that each has a figure of its own."""
        if not self.draft.has(K.VERSUS) or groups:
            return []
        where = self.conditions(self.draft.tests, measures, allowed)
        several = [c.element for c in where if isinstance(c, Compared) and c.op == "in"]
        return several[:1]
