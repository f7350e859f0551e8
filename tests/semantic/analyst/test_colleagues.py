"""One wish as five colleagues type it: the same statement answers it, whoever asks."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest
import yaml

from local_account.analyst import Answered

if TYPE_CHECKING:
    from tests.semantic.analyst.conftest import Ask

WORDINGS: dict[str, list[str]] = yaml.safe_load(Path(__file__).with_name("colleagues.yaml").read_text())


@pytest.mark.parametrize(("plain", "worded"), [(plain, one) for plain, all_ in WORDINGS.items() for one in all_])
def test_one_statement_answers_what_colleagues_ask(ask: Ask, plain: str, worded: str) -> None:
    told, found = ask(plain), ask(worded)
    assert isinstance(told, Answered), told
    assert isinstance(found, Answered), found
    assert found.sql == told.sql
