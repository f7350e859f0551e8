"""A text of the data stands for itself in Streamlit's Markdown."""

from __future__ import annotations

import pytest
from customer_360.tabs.markdown_text import escaped


@pytest.mark.parametrize(
    ("text", "written"),
    [
        ("Ann O'Brien, Jr", "Ann O'Brien, Jr"),
        ("**bold** [x](http://a)", r"\*\*bold\*\* \[x\]\(http\://a\)"),
        (":red[x] $5 and $6", r"\:red\[x\] \$5 and \$6"),
        ("<script>", r"\<script\>"),
    ],
)
def test_marks_stand_for_themselves(text: str, written: str) -> None:
    assert escaped(text) == written
