"""What the analyst gives back: an answer, a clarification or a refusal; and the turns of a conversation."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import Enum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from local_account.semantic.model import VerifiedQuery


@dataclass(frozen=True)
class Turn:
    """An earlier question of the conversation, and the SQL that answered it, if any."""

    question: str
    sql: str | None = None


class Category(Enum):
    """Why a question is not answered, or not yet; the value is its name in the answer's metadata."""

    AMBIGUOUS_MEASURE = "AMBIGUOUS_MEASURE"
    AMBIGUOUS_DIMENSION = "AMBIGUOUS_DIMENSION"
    AMBIGUOUS_VALUE = "AMBIGUOUS_VALUE"
    AMBIGUOUS_CRITERION = "AMBIGUOUS_CRITERION"
    AMBIGUOUS_FILTER = "AMBIGUOUS_FILTER"
    AMBIGUOUS_TIME = "AMBIGUOUS_TIME"
    INCOMPLETE = "INCOMPLETE"
    ONBOARDING = "ONBOARDING"
    UNKNOWN_WORD = "UNKNOWN_WORD"
    UNKNOWN_VALUE = "UNKNOWN_VALUE"
    UNSUPPORTED_JOIN = "UNSUPPORTED_JOIN"
    NOT_A_QUESTION = "NOT_A_QUESTION"
    CHANGES_DATA = "CHANGES_DATA"
    FUTURE = "FUTURE"
    PERSONAL_DATA = "PERSONAL_DATA"
    CAUSE = "CAUSE"


@dataclass(frozen=True)
class Answered:
    """A question that was understood.

    Attributes:
        sql: one SELECT on the semantic view.
        reading: how the question was read, in sentences.
        verified: the verified query whose question this was.
        warnings: what the asker should know, such as a typing error that was mended.
    """

    sql: str
    reading: str
    verified: VerifiedQuery | None = None
    warnings: tuple[str, ...] = ()


@dataclass(frozen=True)
class Clarify:
    """A question that is open between several readings.

    Attributes:
        text: what is open.
        suggestions: up to three questions that are answered when they are asked.
        between: the elements of the model between which it is open.
        category: what kind of question it is.
    """

    text: str
    suggestions: tuple[str, ...] = ()
    between: tuple[str, ...] = ()
    category: Category = Category.INCOMPLETE


@dataclass(frozen=True)
class Refused:
    """A question that has no answer here.

    Attributes:
        text: which word or wish is in the way, and what comes nearest.
        suggestions: up to three questions that are answered when they are asked.
        category: why.
    """

    text: str
    suggestions: tuple[str, ...] = ()
    category: Category = Category.NOT_A_QUESTION


Answer = Answered | Clarify | Refused


class Unclear(Exception):  # noqa: N818 (it is no error, but an answer)
    """Ends the reading of a question with a clarification or refusal.

    Attributes:
        text: what the asker is told.
        category: what kind of question it is.
        between: the elements between which it is open, or those that come nearest.
        refused: whether nothing the asker can add would help.
        suggestions: questions in words that would be concrete, before anybody looked whether they are answered.
    """

    def __init__(
        self,
        text: str,
        category: Category,
        between: Sequence[str] = (),
        *,
        refused: bool = False,
        suggestions: Sequence[str] = (),
    ) -> None:
        super().__init__(text)
        self.text = text
        self.category = category
        self.between = tuple(between)
        self.refused = refused
        self.suggestions = tuple(suggestions)

    def said_beside(self, notes: Sequence[str]) -> Unclear:
        """Return the same with sentences behind it, such as which typing errors were mended."""
        if not notes:
            return self
        text = " ".join((self.text, *notes))
        return Unclear(text, self.category, self.between, refused=self.refused, suggestions=self.suggestions)


@dataclass
class Notes:
    """What was assumed or mended while a question was read."""

    assumptions: list[str] = field(default_factory=list)
    mended: list[str] = field(default_factory=list)
