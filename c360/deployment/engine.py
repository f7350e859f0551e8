"""The in-process engine: brings the account to what the program registers, one resource at a time."""

from __future__ import annotations

import json
import threading
import time
from typing import TYPE_CHECKING

from c360.deployment.appliers import Applied, Appliers, describe
from c360.deployment.model import Deployment, DeploymentError, Event, Inputs, OnEvent, Operation, Registration
from c360.deployment.state import Record
from c360.recorder import PROVIDER_KEY

if TYPE_CHECKING:
    from c360.deployment.state import State


class Engine:
    """Applies registrations one at a time, remembers them, and at the end removes what is no longer declared."""

    def __init__(self, stack: str, state: State, appliers: Appliers, on_event: OnEvent) -> None:
        self.result = Deployment(stack)
        self.failure: DeploymentError | None = None
        self._state, self._appliers, self._on_event = state, appliers, on_event
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
        for record in reversed(self._state.in_order()):
            self._delete(record)

    def _bring(self, wanted: Registration) -> Applied:
        record = self._state.find(wanted.urn)
        started = time.perf_counter()
        if record is None:
            applied = self._create(wanted)
            self._report("create", wanted.type, wanted.name, started)
            return applied
        if record.pending == "create":
            # Nobody knows how far it came: what is there of it goes first.
            self._appliers.of(record.type).delete(record)
            applied = self._create(wanted)
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

    def _create(self, wanted: Registration) -> Applied:
        record = Record(
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
        self._state.put(record)
        return self._settle(record, self._appliers.of(record.type).create(record))

    def _update(self, record: Record, wanted: Registration) -> Applied | None:
        record.pending = "update"
        record.role = self._role(wanted)
        self._state.put(record)
        applied = self._appliers.of(record.type).update(record, wanted.inputs)
        if applied is None:
            record.pending = None
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
            raise DeploymentError(f"{describe(record)} is protected: set protect to false before it can be deleted.")
        started = time.perf_counter()
        if record.pending != "delete":
            record.pending = "delete"
            self._state.put(record)
        self._appliers.of(record.type).delete(record)
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

    def _role(self, wanted: Registration) -> str | None:
        return self._roles.get(wanted.provider.rpartition("::")[0])

    def _report(self, operation: Operation, kind: str, name: str, started: float) -> None:
        self.result.count(operation)
        self._on_event(Event(operation, kind, name, round(time.perf_counter() - started, 3)))


def _comparable(inputs: Inputs) -> Inputs:
    return {key: value for key, value in inputs.items() if key != PROVIDER_KEY}
