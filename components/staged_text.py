"""A text that the program writes, as a file on an internal stage."""

from __future__ import annotations

from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from components.stage_files import StageFileProvider


class StagedTextProvider(StageFileProvider):
    """Puts, replaces and removes one file whose text is an input."""

    def _put(self, props: dict[str, Any]) -> None:
        with TemporaryDirectory() as folder:
            path = Path(folder) / props["name"]
            path.write_text(props["text"])
            self.run(
                props["role"],
                f"PUT 'file://{path}' '@{props['stage']}/{props['folder']}' AUTO_COMPRESS = FALSE "
                "SOURCE_COMPRESSION = NONE OVERWRITE = TRUE",
            )
