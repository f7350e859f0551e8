"""docs/semantic_model.md: the metric that it adds is one, as it stands there."""

from __future__ import annotations

import re
import shutil
from typing import TYPE_CHECKING

from components.repository import ROOT
from semantic.check.__main__ import main
from semantic.source import load

if TYPE_CHECKING:
    from pathlib import Path

PAGE = (ROOT / "docs" / "semantic_model.md").read_text()


def test_its_metric_is_added_as_it_says(tmp_path: Path) -> None:
    model = shutil.copytree(ROOT / "semantic" / "model", tmp_path / "model")
    (entry,) = re.findall(r"^ *```yaml\n(.*?)^ *```", PAGE, re.DOTALL | re.MULTILINE)
    (file,) = re.findall(r"such as `semantic/model/(\w+\.yaml)`", PAGE)
    added = re.sub(r"^ {3}", "", entry, flags=re.MULTILINE)  # as far as the step is indented
    (model / file).write_text((model / file).read_text() + added)
    assert main(model) == 0
    (name,) = re.findall(r"- name: (\w+)", entry)
    assert name in str(load(model))
    assert f"metrics customers.{name})" in PAGE
