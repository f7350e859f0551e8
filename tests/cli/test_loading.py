"""What the entry points of processes leave out when they load their libraries."""

from __future__ import annotations

import subprocess
import sys

import pytest

_LOADING = """
import gc, sys
from pipeline.loading import loading
with loading():
    import snowflake.connector
    assert not gc.isenabled()
assert gc.isenabled()
assert gc.get_freeze_count() > 100_000, gc.get_freeze_count()
assert "pandas" not in sys.modules
import pandas
assert pandas.DataFrame({"a": [1]}).a.sum() == 1
"""
_PRESENT = """
import sys
import pandas
from pipeline.loading import loading
with loading():
    import snowflake.connector.options as options
assert sys.modules["pandas"] is pandas
assert options.installed_pandas
"""


@pytest.mark.parametrize("program", [_LOADING, _PRESENT], ids=["first", "pandas was there"])
def test_libraries_are_loaded_without_collecting_garbage_and_without_pandas(program: str) -> None:
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


@pytest.mark.parametrize("module", ["local_account", "local_account.deployment", "local_account.dbt_process"], ids=str)
def test_no_process_of_the_platform_imports_pandas(module: str) -> None:
    """Each begins with --help (dbt_process: a folder that is not there, and no command), after it loaded everything."""
    argument = "nowhere" if module.endswith("dbt_process") else "--help"
    done = subprocess.run(
        [sys.executable, "-X", "importtime", "-m", module, argument],
        stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    imported = {line.rpartition("|")[2].strip() for line in done.stderr.splitlines()}
    assert "snowflake.connector" in imported
    assert "pandas._libs" not in imported
