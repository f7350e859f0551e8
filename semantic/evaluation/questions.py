"""The questions of an evaluation as typed data: what is asked, after what, and what a right answer is.

A part is a folder of YAML files. `wordings.yaml` holds intents in several wordings, `chains.yaml` conversations,
`unanswerable.yaml` what has to be asked back or refused; each other file holds answerable questions of the kind that is
its name. Gold SQL reads the physical tables of GOLD, never the semantic view, so that an error of the model shows.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Literal, TypedDict, cast

import yaml

from semantic.evaluation.typing_errors import with_typing_error
from semantic.places import LOADER

if TYPE_CHECKING:
    from collections.abc import Iterator

Status = Literal["answer", "clarify", "refuse"]
PARTS = ("development", "unseen")
WORDINGS, CHAINS, UNANSWERABLE, TYPING_ERRORS = "wordings", "chains", "unanswerable", "typing_errors"
_FOLDER = Path(__file__).parent


@dataclass(frozen=True)
class Gold:
    """What a right answer shows.

    Attributes:
        sql: the reading that comes first.
        also: other readings that nobody would call wrong.
        ordered: whether the question asks for an order of rows.
        percent: whether numbers are percentages, which may be rounded to two decimals or be shown as fractions.
    """

    sql: str
    also: tuple[str, ...] = ()
    ordered: bool = False
    percent: bool = False


@dataclass(frozen=True)
class Refusal:
    """What a right answer to an unanswerable question does.

    Attributes:
        allowed: asking back, refusing, or either.
        names: what its text or suggestions must name; words with a bar between them are alternatives.
        between: elements of the model between which the question is open, written likewise; two of them must be named.
        suggestions: whether it must offer questions.
    """

    allowed: tuple[Status, ...]
    names: tuple[str, ...] = ()
    between: tuple[str, ...] = ()
    suggestions: bool = False


@dataclass(frozen=True)
class Case:
    """One question to ask.

    Attributes:
        kind: by which figures are reported.
        question: in the asking person's words.
        expected: rows, or a refusal.
        history: the questions of the same conversation before it, oldest first.
        group: what belongs together: an intent or a conversation; None for a question alone.
    """

    kind: str
    question: str
    expected: Gold | Refusal
    history: tuple[str, ...] = ()
    group: str | None = None


class _Entry(TypedDict, total=False):
    question: str
    sql: str
    also: list[str]
    ordered: bool
    percent: bool
    name: str
    wordings: list[str]
    turns: list[_Entry]
    category: str
    expect: list[Status]
    names: list[str]
    between: list[str]
    suggestions: bool


def cases(part: str, kinds: frozenset[str] = frozenset(), folder: Path = _FOLDER) -> list[Case]:
    """Read the questions of a part, and those with a typing error that are made of its answerable ones.

    Args:
        part: `development` or `unseen`.
        kinds: which to keep; empty for all.
        folder: where the parts are.
    """
    found = [case for path in sorted((folder / part).glob("*.yaml")) for case in _read(path)]
    alone = [case for case in found if isinstance(case.expected, Gold) and case.group is None]
    found += [Case(TYPING_ERRORS, with_typing_error(case.question), case.expected) for case in alone]
    return [case for case in found if not kinds or case.kind in kinds]


def _read(path: Path) -> Iterator[Case]:
    for entry in cast("list[_Entry]", yaml.load(path.read_text(), LOADER)):  # noqa: S506 - a safe one
        match path.stem:
            case "wordings":
                for wording in entry["wordings"]:
                    yield Case(WORDINGS, wording, _gold(entry), group=entry["name"])
            case "chains":
                turns = entry["turns"]
                for n, turn in enumerate(turns):
                    before = tuple(earlier["question"] for earlier in turns[:n])
                    yield Case(CHAINS, turn["question"], _gold(turn), before, entry["name"])
            case "unanswerable":
                yield Case(f"{UNANSWERABLE}: {entry['category']}", entry["question"], _refusal(entry))
            case kind:
                yield Case(kind, entry["question"], _gold(entry))


def _refusal(entry: _Entry) -> Refusal:
    names, between = tuple(entry.get("names", ())), tuple(entry.get("between", ()))
    return Refusal(tuple(entry["expect"]), names, between, entry.get("suggestions", False))


def _gold(entry: _Entry) -> Gold:
    also = tuple(entry.get("also", ()))
    return Gold(entry["sql"], also, entry.get("ordered", False), entry.get("percent", False))
