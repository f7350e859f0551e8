"""A copy of the project's files, to be edited and put back."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import TYPE_CHECKING, Any

import yaml

if TYPE_CHECKING:
    from collections.abc import Callable

ROOT = Path(__file__).resolve().parents[3]
PARTS = ("stacks", "components", "pipeline", "dbt", "semantic", "analyst_client", "streamlit_app")
SETTINGS = "Pulumi.local.yaml"
_LEFT_BEHIND = shutil.ignore_patterns("__pycache__", "target", "logs", "dbt_packages", ".user.yml")


class ProjectFiles:
    """The project's files in a folder of their own.

    main: another program than the platform's, a folder.
    """

    def __init__(self, folder: Path, main: Path | None = None) -> None:
        self.folder = folder
        for part in PARTS:
            shutil.copytree(ROOT / part, folder / part, ignore=_LEFT_BEHIND)
        if main:
            shutil.copytree(main, folder / main.name, ignore=_LEFT_BEHIND)
        project = yaml.safe_load((ROOT / "Pulumi.yaml").read_text())
        project["main"] = main.name if main else project["main"]
        (folder / "Pulumi.yaml").write_text(yaml.safe_dump(project, sort_keys=False))
        shutil.copy(ROOT / SETTINGS, folder / SETTINGS)

    def edit(self, path: str, change: Callable[[str], str]) -> None:
        """Change a file of the project. The change must change something."""
        file = self.folder / path
        before = file.read_text()
        after = change(before)
        assert after != before, f"{path} has nothing to change"
        file.write_text(after)

    def configure(self, **values: Any) -> None:
        """Set configuration values of the stack; a part that is given only partly keeps its other values."""
        path = self.folder / SETTINGS
        settings = yaml.safe_load(path.read_text())
        for key, value in values.items():
            before = settings["config"].get(f"customer-360:{key}")
            merged = {**before, **value} if isinstance(before, dict) and isinstance(value, dict) else value
            settings["config"][f"customer-360:{key}"] = merged
        path.write_text(yaml.safe_dump(settings, sort_keys=False))

    def files(self) -> dict[Path, bytes]:
        """Return every file of the project with its content, for `restore`."""
        return {path: path.read_bytes() for path in sorted(self.folder.rglob("*")) if _is_ours(path)}

    def restore(self, kept: dict[Path, bytes]) -> None:
        """Bring the project's files back to what they were."""
        for path in self.files().keys() - kept.keys():
            path.unlink()
        for path, content in kept.items():
            if not path.is_file() or path.read_bytes() != content:
                path.write_bytes(content)


def _is_ours(path: Path) -> bool:
    return path.is_file() and "__pycache__" not in path.parts
