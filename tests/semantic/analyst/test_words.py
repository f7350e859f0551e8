from __future__ import annotations

import pytest

from local_account.analyst.numbers import Number, literal, read_number
from local_account.analyst.spelling import Speller
from local_account.analyst.words import stem, tokens

NUMBERS = {
    "5k": Number(5_000),
    "$5,000": Number(5_000, money=True),
    "10 %": Number(10, percent=True),
    "a dozen": Number(12),
    "twenty-five": Number(25),
    "1.5 million": Number(1_500_000),
    "$2m": Number(2_000_000, money=True),
    "five hundred": Number(500),
    "200 dollars": Number(200, money=True),
    "0.5": Number(0.5),
}


@pytest.mark.parametrize(("words", "number"), NUMBERS.items())
def test_a_number_is_read_whole(words: str, number: Number) -> None:
    found = tokens(words)
    assert read_number(found, 0) == (number, len(found))


@pytest.mark.parametrize("words", ["customers", "a customer", "$", "%", "m"])
def test_what_is_no_number_is_left(words: str) -> None:
    assert read_number(tokens(words), 0) is None


def test_a_letter_apart_from_a_number_is_no_scale() -> None:
    assert read_number(tokens("5 m"), 0) == (Number(5), 1)


@pytest.mark.parametrize(("value", "text"), [(5000.0, "5000"), (0.5, "0.5"), (1e-7, "0.0000001"), (1.25, "1.25")])
def test_a_literal_has_no_exponent(value: float, text: str) -> None:
    assert literal(value) == text


def test_tokens_keep_identifiers_and_days_and_part_contractions() -> None:
    found = [t.stem for t in tokens("What's customer C000123's spending, didn't he pay on 2024-03-01? New & Growing")]
    assert found == [
        "what",
        "is",
        "customer",
        "c000123",
        "spend",
        ",",
        "do",
        "not",
        "he",
        "pay",
        "on",
        "2024-03-01",
        "?",
        "new",
        "and",
        "growing",
    ]


@pytest.mark.parametrize(
    ("word", "first"),
    [
        ("categories", "category"),
        ("states", "state"),
        ("status", "status"),
        ("spent", "spend"),
        ("has", "have"),
        ("boxes", "box"),
    ],
)
def test_a_word_is_looked_up_in_its_first_form(word: str, first: str) -> None:
    assert stem(word) == first


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("custmers", "customer"),
        ("revenu", "revenue"),
        ("transcations", "transaction"),
        ("platnum", "platinum"),
        ("hwo", "how"),
    ],
)
def test_a_typing_error_is_mended_and_said(written: str, read: str) -> None:
    speller = Speller({"customer", "customers", "revenue", "transaction", "platinum", "how", "who"})
    mended, said = speller.mend(tokens(written), [0])[0]
    assert (mended[0].stem, len(said)) == (read, 1)


@pytest.mark.parametrize("word", ["profit", "cost", "weather", "C00012", "12", "employees", "xyzzy"])
def test_another_word_is_no_typing_error(word: str) -> None:
    speller = Speller({"most", "whether", "count", "C00013", "13", "employed", "state"})
    assert speller.mend(tokens(word), [0])[0][1] == []


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("transactionsby", "transactions by"),
        ("howmany", "how many"),
        ("cardtype", "card type"),
        ("ofthe", "of the"),
        ("holiday", None),
    ],
)
def test_words_that_were_run_together_are_parted(typed: str, meant: str | None) -> None:
    speller = Speller({"transactions", "card", "type", "holi"})
    found = speller.parts(tokens(typed)[0])
    assert (found and found.text) == meant


def test_a_word_with_a_blank_in_it_is_joined_where_a_half_means_nothing() -> None:
    speller = Speller({"revenue", "weekday"})
    found, said = speller.joined(tokens("rev enue by week day"), {0, 1})
    assert [token.lower for token in found] == ["revenue", "by", "week", "day"]
    assert [one.said() for one in said] == ['"rev enue" was read as "revenue".']


@pytest.mark.parametrize(
    ("typed", "ways"),
    [
        ("sliver", ["silver"]),  # a word, and much rarer than the one whose letters changed places
        ("purchsse", ["purchase"]),
        ("Meian", ["median"]),  # a letter is left out more often than a false one is put in
        ("page", []),
        ("meal", []),
        ("flowers", []),
        ("Agnes", []),  # a name, whatever its first form
        ("ROI", []),
    ],
)
def test_the_likeliest_word_is_meant_and_a_word_of_every_day_none(typed: str, ways: list[str]) -> None:
    speller = Speller({"silver", "purchase", "median", "mean", "age", "flowed"})
    assert [mended[0].lower for mended, said in speller.mend(tokens(typed), [0]) if said] == ways


def test_behind_one_a_mistyped_word_is_one_of_them() -> None:
    speller = Speller({"purchase", "purchases", "single"})
    assert [speller.mend(tokens(text), [1])[0][0][1].lower for text in ("single purchasse", "our purchasse")] == [
        "purchase",
        "purchases",
    ]


@pytest.mark.parametrize(
    ("word", "known"),
    [("declined", "decline"), ("dropping", "drop"), ("flowers", "flowers")],
)
def test_a_regular_form_of_a_known_verb_needs_no_mending(word: str, known: str) -> None:
    assert Speller({"revenue"}).inflected(tokens(word)[0]).lower == known
