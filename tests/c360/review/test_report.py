"""How a report that is too long is cut, and a summary shown inside of HTML."""

from __future__ import annotations

import pytest

from c360.review import report

MARKS = {"bullet": "- x", "heading": "# x", "bold": "**x**"}


def test_a_report_that_fits_is_whole(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(report, "MOST_CHARACTERS", 10)
    assert report._shortened("12345\n7890") == "12345\n7890"
    assert "cut here" in report._shortened("12345\n78901")


@pytest.mark.parametrize("mark", MARKS.values(), ids=MARKS.keys())
@pytest.mark.parametrize("behind", [0, 1, 2, 3])
def test_a_long_report_is_cut_where_a_block_begins(monkeypatch: pytest.MonkeyPatch, mark: str, behind: int) -> None:
    lines = ["# all", "- first", "  of it", mark, *["  inside"] * behind, "  too much", "- more"]
    monkeypatch.setattr(report, "MOST_CHARACTERS", sum(len(line) + 1 for line in lines[: 4 + behind]))
    kept = report._shortened("\n".join(lines)).splitlines()
    if not behind:
        assert kept[:4] == [*lines[:3], ""]
    assert kept == [*lines[:3], "", f"… cut here: {3 + behind} more lines in the workflow's log."]


def test_without_a_beginning_it_is_cut_where_it_is_too_long(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(report, "MOST_CHARACTERS", 8)
    assert report._shortened("aaa\nbbb\nccc\nddd").splitlines() == [
        "aaa", "bbb", "", "… cut here: 2 more lines in the workflow's log.",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("text", "html"),
    [("a & b", "a &amp; b"), ("`x` and `<y>`", "<code>x</code> and <code>&lt;y&gt;</code>"), ("plain", "plain")],
)
def test_a_summary_is_html(text: str, html: str) -> None:
    assert report._html(text) == html
