"""The table of idioms, and the words that it is made of."""

from __future__ import annotations

import re
from pathlib import Path

from local_account import fast_yaml

_LONG = 6  # letters of a word that is mended
_TABLE = Path(__file__).with_name("idioms.yaml")
# Patterns of words, and what is read in the place of each; tried in this order.
IDIOMS: list[tuple[str, str]] = fast_yaml.load(_TABLE.read_text())


def idiom_words() -> frozenset[str]:
    """Return the words of the idioms: what is mistyped may be one of them."""
    plain = (re.sub(r"\\.|\{\w+\}", " ", pattern) for pattern, _ in IDIOMS)
    return frozenset(word for text in plain for word in re.findall(rf"(?<![a-z])[a-z]{{{_LONG},}}(?![a-z?])", text))
