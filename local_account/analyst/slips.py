"""Words of every day that are slips of a finger where they stand: the last tree months, what customers send."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from local_account.analyst.periods import GRAINS

if TYPE_CHECKING:
    from collections.abc import Sequence

    from local_account.analyst.words import Token

_BESIDE = {
    "counted": "last past next first top bottom previous the these those other",
    "unit": "last past this next per by each every a one the which previous in",
    "spent": """total average mean median typical projected recent monthly daily yearly annual customer customers people
        they we cardholders clients members their our much did do does who highest lowest most of and by the in on""",
    "card": "card cards cardholder cardholders customer customers client clients tier holder holders",
    "asking": "what how which when where why ,",
    "losing": "we did they i",
    "first": "the their his her",
    "spending": "on in at by per over during between trend trends , of",
    "ranked": f"last first past top bottom best highest lowest average total number most same {' '.join(GRAINS)}",
}
_WORDS = {name: frozenset(text.split()) for name, text in _BESIDE.items()}
_ANY: frozenset[str] = frozenset()


class _Slip(NamedTuple):
    """A word that is meant in the place of another one, where one of some words stands before or behind it."""

    meant: tuple[str, ...]
    before: frozenset[str] = _ANY
    behind: frozenset[str] = _ANY


_SLIPS = {
    "tree": _Slip(("three",), before=_WORDS["counted"]),
    "thee": _Slip(("the", "three", "there")),
    "tee": _Slip(("the", "three")),
    "form": _Slip(("from",)),
    "mouth": _Slip(("month",), before=_WORDS["unit"]),
    "moth": _Slip(("month",), before=_WORDS["unit"]),
    "mouths": _Slip(("months",)),
    "moths": _Slip(("months",)),
    "wit": _Slip(("with",)),
    "whit": _Slip(("with",)),
    "dose": _Slip(("does",), before=_WORDS["asking"]),
    "loose": _Slip(("lose",), before=_WORDS["losing"]),
    "he": _Slip(("the",), behind=_WORDS["ranked"]),
    "send": _Slip(("spend",), before=_WORDS["spent"]),
    "sends": _Slip(("spends",), before=_WORDS["spent"]),
    "sent": _Slip(("spent",), before=_WORDS["spent"]),
    "sending": _Slip(("spending",), behind=_WORDS["spending"]),
    "revenge": _Slip(("revenue",)),
    "stare": _Slip(("state",)),
    "sate": _Slip(("state",)),
    "cunt": _Slip(("count",)),
    "fist": _Slip(("first",), before=_WORDS["first"]),
    "pats": _Slip(("past",)),
    "cold": _Slip(("gold",), behind=_WORDS["card"]),
    "bold": _Slip(("gold",), behind=_WORDS["card"]),
    "god": _Slip(("gold",), behind=_WORDS["card"]),
    "basis": _Slip(("basic",), behind=_WORDS["card"]),
}


def is_slip(word: str) -> bool:
    """Tell whether a word, in small letters, is one that a slip of a finger makes of another one."""
    return word in _SLIPS


def meant(found: Sequence[Token], at: int) -> tuple[str, ...]:
    """Return the words that are meant in the place of one that is a word itself, and means nothing here.

    Args:
        found: the tokens of a question.
        at: the place of the word.
    """
    slip = _SLIPS.get(found[at].lower)
    if slip is None:
        return ()
    before = found[at - 1].lower if at else ","
    behind = found[at + 1].lower if at + 1 < len(found) else ","
    stands = (not slip.before or before in slip.before) and (not slip.behind or behind in slip.behind)
    return slip.meant if stands else ()
