"""Ratios: one figure divided by another, each with conditions of its own, such as travel spend to dining spend."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from local_account.analyst.answers import Category, Unclear
from local_account.analyst.draft import Draft, Noun, State, Test, is_figure
from local_account.analyst.english import K
from local_account.analyst.fragments import columns, kept_zero, order
from local_account.analyst.numbers import literal
from local_account.analyst.plan import Form, Measure, Plan, Ranking
from local_account.analyst.wording import spoken

if TYPE_CHECKING:
    from collections.abc import Sequence

    from local_account.analyst.fragments import Writer
    from local_account.analyst.pieces import Pieces


def find_ratio(state: State) -> None:
    """Note the place between the two figures of "ratio of refunds to purchases" and "refunds to purchases ratio"."""
    said = next((i for i, mark in enumerate(state.marks) if mark.can(K.RATIO)), None)
    if said is None:
        return
    links = [i for i in range(len(state.marks)) if state.word(i, K.SOFT) == "to"]
    if not links and state.marks[said].text.lower().endswith("between"):
        links = [i for i in range(said, len(state.marks)) if state.can(i, K.AND)]
    state.draft.ratio = links[0] if len(links) == 1 else None


def read_ratio(state: State, at: int) -> int:
    """Read the word of a ratio, whose two figures stand beside the place that was noted."""
    return int(state.can(at, K.RATIO) and state.draft.ratio is not None)


def ratio(pieces: Pieces) -> Plan:
    """Return one figure divided by another, by groups if any."""
    split = pieces.draft.ratio or 0
    nouns = _figures_of(pieces.draft, split)
    measures = tuple(pieces.resolver.figure(_counted(n)) for n in nouns)
    if any(m.function is not None for m in measures):
        raise Unclear("A ratio is of two metrics of the model.", Category.INCOMPLETE, [m.element.ref for m in measures])
    allowed = pieces.allowed(measures)
    dated, time = pieces.period(measures, allowed)
    groups, _ = pieces.groups(measures, allowed, time)
    first, second, both = _sides(pieces.draft.tests, split, nouns[1])
    return replace(
        dated,
        form=Form.RATIO,
        measures=measures,
        groups=tuple(groups),
        where=(*dated.where, *pieces.conditions(both, measures[:1], allowed)),
        part=pieces.conditions(first, measures[:1], allowed),
        other=pieces.conditions(second, measures[1:], allowed),
        in_percent=pieces.draft.has(K.SHARE),
    )


def _figures_of(draft: Draft, split: int) -> tuple[Noun, Noun]:
    """Return the figures before and behind "to": of "active to lapsed customers" the rows behind stand for both."""
    nouns = sorted((n for n in draft.nouns if is_figure(n.mark) or n.mark.entities), key=lambda n: n.at)
    first, last = [n for n in nouns if n.at < split], [n for n in nouns if n.at > split]
    if not first and last and not is_figure(last[0].mark) and any(t.at < split for t in draft.tests):
        first = [last[0]]
    rest = [*first[1:], *last[1:]]
    if not first or not last or any(is_figure(n.mark) for n in rest):
        raise Unclear('A ratio is of two figures: name both, with "to" between them.', Category.INCOMPLETE)
    return first[0], last[0]


def _counted(noun: Noun) -> Noun:
    """Return a noun of rows as their number."""
    return noun if is_figure(noun.mark) else replace(noun, counted=True)


def _sides(tests: list[Test], split: int, last: Noun) -> tuple[list[Test], list[Test], list[Test]]:
    """Return the conditions of the first figure, of the second, and of both: those that stand behind them."""
    first = [t for t in tests if t.at < split]
    second = [t for t in tests if t not in first and t.at < last.at]
    behind = [t for t in tests if t.at > last.at]
    own = {c.ref for t in first for c in (*t.candidates, *t.filters)}
    alike = [t for t in behind if own & {c.ref for c in (*t.candidates, *t.filters)}]
    return first, [*second, *alike], [t for t in behind if t not in alike]


def ratio_sql(plan: Plan, writer: Writer) -> str:
    """Return both figures and the first divided by the second."""
    names = columns(plan.groups)
    same = plan.measures[0] == plan.measures[1]
    shown = [f"{m.name}_{i + 1}" if same else m.name for i, m in enumerate(plan.measures)]
    blocks = [
        writer.block(plan.groups, [m.element], writer.where(plan, more=more))
        for m, more in zip(plan.measures, (plan.part, plan.other), strict=True)
    ]
    first, second = (_amount(side, m, writer) for side, m in zip(("TOP", "BOTTOM"), plan.measures, strict=True))
    made = f"{first} / NULLIF({second}, 0) AS RATIO"
    made = f"100 * {made.removesuffix('RATIO')}IN_PERCENT" if plan.in_percent else made
    on = " AND ".join(f"TOP_SIDE.{n} IS NOT DISTINCT FROM BOTTOM_SIDE.{n}" for n in names) or "TRUE"
    bounds = [f"{second} {h.op} {literal(h.values[0])}" for h in plan.having]  # of what is divided by
    kept = f"\nWHERE {' AND '.join(bounds)}" if bounds else ""
    groups = "".join(f"COALESCE(TOP_SIDE.{n}, BOTTOM_SIDE.{n}) AS {n}, " for n in names)
    return (
        f"WITH TOP_SIDE AS (\nSELECT * FROM {blocks[0]}\n),\nBOTTOM_SIDE AS (\nSELECT * FROM {blocks[1]}\n)\n"
        f"SELECT {groups}{first} AS {shown[0]}, {second} AS {shown[1]}, {made}\n"
        f"FROM TOP_SIDE\nFULL JOIN BOTTOM_SIDE ON {on}{kept}"
        + (_ordered(plan, made.rpartition(" ")[2], names) if names else "")
    )


def _ordered(plan: Plan, column: str, names: Sequence[str]) -> str:
    """Return the order of the groups of a ratio, the highest first unless another is asked for."""
    ranking = plan.ranking or Ranking()
    limit = f"\nLIMIT {ranking.limit}" if ranking.limit is not None else ""
    return order(column, names, descending=ranking.descending) + limit


def _amount(side: str, measure: Measure, writer: Writer) -> str:
    name = f"{side}_SIDE.{measure.name}"
    return f"COALESCE({name}, 0)" if kept_zero(measure, writer.shape) else name


def ratio_words(plan: Plan) -> str:
    """Return the first sentence of a ratio's reading."""
    by = f" by {', '.join(spoken(g.name) for g in plan.groups)}" if plan.groups else ""
    first, second = (spoken(m.element.name) for m in plan.measures)
    divided = "in percent of" if plan.in_percent else "divided by"
    ranking = plan.ranking
    way = "highest" if ranking is None or ranking.descending else "lowest"
    limit = ranking.limit if ranking is not None else None
    shown = f", the {way if limit == 1 else f'{limit} {way}'}" if limit else ""
    return f"{first[:1].upper()}{first[1:]} {divided} {second}{by}, with both{shown}."
