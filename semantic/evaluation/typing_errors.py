"""One typing error a question: the same one whenever it is made."""

from __future__ import annotations

import random
import re

_SEED = 20241231
_SHORTEST = 5
# Neighbours on a US keyboard, by row: what a finger hits instead.
_ROWS = ("qwertyuiop", "asdfghjkl", "zxcvbnm")


def with_typing_error(question: str) -> str:
    """Return a question with one typing error, in a word of at least five letters.

    Two letters change places, one is missing, one is typed twice, or its neighbour on the keyboard is hit. The first
    letter stays, as does every word with a digit in it. A question without such a word is returned as it is.

    Args:
        question: as it should have been typed.
    """
    words = [found for found in re.finditer(r"(?<![\w'])[A-Za-z]+(?![\w'])", question) if len(found[0]) >= _SHORTEST]
    if not words:
        return question
    chance = random.Random(f"{_SEED}:{question}")  # noqa: S311 - no secret
    word = chance.choice(words)
    typed = word[0]
    while typed == word[0]:
        typed = _mistyped(word[0], chance)
    return question[: word.start()] + typed + question[word.end() :]


def _mistyped(word: str, chance: random.Random) -> str:
    at = chance.randrange(1, len(word) - 1)
    before, letter, after = word[:at], word[at], word[at + 1 :]
    match chance.randrange(4):
        case 0:
            return before + after[0] + letter + after[1:]
        case 1:
            return before + after
        case 2:
            return before + letter * 2 + after
        case _:
            return before + chance.choice(_neighbours(letter)) + after


def _neighbours(letter: str) -> str:
    """Return the keys to the left and right of a letter, in its case."""
    row = next(row for row in _ROWS if letter.lower() in row)
    at = row.index(letter.lower())
    found = row[max(0, at - 1) : at] + row[at + 1 : at + 2]
    return found.upper() if letter.isupper() else found
