"""Each single edit finds the text that it changes, also where no engine is there to preview it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
import yaml

from tests.support.engine.edits import EDITS
from tests.support.engine.files import ProjectFiles

if TYPE_CHECKING:
    from pathlib import Path

_PARSED = {".py": lambda text: compile(text, "edited", "exec"), ".yaml": yaml.safe_load, ".yml": yaml.safe_load}


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> ProjectFiles:
    return ProjectFiles(tmp_path_factory.mktemp("edits") / "project")


@pytest.fixture(scope="module")
def kept(project: ProjectFiles) -> dict[Path, bytes]:
    return project.files()


@pytest.mark.parametrize("edit", EDITS)
def test_an_edit_changes_files_that_can_still_be_read(
    project: ProjectFiles, kept: dict[Path, bytes], edit: str
) -> None:
    try:
        EDITS[edit](project)
        now = project.files()
        changed = [path for path in kept.keys() | now.keys() if kept.get(path) != now.get(path)]
        assert changed
        for path in changed:
            if path in now and path.suffix in _PARSED:
                _PARSED[path.suffix](now[path].decode())
    finally:
        project.restore(kept)
