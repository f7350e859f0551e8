"""Leaves out words that say nothing of what is asked: words of manners, feelings, thought and talk, by one list."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from local_account import fast_yaml
from local_account.analyst.english import PHRASES, K
from local_account.analyst.periods import GRAINS
from local_account.analyst.wording import either

if TYPE_CHECKING:
    from collections.abc import Sequence

    from local_account.analyst.lexicon import Lexicon
    from local_account.analyst.words import Token

_TABLE: dict[str, str] = fast_yaml.load(Path(__file__).with_suffix(".yaml").read_text())
SAID, TOLD, THINGS, LOOKS = (frozenset(_TABLE[name].split()) for name in ("said", "told", "things", "looks"))
IDLE = SAID | TOLD | THINGS | LOOKS
_ASKERS = frozenset(
    [
        "i",
        "we",
        "you",
        "me",
        "us",
        "my",
        "our",
        "it",
        "this",
        "that",
        "there",
        "let",
        "please",
        "can",
        "could",
        "would",
        "may",
        "might",
    ]
)
# What counts, groups, chooses or turns round: behind such a word a noun is no word of talk.
_ASKING = (
    K.HOW_MANY, K.HOW_MUCH, K.WHO, K.TOP, K.COMPARE, K.NOT, K.SHARE, K.CHANGE, K.AGGREGATE,
    K.DIFFERENT, K.BUY, K.WHY, K.FUTURE,
)  # fmt: skip
_ALSO_TALK = frozenset(("that", "one", "deep"))
_ENDS = frozenset((".", "?", "!", ";"))
_LINKED = frozenset(("about", "regarding", "concerning", "and", "to", "here", "so", "from", ",", "-", ":", "is", ")"))


def idle_places(found: Sequence[Token], lexicon: Lexicon) -> list[int]:
    """Return the places of the words of a question that say nothing of what is asked.

    Args:
        found: the tokens of a question.
        lexicon: the phrases of the model and its data.
    """
    return [at for at, token in enumerate(found) if token.lower in IDLE and _is_idle(found, at, lexicon)]


def _is_idle(found: Sequence[Token], at: int, lexicon: Lexicon) -> bool:
    """Tell whether a word of the list says nothing where it stands."""
    token = found[at]
    if is_known(token, lexicon) or (at and token.text[:1].isupper() and found[at - 1].lower not in _ENDS):
        return False
    if token.lower in SAID:
        return True
    grouped = any(kind is K.BY for kind, _ in PHRASES.get((found[at - 1].lower,), ())) if at else False
    looks = token.lower in LOOKS and [t.lower for t in found[at + 1 : at + 2]] in (["of"], ["on"])
    if grouped or not _is_of_asker(found, at, lexicon, named=looks):
        return False
    behind = found[at + 1].lower if at + 1 < len(found) else "."
    return looks or token.lower in TOLD or behind in _LINKED | _ENDS


def is_known(token: Token, lexicon: Lexicon) -> bool:
    """Tell whether a word is one of questions, of the model or of its data.

    Args:
        token: a word of a question.
        lexicon: the phrases of the model and its data.
    """
    texts = (token.lower, token.stem)
    return any((text,) in PHRASES or text in lexicon.named or lexicon.meanings((text,)) for text in texts)


def _is_of_asker(found: Sequence[Token], at: int, lexicon: Lexicon, *, named: bool) -> bool:
    """Tell whether a word is told of those who ask: nothing of the data is named before it in its sentence, but they.

    Args:
        found: the tokens of a question.
        at: the place of the word.
        lexicon: the phrases of the model and its data.
        named: whether it is told of them though they are not named.
    """
    start = next((i + 1 for i in range(at - 1, -1, -1) if found[i].lower in _ENDS), 0)
    before = found[start:at]
    kinds = [{kind for kind, _ in PHRASES.get((t.lower,), ())} for t in before if t.lower not in _ALSO_TALK]
    of_data = any(lexicon.meanings((t.stem,)) for t in before if t.stem not in GRAINS)
    told = of_data or any(of_word.intersection(_ASKING) for of_word in kinds)
    return not told and (named or any(t.lower in _ASKERS for t in before))


def without_idle(found: list[Token], lexicon: Lexicon) -> list[Token]:
    """Return the tokens of a question without the words that say nothing of what is asked; all where nothing else is.

    Args:
        found: the tokens of a question.
        lexicon: the phrases of the model and its data.
    """
    idle = set(idle_places(found, lexicon))
    return [token for at, token in enumerate(found) if at not in idle] or found


def said_of_idle(found: Sequence[Token], lexicon: Lexicon) -> tuple[str, ...]:
    """Return the sentence that names the words of a question that were left out; nothing where none was.

    Args:
        found: the tokens of a question.
        lexicon: the phrases of the model and its data.
    """
    words = list(dict.fromkeys(f'"{found[at].text}"' for at in idle_places(found, lexicon)))
    if not words:
        return ()
    return (f"{either(words, 'and')} {'was' if len(words) == 1 else 'were'} left out: nothing is asked by it.",)
