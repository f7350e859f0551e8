"""What each phrase of a draft contributes to a plan, whichever form the answer has."""

from __future__ import annotations

from typing import TYPE_CHECKING, NoReturn

from local_account.analyst.answers import Category, Unclear
from local_account.analyst.conditional import contrary
from local_account.analyst.criteria import ask_criterion, check_direction
from local_account.analyst.draft import Clause, Group, Rank, Test, is_dimension
from local_account.analyst.english import K
from local_account.analyst.grouping import grouped_figure
from local_account.analyst.lexicon import Named
from local_account.analyst.nouns import Nouns
from local_account.analyst.periods import of_years, unit
from local_account.analyst.plan import AnyOf, Compared, Condition, Having, Measure, Plan, Ranking
from local_account.analyst.wording import spoken
from local_account.semantic.model import Kind

if TYPE_CHECKING:
    from collections.abc import Sequence

    from local_account.analyst.elements import Element
    from local_account.analyst.marks import Mark
    from local_account.analyst.periods import Period

_FEW = 10


class Pieces(Nouns):
    """The pieces of one draft, settled."""

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
            if self.draft.has(K.VERSUS) and not self.draft.has(K.SHARE) and not self.rank_figures():
                self.ask_criterion(self.rows[0].mark.text)
            if not self.rank_figures() and not any(self.default_rank(r) for r in self.draft.ranks):
                found = [self.resolver.count(self.rows[0].mark.entities[0].table)]
        found = list(dict.fromkeys(found))
        if len(found) > 1 and not self.draft.joined and not self.draft.has(K.VERSUS):
            raise Unclear(
                f"Is {spoken(found[0].element.name)} asked for, or {spoken(found[1].element.name)}?",
                Category.INCOMPLETE,
                [m.element.ref for m in found],
            )
        return tuple(found)

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

    def ask_criterion(self, what: str, word: str = "compare") -> NoReturn:
        """Ask by which figure rows or groups are ranked or compared, and name those that are asked for most."""
        ask_criterion(self.lexicon, what, word)

    def default_rank(self, rank: Rank) -> Measure | None:
        """Return the figure of a ranking that names none: what is most common is counted."""
        if rank.by in {"busy", "quiet"}:
            of_rows = any(word in rank.text.lower() for word in ("common", "frequent", "popular"))
            table = self._common_rows(rank) if of_rows else self.shape.events()
            return self.resolver.count(table) if table else None
        return None

    def _common_rows(self, rank: Rank) -> str | None:
        """Return the table whose rows are counted for what is most common: the one that has the dimension."""
        nouns = [n for n in (rank.noun, *self.dimensions) if n is not None]
        tables = {m.element.table for n in nouns for m in n.mark.named(Kind.DIMENSION)}
        main = self.shape.main_table()
        return main if main in tables else self.shape.events()

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
        self._date_by_verb()
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

    def _date_by_verb(self) -> None:
        """Let the day that a verb names be the one that is cut into units of time: "joined each year"."""
        cut = any(g.grain for g in self.draft.groups) or any(n.grain for n in self.dimensions)
        days = [
            n for n in self.dimensions if n.mark.named(Kind.TIME_DIMENSION) and not (n.asked or n.counted or n.grain)
        ]
        if cut and len(days) == 1 and not self.draft.periods:
            meant = days[0].mark.named(Kind.TIME_DIMENSION)[0].element
            if self.began in {None, meant} and self.shape.at_grain(meant, "year") is not None:
                self.began = meant
                self.dimensions.remove(days[0])

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
        """Return conditions on rows, and ask where no row can meet two of them."""
        simple = [t for t in tests if not t.filters or self.shape.simple_filter(t.filters[0]) is None]
        if (words := contrary(simple)) is not None:
            raise Unclear(
                f'No row is "{words[0]}" and "{words[1]}" at once: ask by what tells them apart.', Category.INCOMPLETE
            )
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
            found.append(Having(measure, clause.op, clause.values, where, period, clause.than, clause.factor))
        return tuple(found)

    def _clause_figure(self, clause: Clause) -> Measure:
        if clause.noun is not None and not (clause.noun.different and is_dimension(clause.noun.mark)):
            return self.resolver.figure(clause.noun)
        table = self.shape.events()
        if table is None:
            raise Unclear("The model has no table of what happens day by day.", Category.INCOMPLETE)
        count = self.resolver.count(table)
        if clause.noun is None:
            return count
        return Measure(
            self.resolver.dimension(clause.noun.mark, self.allowed([count]), table), "different", count.element
        )

    def period(self, measures: Sequence[Measure], allowed: frozenset[str]) -> tuple[Plan, Element | None]:
        """Return a plan that holds the period of the question alone, and the time dimension that it is about."""
        self._leave_out_today(measures)
        if not self.draft.periods:
            return Plan(), None
        if len(self.draft.periods) > 1:
            return self._several_periods(measures, allowed)
        dated = self.draft.periods[0]
        time = self.began or self.resolver.time(dated, measures, allowed, self.near(measures))
        if dated.period.every:
            return self._every_year(dated.period, time)
        self.resolver.check_period(dated.period, time)
        if not dated.period.named:
            self.resolver.notes.append(f"No year was named: {dated.period.words()} was taken.")
        return Plan(period=dated.period, time=time), time

    def _leave_out_today(self, measures: Sequence[Measure]) -> None:
        """Leave out "today" and "until now" of what is only known as of that day."""
        table, as_of = self.near(measures), self.lexicon.data.as_of()
        if table is None or self.shape.time_of(table) is not None or self.began is not None:
            return
        present = [d for d in self.draft.periods if d.noun is None and d.period.end == as_of]
        now = [d for d in present if d.period.start == as_of or d.period.open_start]
        self.draft.periods = [d for d in self.draft.periods if d not in now]

    def ranking(
        self, measures: tuple[Measure, ...], groups: Sequence[Element], each: Sequence[Element]
    ) -> tuple[Ranking | None, tuple[Measure, ...]]:
        """Return the order that was asked for, and the figures with that of the order among them."""
        if not self.draft.ranks:
            return None, measures
        rank = self.draft.ranks[0]
        if any(r.by == "alphabetical" for r in self.draft.ranks) and groups:
            return Ranking(None, descending=False, by_name=True), measures
        self._check_name(rank)
        for other in self.draft.ranks[1:]:
            self._check_one_order(rank, other)
            rank.measure = rank.measure or other.measure
            rank.noun = rank.noun or other.noun
            rank.limit = rank.limit or other.limit
            check_direction(rank, other)
            if other.by in {"ascending", "descending"} or not other.descending:
                rank.descending = other.descending
        measure = self.resolver.figure(rank.measure) if rank.measure is not None else self.default_rank(rank)
        if measure is None and not measures:
            self.ask_criterion(rank.noun.mark.text if rank.noun is not None else "what is asked", rank.text)
        if measure is not None and measure not in measures:
            measures = (*measures, measure)
        self._check_ranked(rank, measure or measures[0], groups)
        if measure is None and rank.by in {"newest", "earliest", "old", "young"}:
            raise Unclear(f'"{rank.text}" cannot be told of a figure.', Category.AMBIGUOUS_CRITERION)
        if rank.by in {"best", "worst"} and (measure or measures[0]).element.is_loss:
            rank.descending = rank.by == "worst"  # the worst refund rate is the highest
        if not each and (each := self._of_each_best(rank, groups)):
            return Ranking(measure or measures[0], rank.descending, 1, tuple(each)), measures
        limit = self._rows_shown(rank, measure, grouped=len(groups) > len(each))
        return Ranking(measure or measures[0], rank.descending, limit, tuple(each), place=rank.place), measures

    def _of_each_best(self, rank: Rank, groups: Sequence[Element]) -> list[Element]:
        """Return the group of which each has a best unit of time of its own: the best month per segment."""
        units = {g.grain for g in self.draft.groups if g.beside and g.grain}
        alone = rank.limit is None and rank.noun is None and rank.by in {"top", "bottom", "best", "worst"}
        others = [g for g in groups if g.kind is Kind.DIMENSION or g.name.endswith("_YEAR")]
        return others if alone and len(units) == len(others) == 1 and len(groups) == 2 else []  # noqa: PLR2004

    def _check_one_order(self, rank: Rank, other: Rank) -> None:
        """Ask by which of two figures is ranked: rank cities by revenue, the top five with customer count."""
        one, two = rank.measure, other.measure
        if one is not None and two is not None and one.mark.meanings != two.mark.meanings:
            raise Unclear(f"Ranked by {one.mark.text}, or by {two.mark.text}?", Category.AMBIGUOUS_CRITERION)

    def _rows_shown(self, rank: Rank, measure: Measure | None, *, grouped: bool) -> int | None:
        """Return how many of what is ranked are shown; none where all are, such as the largest purchase of each."""
        extreme = measure is not None and (measure.function or measure.element.name.partition("_")[0].lower())
        of_each = self.draft.groups and rank.noun is None and not self.dimensions and extreme in {"max", "min"}
        if rank.limit is not None or of_each or rank.by in {"order", "ascending", "descending"} or not grouped:
            return rank.limit
        single = rank.one or (rank.noun is not None and not rank.noun.plural)
        limit = 1 if single else self._default_limit(rank)
        if limit is None:
            limit = _FEW
            self.resolver.notes.append(f"No number was named: {limit} are shown.")
        return limit

    def _check_name(self, rank: Rank) -> None:
        """Refuse to tell a figure by the names of people."""
        for one in self.lexicon.meanings(("name",)) if rank.by == "alphabetical" else ():
            if isinstance(one, Named):
                self.check_personal(one.element)

    def _check_ranked(self, rank: Rank, measure: Measure, groups: Sequence[Element]) -> None:
        """Ask of what a figure is the highest, where nothing is there that it could rank."""
        one_figure = rank.measure is not None and rank.measure.function is not None
        if not groups and measure.function in {"max", "min"} and (measure.function == "max") != rank.descending:
            raise Unclear(
                f"Is the lowest {spoken(measure.element.name)} asked for, or the highest?", Category.INCOMPLETE
            )
        if groups or one_figure or rank.by not in {"top", "bottom", "best", "worst"}:
            return
        what = spoken(measure.element.name)
        raise Unclear(
            f'"{rank.text}" does not say of what the {what} is meant.', Category.INCOMPLETE, [measure.element.ref]
        )

    def _default_limit(self, rank: Rank) -> int | None:
        """Return one where one is meant: the segment with the highest revenue, the highest monthly revenue."""
        one = self.dimensions and not self.dimensions[0].plural
        beside = len(self.draft.groups) == 1 and self.draft.groups[0].beside and not self.dimensions
        return 1 if rank.noun is None and (one or beside) else None

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
        if not self.draft.together:
            self.draft.groups.insert(0, Group(None, periods[0].grain))
        return Plan(where=(anyof,), time=time), time

    def _every_year(self, period: Period, time: Element) -> tuple[Plan, Element | None]:
        """Return a plan of the same month or quarter of every year that the data hold: each on its own, or any."""
        as_of = self.lexicon.data.as_of()
        first, last = self.lexicon.data.range(time.table, time.name) or (as_of, as_of)
        found = of_years(period, first, min(last, as_of))
        if not found:
            raise Unclear(f"The data hold no {period.label.split()[0]}.", Category.UNKNOWN_VALUE, refused=True)
        if period.every == "each":
            self.draft.groups = [g for g in self.draft.groups if g.grain not in {"year", period.grain}]
            self.draft.groups.insert(0, Group(None, period.grain))
        days = tuple(Compared(time, "between", (p.start.isoformat(), p.end.isoformat())) for p in found)
        return Plan(where=(AnyOf(days),), time=time), time

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
        if self.draft.together and not self.draft.has(K.VERSUS):
            return []
        where = self.conditions(self.draft.tests, measures, allowed)
        if groups and not self.draft.has(K.VERSUS):
            return [e for e in self._enumerated(where) if self._is_whole(e, where) and e not in groups][:1]
        return [e for e in self._enumerated(where) if e not in groups][:1]

    def _is_whole(self, element: Element, where: Sequence[Condition]) -> bool:
        """Tell whether a condition names every value of a dimension, so that it chooses no rows."""
        named = {v for c in where if isinstance(c, Compared) and c.element == element for v in c.values}
        return element.expression.is_enum and named >= set(element.expression.sample_values)

    def _enumerated(self, where: Sequence[Condition]) -> list[Element]:
        """Return the dimensions of which several values are compared, or so many named that each is meant."""
        most = 2 if self.draft.has(K.VERSUS) else 3
        spans = [t.values for t in self.draft.tests if t.span or (t.either and not self.draft.has(K.VERSUS))]
        several = [c for c in where if isinstance(c, Compared) and c.op == "in" and c.values not in spans]
        return [c.element for c in several if len(c.values) >= most or c.element.is_flag]
