"""What reaches the account for a resource: statements in order, or calls of the program's own providers."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest
from snowflake.connector.errors import ProgrammingError

from c360.deployment import appliers
from c360.deployment.appliers import PROVIDER_KEY, Applied, Appliers, DynamicApplier, SqlApplier, describe, failure
from c360.deployment.kinds.base import SqlKind
from c360.deployment.model import DeploymentError
from c360.deployment.sql import COMMENT
from c360.deployment.state import Record
from components.stage_files import StageFileError
from stacks.config import load_config

KIND = "snowflake:index/thing:Thing"
INPUTS = {"database": "D", "schema": "S", "name": "T", "comment": "c"}


Statements = list[str] | None


class Kind(SqlKind):
    """A kind whose answers a test chooses."""

    altered: Statements
    adopted: Statements

    def alter(self, _old: Any, _new: Any, /) -> list[str] | None:
        if self.altered == ["refuse"]:
            raise DeploymentError("it cannot be said")
        return self.altered

    def adopt(self, _inputs: Any, _query: Any, /) -> list[str] | None:
        return self.adopted

    def before_change(self, _inputs: Any, _query: Any, /) -> tuple[list[str], list[str]]:
        return ["SUSPEND"], ["RESUME"]


class Connection:
    """It keeps the statements, and refuses one."""

    def __init__(self, refused: str = "") -> None:
        self.statements: list[str] = []
        self.refused, self.closed = refused, 0

    def cursor(self, _: object) -> Connection:
        return self

    def execute(self, statement: str) -> Connection:
        if statement == self.refused:
            raise ProgrammingError("no\n  rights")
        self.statements.append(statement)
        return self

    def fetchall(self) -> list[dict[str, Any]]:
        return [{"name": "T"}]

    def close(self) -> None:
        self.closed += 1


def sql_applier(
    monkeypatch: pytest.MonkeyPatch, connection: Connection, altered: Statements = None, adopted: Statements = None
) -> SqlApplier:
    kind = Kind("THING", (COMMENT,))
    vars(kind).update(altered=altered, adopted=adopted)
    monkeypatch.setitem(appliers.SQL_KINDS, KIND, kind)  # type: ignore[arg-type]
    applier = SqlApplier(load_config("local"))
    applier._connections = {"ENGINEER": connection, "ACCOUNTADMIN": connection}
    return applier


def thing(**properties: Any) -> Record:
    return Record(
        **({"urn": "urn:T", "type": KIND, "name": "things-t", "inputs": INPUTS, "role": "ENGINEER"} | properties)
    )


def test_a_change_stands_between_what_prepares_it_and_what_follows(monkeypatch: pytest.MonkeyPatch) -> None:
    connection = Connection()
    applier = sql_applier(monkeypatch, connection)
    assert applier.create(thing()) == Applied('"D"."S"."T"', INPUTS | {"fullyQualifiedName": '"D"."S"."T"'})
    assert connection.statements == ["SUSPEND", """CREATE THING "D"."S"."T" COMMENT = 'c'""", "RESUME"]
    applier.delete(thing())
    assert connection.statements[3:] == ["SUSPEND", 'DROP THING IF EXISTS "D"."S"."T"', "RESUME"]


def test_an_input_that_no_statement_would_say_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    connection = Connection()
    applier = sql_applier(monkeypatch, connection, altered=["ALTER IT"])
    with pytest.raises(DeploymentError, match="Thing 'things-t' has the input colour"):
        applier.create(thing(inputs=INPUTS | {"colour": "red"}))
    assert connection.statements == []


@pytest.mark.parametrize("way", ["altered", "adopted"])
def test_nothing_to_change_is_no_statement(monkeypatch: pytest.MonkeyPatch, way: str) -> None:
    connection = Connection()
    applier = sql_applier(monkeypatch, connection, altered=[], adopted=[])
    done = applier.update(thing(), INPUTS) if way == "altered" else applier.adopt(thing())
    assert done is not None
    assert done.outputs["comment"] == "c"
    assert connection.statements == []


def test_an_object_that_is_there_is_brought_to_its_inputs(monkeypatch: pytest.MonkeyPatch) -> None:
    connection = Connection()
    sql_applier(monkeypatch, connection, adopted=["ALTER IT"]).adopt(thing())
    assert connection.statements == ["SUSPEND", "ALTER IT", "RESUME"]


def test_what_is_another_thing_is_not_adopted_and_not_altered(monkeypatch: pytest.MonkeyPatch) -> None:
    applier = sql_applier(monkeypatch, Connection(), altered=None, adopted=None)
    assert applier.update(thing(), INPUTS) is None
    with pytest.raises(DeploymentError, match=r"Thing 'things-t' is in the account already.*rename it\.$"):
        applier.adopt(thing())


def test_refusals_name_the_resource_and_the_statement(monkeypatch: pytest.MonkeyPatch) -> None:
    applier = sql_applier(monkeypatch, Connection(refused="SUSPEND"), altered=["refuse"])
    with pytest.raises(DeploymentError, match=r"^Thing 'things-t' could not be deployed: it cannot be said$"):
        applier.update(thing(), INPUTS)
    with pytest.raises(
        DeploymentError, match=r"Thing 'things-t' could not be deployed: \[SUSPEND\] failed: .*no rights"
    ):
        applier.create(thing())


@pytest.mark.parametrize(("length", "is_cut"), [(160, False), (161, True)])
def test_a_long_statement_is_cut(length: int, is_cut: bool) -> None:
    said = str(failure(thing(), "x" * length, "no"))
    assert said == f"Thing 'things-t' could not be deployed: [{'x' * 160}{' ...' if is_cut else ''}] failed: no"


def test_the_administrator_is_shown_everything(monkeypatch: pytest.MonkeyPatch) -> None:
    connection = Connection()
    applier = sql_applier(monkeypatch, connection)
    assert applier.shown("SHOW THINGS") == [{"name": "T"}]
    applier.close()
    assert (connection.closed, applier._connections) == (2, {})


class Provider:
    """It keeps what it is asked."""

    def __init__(self, replaces: list[str] | None = None, fails: bool = False) -> None:
        self.replaces, self.fails = replaces or [], fails
        self.asked: list[tuple[Any, ...]] = []

    def create(self, inputs: Any) -> Any:
        self.asked.append(("create", inputs))
        if self.fails:
            raise StageFileError("it changed.")
        return SimpleNamespace(id="made", outs=None)

    def diff(self, *given: Any) -> Any:
        self.asked.append(("diff", *given))
        return SimpleNamespace(replaces=self.replaces)

    def update(self, *given: Any) -> Any:
        self.asked.append(("update", *given))
        return SimpleNamespace(outs={"sha": "new"})

    def delete(self, *given: Any) -> None:
        self.asked.append(("delete", *given))


def dynamic(provider: Provider) -> DynamicApplier:
    applier = DynamicApplier(load_config("local"))
    applier._providers = {"it": provider, "newer": provider}  # type: ignore[dict-item]
    return applier


OLD, NEW = {PROVIDER_KEY: "it", "sha": "old"}, {PROVIDER_KEY: "newer", "sha": "new"}


def file(outputs: dict[str, Any] | None = None) -> Record:
    kind = f"{appliers.DYNAMIC}stage:StageFile"
    return Record("urn:F", kind, "file", OLD, id="f", outputs=outputs or {})


def test_a_provider_creates_what_may_have_no_outputs() -> None:
    provider = Provider()
    assert dynamic(provider).create(file()) == Applied("made", {})
    assert provider.asked == [("create", OLD)]


def test_a_provider_compares_and_then_updates() -> None:
    provider = Provider()
    assert dynamic(provider).update(file({"sha": "old"}), NEW) == Applied("f", {"sha": "new"})
    assert provider.asked == [("diff", "f", {"sha": "old"}, NEW), ("update", "f", {"sha": "old"}, NEW)]


def test_what_a_provider_wants_replaced_is_not_updated() -> None:
    provider = Provider(replaces=["sha"])
    assert dynamic(provider).update(file(), NEW) is None
    assert [asked[0] for asked in provider.asked] == ["diff"]


@pytest.mark.parametrize(("outputs", "given"), [({"sha": "known"}, {"sha": "known"}), ({}, OLD)])
def test_a_removal_is_told_the_outputs_or_where_none_are_known_the_inputs(
    outputs: dict[str, Any], given: dict[str, Any]
) -> None:
    provider = Provider()
    dynamic(provider).delete(file(outputs))
    assert provider.asked == [("delete", "f", given)]


def test_a_file_that_cannot_be_put_is_named() -> None:
    with pytest.raises(DeploymentError, match=r"^StageFile 'file' could not be deployed: it changed\.$"):
        dynamic(Provider(fails=True)).create(file())


def test_each_type_has_one_way() -> None:
    ways = Appliers(load_config("local"))
    assert ways.of("snowflake:index/schema:Schema") is ways.sql
    assert ways.of("aws:s3/bucket:Bucket") is ways.aws
    assert ways.of(file().type) is ways.dynamic
    with pytest.raises(DeploymentError, match="random:index/pet:Pet cannot be deployed without the Pulumi engine"):
        ways.of("random:index/pet:Pet")
    assert describe(file()) == "StageFile 'file'"
