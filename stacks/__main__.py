"""Entry point of `pulumi up`: reads the stack's configuration, declares the platform, exports its outputs."""

from __future__ import annotations

import sys
from pathlib import Path

# The engine runs this folder as a script; the packages beside it must be found whether or not they are installed.
sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from stacks.program import run

run()
