"""The providers of files on stages, on a stage of a real account's."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING, Any

import pytest
from pulumi.dynamic import Config, ConfigureRequest

from components import account_provider
from components.account_provider import close_connections
from components.stage_files import ExclusiveFilesProvider, StageFileError, StageFileProvider

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from conftest import Connect


class Folder:
    """A folder `f` on a stage of its own, and a folder of the repository."""

    def __init__(self, stage: str, source: Path, cursor: Any) -> None:
        self.stage, self.source, self._cursor = stage, source, cursor

    def stage_holds(self) -> set[str]:
        """Return the paths of all files on the stage."""
        return {str(row[0]).partition("/")[2] for row in self._cursor.execute(f"list @{self.stage}").fetchall()}

    def put(self, path: str) -> None:
        """Put a file by hand."""
        source = str(self._file(path)).replace("'", "''")
        self._cursor.execute(f"put 'file://{source}' @{self.stage}/{path.rpartition('/')[0]} auto_compress = false")

    def file(self, path: str) -> dict[str, Any]:
        """Return the properties of one file's resource."""
        content = hashlib.sha256(self._file(path).read_bytes()).hexdigest()
        folder, _, name = f"f/{path}".rpartition("/")
        return {
            "stage": self.stage, "folder": folder, "name": name, "source": f"source/{path}", "sha256": content,
            "role": "ACCOUNTADMIN",
        }  # fmt: skip

    def exclusive(self, *paths: str) -> dict[str, Any]:
        """Return the properties of the whole folder's resource."""
        files = {path: self.file(path)["sha256"] for path in paths}
        return {"stage": self.stage, "folder": "f", "source": "source", "files": files, "role": "ACCOUNTADMIN"}

    def drop(self) -> None:
        """Drop the stage."""
        self._cursor.execute(f"drop stage {self.stage}")

    def _file(self, path: str) -> Path:
        file = self.source / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(path)
        return file


@pytest.fixture
def folder(database: str, connect: Connect, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Folder]:
    monkeypatch.setattr("components.stage_files.ROOT", tmp_path)
    with connect(database=database).cursor() as cursor:
        cursor.execute("create stage FILES")
        yield Folder(f"{database}.PUBLIC.FILES", tmp_path / "source", cursor)
    close_connections()


@pytest.fixture
def settings(connection_settings: dict[str, Any]) -> ConfigureRequest:
    return ConfigureRequest(Config({"customer-360:snowflake": connection_settings}, "customer-360"))


@pytest.fixture
def files(settings: ConfigureRequest) -> StageFileProvider:
    provider = StageFileProvider()
    provider.configure(settings)
    return provider


@pytest.fixture
def exclusive(settings: ConfigureRequest) -> ExclusiveFilesProvider:
    provider = ExclusiveFilesProvider()
    provider.configure(settings)
    return provider


def test_an_exclusive_folder_loses_what_is_not_its_own_and_nothing_beside_it(
    folder: Folder, exclusive: ExclusiveFilesProvider
) -> None:
    for path in ("f/kept.sql", "f/a/kept.sql", "f/gone.sql", "f/a/it's gone.sql", "f_beside/kept.sql"):
        folder.put(path)
    wanted = folder.exclusive("kept.sql", "a/kept.sql")
    drift = exclusive.read("id", wanted).outs or {}
    assert drift["files"].keys() - wanted["files"].keys() == {"gone.sql", "a/it's gone.sql"}
    assert exclusive.diff("id", drift, wanted).changes
    exclusive.create(wanted)
    assert folder.stage_holds() == {"f/kept.sql", "f/a/kept.sql", "f_beside/kept.sql"}
    assert exclusive.read("id", wanted).outs == wanted
    assert not exclusive.diff("id", wanted, wanted).changes


def test_a_file_that_stays_in_spite_of_its_removal_stops_the_deployment(
    folder: Folder, exclusive: ExclusiveFilesProvider, monkeypatch: pytest.MonkeyPatch
) -> None:
    run = exclusive.run
    monkeypatch.setattr(
        exclusive, "run", lambda role, statement: [] if statement.startswith("REMOVE") else run(role, statement)
    )
    folder.put("f/gone.sql")
    with pytest.raises(StageFileError, match=r"^gone.sql could not be removed from @.*FILES/f.$"):
        exclusive.create(folder.exclusive())


def test_a_file_that_is_missing_is_put_back_as_it_was_declared(
    folder: Folder, exclusive: ExclusiveFilesProvider
) -> None:
    wanted = folder.exclusive("a/b.sql", "c.sql")
    exclusive.update("id", {}, wanted)
    assert folder.stage_holds() == {"f/a/b.sql", "f/c.sql"}
    (folder.source / "d.sql").write_text("before")
    later = wanted | {"files": wanted["files"] | {"d.sql": hashlib.sha256(b"after").hexdigest()}}
    with pytest.raises(StageFileError, match=r"source/d.sql changed while it was deployed"):
        exclusive.update("id", wanted, later)


def test_a_removed_file_takes_no_longer_name_along(
    folder: Folder, files: StageFileProvider, exclusive: ExclusiveFilesProvider
) -> None:
    old = folder.file("README")
    files.create(old)
    files.create(folder.file("README.md"))
    exclusive.update("id", {}, folder.exclusive("README.md"))
    assert folder.stage_holds() == {"f/README.md"}
    files.delete("id", old)
    assert folder.stage_holds() == {"f/README.md"}
    assert files.read("id", old).id is None


def test_files_that_are_gone_with_their_stage_are_deleted_without_complaint(
    folder: Folder, files: StageFileProvider, exclusive: ExclusiveFilesProvider
) -> None:
    file, whole = folder.file("a.sql"), folder.exclusive("a.sql")
    files.create(file)
    assert files.read("id", file).id == "id"
    folder.drop()
    files.delete("id", file)
    assert files.read("id", file).id is None
    assert exclusive.read("id", whole).id is None


FILE = {"stage": "S", "folder": "f", "name": "a.sql", "sha256": "1", "role": "R", "source": "s/a.sql"}
WHOLE = {"stage": "S", "folder": "f", "files": {"a.sql": "1"}, "source": "s", "role": "R"}


@pytest.mark.parametrize(
    ("key", "changes", "replaces"),
    [("stage", True, True), ("folder", True, True), ("name", True, True), ("sha256", True, False),
     ("role", True, False), ("source", False, False)],
)  # fmt: skip
def test_another_place_is_another_file_and_other_content_the_same(key: str, changes: bool, replaces: bool) -> None:
    provider = StageFileProvider()
    assert provider.diff("id", FILE, FILE).changes is False
    found = provider.diff("id", FILE, FILE | {key: "other"})
    assert (found.changes, found.replaces, found.delete_before_replace) == (changes, [key] if replaces else [], True)


@pytest.mark.parametrize(
    ("key", "replaces"), [("stage", True), ("folder", True), ("files", False), ("source", False), ("role", False)]
)
def test_another_place_is_another_folder(key: str, replaces: bool) -> None:
    provider = ExclusiveFilesProvider()
    assert provider.diff("id", WHOLE, WHOLE).changes is False
    found = provider.diff("id", WHOLE, WHOLE | {key: "other"})
    assert (found.changes, found.replaces) == (True, [key] if replaces else [])


def test_files_of_a_folder_share_a_connection_until_it_is_closed(folder: Folder, files: StageFileProvider) -> None:
    files.create(folder.file("a.sql"))
    ((key, first),) = account_provider.CONNECTIONS.items()
    files.create(folder.file("b.sql"))
    assert {key: first} == account_provider.CONNECTIONS
    first.close()
    files.create(folder.file("c.sql"))
    assert account_provider.CONNECTIONS[key] is not first
    assert folder.stage_holds() == {"f/a.sql", "f/b.sql", "f/c.sql"}
    close_connections()
    assert account_provider.CONNECTIONS == {}
