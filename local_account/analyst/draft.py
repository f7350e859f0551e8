"""A draft: what the phrases of a question say, before it is settled which elements of the model they mean."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from local_account.analyst.english import K

if TYPE_CHECKING:
    from local_account.analyst.elements import Element, Shape
    from local_account.analyst.lexicon import Lexicon
    from local_account.analyst.marks import Mark
    from local_account.analyst.periods import Period
    from local_account.analyst.plan import Scalar

_LARGEST_WORD = 12  # of the numbers that are written in letters where few things are counted


@dataclass
class Noun:
    """A thing that a question names: a figure, a table's rows, or a dimension."""

    mark: Mark
    function: str | None = None
    counted: bool = False
    asked: bool = False
    grain: str | None = None
    different: bool = False
    over: Mark | None = None
    at: int = 0

    @property
    def plural(self) -> bool:
        """Whether it is named in the plural."""
        last = self.mark.text.split()[-1].lower().removesuffix("'s") if self.mark.text else ""
        return last in {"people", "persons"} or (last.endswith("s") and not last.endswith("ss") and last != "status")


@dataclass
class Test:
    """A condition on rows: one of several elements, still to be chosen, and what it is compared with."""

    candidates: list[Element]
    op: str
    values: tuple[Scalar, ...]
    text: str
    negated: bool = False
    ored: bool = False
    filters: list[Element] = field(default_factory=list)
    part: bool = False
    at: int = 0
    way: str = ""  # from or to, where such a word stands before it
    either: bool = False  # joined by or, so that they are counted together
    span: bool = False  # from one of the values to another, so that no single one is asked about
    instead_of: tuple[Scalar, ...] = ()  # the values that a follow-up put these in the place of


@dataclass
class Clause:
    """A condition on a figure, with the rows and days that it is counted over."""

    noun: Noun | None
    op: str
    values: tuple[float, ...]
    tests: list[Test] = field(default_factory=list)
    periods: list[Period] = field(default_factory=list)
    at: int = 0
    about: Noun | None = None
    than: Period | None = None
    factor: float | None = None  # of the figure of those days, with which it is compared


@dataclass
class Rank:
    """A wish for an order, and for the first few of it."""

    descending: bool = True
    limit: int | None = None
    percent: float | None = None
    noun: Noun | None = None
    measure: Noun | None = None
    by: str = "top"
    at: int = 0
    text: str = ""
    place: int | None = None
    one: bool = False  # its verb is in the singular: which of these segments has the highest
    apart: bool = False  # a comma stands before it: revenue, top 5 categories


@dataclass
class Group:
    """A thing to group by: a noun or a unit of time."""

    mark: Mark | None
    grain: str | None = None
    each: bool = False
    at: int = 0
    per: bool = False
    beside: bool = False


@dataclass
class Dated:
    """A period, and the noun before it that says of which day it is, such as joined."""

    period: Period
    noun: Mark | None = None
    at: int = 0


@dataclass
class Bare:
    """A comparison that names no figure; without an operator just a number."""

    op: str | None
    values: tuple[float, ...]
    money: bool
    text: str
    rows: bool = False
    near: str = ""  # the word before it
    percent: bool = False


@dataclass(frozen=True)
class Order:
    """An order that was named at the end of a question.

    Attributes:
        descending: whether the greatest come first.
        by: the words of what is ordered by, if any.
        in_time: whether it is said of days: the oldest first.
    """

    descending: bool
    by: str = ""
    in_time: bool = False


@dataclass(frozen=True)
class Column:
    """One thing that is to be shown.

    Attributes:
        text: its words.
        noun: what it names; None of a figure that is called a number or amount alone, and of the key of the rows.
        key: whether it is the key of the rows.
        tests: the conditions that it names: Grocery spend.
        periods: the days that it names: spend of 2023.
    """

    text: str
    noun: Noun | None = None
    key: bool = False
    tests: tuple[Test, ...] = ()
    periods: tuple[Period, ...] = ()

    @property
    def called(self) -> bool:
        """Whether it is called a number, an amount or the like alone: the figure that is asked for anyway."""
        return self.noun is None and not self.key


@dataclass(frozen=True)
class Shown:
    """What a list is to show, and its order."""

    columns: tuple[Column, ...] = field(default=())
    order: Order | None = None


@dataclass
class Draft:
    """All that the phrases of a question say."""

    nouns: list[Noun] = field(default_factory=list)
    groups: list[Group] = field(default_factory=list)
    tests: list[Test] = field(default_factory=list)
    clauses: list[Clause] = field(default_factory=list)
    periods: list[Dated] = field(default_factory=list)
    ranks: list[Rank] = field(default_factory=list)
    flags: dict[K, str] = field(default_factory=dict)
    places: dict[K, int] = field(default_factory=dict)
    verbs: list[int] = field(default_factory=list)
    described: int | None = None  # where words begin that describe the rows before: who hold, with a
    main_verb: int | None = None  # behind what describes the rows: who hold a Gold card are
    leftover: list[Mark] = field(default_factory=list)
    moves: list[tuple[str, list[Test]]] = field(default_factory=list)
    bought: bool = False
    bare: list[Bare] = field(default_factory=list)
    share_of: list[Test] = field(default_factory=list)
    step: float | None = None
    brought: float | None = None
    sign: str | None = None
    ratio: int | None = None
    shares: int = 0  # how often a share was asked for
    tiles: tuple[int, Noun] | None = None  # into how many equal groups rows are put, and by which figure
    different: tuple[str, Noun] | None = None  # a function of how many different values there are for each who bought
    apart: tuple[str, str, Noun] | None = None  # over or under the average or median of a figure
    grown: tuple[str, float, bool] | None = None
    same_unit: tuple[str, int] | None = None  # the same month of another year; 0 for the year before
    joined: bool = False
    everyone: bool = False
    together: bool = False  # of all that is named, in one figure
    in_money: bool = False  # in dollars, and not in percent
    them: str = ""  # as it was said: them, this customer
    included: list[Test] = field(default_factory=list)
    instead_of: Mark | None = None  # what a follow-up names of the question before, to put another thing in its place
    shown: Shown | None = None  # what a list is to show of each row
    notes: list[str] = field(default_factory=list)

    def flag(self, kind: K, word: str, at: int) -> None:
        """Note that a word of a kind was there."""
        if not self.flags.get(kind):
            self.flags[kind] = word
        self.places.setdefault(kind, at)

    def share_days(self, shape: Shape) -> None:
        """Let the days behind several conditions hold for each: over 100 purchases and less than $500 spent in 2024.

        Args:
            shape: the model; what has no days of its own, such as a limit, takes none.
        """
        if not self.clauses or self.periods:
            return
        *before, last = self.clauses
        if not any(c.periods for c in before):
            for one in before:
                if one.noun is None or any(m.element.table == shape.events() for m in one.noun.mark.named()):
                    one.periods = list(last.periods)

    def has(self, *kinds: K) -> bool:
        """Tell whether a word of one of these kinds was there."""
        return any(kind in self.flags for kind in kinds)


class State:
    """The marks of a question while they are read from left to right.

    Args:
        marks: the marks, without those that carry no meaning.
        lexicon: the phrases of the model and its data.
    """

    def __init__(self, marks: list[Mark], lexicon: Lexicon) -> None:
        self.marks = marks
        self.commas: set[int] = set()  # the places of their tokens
        self.ends: set[int] = set()  # of the signs that end a sentence
        self.lexicon = lexicon
        self.shape = lexicon.shape
        self.draft = Draft()
        self.scope: Clause | None = None
        self.function: str | None = None
        self.functions: list[tuple[str, Mark]] = []  # before that one, of the same figure
        self.counting: str | None = None
        self.alone: str | None = None
        self.negated: str | None = None
        self.leaves_out = False
        self.asked = False
        self.pending: Rank | None = None
        self.different = False
        self.grain: str | None = None
        self.limit: int | None = None
        self.idle: set[str] = set()
        self.used: set[int] = set()

    def mark(self, at: int) -> Mark | None:
        """Return the mark at a place, if there is one."""
        return self.marks[at] if 0 <= at < len(self.marks) else None

    def can(self, at: int, *kinds: K) -> bool:
        """Tell whether the mark at a place can do one of these things."""
        found = self.mark(at)
        return found is not None and found.can(*kinds)

    def word(self, at: int, kind: K) -> str | None:
        """Return the canonical word of a mark as this kind, if it is one."""
        found = self.mark(at)
        return found.kinds.get(kind) if found is not None else None

    def skip(self, at: int, *kinds: K) -> int:
        """Return the next place from here whose mark is none of these kinds alone."""
        while (found := self.mark(at)) is not None and found.can(*kinds) and not found.can(K.NOUN, K.VALUE):
            at += 1
        return at

    def note_verb(self, at: int, place: int) -> None:
        """Note a verb, and whether it describes rows or is the main one: customers who hold a Gold card live in Texas.

        Args:
            at: the place of its mark.
            place: the place behind which something is told.
        """
        draft = self.draft
        draft.verbs.append(place)
        if draft.described is None:
            linked = (i for i in range(at) if self.word(i, K.SOFT) == "with")
            draft.described = at if _describes(self.marks[at]) else next(linked, None)
        begun = at if draft.described is None else draft.described
        if draft.described is None:  # whose favourite category is
            draft.described = next((i for i in range(at) if self.word(i, K.SOFT) == "whose"), None)
        elif draft.main_verb is None and not _describes(self.marks[at]):
            joined = self.can(at - 1, K.AND, K.OR, K.BUT, K.WHO)
            told = [*(test.at for test in draft.tests), *(clause.at for clause in draft.clauses)]
            if not joined and (draft.moves or any(begun < i < at for i in told)):
                draft.main_verb = place
                self.scope = None if draft.has(K.SHARE) else self.scope

    def counts_rows(self, at: int) -> bool:
        """Tell whether a small number in letters counts what stands behind it: one customer each, one of our cards."""
        found, behind = self.mark(at), self.mark(at + 1)
        if found is None or behind is None or found.number is None or not found.text.isalpha():
            return False
        return found.number.value <= _LARGEST_WORD and (behind.kinds.get(K.SOFT) == "of" or bool(behind.entities))

    @property
    def subject(self) -> Noun | None:
        """The last noun that stands for rows or groups, to which a relative clause belongs."""
        for noun in reversed(self.draft.nouns):
            if noun.mark.entities or is_dimension(noun.mark):
                return noun
        return None


def _describes(verb: Mark) -> bool:
    """Tell whether a verb describes the rows before it: with a, holding, made, who."""
    first = verb.text.lower().split()[0]
    return verb.can(K.WHO) or first in {"with", "made", "brought"} or first.endswith(("ing", "ed"))


def is_dimension(mark: Mark) -> bool:
    """Tell whether a mark names a dimension and no figure."""
    return any(m.element.kind.value in {"dimensions", "time_dimensions"} for m in mark.named()) and not is_figure(mark)


def is_figure(mark: Mark) -> bool:
    """Tell whether a mark names a metric or fact."""
    return any(m.element.kind.value in {"metrics", "facts"} for m in mark.named())


def is_filter(mark: Mark) -> bool:
    """Tell whether a mark names a filter, or a yes-or-no dimension."""
    return any(m.element.kind.value == "filters" or m.element.is_flag for m in mark.named())
