"""The in-process engine: brings the account to what the program registers, one resource at a time."""

from __future__ import annotations

import json
import threading
import time
from dataclasses import replace
from typing import TYPE_CHECKING

from c360.deployment.appliers import Applied, Appliers, describe
from c360.deployment.model import Deployment, DeploymentError, Event, Inputs, OnEvent, Operation, Registration
from c360.deployment.state import Record
from c360.recorder import PROVIDER_KEY
from components.options import HOLDS_DATA

if TYPE_CHECKING:
    from c360.deployment.presence import Presence
    from c360.deployment.state import State


class Engine:
    """Applies registrations one at a time, remembers them, and at the end removes what is no longer declared."""

    def __init__(
        self, stack: str, state: State, appliers: Appliers, on_event: OnEvent, *, adopts: bool = False
    ) -> None:
        self.result = Deployment(stack)
        self.failure: DeploymentError | None = None
        self._state, self._appliers, self._on_event = state, appliers, on_event
        self._adopts = adopts
        self._gone: set[str] = set()
        self._roles: dict[str, str] = {}
        self._seen: set[str] = set()
        self._replaced: set[str] = set()
        self._lock = threading.Lock()

    def register_provider(self, registration: Registration) -> Applied:
        """Remember the role or the tags of a provider."""
        with self._lock:
            if registration.type == "pulumi:providers:snowflake":
                self._roles[registration.urn] = registration.inputs["role"]
            elif registration.type == "pulumi:providers:aws":
                self._appliers.aws.tags = json.loads(registration.inputs["defaultTags"])["tags"]
        return Applied(registration.name, {})

    def register(self, registration: Registration) -> Applied:
        """Bring one resource to what the program declares.

        Raises:
            DeploymentError: where the account refuses; every later registration is then refused too.
        """
        with self._lock:
            if self.failure is not None:
                raise self.failure
            self._seen.add(registration.urn)
            try:
                return self._bring(registration)
            except DeploymentError as error:
                self.failure = error
                raise

    def remove_undeclared(self) -> None:
        """Delete what the program no longer declares, last first."""
        for record in reversed(self._state.in_order()):
            if record.urn not in self._seen:
                self._delete(record)

    def remove_all(self) -> None:
        """Delete everything, last first."""
        for record in self._state.in_order():
            if record.is_protected:
                raise _protected(record)
            self._forget_if_gone(record)
        for record in reversed(self._state.in_order()):
            self._delete(record)

    def _bring(self, wanted: Registration) -> Applied:
        is_ours = self._state.find(wanted.urn) is None and self._take_over(wanted)
        record = self._state.find(wanted.urn)
        started = time.perf_counter()
        if record is not None and self._forget_if_gone(record):
            record = None
        if record is not None and record.pending == "create":
            record = self._resolve(record)
        if record is None:
            applied = (None if is_ours else self._adopt(wanted)) or self._create(wanted)
            self._report("create", wanted.type, wanted.name, started)
            return applied
        follows = self._replaced & set(wanted.replace_with)
        if not follows and record.pending is None and _comparable(record.inputs) == _comparable(wanted.inputs):
            self._keep(record, wanted)
            self._report("same", wanted.type, wanted.name, started)
            return Applied(record.id, record.outputs)
        applied = None if follows or record.pending == "delete" else self._update(record, wanted)
        if applied is not None:
            self._report("update", wanted.type, wanted.name, started)
            return applied
        self._replace(record)
        applied = self._create(wanted)
        self._report("replace", wanted.type, wanted.name, started)
        return applied

    def _take_over(self, wanted: Registration) -> bool:
        """Give a resource the record that it has under a URN of before; tell whether there was one.

        One of another type is forgotten: what it made stands until the creation of the new one takes its place.
        """
        former = next((record for urn in wanted.aliases if (record := self._state.find(urn))), None)
        if former is None:
            return False
        self._state.remove(former.urn)
        if former.type == wanted.type:
            self._state.put(replace(former, urn=wanted.urn, name=wanted.name))
        return True

    def _create(self, wanted: Registration) -> Applied:
        record = self._record(wanted)
        self._state.put(record)
        try:
            applied = self._appliers.of(record.type).create(record)
        except DeploymentError:
            # One statement makes it: refused, it made nothing, and whatever bears the name is not ours.
            if _holds_data(record):
                self._state.remove(record.urn)
            raise
        self._presence.note(record.type, record.inputs, is_there=True)
        return self._settle(record, applied)

    def _record(self, wanted: Registration) -> Record:
        return Record(
            urn=wanted.urn,
            type=wanted.type,
            name=wanted.name,
            inputs=wanted.inputs,
            role=self._role(wanted),
            depends_on=wanted.depends_on,
            uses=wanted.uses,
            is_protected=wanted.is_protected,
            pending="create",
        )

    def _update(self, record: Record, wanted: Registration) -> Applied | None:
        owner = record.role
        record.pending = "update"
        record.role = self._role(wanted)
        self._state.put(record)
        applied = self._appliers.of(record.type).update(record, wanted.inputs)
        if applied is None:
            # Who made it deletes it.
            record.pending, record.role = None, owner
            return None
        record.inputs = wanted.inputs
        self._keep(record, wanted)
        return self._settle(record, applied)

    def _replace(self, record: Record) -> None:
        """Delete a resource, and before it whatever lives on its outputs and would go down with it."""
        for user in self._state.users_of(record.urn):
            self._delete(user)
        self._delete(record)
        self._replaced.add(record.urn)
        # The program registers the new one next.
        self.result.deleted -= 1

    def _delete(self, record: Record) -> None:
        if record.is_protected:
            raise _protected(record)
        started = time.perf_counter()
        if record.pending != "delete":
            record.pending = "delete"
            self._state.put(record)
        self._appliers.of(record.type).delete(record)
        self._presence.note(record.type, record.inputs, is_there=False)
        self._state.remove(record.urn)
        self._report("delete", record.type, record.name, started)

    def _settle(self, record: Record, applied: Applied) -> Applied:
        record.id, record.outputs, record.pending = applied.id, applied.outputs, None
        self._state.put(record)
        return applied

    def _keep(self, record: Record, wanted: Registration) -> None:
        current = (wanted.depends_on, wanted.uses, wanted.is_protected)
        if (record.depends_on, record.uses, record.is_protected) != current:
            record.depends_on, record.uses, record.is_protected = current
            self._state.put(record)

    @property
    def _presence(self) -> Presence:
        return self._appliers.presence

    def _forget_if_gone(self, record: Record) -> bool:
        """Forget a resource that somebody dropped by hand, and what cannot be without one that was dropped."""
        is_there = self._presence.has(record.type, record.inputs)
        is_gone = bool(self._gone & set(record.uses)) if is_there is None else not is_there
        if is_gone:
            self._gone.add(record.urn)
            self._state.remove(record.urn)
        return is_gone

    def _resolve(self, record: Record) -> Record | None:
        """Decide what becomes of a resource whose creation was cut short; nobody knows how far it came.

        Nothing had its name before: that was asked first. What holds data is kept as it stands, because one statement
        makes it; of anything else the remains go.
        """
        if _holds_data(record):
            record.pending = None
            self._state.put(record)
            return record
        self._appliers.of(record.type).delete(record)
        self._presence.note(record.type, record.inputs, is_there=False)
        self._state.remove(record.urn)
        return None

    def _adopt(self, wanted: Registration) -> Applied | None:
        """Take over what has the resource's name and is not of this state; None where there is no such thing.

        Raises:
            DeploymentError: where nobody asked for it, or it is too different.
        """
        if not self._presence.has(wanted.type, wanted.inputs):
            return None
        record = self._record(wanted)
        if not self._adopts:
            raise DeploymentError(
                f"{describe(record)} is in the account already, and not by this deployment: nothing of it was changed. "
                "'c360 up --adopt' takes over what bears the platform's names, with its data; or drop or rename it."
            )
        return self._settle(record, self._appliers.adopt(record))

    def _role(self, wanted: Registration) -> str | None:
        return self._roles.get(wanted.provider.rpartition("::")[0])

    def _report(self, operation: Operation, kind: str, name: str, started: float) -> None:
        self.result.count(operation)
        self._on_event(Event(operation, kind, name, round(time.perf_counter() - started, 3)))


def _holds_data(record: Record) -> bool:
    return record.type.rpartition(":")[2] in HOLDS_DATA


def _protected(record: Record) -> DeploymentError:
    return DeploymentError(f"{describe(record)} is protected: set protect to false before it can be deleted.")


def _comparable(inputs: Inputs) -> Inputs:
    return {key: value for key, value in inputs.items() if key != PROVIDER_KEY}
