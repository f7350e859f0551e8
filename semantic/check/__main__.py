"""`python -m semantic.check [FOLDER]`: print what is wrong with the semantic model, with status 1 where anything is."""

from __future__ import annotations

import sys
from pathlib import Path

from semantic.check.checking import RULES, sound_model
from semantic.places import SourceError

_ROOT = Path(__file__).parents[2]


def main(folder: Path) -> int:
    """Check the model in a folder and print each fault. Returns: the exit status."""
    try:
        sound_model(folder, _ROOT / "dbt" / "models")
    except SourceError as error:
        sys.stdout.write(f"{error}\n")
        return 1
    sys.stdout.write(f"The semantic model keeps all {len(RULES)} rules.\n")
    return 0


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1]) if len(sys.argv) > 1 else _ROOT / "semantic" / "model"))
