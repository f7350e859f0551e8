"""What the processes of the platform leave out when they load their libraries."""

from __future__ import annotations

import subprocess
import sys

import pytest

_UNCOLLECTED = """
import gc
from local_account.loading import loading
with loading():
    import snowflake.connector
    assert not gc.isenabled()
assert gc.isenabled()
assert gc.get_freeze_count() > 100_000, gc.get_freeze_count()
"""
_WITHOUT_PANDAS = """
import sys
from local_account.loading import leave_out_pandas
leave_out_pandas()
import snowflake.connector.options, pyarrow, duckdb, local_account.ml.classification
assert not snowflake.connector.options.installed_pandas
assert duckdb.sql("select 1 as n").to_arrow_table().equals(pyarrow.table({"n": pyarrow.array([1], pyarrow.int32())}))
assert "pandas" not in sys.modules
try:
    import pandas
except ModuleNotFoundError as error:
    assert error.name == "pandas"
else:
    raise AssertionError("pandas is there")
"""


@pytest.mark.parametrize("program", [_UNCOLLECTED, _WITHOUT_PANDAS], ids=["uncollected", "without pandas"])
def test_libraries_load_without_collecting_garbage_and_without_pandas(program: str) -> None:
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


@pytest.mark.parametrize("module", ["local_account", "c360.deployment", "local_account.dbt.process"], ids=str)
def test_no_process_of_the_platform_imports_pandas(module: str) -> None:
    """Each shows its help, or (dbt_process) ends because nothing is wanted, after it loaded everything."""
    done = subprocess.run(
        [sys.executable, "-X", "importtime", "-m", module, "--help"],
        stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    imported = {line.rpartition("|")[2].strip() for line in done.stderr.splitlines()}
    assert "snowflake.connector" in imported
    assert "pandas._libs" not in imported
