"""Answers a question: the whole way from its words to SQL, or to a word back."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from local_account.analyst.answers import Answer, Answered, Category, Clarify, Refused, Turn, Unclear
from local_account.analyst.asides import without_asides
from local_account.analyst.bands import bands_of
from local_account.analyst.draft import Draft
from local_account.analyst.idle import said_of_idle
from local_account.analyst.lexicon import Lexicon, lexicon_of
from local_account.analyst.orders import with_plain_order
from local_account.analyst.own_changes import without_told
from local_account.analyst.padding import sentences, steps
from local_account.analyst.reading import reading_of
from local_account.analyst.refusals import refuse_wishes
from local_account.analyst.shown import parted
from local_account.analyst.shown_plan import check_shown
from local_account.analyst.sql import sql_of
from local_account.analyst.suggestions import offered
from local_account.analyst.two_sides import beside_of, difference_of, groups_of, quotient_of
from local_account.analyst.understanding import Understood, Way, draft_of, understand, ways_to_read
from local_account.analyst.verified import verified_for, verified_sql
from local_account.analyst.verified_reading import verified_reading
from local_account.analyst.words import tokens
from local_account.analyst.yes_or_no import refuse_yes_or_no

if TYPE_CHECKING:
    from collections.abc import Sequence

    from local_account.analyst.data_index import DataIndex
    from local_account.analyst.draft import Shown
    from local_account.analyst.plan import Plan
    from local_account.semantic.model import SemanticModel, VerifiedQuery

_LONGEST = 1_000
_LISTING = ("list", "list customers with")  # before rows that are named by key words alone


def answer(question: str, *, model: SemanticModel, view: str, data: DataIndex, history: Sequence[Turn] = ()) -> Answer:
    """Answer a question.

    Args:
        question: what was asked, in English.
        model: the content of the semantic view.
        view: the full name of the view, as it stands in SQL.
        data: the values behind the model, as the asking role sees them.
        history: the earlier questions of the conversation, the oldest first.

    Returns:
        SQL with its reading, a clarification, or a refusal.
    """
    lexicon = lexicon_of(model, data)
    try:
        return _answered(question, lexicon, view, _before(history, lexicon))
    except Unclear as unclear:
        suggestions = offered(question, unclear, lexicon, lambda one: _is_answered(one, lexicon, view))
        if unclear.refused:
            return Refused(unclear.text, suggestions, unclear.category)
        return Clarify(unclear.text, suggestions, unclear.between, unclear.category)


def _answered(question: str, lexicon: Lexicon, view: str, before: Draft | None) -> Answered:
    """Return the answer to a question.

    Raises:
        Unclear: the question is open, or cannot be answered.
    """
    if len(question) > _LONGEST:
        raise Unclear(f"The question is longer than {_LONGEST} characters.", Category.NOT_A_QUESTION, refused=True)
    if before is not None:
        return _read_alone(question, lexicon, view, before)
    read = partial(_side, lexicon=lexicon)
    ways = (
        partial(bands_of, question, read),
        partial(groups_of, question, lexicon, read),
        partial(difference_of, question, lexicon, read),
        partial(quotient_of, question, lexicon, read, named=True),
    )
    if (opposed := next((plan for way in ways if (plan := way()) is not None), None)) is not None:
        return _told(Understood(opposed, Draft()), (), lexicon, view)
    try:
        return _read_alone(question, lexicon, view, None)
    except Unclear:
        opposed = quotient_of(question, lexicon, read, named=False) or beside_of(question, lexicon, read)
        if opposed is None:
            raise
        return _told(Understood(opposed, Draft()), (), lexicon, view)


def _read_alone(question: str, lexicon: Lexicon, view: str, before: Draft | None) -> Answered:
    """Return the answer to a question that is read as a whole, and not as two sides.

    Raises:
        Unclear: the question is open, or cannot be answered.
    """
    question = without_told(question, lexicon)
    split = parted(question, lexicon)
    if (listed := _listed(split, lexicon, before)) is not None:
        return _told(listed, tuple(one.said() for one in listed.mended), lexicon, view)
    *first, question = steps(question) if before is not None else [question]
    for step in first:
        before = _gone_on(step, lexicon, before)
    question = with_plain_order(question)
    refuse_wishes(question, lexicon, goes_on=before is not None)
    question, left_out = without_asides(question, lexicon)
    for sentence in sentences(question):
        refuse_wishes(sentence, lexicon, goes_on=before is not None)
    ways = ways_to_read(question, lexicon)
    query = _verified(question, ways, lexicon)
    if query is not None and (sql := verified_sql(query, lexicon.shape, view)) is not None:
        return Answered(sql, verified_reading(query, lexicon.shape), query)
    understood = understand(ways, lexicon, before)
    if split is not None:
        check_shown(understood.plan, split[1])
    refuse_yes_or_no(question, understood.plan, lexicon.shape)
    idle = said_of_idle(tokens(question), lexicon)
    warnings = (*left_out, *idle, *(one.said() for one in understood.mended))
    return _told(understood, warnings, lexicon, view)


def _side(question: str, lexicon: Lexicon) -> Plan:
    """Return the plan of one of two sides, in which every word has to be read as it stands.

    Raises:
        Unclear: the side is open, or a word of it would be left out.
    """
    refuse_wishes(question, lexicon, goes_on=False)
    plain, left_out = without_asides(question, lexicon)
    understood = understand(ways_to_read(plain, lexicon), lexicon)
    if left_out or understood.mended:
        raise Unclear("A word of one side would be left out.", Category.INCOMPLETE)
    return understood.plan


def _told(understood: Understood, warnings: tuple[str, ...], lexicon: Lexicon, view: str) -> Answered:
    """Return a plan as SQL, with its reading."""
    reading = " ".join((reading_of(understood.plan), *warnings))
    return Answered(sql_of(understood.plan, lexicon.shape, view), reading, None, warnings)


def _listed(split: tuple[str, Shown] | None, lexicon: Lexicon, before: Draft | None) -> Understood | None:
    """Return the reading of a question that says what a list is to show of each row; nothing where it does not."""
    if split is None:
        return None
    core, shown = split
    for text in (core, *(f"{begun} {core}" for begun in _LISTING)):
        try:
            refuse_wishes(text, lexicon, goes_on=before is not None)
            plain, left_out = without_asides(text, lexicon)
            if not left_out:
                return understand(ways_to_read(plain, lexicon), lexicon, None, shown)
        except Unclear:
            continue
    return None


def _verified(question: str, ways: list[Way], lexicon: Lexicon) -> VerifiedQuery | None:
    """Return the verified query whose question this is, with typing errors mended."""
    queries = lexicon.shape.model.verified_queries
    texts = [" ".join(t.lower for t in found) for found, mended in ways if mended]
    return next((query for text in (question, *texts) if (query := verified_for(text, queries))), None)


def _is_answered(question: str, lexicon: Lexicon, view: str) -> bool:
    if question not in lexicon.answered:
        try:
            _answered(question, lexicon, view, None)
            lexicon.answered[question] = True
        except Unclear:
            lexicon.answered[question] = False
    return lexicon.answered[question]


def _before(history: Sequence[Turn], lexicon: Lexicon) -> Draft | None:
    """Return what the last question of a conversation says, each read after the one before it.

    Words that were understood are gone on with though the question was not answered: what follows may say what was
    open. A question of which a word is unknown leaves nothing to go on with.
    """
    before: Draft | None = None
    for turn in history:
        for step in steps(turn.question) if before is not None else [turn.question]:
            before = _gone_on(step, lexicon, before)
    return before


def _gone_on(question: str, lexicon: Lexicon, before: Draft | None) -> Draft | None:
    """Return what a question says behind the one before it, whether it is answered or only understood."""
    if (listed := _listed(parted(question, lexicon), lexicon, before)) is not None:
        return listed.draft
    question, _ = without_asides(with_plain_order(question), lexicon)
    ways = ways_to_read(question, lexicon)
    try:
        refuse_wishes(question, lexicon, goes_on=before is not None)
        return understand(ways, lexicon, before).draft
    except Unclear:
        return draft_of(ways, lexicon, before)
