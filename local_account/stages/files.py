"""The files of a stage, internal or external, seen in one way; and how statements write a stage's location."""

from __future__ import annotations

import hashlib
import os
import re
import shutil
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Protocol

from local_account.aws.moto_server import AwsServer
from local_account.catalog.objects import Stage, StorageIntegration
from local_account.catalog.recovery import forget
from local_account.errors import does_not_exist, invalid_value, not_supported
from local_account.identifiers import Name
from local_account.stages.storage_access import IntegrationStorage, StoredFile

if TYPE_CHECKING:
    from pathlib import Path

    from local_account.parsing import Cursor
    from local_account.session.session import AccountState, Session

_LOCATION = re.compile(r'@(?P<name>(?:"(?:[^"]|"")+"|[^"/])+)(?P<path>/.*)?', re.DOTALL)


class Storage(Protocol):
    """What LIST, COPY, REMOVE and unloading need of a stage's storage."""

    def files(self, prefix: str = "") -> list[StoredFile]:
        """Return the files whose name begins with a prefix."""
        ...

    def download(self, file: StoredFile, target: Path) -> None:
        """Copy one file out of the stage."""
        ...

    def upload(self, source: Path, name: str) -> None:
        """Copy one file into the stage."""
        ...

    def remove(self, file: StoredFile) -> None:
        """Delete one file."""
        ...


@dataclass(frozen=True)
class Location:
    """A stage and a path below it, such as `@CUSTOMERS_STAGE/2024/`."""

    stage: Stage
    path: str

    @property
    def is_external(self) -> bool:
        """Tell whether the files are in S3."""
        return bool(self.stage.url)


def read_location(session: Session, cursor: Cursor) -> Location:
    """Consume `@stage/path` (or the same within quotes, or bound) and find the stage.

    Raises: ProgrammingError where the stage is missing, or it is a user's or table's stage.
    """
    token = cursor.peek()
    if token and (token.kind == "string" or token.text == "?"):
        return find_location(session, str(cursor.value()))
    if not cursor.looking_at("@"):
        raise cursor.unexpected("a stage such as @name/path")
    return find_location(session, cursor.written())


def find_location(session: Session, text: str) -> Location:
    """Find the stage that `@stage/path` names."""
    match = _LOCATION.fullmatch(text)
    if match is None:
        raise invalid_value(f"invalid stage location '{text}'")
    if match["name"][0] in "~%" or ".%" in match["name"]:
        raise not_supported(f"The implicit stage @{match['name']} (create a named stage)")
    name = session.resolve(Name.parse(match["name"]))
    stage = session.account.catalog.find(Stage, name)
    if stage is None or not is_visible(session, stage):
        raise does_not_exist("Stage", name)
    path = (match["path"] or "").lstrip("/")
    if ".." in path.split("/"):
        raise invalid_value(f"The path '{path}' must not leave its stage.")
    return Location(stage, path)


def is_visible(session: Session, stage: Stage) -> bool:
    """Tell whether a stage is there for a session: a temporary one is for the session alone that made it."""
    return stage.session in (None, session.session_id)


def end_temporary(account: AccountState, stage: Stage) -> None:
    """Remove a temporary stage with its files, if it is still there."""
    if (found := account.catalog.find(Stage, stage.name)) and found.session is not None:
        shutil.rmtree(stage_directory(account, stage.name), ignore_errors=True)
        forget(account.catalog, account.access, Stage.KIND, stage.name)


def remove_leftover_stages(account: AccountState) -> None:
    """Remove the temporary stages of sessions that a kill cut off."""
    for stage in account.catalog.list(Stage):
        end_temporary(account, stage)


def authorise(session: Session, stage: Stage, *, write: bool = False) -> None:
    """Check the current role's right on a stage: USAGE on external ones, READ or WRITE on internal ones."""
    privilege = "USAGE" if stage.url else "WRITE" if write else "READ"
    session.require(privilege, Stage.KIND, stage.name)


def storage_of(account: AccountState, stage: Stage) -> Storage:
    """Open a stage's storage; an external one assumes its integration's role.

    Raises: ProgrammingError where the integration is missing, disabled, or does not allow the stage's URL.
    """
    if not stage.url:
        return Folder(stage_directory(account, stage.name), stage.name.name.lower())
    integration = account.catalog.find(StorageIntegration, Name(str(stage.storage_integration)))
    if integration is None:
        raise does_not_exist("Integration", stage.storage_integration)
    return IntegrationStorage(account.service(AwsServer), integration, stage.url)


def stage_directory(account: AccountState, name: Name) -> Path:
    """Return the folder of an internal stage on this computer.

    Args:
        account: the account.
        name: the stage's full name.

    Raises: ProgrammingError where the stage is missing or external.
    """
    stage = account.catalog.get(Stage, name)
    if stage.url:
        raise not_supported(f"Reading the external stage {name} as a folder")
    folder = account.home / "stages" / name.file_name
    folder.mkdir(parents=True, exist_ok=True)
    return folder


@dataclass(frozen=True)
class Folder:
    """The storage of an internal stage; `title` is what LIST writes before each file."""

    root: Path
    title: str

    def files(self, prefix: str = "") -> list[StoredFile]:
        """Return the files whose name begins with a prefix, by name."""
        return [
            self._described(path, path.relative_to(self.root).as_posix())
            for path in sorted(self.root.rglob("*"))
            if path.is_file() and path.relative_to(self.root).as_posix().startswith(prefix)
        ]

    def _described(self, path: Path, name: str) -> StoredFile:
        status = path.stat()
        with path.open("rb") as file:
            digest = hashlib.file_digest(file, "md5").hexdigest()
        modified = datetime.fromtimestamp(status.st_mtime, UTC)
        return StoredFile(name, name, f"{self.title}/{name}", status.st_size, digest, modified)

    def download(self, file: StoredFile, target: Path) -> None:
        """Copy one file out of the stage."""
        shutil.copyfile(self.root / file.name, target)

    def upload(self, source: Path, name: str) -> None:
        """Copy one file into the stage."""
        target = self.root / name
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(source, target)

    def remove(self, file: StoredFile) -> None:
        """Delete one file and the folders that it leaves empty."""
        path = self.root / file.name
        path.unlink()
        for parent in path.parents:
            if parent == self.root or any(parent.iterdir()):
                break
            parent.rmdir()


def matching(files: list[StoredFile], pattern: str | None) -> list[StoredFile]:
    """Keep the files whose whole path a PATTERN (regular expression) matches."""
    if pattern is None:
        return files
    try:
        expression = re.compile(pattern)
    except re.error as error:
        raise invalid_value(f"invalid PATTERN '{pattern}': {error}.") from None
    return [f for f in files if expression.fullmatch(f.path) or expression.fullmatch(f.name)]


def copies_prefix(home: Path) -> str:
    """Name this process's folders of downloaded files, and remove those that a killed process left in `home`."""
    prefix = f"copy-{os.getpid()}-"
    for left in home.glob("copy-*"):
        if not left.name.startswith(prefix):
            shutil.rmtree(left, ignore_errors=True)
    return prefix
