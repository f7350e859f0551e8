"""The checker: a small model without a fault, and for each rule a change of it that the rule, and it alone, finds."""

from __future__ import annotations

from itertools import zip_longest
from pathlib import Path

import pytest

from semantic.check.__main__ import main
from semantic.check.checking import RULES, check
from semantic.check.rules import did_you_mean
from semantic.check.warehouse import dbt_columns
from semantic.source import load
from tests.support.faulty_models import COLUMNS, FAULTS, GOOD, SOUND

ROOT = Path(__file__).parents[2]


def findings(folder: Path, text: str) -> dict[str, list[str]]:
    (folder / "model.yaml").write_text(text)
    found: dict[str, list[str]] = {}
    for one in check(load(folder), COLUMNS):
        found.setdefault(one.code, []).append(str(one))
    return found


def test_the_small_model_has_no_fault(tmp_path: Path) -> None:
    assert findings(tmp_path, GOOD) == {}


@pytest.mark.parametrize("case", SOUND)
def test_what_only_looks_like_a_fault_is_none(tmp_path: Path, case: str) -> None:
    old, new = SOUND[case]
    assert old in GOOD
    assert findings(tmp_path, GOOD.replace(old, new, 1)) == {}


def test_the_model_of_the_repository_has_no_fault(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(ROOT / "semantic" / "model") == 0
    assert capsys.readouterr().out == f"The semantic model keeps all {len(RULES)} rules.\n"


def test_every_rule_has_a_code_of_its_own_a_sentence_and_a_fault() -> None:
    codes = [rule.code for rule in RULES]
    assert len(set(codes)) == len(codes) >= 40
    assert set(codes) == set(FAULTS)
    assert all(rule.title.endswith(".") for rule in RULES)
    assert all(FAULTS.values())


@pytest.mark.parametrize(("code", "number"), [(code, n) for code, faults in FAULTS.items() for n in range(len(faults))])
def test_a_fault_is_found_where_it_is(tmp_path: Path, code: str, number: int) -> None:
    fault = FAULTS[code][number]
    assert fault.old in GOOD
    text = GOOD.replace(fault.old, fault.new, 1)
    found = findings(tmp_path, text)
    assert any(fault.says in line for line in found.get(code, [])), found
    assert set(found) == {code, *fault.also.split()}, found
    changed = next(n for n, (a, b) in enumerate(zip_longest(GOOD.splitlines(), text.splitlines()), 1) if a != b)
    nearest = min(abs(int(line.split(":")[1]) - changed) for line in found[code])
    assert nearest <= NEAR or code in AT_THE_OTHER


# A finding stands at the element that was changed, or at the other of two that agree no more.
NEAR = 8
AT_THE_OTHER = {"N07", "Q14", "T08", "R05", "R08", "R09", "W11"}


def test_columns_are_those_of_the_dbt_project() -> None:
    columns = dbt_columns(ROOT / "dbt" / "models")
    profile = columns["GOLD.CUSTOMER_360_PROFILE"]
    assert {name for name, personal in profile.items() if personal} >= {"NAME", "EMAIL", "PHONE", "ZIP_CODE"}
    assert not profile["SEGMENT"]
    assert {"GOLD.FACT_TRANSACTION", "GOLD.DIM_DATE", "GOLD.CUSTOMER_SEGMENT_HISTORY"} <= set(columns)


def test_nothing_is_said_of_columns_that_nobody_knows(tmp_path: Path) -> None:
    (tmp_path / "model.yaml").write_text(GOOD.replace("expr: age >= 18", "expr: agee >= 18"))
    assert check(load(tmp_path), {}) == []


def test_the_command_names_file_line_and_repair(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    text = (ROOT / "semantic" / "model" / "customers.yaml").read_text()
    (tmp_path / "customers.yaml").write_text(f"name: shop\n{text.replace('expr: card_type', 'expr: card_typ', 1)}")
    assert main(tmp_path) == 1
    line = next(n for n, line in enumerate(text.splitlines(), 2) if "expr: card_type" in line)
    wanted = f"customers.yaml:{line}: E07 customers.card_type reads card_typ, which is nowhere; did you mean card_type?"
    assert wanted.lower() in capsys.readouterr().out.lower()


def test_a_file_that_is_no_model_is_said_to_be_none(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "model.yaml").write_text("name: shop\ntabels: []\n")
    assert main(tmp_path) == 1
    assert "did you mean tables" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("name", "known", "said"),
    [("AGEE", ["age", "size"], "did you mean age?"), ("x", ["one"], "there is one."), ("x", [], "there are none.")],
)
def test_repairs(name: str, known: list[str], said: str) -> None:
    assert did_you_mean(name, known) == said
