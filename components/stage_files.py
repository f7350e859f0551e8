"""Files on internal stages: one resource a file, keyed by its content, so that a preview names what changed."""

from __future__ import annotations

import hashlib
import json
import os
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pulumi
from pulumi.dynamic import (
    ConfigureRequest,
    CreateResult,
    DiffResult,
    ReadResult,
    Resource,
    ResourceProvider,
    UpdateResult,
)

from components.options import child_of
from pipeline.credentials import credentials

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

ROOT = Path(__file__).resolve().parents[1]

# What tools leave behind in a source folder.
_NOT_OURS = frozenset({"__pycache__", "target", "logs", "dbt_packages", ".user.yml", "secrets.toml", ".DS_Store"})


class StageFileError(RuntimeError):
    """A file that could not be put on its stage or removed from it."""


class MissingStageError(StageFileError):
    """The stage is gone, or the role may not see it."""


# Snowflake's number of that error.
_DOES_NOT_EXIST = 2003


class StageFileProvider(ResourceProvider):
    """Puts, replaces and removes one file through the Snowflake connector."""

    # The provider holds no secret: its connection comes from the stack's configuration and the environment.
    serialize_as_secret_always = False
    _connection: dict[str, Any]

    def configure(self, req: ConfigureRequest) -> None:
        """Read where the account is."""
        settings = req.config.require("snowflake")
        self._connection = json.loads(settings) if isinstance(settings, str) else dict(settings)

    def diff(self, _id: str, _olds: dict[str, Any], _news: dict[str, Any]) -> DiffResult:
        """Compare content and place; another place is another file."""
        moved = [key for key in ("stage", "folder", "name") if _olds.get(key) != _news.get(key)]
        changed = moved or any(_olds.get(key) != _news.get(key) for key in ("sha256", "role"))
        return DiffResult(changes=bool(changed), replaces=moved, delete_before_replace=True)

    def create(self, props: dict[str, Any]) -> CreateResult:
        """Put the file."""
        self._put(props)
        return CreateResult(f"{props['stage']}/{props['folder']}/{props['name']}", _outputs(props))

    def read(self, id_: str, props: dict[str, Any]) -> ReadResult:
        """Tell whether the file is still there. Its content is not compared: a stage may list what it encrypted."""
        try:
            listed = self._run(props["role"], f"LIST '@{_place(props)}/{props['name']}'")
        except MissingStageError:
            listed = []
        path = f"/{props['folder']}/{props['name']}"
        is_there = any(str(row[0]).endswith(path) for row in listed)
        return ReadResult(id_ if is_there else None, _outputs(props) if is_there else {})

    def update(self, _id: str, _olds: dict[str, Any], _news: dict[str, Any]) -> UpdateResult:
        """Put the changed file over the old one."""
        self._put(_news)
        return UpdateResult(_outputs(_news))

    def delete(self, _id: str, _props: dict[str, Any]) -> None:
        """Remove the file; with its stage it is gone already."""
        with suppress(MissingStageError):
            self._run(_props["role"], f"REMOVE '@{_place(_props)}/{_props['name']}'")

    def _put(self, props: dict[str, Any]) -> None:
        source = ROOT / props["source"]
        found = hashlib.sha256(source.read_bytes()).hexdigest()
        if found != props["sha256"]:
            raise StageFileError(f"{props['source']} changed while it was deployed: deploy again.")
        self._run(
            props["role"],
            f"PUT 'file://{source}' '@{_place(props)}' AUTO_COMPRESS = FALSE SOURCE_COMPRESSION = NONE "
            "OVERWRITE = TRUE",
        )

    def _run(self, role: str, statement: str) -> list[Any]:
        # Imported late: a preview needs no connection.
        import snowflake.connector  # noqa: PLC0415

        key = (role, json.dumps(self._connection, sort_keys=True))
        try:
            if key not in _CONNECTIONS or _CONNECTIONS[key].is_closed():
                _CONNECTIONS[key] = snowflake.connector.connect(**connection_parameters(self._connection, role))
            return list(_CONNECTIONS[key].cursor().execute(statement).fetchall())
        except snowflake.connector.errors.Error as error:
            kind = MissingStageError if error.errno == _DOES_NOT_EXIST else StageFileError
            raise kind(f"{statement} failed: {error}") from error


# One connection per role for all files of a deployment.
_CONNECTIONS: dict[tuple[str, str], Any] = {}


def close_connections() -> None:
    """Close the connections that puts and removals share."""
    while _CONNECTIONS:
        _CONNECTIONS.popitem()[1].close()


def connection_parameters(settings: Mapping[str, Any], role: str) -> dict[str, Any]:
    """Return the connector's parameters: from the stack's settings, and credentials from SNOWFLAKE_* variables."""
    organization = settings.get("organization")
    parameters = credentials(os.environ)
    parameters |= {key: settings[key] for key in ("user", "host", "port", "protocol", "password") if settings.get(key)}
    parameters["account"] = f"{organization}-{settings['account']}" if organization else settings["account"]
    return parameters | {"role": role}


def _place(props: Mapping[str, Any]) -> str:
    return f"{props['stage']}/{props['folder']}"


def _outputs(props: Mapping[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in props.items() if key != "__provider"}


class StageFile(Resource, module="customer360", name="StageFile"):
    """One file of the repository on an internal stage."""

    sha256: pulumi.Output[str]


@dataclass(frozen=True)
class StageFolderArgs:
    """Arguments of a folder of files.

    stage: fully qualified name; target: path on the stage; source: folder of the repository; role: owner of the stage.
    """

    stage: pulumi.Input[str]
    target: str
    source: Path
    role: pulumi.Input[str]


class StageFolder(pulumi.ComponentResource):
    """A folder of the repository on an internal stage; `digest` changes when any of its files does."""

    def __init__(self, name: str, args: StageFolderArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__("customer360:files:StageFolder", name, None, opts)
        provider = StageFileProvider()
        digest = hashlib.sha256()
        self.files: list[StageFile] = []
        for path in source_files(args.source):
            relative = path.relative_to(args.source)
            content = hashlib.sha256(path.read_bytes()).hexdigest()
            digest.update(f"{relative.as_posix()} {content}\n".encode())
            self.files.append(
                StageFile(
                    provider,
                    f"{name}/{relative.as_posix()}",
                    {
                        "stage": args.stage,
                        "folder": "/".join([args.target, *relative.parts[:-1]]),
                        "name": relative.name,
                        "source": path.relative_to(ROOT).as_posix(),
                        "sha256": content,
                        "role": args.role,
                    },
                    child_of(self),
                )
            )
        self.digest = digest.hexdigest()
        self.register_outputs({"digest": self.digest})


def source_files(folder: Path) -> Iterator[Path]:
    """Yield the files of a folder that are ours, in a fixed order."""
    for path in sorted(folder.rglob("*")):
        if path.is_file() and not _NOT_OURS & set(path.relative_to(folder).parts):
            yield path
