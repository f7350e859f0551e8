"""Words of a question: its tokens, and the stem by which a word is looked up."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from functools import lru_cache

from local_account.analyst.written import in_words

# An identifier or date stays whole; a hyphen inside a word parts it, as it does in names of the model.
_TOKEN = re.compile(
    r"""
    "(?P<quoted>[^"]{1,80})"
  | (?P<mail>[\w.+-]+@[\w-]+(?:\.[\w-]+)+)
  | (?P<date>\d{4}-\d{1,2}-\d{1,2}|\d{1,2}/\d{1,2}/\d{4}|\d{4}-\d{1,2}(?!\d))
  | (?P<id>[A-Za-z]{1,3}\d{4,}[A-Za-z\d]*|\d[\d-]*[A-Za-z]{2,}\d\w*)
  | (?P<ordinal>\d{1,2}(?:st|nd|rd|th)\b)
  | (?P<number>(?:(?<=\s)-(?=[\d.]))?(?:\d{1,3}(?:,\d{3})+(?:\.\d+)?|\d+(?:\.\d+)?|\.\d+))
  | (?P<word>[^\W\d_]+(?:['\u2019][^\W\d_]+)*(?:\d+)?|[^\W\d_]+\d+)
  | (?P<possessive>(?<=\w)'s\b)
  | (?P<sign><=|>=|<>|!=|[<>=$%€£&+,;:?!()./])
  | (?P<other>[^\s"'\u2019_*-])
    """,
    re.VERBOSE,
)


def _forms(text: str) -> dict[str, str]:
    """Return by each form the words that it stands for, from entries such as "buy: buys bought"."""
    return {
        form: words.strip()
        for words, _, forms in (part.partition(":") for part in text.split(";"))
        for form in forms.split()
    }


_CONTRACTIONS = _forms("""
what is: what's whats; who is: who's whos; where is: where's; how is: how's hows; that is: that's; there is:
there's; it is: it's; i am: i'm; we are: we're; they are: they're; let us: let's; i would: i'd; we have: we've;
they have: they've; i have: i've; did not: didn't didnt; do not: don't dont; does not: doesn't doesnt; have not:
haven't havent; has not: hasn't hasnt; had not: hadn't; is not: isn't isnt; are not: aren't arent; were not:
weren't; was not: wasn't; can not: can't cannot; will not: won't; would not: wouldn't wouldnt; we will: we'll; i
will: i'll; who have: who've; what are: what're; where are: where're; who are: who're; there are: there're; there have:
there've; that have: that've; could not: couldn't couldnt; should not: shouldn't; you are: you're; you have: you've;
how did: how'd; what did: what'd; who did: who'd; give me: gimme; let me: lemme; want to: wanna;
going to: gonna; have to: gotta; you would: you'd; it would: it'd; that would: that'd; there would: there'd; they would:
they'd; he would: he'd; she would: she'd; we would: we'd; you: you'll; what will: what'll
""")
_IRREGULAR = _forms("""
spend: spent spending spends spendings; buy: bought buying; pay: paid paying; person: people persons; child:
children; man: men; woman: women; grow: grew grown; purchase: purchased; shop: shopped; have: has had
having; is: was were are been be am being; do: does did done; make: made making; bring: brought; move: moved
moving; switch: switched switching; go: went goes; come: came coming; join: joined joining; open: opened;
average: avg mean;
transaction: txn txns trx; quantity: qty; customer: cust custs; revenue: rev; percent: pct percents; number: num;
analysis: analyses; generate: generated generating; hold: held holding; live: lives living lived; base: based; locate:
located; reside: residing; transact: transacted transacting; increase: increased; decrease: decreased; rise: rose
risen; fall: fell fallen; drop: dropped; change: changed; shrink: shrank shrunk; gain: gained; begin: began;
start: started; sign: signed; contribute: contributed; account: accounted; compare: compared comparing; show:
showing; exceed: exceeded exceeding; earn: earned; refund: refunded; use: used; dollar: usd
bucks; id: ids; status: statuses; month: months' mo mos mth mths; quarter: qtr qtrs; year: yr yrs; week: wk wks
""")
# What ends like a plural and is none, or means something else in the singular.
_KEPT_TEXT = """
access across address always analysis arkansas as basis business christmas class gas growing has highest his
illinois increasing is its kansas less loss lost massachusetts minus miss mom news perhaps plus process sales shopping
status texas their this thus unless us versus vs was yes yoy
"""
_KEPT = frozenset(_KEPT_TEXT.split())


_UNSAID = {"P", "C", "M", "S"}  # the first letters of the Unicode categories of signs, pictures and controls


@dataclass(frozen=True)
class Token:
    """A word, number or sign of a question.

    Attributes:
        text: as it was written.
        lower: in small letters, without a possessive.
        stem: singular, or the first form of a verb: what names are looked up by.
        kind: word, number, date, id, mail, quoted or sign.
        start: its first character's place in the question.
    """

    text: str
    lower: str
    stem: str
    kind: str
    start: int


# British spellings, and the American ones by which words are looked up. What no word of either is, such as "wize" of
# "wise", does no harm: what is asked and what it is looked up in are both spelled so.
_BRITISH = (
    (re.compile(r"is(e[ds]?|ing|ations?)$"), r"iz\1"),
    (re.compile(r"ll(ed|ing|ers?)$"), r"l\1"),
    (re.compile(r"(?<=\w\w\w)our(s|ed|ing|ites?)?$"), r"or\1"),
    (re.compile(r"tre(s?)$"), r"ter\1"),
)


@lru_cache(maxsize=20_000)
def stem(word: str) -> str:
    """Return the form by which a word is looked up: American, singular, verbs in their first form where irregular."""
    if len(word) > 5 and word not in _IRREGULAR:  # noqa: PLR2004 (shorter words are spelled alike)
        for british, american in _BRITISH:
            word = british.sub(american, word)
    if word in _IRREGULAR:
        return _IRREGULAR[word]
    if word in _KEPT or len(word) < 4 or word.endswith(("ss", "us", "is")):  # noqa: PLR2004 (short words have no plural)
        return word
    if word.endswith("ies"):
        return word[:-3] + "y" if len(word) > 4 else word[:-1]  # noqa: PLR2004
    if word.endswith(("ches", "shes", "xes", "zes", "sses")):
        return word[:-2]
    return word.removesuffix("s")


def bases(word: str) -> set[str]:
    """Return the first forms that a regular form of a verb can have: decline of declined, drop of dropping."""
    found: set[str] = set()
    for ending in ("ed", "ing", "es", "s"):
        stump = word.removesuffix(ending)
        if stump == word or len(stump) < 3:  # noqa: PLR2004 (shorter ones are no verbs)
            continue
        found |= {stump, stump + "e"}
        if stump[-1] == stump[-2]:
            found.add(stump[:-1])
        if stump.endswith("i"):
            found.add(stump[:-1] + "y")
    return found


@lru_cache(maxsize=50_000)
def phrase(text: str) -> tuple[str, ...]:
    """Return the stems of a name, synonym or value, as its words would be found in a question."""
    return tuple(token.stem for token in tokens(text.replace("_", " ")) if token.stem not in {",", "."})


def tokens(text: str) -> list[Token]:
    """Part a question into its tokens; signs that mean nothing are left out."""
    return list(_parted(text))


@lru_cache(maxsize=10_000)  # each rule puts the same words in, and a question is parted again for each way to read it
def _parted(text: str) -> tuple[Token, ...]:
    found: list[Token] = []
    plain = text.replace("\u2019", "'").replace("`", "'").replace("\u2013", "-").replace("\u2014", ", ")
    plain = plain.replace("\u2265", ">=").replace("\u2264", "<=")
    for match in _TOKEN.finditer(in_words(plain)):
        kind = match.lastgroup or "other"
        if kind == "possessive" or (kind == "other" and unicodedata.category(match[kind])[0] in _UNSAID):
            continue
        raw = match[kind]
        if not raw.strip():
            continue  # nothing between quotation marks
        found += _spoken(raw, "sign" if kind == "other" else kind, match.start())
    return tuple(found)


def _spoken(raw: str, kind: str, start: int) -> list[Token]:
    """Return the tokens of what was matched: contractions are two words, a possessive is none."""
    lower = raw.lower()
    if kind == "word":
        if lower in _CONTRACTIONS:
            return [Token(raw, word, stem(word), kind, start) for word in _CONTRACTIONS[lower].split()]
        lower = lower.removesuffix("'s")
        return [Token(raw, lower, stem(lower), kind, start)]
    if lower == "&":
        return [Token(raw, "and", "and", "word", start)]
    return [Token(raw, lower, lower, kind, start)]


def verb_forms() -> frozenset[str]:
    """Return the irregular forms of words that are looked up by another one."""
    return frozenset(_IRREGULAR)
