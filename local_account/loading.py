"""Loads large libraries in the processes of the platform: at less cost, and without their words to developers."""

from __future__ import annotations

import atexit
import gc
import sys
import warnings
from contextlib import contextmanager
from importlib.abc import MetaPathFinder
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator


@contextmanager
def loading() -> Iterator[None]:
    """Import large libraries in the block at three quarters of their cost.

    Imports make objects by the hundred thousand, and nearly all of them stay: they are not searched for garbage
    meanwhile, nor ever after.
    """
    collects = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        gc.freeze()
        atexit.register(gc.unfreeze)  # the end of the process collects everything: DuckDB complains about what stays
        if collects:
            gc.enable()


def hide_warnings() -> None:
    """Keep Python's warnings off the terminal and out of logs, unless PYTHONWARNINGS or -W asks; for entry points only.

    Those of libraries about how other libraries use them, such as DuckDB's about fakesnow, tell a user nothing.
    """
    if not sys.warnoptions:
        warnings.simplefilter("ignore")


def leave_out_pandas() -> None:
    """Make this process one without pandas; for entry points only.

    The Snowflake connector, pyarrow and scikit-learn import pandas where they find it, for half a second and 50 MB;
    the command line, the deployment, the account and dbt read no frames (`fetch_pandas_all` says that pandas is
    missing).
    """
    sys.meta_path.insert(0, _NoPandas())


class _NoPandas(MetaPathFinder):
    def find_spec(self, fullname: str, _path: Any, _target: Any = None) -> None:
        if fullname == "pandas":
            raise ModuleNotFoundError("This process of the platform does without pandas.", name=fullname)
