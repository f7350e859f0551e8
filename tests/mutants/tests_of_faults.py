"""Which tests belong to a fault: those that execute its lines, its module's own and the cheapest first."""

from __future__ import annotations

import difflib
import json
import re
from collections import Counter, defaultdict
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tests.mutants.copies import ROOT
from tests.mutants.recording import HOME

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from tests.mutants.faults import Fault


@cache
def _text(file: str) -> str:
    return (ROOT / file).read_text() if (ROOT / file).is_file() else ""


def _is_there(test: str) -> bool:
    """Tell whether a test still stands where it was recorded."""
    file, _, name = test.partition("::")
    return f"def {name.rpartition('::')[2].partition('[')[0]}(" in _text(file)


def _moved(before: str, after: str) -> dict[int, int]:
    """Return where the lines of a text stand in a later one, for those that are still there."""
    if before == after:
        return {number: number for number in range(1, before.count("\n") + 2)}
    matcher = difflib.SequenceMatcher(None, before.splitlines(), after.splitlines(), autojunk=False)
    return {
        block.a + offset + 1: block.b + offset + 1
        for block in matcher.get_matching_blocks()
        for offset in range(block.size)
    }


@dataclass
class Chosen:
    """The tests of one fault.

    Attributes:
        tests: their names, in the order in which they run.
        seconds: how long they took when they were recorded, shared fixtures included.
    """

    tests: list[str] = field(default_factory=list)
    seconds: float = 0.0


class TestsOfFaults:
    """What was recorded, as far as tests and lines are still there."""

    __test__ = False

    def __init__(self) -> None:
        self._tests: dict[str, dict[str, Any]] = {}
        self._fixtures: dict[str, float] = {}
        self._lines: dict[str, dict[int, set[str]]] = defaultdict(lambda: defaultdict(set))
        for file in sorted(HOME.glob("recording.*.json")):
            recorded = json.loads(file.read_text())
            self._fixtures |= recorded["fixtures"]
            self._tests |= {test: known for test, known in recorded["tests"].items() if _is_there(test)}
            names = [*recorded["tests"], *recorded["fixtures"]]
            for source, known in recorded["files"].items():
                moved = _moved(known["text"], _text(source))
                for line, tests in known["lines"].items():
                    if int(line) in moved:  # a line that only an import executes has no tests
                        self._lines[source][moved[int(line)]].update(names[n] for n in tests)
        self._resting: dict[str, set[str]] = defaultdict(set)
        for test, known in self._tests.items():
            for fixture in known["fixtures"]:
                self._resting[fixture].add(test)

    def of(self, fault: Fault, seconds: float) -> Chosen:
        """Return tests for a fault that take at most so many seconds together, or one that takes longer."""
        own_file = re.compile(rf"[/_]{Path(fault.file).stem}\.py::")
        found = next(filter(None, map(set, self._candidates(fault))), set())
        if not fault.lines:  # tests that read a constant and nothing else execute no line of its module
            found |= {test for test in self._tests if own_file.search(test)}
        own = self._ordered(test for test in found if own_file.search(test))
        others = self._ordered(found.difference(own))
        chosen, paid, total = list[str](), set[str](), 0.0
        for tests, most in ((own, seconds / 2), (others, seconds), (own, seconds)):
            for test in tests:
                new = set(self._tests[test]["fixtures"]) - paid
                cost = self._seconds(test) + sum(self._fixtures[name] for name in new)
                if test not in chosen and (not chosen or total + cost <= most):
                    chosen.append(test)
                    total += cost
                    paid |= new
        places = {self._group(test): number for number, test in reversed([*enumerate(chosen)])}
        return Chosen(sorted(chosen, key=lambda test: places[self._group(test)]), total)

    def _ordered(self, tests: Iterable[str]) -> list[str]:
        """Order tests by what they rest on, then take the cheapest of every file, then the next of every file."""
        ranks, taken = {}, Counter[str]()
        for test in sorted(tests, key=lambda test: (self._seconds(test), test)):
            ranks[test] = taken[_file(test)]
            taken[_file(test)] += 1
        return sorted(ranks, key=lambda test: (self._dear(test), ranks[test]))

    def _group(self, test: str) -> tuple[str, int]:
        """Name the tests that run in one go, or what a module's tests share would be made again and again."""
        return _file(test), self._dear(test)

    def _candidates(self, fault: Fault) -> Iterator[Iterable[str]]:
        """Give tests that belong to a fault, those that are the surest to meet it first."""
        known = self._lines.get(fault.file, {})
        if fault.lines:
            yield self._executing(fault.file, fault.lines)
            if known.keys().isdisjoint(fault.lines):  # not even while the module is imported
                return
        if fault.name:
            named = re.compile(rf"\b{fault.name}\b")
            files = sorted(self._lines) if fault.name.isupper() else [fault.file]
            yield {test for file in files for test in self._executing(file, _lines_with(named, file))}
        yield self._executing(fault.file, known)
        module = re.compile(rf"\b{Path(fault.file).stem}\b")
        yield (test for test in self._tests if module.search(_text(_file(test))))

    def _executing(self, file: str, lines: Iterable[int]) -> set[str]:
        """Return the tests that execute a line, or rest on a fixture that does."""
        known = self._lines.get(file, {})
        names = {name for line in lines for name in known.get(line, ())}
        return (names & self._tests.keys()).union(*(self._resting.get(name, set()) for name in names))

    def _seconds(self, test: str) -> float:
        return self._tests[test]["seconds"]

    def _dear(self, test: str) -> int:
        """Tell how many times ten seconds it takes to set up what a test rests on: an account in the process is 0."""
        return round(sum(self._fixtures[name] for name in self._tests[test]["fixtures"]) / 10)


def _file(test: str) -> str:
    return test.partition("::")[0]


def _lines_with(named: re.Pattern[str], file: str) -> list[int]:
    return [number for number, line in enumerate(_text(file).splitlines(), 1) if named.search(line)]
