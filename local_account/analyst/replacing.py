"""Follow-ups that name another thing of the same kind: it stands in the place of the one before, never beside it."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from sqlglot import exp

from local_account.analyst.answers import Category, Unclear
from local_account.analyst.draft import Bare, Noun, Test, is_dimension, is_figure, is_filter
from local_account.analyst.elements import parsed
from local_account.analyst.english import K
from local_account.analyst.lexicon import Named
from local_account.analyst.words import phrase
from local_account.semantic.model import Kind

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sqlglot import Expr

    from local_account.analyst.draft import Draft, Group
    from local_account.analyst.elements import Element, Shape
    from local_account.analyst.lexicon import Lexicon


def merge_test(draft: Draft, test: Test, shape: Shape, *, instead: bool) -> None:
    """Add a condition to the question before; one of the same kind goes, unless the new one takes something away.

    Args:
        draft: the question before, which is changed.
        test: the condition.
        shape: the model.
        instead: whether another thing is asked about, as in "and Hotels?", and nothing is narrowed.
    """
    test.at = -1
    in_clause = draft.clauses and any(_names(t) & _names(test) for t in draft.clauses[-1].tests)
    where = draft.clauses[-1].tests if in_clause else draft.tests
    alike = [t for t in (*where, *draft.share_of) if _names(t) & _names(test) or (instead and _kind(t, test, shape))]
    if test.negated:
        gone = [t for t in alike if t.op in {"=", "in", "filter"} and not t.negated and _says_the_same(t, test)]
    else:
        gone = [t for t in alike if not t.negated or _says_the_same(t, test)]
        if any(t in draft.share_of for t in gone):
            draft.share_of = [t for t in draft.share_of if t not in gone] + [test]
        sibling = next((f for t in gone if (f := _sibling(t, test, shape)) is not None), None)
        test.filters = [sibling] if sibling is not None else test.filters
    where[:] = [t for t in where if t not in gone]
    if not test.negated and len(gone) == 1 and {gone[0].op, test.op} <= {"=", "in"} and _names(gone[0]) & _names(test):
        test.instead_of = gone[0].values
    where.append(test)


def compare_both(draft: Draft, now: Draft, test: Test) -> None:
    """Hold a value beside the one whose place it took: compare with California, after only Texas."""
    if not now.has(K.VERSUS) or not test.instead_of:
        return
    test.values = tuple(dict.fromkeys((*test.instead_of, *test.values)))
    test.op, test.instead_of = "in", ()
    draft.flag(K.VERSUS, "", -1)


def _says_the_same(old: Test, new: Test) -> bool:
    """Tell whether all values of a condition are those of another one."""
    return set(old.values) <= set(new.values) and old.filters == new.filters


def _kind(old: Test, new: Test, shape: Shape) -> bool:
    """Tell whether two conditions are on things of one kind that is only described: groups and names of categories."""
    tables = {e.table for e in (*old.candidates, *old.filters)} & {e.table for e in (*new.candidates, *new.filters)}
    measured = {e.table for e in shape.elements if e.kind is Kind.FACT} | {shape.main_table()}
    return bool(tables - measured) and not old.negated and not new.negated


def _sibling(old: Test, new: Test, shape: Shape) -> Element | None:
    """Return the filter that differs from the one before in the value alone: at medium risk, after at high risk."""
    for one in old.filters if new.op == "=" else ():
        tree = parsed(one.expression.expr)
        for equal in tree.find_all(exp.EQ) if tree is not None else ():
            if isinstance(equal.this, exp.Column) and equal.this.name.upper() in {c.name for c in new.candidates}:
                text = one.expression.expr.replace(f"'{equal.expression.name}'", f"'{new.values[0]}'")
                same = (e for e in shape.elements if e.kind is Kind.FILTER and e.expression.expr == text)
                return next((e for e in same if e.table == one.table), None)
    return None


def _names(test: Test) -> set[str]:
    return {c.name for c in test.candidates} | {
        name for f in test.filters for name in _columns(parsed(f.expression.expr))
    }


def _columns(tree: Expr | None) -> set[str]:
    return {c.name.upper() for c in tree.find_all(exp.Column)} if tree is not None else set()


def read_contrary(draft: Draft, now: Draft, lexicon: Lexicon) -> None:
    """Read "and for weekdays" after "on weekends" as the contrary of that condition, and no group.

    Args:
        draft: the question before.
        now: the present one, which is changed.
        lexicon: the phrases of the model and its data.
    """
    fixed = [s for t in draft.tests for f in t.filters if (s := lexicon.shape.simple_filter(f))]
    for one in [*now.groups, *now.nouns] if fixed else ():
        filters = _filters(one, lexicon)
        ways = [s for f in filters if (s := lexicon.shape.simple_filter(f))]
        if one.mark is None or not any(a == b and v != w for a, v in ways for b, w in fixed):
            continue
        now.groups = [g for g in now.groups if g is not one]
        now.nouns = [n for n in now.nouns if n is not one]
        now.tests.append(Test([], "filter", (), one.mark.text, filters=filters))


def _filters(one: Group | Noun, lexicon: Lexicon) -> list[Element]:
    """Return what the name of a dimension is as a filter, with "on" before it."""
    if one.mark is None or not is_dimension(one.mark) or is_filter(one.mark):
        return []
    found = lexicon.meanings(("on", *phrase(one.mark.text)))
    return [m.element for m in found if isinstance(m, Named) and m.element.kind is Kind.FILTER]


def ask_which_row(draft: Draft, now: Draft) -> None:
    """Ask which one "this customer" is, where the question before is about several."""
    said = next((w for w in ("this customer", "that customer", "this one", "that one") if now.them.startswith(w)), None)
    single = any(is_row(t) for t in draft.tests)
    if (
        said is not None
        and not single
        and not any(r.limit == 1 or (r.noun is not None and not r.noun.plural) for r in draft.ranks)
    ):
        raise Unclear(f'It is not clear who "{said}" is: name one by its id.', Category.AMBIGUOUS_VALUE)


def rank_instead(draft: Draft, now: Draft) -> None:
    """Rank by another figure: "by credit limit instead" after the top 10 by lifetime value."""
    named = [g for g in now.groups if g.mark is not None and is_figure(g.mark) and not is_dimension(g.mark)]
    if not draft.ranks or len(named) != 1 or len(now.groups) != 1 or draft.ranks[0].measure is None:
        return
    now.groups = []
    draft.ranks[0].measure = Noun(named[0].mark, at=-1)  # type: ignore[arg-type]


def compare_instead(draft: Draft, now: Draft) -> None:
    """Read "and under 5,000?" behind a condition with a number as one more, and not as a value that is called so."""
    numeric = any(t.op in {">", "<", ">=", "<=", "between"} for t in draft.tests) or bool(draft.clauses)
    for test in list(now.tests) if numeric else ():
        bound = _BOUND.fullmatch(str(test.values[0]).lower()) if test.op == "=" and test.values else None
        if bound is not None and not now.nouns:
            value = float((bound[2] or bound[3]).replace(",", ""))
            now.tests.remove(test)
            now.bare.append(Bare("<" if bound[1] else ">=", (value,), money=False, text=test.text))


_BOUND = re.compile(r"(under) ([\d,]+)|([\d,]+) and over")  # of values that are groups of numbers


def is_row(test: Test) -> bool:
    """Tell whether a condition says which row is meant by its key."""
    return test.op == "=" and not test.negated and any(c.name.endswith("_ID") for c in test.candidates)


def nothing_lost(draft: Draft, now: Draft) -> None:
    """Ask where a figure or dimension that the present question names has found no place beside the one before."""
    kept = [n.mark for n in draft.nouns] + [g.mark for g in draft.groups]
    kept += [n.mark for r in draft.ranks for n in (r.noun, r.measure) if n is not None]
    kept += [c.noun.mark for c in draft.clauses if c.noun is not None] + [d.noun for d in draft.periods]
    for noun in now.nouns:
        told = is_figure(noun.mark) or is_dimension(noun.mark)
        if told and not any(mark is noun.mark or (mark and mark.text == noun.mark.text) for mark in kept):
            raise Unclear(f'It is not clear what "{noun.mark.text}" does in the question.', Category.INCOMPLETE)


def drop_counted(draft: Draft, figures: Sequence[Noun]) -> None:
    """Leave out a condition that a share itself counts: the churn rate, after how many customers have lapsed."""
    shares = [m.element.expression.expr for n in figures for m in n.mark.named() if m.element.is_percent]
    counted = {f"COUNT_IF({m[1]})".lower() for text in shares for m in re.finditer(r"COUNT_IF\((.+?)\) /", text)}
    counted = {re.sub(r"\w+\.", "", text) for text in counted}
    draft.tests = [
        t for t in draft.tests if not any(f"count_if({f.expression.expr})".lower() in counted for f in t.filters)
    ]


def amount_before(draft: Draft, lexicon: Lexicon) -> Element | None:
    """Return the amount of the events that the question before counts: only above 100 dollars, after purchases."""
    counted = [t for n in draft.nouns for m in n.mark.named() if (t := lexicon.shape.counted_table(m.element))]
    return next((amount for table in counted if (amount := lexicon.shape.amount(table)) is not None), None)


def of_one_row(draft: Draft) -> bool:
    """Tell whether the question before is about one row that its key says, and groups nothing."""
    return any(is_row(t) for t in draft.tests) and not any(g.mark is not None for g in draft.groups)
