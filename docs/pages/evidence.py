"""What the lines of the checklist of requirements are shown by: a typed table, read from the files in checklist/."""

from __future__ import annotations

from pathlib import Path
from typing import Literal

from pydantic import BaseModel, ConfigDict

from local_account import fast_yaml

State = Literal["done", "otherwise", "account", "people", "open"]
STATES: dict[State, str] = {
    "done": "as asked, and shown here",
    "otherwise": "what it is for is there and shown, in another way than the line names; the text says which",
    "account": "shown on the account of this computer as far as it can be; only a real account shows the rest",
    "people": "waits for people; what they need for it is named",
    "open": "not there; the text says what is missing, and the file where one would look or begin",
}
_FOLDER = Path(__file__).parent / "checklist"


class _Read(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Line(_Read):
    """Some lines of a section that one sentence and the same evidence speak of."""

    lines: str
    """Which, counted from the section's first, sub-lines too: `4`, or `4-12`."""

    state: State
    """How far they are."""

    what: str
    """What they ask for, in our words."""

    shown_by: tuple[str, ...]
    """Tests (`folder/test_file`, `folder/test_file::name` without its `test_`), commands (`$ make up`), files."""

    @property
    def covered(self) -> range:
        """The numbers of the lines."""
        first, _, last = self.lines.partition("-")
        return range(int(first), int(last or first) + 1)


class Section(_Read):
    """One section of the checklist."""

    number: str
    """As the checklist numbers it; S and P for its user stories and what comes afterwards."""

    title: str
    """What it is about, in our words."""

    length: int
    """How many lines it has, sub-lines too."""

    lines: tuple[Line, ...]
    """What is said of them, in order."""


class Phase(_Read):
    """One phase, which has a file of its own."""

    title: str
    """What it is called."""

    sections: tuple[Section, ...]
    """Its sections, in order."""


def read_phases() -> list[Phase]:
    """Read all phases in the checklist's order."""
    return [Phase.model_validate(fast_yaml.load(file.read_text())) for file in sorted(_FOLDER.glob("*.yaml"))]
