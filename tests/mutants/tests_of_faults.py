"""Which tests belong to a fault: those that execute its lines, the cheapest first."""

from __future__ import annotations

import difflib
import json
import re
from collections import defaultdict
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
            names = list(recorded["tests"])
            for source, known in recorded["files"].items():
                moved = _moved(known["text"], _text(source))
                for line, tests in known["lines"].items():
                    if int(line) in moved:  # a line that only an import executes has no tests
                        self._lines[source][moved[int(line)]].update(names[n] for n in tests if names[n] in self._tests)

    def of(self, fault: Fault, seconds: float) -> Chosen:
        """Return tests for a fault that take at most so many seconds together, or one that takes longer."""
        stem = f"test_{Path(fault.file).stem}.py"
        found = next(filter(None, map(set, self._candidates(fault))), set())
        if not fault.lines:  # tests that read a constant and nothing else execute no line of its module
            found |= {test for test in self._tests if stem in test}
        ordered = sorted(found, key=lambda test: (round(self._shared(test)), stem not in test, self._seconds(test)))
        chosen, paid = Chosen(), set[str]()
        for test in ordered:
            new = set(self._tests[test]["fixtures"]) - paid
            cost = self._seconds(test) + sum(self._fixtures[name] for name in new)
            if chosen.tests and chosen.seconds + cost > seconds:
                continue
            chosen.tests.append(test)
            chosen.seconds += cost
            paid |= new
        return chosen

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
        yield {test for tests in known.values() for test in tests}
        module = re.compile(rf"\b{Path(fault.file).stem}\b")
        yield (test for test in self._tests if module.search(_text(test.partition("::")[0])))

    def _executing(self, file: str, lines: Iterable[int]) -> set[str]:
        known = self._lines.get(file, {})
        return {test for line in lines for test in known.get(line, ())}

    def _seconds(self, test: str) -> float:
        return self._tests[test]["seconds"]

    def _shared(self, test: str) -> float:
        return sum(self._fixtures[name] for name in self._tests[test]["fixtures"])


def _lines_with(named: re.Pattern[str], file: str) -> list[int]:
    return [number for number, line in enumerate(_text(file).splitlines(), 1) if named.search(line)]
