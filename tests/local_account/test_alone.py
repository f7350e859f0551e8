"""The account's tests run without the rest of this repository, as the account itself does."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

_ROOT = Path(__file__).parents[2]
_BLOCKED = """
import sys
for name in ("c360", "stacks", "components", "policies", "pipeline", "customer_360"):
    sys.modules[name] = None
import pytest
sys.exit(pytest.main(sys.argv[1:]))
"""


def _run(*arguments: str) -> str:
    command = [sys.executable, "-c", _BLOCKED, "-q", "-p", "no:cacheprovider", *arguments]
    done = subprocess.run(command, cwd=_ROOT, capture_output=True, text=True, check=False, timeout=120)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def test_every_test_can_be_collected_where_only_the_account_can_be_imported() -> None:
    assert "tests collected" in _run("--collect-only", "tests/local_account")


def test_the_fixtures_serve_an_account_where_only_the_account_can_be_imported() -> None:
    assert " passed" in _run("tests/local_account/test_streamlits.py")
