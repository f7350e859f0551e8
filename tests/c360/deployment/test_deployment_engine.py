"""The engine's decisions, without an account: what is created, altered, replaced, removed, and continued."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest

from c360.deployment.appliers import Applied
from c360.deployment.engine import Engine
from c360.deployment.model import DeploymentError, Event, Registration
from c360.deployment.state import Record, State

if TYPE_CHECKING:
    from pathlib import Path


class Account:
    """Stands in for the account: remembers what it was asked to do; size is the only property that can be altered.

    It lists what has an input `listed`, under that name, as SHOW lists tables; all else is like a grant.
    """

    def __init__(self) -> None:
        self.asked: list[str] = []
        self.owned: list[tuple[str, str | None]] = []
        self.refuses: str | None = None
        self.there: set[str] = set()
        self.presence = self.sql = self

    def has(self, _kind: str, inputs: dict[str, Any]) -> bool | None:
        return inputs["listed"] in self.there if "listed" in inputs else None

    def note(self, _kind: str, inputs: dict[str, Any], *, is_there: bool) -> None:
        if "listed" in inputs:
            (self.there.add if is_there else self.there.discard)(inputs["listed"])

    def adopt(self, record: Record) -> Applied:
        self._do("adopt", record)
        return Applied(record.name, {**record.inputs, "made": True})

    def of(self, _kind: str) -> Account:
        return self

    def create(self, record: Record) -> Applied:
        self._do("create", record)
        return Applied(record.name, {**record.inputs, "made": True})

    def update(self, record: Record, inputs: dict[str, Any]) -> Applied | None:
        if {k: v for k, v in record.inputs.items() if k != "size"} != {k: v for k, v in inputs.items() if k != "size"}:
            return None
        self._do("update", record)
        return Applied(record.name, {**inputs, "made": True})

    def delete(self, record: Record) -> None:
        self._do("delete", record)

    def _do(self, what: str, record: Record) -> None:
        self.asked.append(f"{what} {record.name}")
        self.owned.append((what, record.role))
        if self.refuses == record.name:
            raise DeploymentError(f"{record.name} refused")


def thing(
    name: str, *uses: str, protect: bool = False, follows: str = "", kind: str = "test:Thing", **inputs: Any
) -> Registration:
    used = [f"urn::{other}" for other in uses]
    replace_with = [f"urn::{follows}"] if follows else []
    return Registration(f"urn::{name}", kind, name, inputs, "", used, used, protect, replace_with)


class Stack:
    """Deploys lists of registrations one after another from one state file, a new engine each time."""

    def __init__(self, folder: Path) -> None:
        self.path, self.account, self.events = folder / "deployment.json", Account(), []

    def up(self, *things: Registration, save: bool = True, adopts: bool = False) -> list[str]:
        self.account.asked.clear()
        state = State(self.path)
        engine = Engine("local", state, self.account, self.events.append, adopts=adopts)  # type: ignore[arg-type]
        try:
            for wanted in things:
                engine.register(wanted)
            engine.remove_undeclared()
        finally:
            if save:
                state.save()
        self.result = engine.result
        return list(self.account.asked)

    def destroy(self) -> list[str]:
        self.account.asked.clear()
        state = State(self.path)
        try:
            Engine("local", state, self.account, self.events.append).remove_all()  # type: ignore[arg-type]
        finally:
            state.save()
        return list(self.account.asked)


@pytest.fixture
def stack(tmp_path: Path) -> Stack:
    return Stack(tmp_path)


def test_a_second_run_asks_nothing_of_the_account(stack: Stack) -> None:
    assert stack.up(thing("a", size=1), thing("b", "a")) == ["create a", "create b"]
    assert stack.up(thing("a", size=1), thing("b", "a")) == []
    assert (stack.result.changed, stack.result.unchanged) == (0, 2)


def test_known_outputs_come_back_without_the_account(stack: Stack) -> None:
    stack.up(thing("a", size=1))
    engine = Engine("local", State(stack.path), stack.account, lambda _: None)
    assert engine.register(thing("a", size=1)).outputs == {"size": 1, "made": True}


def test_a_changed_property_is_altered(stack: Stack) -> None:
    stack.up(thing("a", size=1))
    assert stack.up(thing("a", size=2)) == ["update a"]
    assert stack.result.updated == 1
    assert stack.up(thing("a", size=2)) == []


def test_what_cannot_be_altered_is_replaced_with_what_lives_on_it(stack: Stack) -> None:
    stack.up(thing("a", place=1), thing("b", "a"), thing("c", "b"), thing("d"))
    assert stack.up(thing("a", place=2), thing("b", "a"), thing("c", "b"), thing("d")) == [
        "delete c", "delete b", "delete a", "create a", "create b", "create c",
    ]  # fmt: skip


def test_what_another_role_shall_own_is_deleted_by_the_one_that_made_it(stack: Stack) -> None:
    """Inputs that cannot be altered change together with the provider: the old owner drops, the new one creates."""

    def by(role: str, place: int) -> None:
        engine = Engine("local", State(stack.path), stack.account, stack.events.append)  # type: ignore[arg-type]
        provider = Registration(f"urn::{role}", "pulumi:providers:snowflake", role, {"role": role}, "", [], [])
        engine.register_provider(provider)
        engine.register(replace(thing("a", place=place), provider=f"urn::{role}::id"))

    by("ENGINEER", 1)
    by("OWNER", 2)
    assert stack.account.owned == [("create", "ENGINEER"), ("delete", "ENGINEER"), ("create", "OWNER")]


def test_a_resource_follows_the_replacement_that_it_is_tied_to(stack: Stack) -> None:
    stack.up(thing("a", place=1), thing("b", follows="a"))
    assert stack.up(thing("a", place=2), thing("b", follows="a")) == ["delete a", "create a", "delete b", "create b"]


def test_a_resource_under_another_name_keeps_what_it_made(stack: Stack) -> None:
    stack.up(thing("a", size=1), thing("b", "a"))
    renamed = replace(thing("c", size=1), aliases=["urn::other", "urn::a"])
    assert stack.up(renamed, thing("b", "c")) == []
    assert stack.up(thing("b")) == ["delete c"]


def test_a_resource_of_another_type_takes_the_place_of_what_it_was(stack: Stack) -> None:
    stack.up(thing("a", listed="V"))
    other = replace(thing("c", kind="test:Other", listed="V"), aliases=["urn::a"])
    assert stack.up(other) == ["create c"], "nothing is dropped, and what is there is no stranger's"
    assert stack.up(other) == []


def test_what_is_no_longer_declared_is_removed_last_first(stack: Stack) -> None:
    stack.up(thing("a"), thing("b", "a"), thing("c", "b"))
    assert stack.up(thing("a")) == ["delete c", "delete b"]
    assert stack.up() == ["delete a"]
    assert not stack.path.exists()


def test_removal_follows_dependencies_and_not_age(stack: Stack) -> None:
    stack.up(thing("a"), thing("b"))
    stack.up(thing("a", "b"), thing("b"))
    assert stack.up() == ["delete a", "delete b"]


def test_a_failure_stops_everything_behind_it_and_the_next_run_continues(stack: Stack) -> None:
    stack.account.refuses = "b"
    with pytest.raises(DeploymentError, match="b refused"):
        stack.up(thing("a"), thing("b", "a"), thing("c", "b"))
    stack.account.refuses = None
    assert stack.up(thing("a"), thing("b", "a"), thing("c", "b")) == ["delete b", "create b", "create c"]


def test_the_first_failure_is_what_later_registrations_hear(tmp_path: Path) -> None:
    account = Account()
    engine = Engine("local", State(tmp_path / "deployment.json"), account, lambda _: None)  # type: ignore[arg-type]
    account.refuses = "a"
    for name in ("a", "b"):
        with pytest.raises(DeploymentError, match="a refused"):
            engine.register(thing(name))
    assert account.asked == ["create a"]


def test_a_kill_between_statement_and_note_is_repaired(stack: Stack) -> None:
    stack.account.refuses = "b"
    with pytest.raises(DeploymentError):
        stack.up(thing("a"), thing("b"), save=False)
    journal = stack.path.with_suffix(".journal")
    assert journal.exists()
    journal.write_text(journal.read_text() + '{"put": {"urn": "urn::half')
    stack.account.refuses = None
    assert stack.up(thing("a"), thing("b")) == ["delete b", "create b"]


def test_an_interrupted_removal_is_finished(stack: Stack) -> None:
    stack.up(thing("a"), thing("b"))
    stack.account.refuses = "b"
    with pytest.raises(DeploymentError):
        stack.up(thing("a"))
    stack.account.refuses = None
    assert stack.up(thing("a")) == ["delete b"]


def test_protected_resources_are_not_deleted(stack: Stack) -> None:
    stack.up(thing("a", protect=True))
    with pytest.raises(DeploymentError, match="Thing 'a' is protected: set protect to false"):
        stack.up()
    assert stack.account.asked == []


def test_events_tell_each_resource(stack: Stack) -> None:
    stack.up(thing("a"))
    (event,) = stack.events
    assert isinstance(event, Event)
    assert (event.operation, event.type, event.name) == ("create", "test:Thing", "a")


DATA = {"kind": "snowflake:index/database:Database", "listed": "D"}


def test_what_is_there_and_not_of_this_state_is_refused_however_often(stack: Stack) -> None:
    stack.account.there.add("D")
    for _ in range(3):
        with pytest.raises(DeploymentError, match=r"Database 'd' is in the account already.*c360 up --adopt"):
            stack.up(thing("a"), thing("d", **DATA), thing("b", "d"))
        assert [asked for asked in stack.account.asked if asked != "create a"] == []
    assert stack.destroy() == ["delete a"]
    assert "D" in stack.account.there


def test_what_is_there_is_adopted_where_somebody_asks(stack: Stack) -> None:
    stack.account.there.add("D")
    wanted = (thing("d", size=1, **DATA), thing("b", "d"))
    assert stack.up(*wanted, adopts=True) == ["adopt d", "create b"]
    assert stack.up(*wanted) == []
    assert stack.up(thing("d", size=2, **DATA), thing("b", "d")) == ["update d"]


def test_data_whose_creation_the_account_refused_are_nobodys(stack: Stack) -> None:
    """Somebody else made it in the moment between the question and the statement."""
    stack.account.refuses = "d"
    with pytest.raises(DeploymentError, match="d refused"):
        stack.up(thing("d", **DATA))
    stack.account.refuses = None
    stack.account.there.add("D")
    with pytest.raises(DeploymentError, match="is in the account already"):
        stack.up(thing("d", **DATA))
    assert stack.destroy() == []


def test_data_that_were_created_before_a_kill_are_kept(stack: Stack) -> None:
    state = State(stack.path)
    state.put(Record("urn::d", DATA["kind"], "d", {"listed": "D", "size": 1}, pending="create"))
    stack.account.there.add("D")
    assert stack.up(thing("d", size=2, **DATA)) == ["update d"]


def test_remains_of_anything_else_go_before_it_is_created_again(stack: Stack) -> None:
    stack.account.refuses = "t"
    with pytest.raises(DeploymentError):
        stack.up(thing("t", listed="T"))
    stack.account.refuses = None
    stack.account.there.add("T")
    assert stack.up(thing("t", listed="T")) == ["delete t", "create t"]


def test_what_was_dropped_by_hand_comes_back_with_what_cannot_be_without_it(stack: Stack) -> None:
    wanted = (thing("w", listed="W"), thing("grant", "w"), thing("t", "w", listed="T"), thing("other"))
    stack.up(*wanted)
    stack.account.there.discard("W")
    assert stack.up(*wanted) == ["create w", "create grant"], "the table is there still"
    assert stack.up(*wanted) == []


def test_what_was_dropped_by_hand_does_not_stop_a_removal(stack: Stack) -> None:
    stack.up(thing("w", listed="W"), thing("grant", "w"), thing("t", listed="T"))
    stack.account.there.discard("W")
    assert stack.destroy() == ["delete t"]
    assert not stack.path.exists()


def test_a_removal_of_everything_asks_first_whether_something_is_protected(stack: Stack) -> None:
    stack.up(thing("a", protect=True), thing("b", "a"), thing("c"))
    with pytest.raises(DeploymentError, match="Thing 'a' is protected"):
        stack.destroy()
    assert stack.account.asked == []


def test_a_replaced_object_is_not_taken_for_somebody_elses(stack: Stack) -> None:
    stack.up(thing("t", listed="T", place=1), thing("u", "t", listed="U"))
    assert stack.up(thing("t", listed="T", place=2), thing("u", "t", listed="U")) == [
        "delete u", "delete t", "create t", "create u",
    ]  # fmt: skip
