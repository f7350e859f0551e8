"""The program, recorded for every stack with known and with unknown outputs."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.support.recorded import recorded

if TYPE_CHECKING:
    from collections.abc import Callable

    from c360.review.snapshot import Snapshot


@pytest.fixture(scope="session")
def program() -> Callable[..., Snapshot]:
    """Evaluate a stack's program: program("dev"), program("prod", preview=True)."""
    return recorded
