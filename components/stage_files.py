"""Files on internal stages: one resource a file, keyed by its content, so that a preview names what changed."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pulumi
from pulumi.dynamic import CreateResult, DiffResult, ReadResult, Resource, UpdateResult

from components.account_provider import AccountError, AccountProvider, MissingObjectError, outputs
from components.options import after, child_of
from components.repository import ROOT

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

# What tools leave behind in a source folder.
_NOT_OURS = frozenset({"__pycache__", "target", "logs", "dbt_packages", ".user.yml", "secrets.toml", ".DS_Store"})


class StageFileError(AccountError):
    """A file that could not be put on its stage or removed from it."""


class _StageProvider(AccountProvider):
    """Puts and lists files."""

    def put(self, role: str, source: str, sha256: str, place: str) -> None:
        """Put a file of the repository into a folder of a stage, over the old one.

        Raises:
            StageFileError: where its content is no longer what the program read.
        """
        path = ROOT / source
        if hashlib.sha256(path.read_bytes()).hexdigest() != sha256:
            raise StageFileError(f"{source} changed while it was deployed: deploy again.")
        self.run(
            role,
            f"PUT 'file://{path}' '@{place}' AUTO_COMPRESS = FALSE SOURCE_COMPRESSION = NONE OVERWRITE = TRUE",
        )

    def listed(self, role: str, stage: str, path: str) -> set[str]:
        """Return the paths on a stage that begin with one. Content is not compared: a stage may list what it encrypted.

        Raises:
            MissingObjectError: where there is no such stage.
        """
        # LIST writes the stage's own name before each path.
        return {str(row[0]).partition("/")[2] for row in self.run(role, f"LIST {_quoted(stage, path)}")}


class StageFileProvider(_StageProvider):
    """Puts, replaces and removes one file."""

    def diff(self, _id: str, _olds: dict[str, Any], _news: dict[str, Any]) -> DiffResult:
        """Compare content and place; another place is another file."""
        moved = [key for key in ("stage", "folder", "name") if _olds.get(key) != _news.get(key)]
        changed = moved or any(_olds.get(key) != _news.get(key) for key in ("sha256", "role"))
        return DiffResult(changes=bool(changed), replaces=moved, delete_before_replace=True)

    def create(self, props: dict[str, Any]) -> CreateResult:
        """Put the file."""
        self._put(props)
        return CreateResult(f"{props['stage']}/{props['folder']}/{props['name']}", outputs(props))

    def read(self, id_: str, props: dict[str, Any]) -> ReadResult:
        """Tell whether the file is still there."""
        is_there = self._is_there(props)
        return ReadResult(id_ if is_there else None, outputs(props) if is_there else {})

    def update(self, _id: str, _olds: dict[str, Any], _news: dict[str, Any]) -> UpdateResult:
        """Put the changed file over the old one."""
        self._put(_news)
        return UpdateResult(outputs(_news))

    def delete(self, _id: str, _props: dict[str, Any]) -> None:
        """Remove the file, unless it is gone already: REMOVE would take longer names that begin with its own."""
        if self._is_there(_props):
            self.run(_props["role"], f"REMOVE {_quoted(_props['stage'], _path(_props))}")

    def _is_there(self, props: dict[str, Any]) -> bool:
        try:
            return _path(props) in self.listed(props["role"], props["stage"], _path(props))
        except MissingObjectError:
            return False

    def _put(self, props: dict[str, Any]) -> None:
        self.put(props["role"], props["source"], props["sha256"], f"{props['stage']}/{props['folder']}")


class ExclusiveFilesProvider(_StageProvider):
    """Leaves in a folder exactly the files that it should hold."""

    def diff(self, _id: str, _olds: dict[str, Any], _news: dict[str, Any]) -> DiffResult:
        """Compare files and place; another place is another folder."""
        moved = [key for key in ("stage", "folder") if _olds.get(key) != _news.get(key)]
        changed = moved or any(_olds.get(key) != _news.get(key) for key in ("files", "source", "role"))
        return DiffResult(changes=bool(changed), replaces=moved, delete_before_replace=True)

    def create(self, props: dict[str, Any]) -> CreateResult:
        """Remove what does not belong there."""
        self._settle(props)
        return CreateResult(f"{props['stage']}/{props['folder']}", outputs(props))

    def read(self, id_: str, props: dict[str, Any]) -> ReadResult:
        """Tell of files that do not belong there; a file that is missing is seen by its own resource."""
        try:
            extra = self._present(props) - props["files"].keys()
        except MissingObjectError:
            return ReadResult(None, {})
        return ReadResult(id_, outputs(props) | {"files": props["files"] | dict.fromkeys(extra, "not of the project")})

    def update(self, _id: str, _olds: dict[str, Any], _news: dict[str, Any]) -> UpdateResult:
        """Remove what no longer belongs there."""
        self._settle(_news)
        return UpdateResult(outputs(_news))

    def delete(self, _id: str, _props: dict[str, Any]) -> None:
        """Do nothing: each file goes with its own resource."""

    def _settle(self, props: dict[str, Any]) -> None:
        wanted = props["files"].keys()
        for path in sorted(self._present(props) - wanted):
            self.run(props["role"], f"REMOVE {_quoted(props['stage'], props['folder'], path)}")
        present = self._present(props)
        if extra := sorted(present - wanted):
            raise StageFileError(f"{extra[0]} could not be removed from @{props['stage']}/{props['folder']}.")
        # Missing is what an update removed that then failed and was taken back, or what a REMOVE took along: longer
        # names that begin with the one that it was given.
        for path in sorted(wanted - present):
            place = f"{props['stage']}/{'/'.join([props['folder'], *path.split('/')[:-1]])}"
            self.put(props["role"], f"{props['source']}/{path}", props["files"][path], place)

    def _present(self, props: dict[str, Any]) -> set[str]:
        prefix = f"{props['folder']}/"
        return {path.removeprefix(prefix) for path in self.listed(props["role"], props["stage"], prefix)}


def _path(props: Mapping[str, Any]) -> str:
    return f"{props['folder']}/{props['name']}"


def _quoted(stage: str, *path: str) -> str:
    location = "/".join([f"@{stage}", *path]).replace("'", "''")
    return f"'{location}'"


class StageFile(Resource, module="customer360", name="StageFile"):
    """One file of the repository on an internal stage."""

    sha256: pulumi.Output[str]


class ExclusiveFiles(Resource, module="customer360", name="ExclusiveFiles"):
    """A folder of a stage holds the files of the repository and no others.

    A file that left the program is deleted by its own resource too, but the engine deletes at the end of an update: too
    late for who copies the folder in the same one.
    """

    files: pulumi.Output[dict[str, str]]


@dataclass(frozen=True)
class StageFolderArgs:
    """Arguments of a folder of files.

    Attributes:
        stage: Fully qualified name of the stage.
        target: Folder on the stage.
        source: Folder of the repository.
        role: Role that owns the stage.
        is_exclusive: Whether other files are gone before whoever waits for the folder goes on. Callers that copy the
            folder need that; one that is read in place is right at the end of the update, and Snowflake may keep files
            of its own beside an app.
    """

    stage: pulumi.Input[str]
    target: str
    source: Path
    role: pulumi.Input[str]
    is_exclusive: bool = False


class StageFolder(pulumi.ComponentResource):
    """A folder of the repository on an internal stage; `digest` changes when any of its files does."""

    def __init__(self, name: str, args: StageFolderArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__("customer360:files:StageFolder", name, None, opts)
        provider = StageFileProvider()
        contents = {
            path.relative_to(args.source).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest()
            for path in source_files(args.source)
        }
        source = args.source.relative_to(ROOT).as_posix()
        files = []
        for path, content in contents.items():
            folder, _, file = f"{args.target}/{path}".rpartition("/")
            files.append(
                StageFile(
                    provider,
                    f"{name}/{path}",
                    {
                        "stage": args.stage,
                        "folder": folder,
                        "name": file,
                        "source": f"{source}/{path}",
                        "sha256": content,
                        "role": args.role,
                    },
                    child_of(self),
                )
            )
        if args.is_exclusive:
            ExclusiveFiles(
                ExclusiveFilesProvider(),
                f"{name}-exclusive",
                {
                    "stage": args.stage,
                    "folder": args.target,
                    "source": source,
                    "files": contents,
                    "role": args.role,
                },
                child_of(self, after(*files)),
            )
        digest = hashlib.sha256()
        for path, content in contents.items():
            digest.update(f"{path} {content}\n".encode())
        self.digest = digest.hexdigest()
        self.register_outputs({"digest": self.digest})


def source_files(folder: Path) -> Iterator[Path]:
    """Yield the files of a folder that are ours, in a fixed order."""
    for path in sorted(folder.rglob("*")):
        if path.is_file() and not _NOT_OURS & set(path.relative_to(folder).parts):
            yield path
