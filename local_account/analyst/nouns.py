"""The nouns of a draft: which are figures, which stand for rows of a table, and which for dimensions."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from local_account.analyst.answers import Category, Unclear
from local_account.analyst.draft import Draft, Group, Noun, Test, is_dimension, is_figure
from local_account.analyst.english import K
from local_account.analyst.lexicon import Entity, Named
from local_account.analyst.marks import Mark
from local_account.analyst.resolve import Resolver
from local_account.semantic.model import Kind

if TYPE_CHECKING:
    from local_account.analyst.elements import Element
    from local_account.analyst.lexicon import Lexicon


class Nouns:
    """The nouns of a draft, parted into figures, rows of tables and dimensions.

    Args:
        draft: what the phrases of a question say.
        lexicon: the phrases of the model and its data.
    """

    def __init__(self, draft: Draft, lexicon: Lexicon) -> None:
        self.draft = draft
        self.lexicon = lexicon
        self.shape = lexicon.shape
        self.resolver = Resolver(lexicon)
        self.resolver.everyone = draft.everyone
        self.resolver.together = draft.together or draft.flags.get(K.AGGREGATE) == "sum"
        self.resolver.included = [value for test in (*draft.included, *draft.tests) for value in self._values_of(test)]
        self.figures: list[Noun] = []
        self.rows: list[Noun] = []
        self.dimensions: list[Noun] = []
        self.began: Element | None = None
        self._sort_nouns()

    def _values_of(self, test: Test) -> list[tuple[str, str]]:
        """Return the dimension and the value that a condition asks for, where it asks for one."""
        if test.negated or test.ored:
            return []
        found = [simple for f in test.filters if (simple := self.shape.simple_filter(f)) is not None]
        values = [(e.name, v) for e, v in found if isinstance(v, str)]
        if test.op == "=" and isinstance(test.values[0], str):
            values += [(c.name, test.values[0]) for c in test.candidates]
        return values

    def _sort_nouns(self) -> None:
        """Part the nouns into figures, rows of tables, and dimensions."""
        for noun in self.draft.nouns:
            if noun.grain and not is_figure(noun.mark):
                self.dimensions.append(noun)
            elif noun.counted and noun.mark.entities and not self._counts_values(noun):
                self.figures.append(noun)
                self.rows.append(noun)
            elif noun.counted and is_dimension(noun.mark):
                self.dimensions.append(noun)
            elif is_figure(noun.mark) or (
                noun.function and any(self.shape.amount(e.table) for e in noun.mark.entities)
            ):
                self.figures.append(noun)
            elif noun.mark.entities and not is_dimension(noun.mark):
                self.rows.append(noun)
            elif (count := self._numbers_of(noun)) is not None:
                self.figures.append(Noun(replace(noun.mark, meanings=(Named(count),)), at=noun.at))
            elif noun.mark.named():
                self.dimensions.append(noun)
        self._count_between()
        real = [n for n in self.figures if not n.mark.can(K.FILL)]
        if real:
            self.figures = real
        self._complete()
        self._averaged()
        self._extreme()

    def _counts_values(self, noun: Noun) -> bool:
        """Tell whether different values are counted, and no rows: how many segments there are."""
        rows = any(self.lexicon.count(e.table) is not None for e in noun.mark.entities)
        return is_dimension(noun.mark) and (noun.different or not rows)

    def _count_between(self) -> None:
        """Count the events that stand in a row of figures: revenue, transactions and average transaction value."""
        places = [n.at for n in self.figures]
        for noun in [n for n in self.rows if n not in self.figures]:
            events = any(self.shape.amount(e.table) for e in noun.mark.entities)
            if events and noun.plural and self.draft.joined and places and min(places) < noun.at < max(places):
                noun.counted = True
                self.figures.insert(sum(n.at < noun.at for n in self.figures), noun)

    def _numbers_of(self, noun: Noun) -> Element | None:
        """Return the count of rows that "customer numbers by card" asks for, where the words name their key too."""
        if not noun.mark.text.lower().endswith("numbers") or not (self.draft.groups or self.draft.tests):
            return None
        tables = [m.element.table for m in noun.mark.named() if m.element in self.shape.identity(m.element.table)]
        return next((count for table in tables if (count := self.lexicon.count(table)) is not None), None)

    def _complete(self) -> None:
        """Add what was said without a noun: rows known by a value alone, or how many at the end."""
        draft = self.draft
        asked = draft.has(K.LIST, K.WHICH, K.HOW_MANY) or draft.clauses
        if (
            not self.rows
            and not self.dimensions
            and not self._named_figures()
            and asked
            and (draft.tests or draft.clauses)
            and not (draft.groups and draft.clauses)
            and not self._is_value_alone()
        ):
            self.rows.append(self._rows_of_tests())
        if draft.has(K.DISTRIBUTION) and self.dimensions and not self.rows and not self._named_figures():
            self._count_spread()
        if (self.single() or self._ranks_alone()) and not self.rows:
            self.rows.append(self._rows_of_tests())
        if draft.has(K.HOW_MANY) and draft.flags[K.HOW_MANY] != "often" and not any(n.counted for n in draft.nouns):
            for noun in self.rows[:1]:
                noun.counted = True
                self.figures.append(noun)
        function = draft.flags.get(K.AGGREGATE)
        if function is not None and not function.startswith(("running", "moving")):
            for noun in self.figures:
                noun.function = noun.function or function

    def _ranks_alone(self) -> bool:
        """Tell whether so many of nothing that is named rank by what a row has: top ten by lifetime value."""
        main = self.shape.main_table()
        facts = [m for r in self.draft.ranks if r.limit and r.measure for m in r.measure.mark.named(Kind.FACT)]
        own = [m for m in facts if m.element.table == main]
        return bool(own) and not (self.dimensions or self.figures or self.draft.groups or self.draft.clauses)

    def _count_spread(self) -> None:
        """Count the rows that are spread over a dimension which alone is named: the distribution of tenure groups."""
        tables = {m.element.table for m in self.dimensions[0].mark.named()}
        if not tables:  # a unit of time alone
            return
        main = self.shape.main_table()
        table = main if main in tables else min(tables)
        if table == main or (len(tables) == 1 and self.shape.amount(table) is not None):
            rows = Noun(Mark(table.lower(), {K.NOUN: ""}, (Entity(table),)), counted=True, at=-1)
            self.rows.append(rows)
            self.figures.append(rows)

    def _is_value_alone(self) -> bool:
        """Tell whether nothing but a value is named: "show me Texas" says not what of it."""
        draft = self.draft
        plain = all(not t.filters and t.op == "=" and isinstance(t.values[0], str) for t in draft.tests)
        return plain and not (draft.clauses or draft.ranks or self.single() or draft.has(K.WHICH, K.HOW_MANY, K.WHO))

    def _averaged(self) -> None:
        """Take "average transactions per customer" for a mean over customers, and not for groups of them."""
        for group in self._per_rows():
            metrics = [m.element for n in self.figures for m in n.mark.named(Kind.METRIC)]
            tables = {e.table for e in group.mark.entities} if group.mark is not None else set()
            if metrics and all(self.shape.mean_of(m) in tables for m in metrics):
                self.draft.groups.remove(group)
        self._count_per_rows()
        self._facts_per_row()
        self._mean_of_rows()
        for noun in self.figures:
            unit = next((g for g in self.draft.groups if g.per and g.grain), None)
            if unit is not None and noun.function and noun.counted and not noun.mark.named(Kind.METRIC):
                raise Unclear(
                    f"The {noun.function} per {unit.grain} of whom: of each customer, or of all together?",
                    Category.INCOMPLETE,
                )
            found = [m.element for m in noun.mark.named(Kind.METRIC)]
            if unit is not None and noun.function and found and all(self.shape.is_additive(m) for m in found):
                noun.grain = unit.grain
                self.draft.groups.remove(unit)
                continue
            per = next(
                (
                    g
                    for g in self.draft.groups
                    if g.per and g.mark is not None and g.mark.entities and not is_dimension(g.mark)
                ),
                None,
            )
            metrics = [m.element for m in noun.mark.named(Kind.METRIC)]
            summed = per is not None and not noun.function and not self.draft.ranks and not self.draft.has(K.LIST)
            if summed and metrics and all(self.shape.is_additive(m) for m in metrics):
                noun.function = "average"
            metric = noun.function and (metrics or noun.counted)
            if per is not None and per.mark is not None and metric:
                noun.over = per.mark
                self.draft.groups.remove(per)

    def _per_rows(self) -> list[Group]:
        """Return the groups that name the rows of a table, and no dimension: per customer, and not per segment."""
        per = [g for g in self.draft.groups if g.per and g.mark is not None and g.mark.entities]
        return [g for g in per if g.mark is not None and not is_dimension(g.mark)]

    def _mean_of_rows(self) -> None:
        """Take "average spend of customers" for the average per customer."""
        rows = next((n for n in self.rows if not n.counted and n not in self.figures), None)
        table = self.shape.main_table()
        if rows is None or not any(e.table == table for e in rows.mark.entities) or self.draft.ranks or self.is_list():
            return
        if any(g.per for g in self.draft.groups):
            return
        for noun in self.figures:
            metrics = [m.element for m in noun.mark.named(Kind.METRIC)]
            sums = metrics and all(self.shape.is_additive(m) and m.table != table for m in metrics)
            if noun.function and sums and noun.over is None and not noun.grain and not noun.mark.named(Kind.FACT):
                noun.over = rows.mark

    def _facts_per_row(self) -> None:
        """Take "lifetime value per customer" for the mean of what each customer has, and not for groups of them."""
        for group in self._per_rows():
            tables = {e.table for e in group.mark.entities} if group.mark is not None else set()
            own = [n for n in self.figures if any(m.element.table in tables for m in n.mark.named(Kind.FACT))]
            if own and own == self.figures and all(n.function for n in own) and not self.draft.ranks:
                self.draft.groups.remove(group)

    def _count_per_rows(self) -> None:
        """Count the events of "transactions per active customer", where no figure of them is asked for."""
        per = [g for g in self.draft.groups if g.per and g.mark is not None and g.mark.entities]
        events = [n for n in self.rows if any(self.shape.amount(e.table) for e in n.mark.entities)]
        if per and events and not self.figures and not self.draft.ranks and not self.draft.has(K.LIST):
            events[0].counted, events[0].function = True, "average"
            self.figures.append(events[0])

    def _extreme(self) -> None:
        """Take "the highest credit limit" for a maximum, where nothing is there that it could rank."""
        for rank in list(self.draft.ranks):
            noun = rank.measure
            facts = (
                noun is not None
                and noun.mark.named(Kind.FACT)
                and not noun.mark.named(Kind.METRIC)
                and not noun.function
            )
            ranked = (
                rank.noun is not None
                or rank.limit is not None
                or rank.percent is not None
                or self.dimensions
                or self.rows
            )
            if noun is not None and facts and not ranked and rank.by in {"top", "bottom"}:
                noun.function = "max" if rank.descending else "min"
                self.figures.append(noun)
                self.draft.ranks.remove(rank)

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
            test.op in {"=", "in"} and not test.negated and (c.name.endswith("_ID") or personal(c.table, c.name))
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

    def is_list(self) -> bool:  # noqa: PLR0911 (each sign decides alone)
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
        signs = (
            self.draft.tests,
            self.draft.clauses,
            self.draft.ranks,
            self.draft.periods,
            self.dimensions,
            self.figures,
        )
        if (not self.draft.has(K.LIST, K.WHICH) and not any(signs)) or self._is_count_in_short():
            return False
        if any(r.by in {"busy", "quiet"} and r.noun and is_dimension(r.noun.mark) for r in self.draft.ranks):
            return False
        if any(n.counted or (n.asked and not self.single()) for n in self.dimensions):
            return False
        if self.figures and not self.draft.has(K.LIST) and not self.draft.ranks and not self.draft.clauses:
            return False
        figures = [*self.figures, *self.rank_figures()]
        ranked_rows = any(r.noun is not None and r.noun.mark.entities for r in self.draft.ranks)
        if any(n.function for n in figures) or (self.draft.groups and not (ranked_rows and self._rank_has_column())):
            return False
        table = self.rows[0].mark.entities[0].table
        return all(self._is_column(noun, table) for noun in figures)

    def _is_count_in_short(self) -> bool:
        """Tell whether rows of certain values or days are named and nothing is asked: active customers Texas."""
        draft = self.draft
        said = draft.clauses or draft.ranks or draft.verbs or self.dimensions or self.figures or draft.groups
        said = said or draft.has(K.LIST, K.WHICH, K.WHO, K.THEM, K.FOLLOW, K.WHEN) or self.single()
        plain = all(t.op in {"=", "in", "filter"} and not t.negated for t in draft.tests)
        return self.rows[0].at >= 0 and bool(draft.tests or draft.periods) and plain and not said

    def _rank_has_column(self) -> bool:
        """Tell whether rows are ranked by a figure that each of them has."""
        table = self.rows[0].mark.entities[0].table
        return all(r.measure is None or self._is_column(r.measure, table) for r in self.draft.ranks)

    def _is_column(self, noun: Noun, table: str) -> bool:
        """Tell whether a figure is one that each row of a table has."""
        return any(m.element.table == table for m in noun.mark.named(Kind.FACT)) and not (
            noun.mark.named(Kind.METRIC) and noun.function
        )
