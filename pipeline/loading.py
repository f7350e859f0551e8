"""Loads large libraries at the start of a process that lives for one command or serves one account."""

from __future__ import annotations

import gc
import sys
from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator


@contextmanager
def loading() -> Iterator[None]:
    """Import large libraries in the block at two thirds of their cost; for the entry points of processes only.

    Imports make objects by the hundred thousand, and nearly all of them stay: they are not searched for garbage
    meanwhile, nor ever after. The Snowflake connector imports pandas where it finds it; the command line, the
    deployment, the account and dbt read no frames, and `fetch_pandas_all` does not work in a process that began so.
    """
    collects, has_pandas = gc.isenabled(), "pandas" in sys.modules
    gc.disable()
    if not has_pandas:
        sys.modules["pandas"] = None  # pyrefly: ignore[unsupported-operation] - Python's way to say: not to be found
    try:
        yield
    finally:
        if not has_pandas:
            del sys.modules["pandas"]
        gc.freeze()
        if collects:
            gc.enable()
