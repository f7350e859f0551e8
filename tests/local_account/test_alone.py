"""The account's tests run without the rest of this repository, as the account itself does."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

_ROOT = Path(__file__).parents[2]
_BLOCKED = """
import sys
for name in ("c360", "stacks", "components", "policies", "pipeline", "semantic", "customer_360"):
    sys.modules[name] = None
import pytest
sys.exit(pytest.main(sys.argv[1:]))
"""


def test_every_test_can_be_collected_and_the_fixtures_serve_where_only_the_account_can_be_imported() -> None:
    command = [sys.executable, "-c", _BLOCKED, "-q", "-p", "no:cacheprovider", "tests/local_account"]
    done = subprocess.run(
        [*command, "-k", "test_streamlits"], cwd=_ROOT, capture_output=True, text=True, check=False, timeout=240
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert re.search(r"\b[1-9]\d* passed, [1-9]\d{2,} deselected", done.stdout), done.stdout
