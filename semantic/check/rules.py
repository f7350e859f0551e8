"""What a rule is: a function from the model to findings, with a code and the sentence that it stands for."""

from __future__ import annotations

from dataclasses import dataclass
from difflib import get_close_matches
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from semantic.check.subject import Subject
    from semantic.places import Place

    Faults = Iterator[tuple[Place, str]]
    Find = Callable[[Subject], Faults]


@dataclass(frozen=True)
class Finding:
    """A fault of the model: by which rule, where, and what to do, in a sentence."""

    code: str
    place: Place
    text: str

    def __str__(self) -> str:
        return f"{self.place}: {self.code} {self.text}"


@dataclass(frozen=True)
class Rule:
    """A rule.

    Attributes:
        code: a letter for its subject and a number.
        title: what it demands, in a sentence.
        find: yields the place and the sentence of each fault.
    """

    code: str
    title: str
    find: Find

    def findings(self, subject: Subject) -> list[Finding]:
        """Return what the rule finds in a model."""
        return [Finding(self.code, place, text) for place, text in self.find(subject)]


class RuleSet:
    """The rules of one subject, in the order of their codes."""

    def __init__(self) -> None:
        self.rules: list[Rule] = []

    def __call__(self, code: str) -> Callable[[Find], Find]:
        """Take a function into the set as the rule of this code; its docstring says in a sentence what it demands."""

        def keep(find: Find) -> Find:
            self.rules.append(Rule(code, (find.__doc__ or "").partition("\n")[0], find))
            return find

        return keep


def did_you_mean(name: str, known: Iterable[str]) -> str:
    """Return the repair of a name that is not known: the nearest one, or all where they are few.

    Args:
        name: what stands there.
        known: what may stand there.
    """
    names = {one.upper(): one for one in known}
    near = get_close_matches(name.upper(), names, 1, 0.6)
    if near:
        return f"did you mean {names[near[0]]}?"
    return f"there {'is' if len(names) == 1 else 'are'} {', '.join(sorted(names.values())) or 'none'}."
