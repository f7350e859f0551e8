"""What was deployed here before: the program of each deployment of the local stack, kept in its state folder."""

from __future__ import annotations

import hashlib
import json
import shutil
import tarfile
import tempfile
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

_FOLDER = "deployments"
_PROGRAM, _ABOUT = "program.tar.gz", "about.json"
# Whatever decides about a deployment, also how it is carried out: an older program is deployed by its own code.
PARTS = (
    "analyst_client", "c360", "components", "dbt", "local_account", "pipeline", "policies", "semantic", "stacks",
    "streamlit_app",
)  # fmt: skip
_MADE_BY_RUNNING = {"__pycache__", "target", "logs", "dbt_packages", ".user.yml"}
# Each is about a megabyte.
_MOST = 5


@dataclass(frozen=True)
class PastDeployment:
    """One deployment.

    Attributes:
        folder: Where it is kept.
        deployed_at: When it was done, UTC in ISO format.
        digest: Of its program.
        settings: Values of the configuration that won over its file.
        model: What described the churn model that was in use when the next deployment came; empty before that.
    """

    folder: Path
    deployed_at: str
    digest: str
    settings: dict[str, str] = field(default_factory=dict)
    model: str = ""

    @contextmanager
    def unpacked(self) -> Iterator[Path]:
        """Have its program in a folder while the block runs."""
        with tempfile.TemporaryDirectory(prefix="c360-rollback-") as folder:
            with tarfile.open(self.folder / _PROGRAM) as archive:
                archive.extractall(folder, filter="data")
            yield Path(folder)

    def noting(self, model: str) -> PastDeployment:
        """Note the churn model in use."""
        noted = PastDeployment(self.folder, self.deployed_at, self.digest, self.settings, model)
        noted.write()
        return noted

    def write(self) -> None:
        """Write what is known of it."""
        about = {key: value for key, value in asdict(self).items() if key != "folder"}
        (self.folder / _ABOUT).write_text(json.dumps(about, indent=2) + "\n")


def past_deployments(home: Path) -> list[PastDeployment]:
    """Return the kept deployments, the one that stands last."""
    found = sorted((home / _FOLDER).glob(f"*/{_ABOUT}"), key=lambda path: int(path.parent.name))
    return [PastDeployment(path.parent, **json.loads(path.read_text())) for path in found]


def keep(home: Path, program: Path, settings: dict[str, str]) -> PastDeployment | None:
    """Keep a program that was deployed.

    Args:
        home: the state folder.
        program: the repository's folder.
        settings: values of the configuration that won over its file.

    Returns:
        The deployment; None where the one that stands is of the same program and settings.
    """
    digest = _digest(program)
    kept = past_deployments(home)
    if kept and (kept[-1].digest, kept[-1].settings) == (digest, settings):
        return None
    folder = home / _FOLDER / str(int(kept[-1].folder.name) + 1 if kept else 1)
    shutil.rmtree(folder, ignore_errors=True)  # what a kill left of one that was not noted
    folder.mkdir(parents=True)
    with tarfile.open(folder / _PROGRAM, "w:gz", compresslevel=3) as archive:
        for path in _files(program):
            archive.add(path, path.relative_to(program), recursive=False)
    found = PastDeployment(folder, datetime.now(UTC).isoformat(timespec="seconds"), digest, settings)
    found.write()
    for old in kept[: 1 - _MOST]:
        forget(old)
    return found


def forget(deployment: PastDeployment) -> None:
    """Remove what is kept of a deployment."""
    (deployment.folder / _ABOUT).unlink()  # first: without it there is no such deployment
    shutil.rmtree(deployment.folder)


def _digest(program: Path) -> str:
    found = hashlib.sha256()
    for path in _files(program):
        content = path.read_bytes()
        found.update(f"{path.relative_to(program)}\0{len(content)}\0".encode() + content)
    return found.hexdigest()


def _files(program: Path) -> list[Path]:
    files = [path for part in PARTS for path in (program / part).rglob("*") if path.is_file()]
    files += program.glob("Pulumi*.yaml")
    return sorted(path for path in files if not _MADE_BY_RUNNING & {*path.relative_to(program).parts})
