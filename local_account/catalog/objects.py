"""What an account holds: one typed class a kind of object, with the state that DuckDB cannot keep."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from functools import lru_cache
from typing import TYPE_CHECKING, Any, ClassVar

from local_account.catalog.base import CatalogObject, Value
from local_account.errors import invalid_value
from local_account.semantic import yaml_form

if TYPE_CHECKING:
    from local_account.semantic.model import SemanticModel


@dataclass
class Database(CatalogObject):
    """A database."""

    KIND: ClassVar[str] = "DATABASE"
    transient: bool = False


@dataclass
class Schema(CatalogObject):
    """A schema."""

    KIND: ClassVar[str] = "SCHEMA"
    transient: bool = False
    managed_access: bool = False


@dataclass
class Relation(CatalogObject):
    """A table or view.

    Attributes:
        column_types: types as DESCRIBE writes them, by column.
        column_comments: comments by column.
        column_tags: values of tags by column, then by the tag's full name.
        masking: masking policies' full names, by column.
        keys: constraints as SQL; they are not enforced, as on Snowflake.
        cluster_by: the clustering key as SHOW TABLES writes it.
        secure: whether it is a secure view.
        transient: whether it is a transient table.
    """

    column_types: dict[str, str] = field(default_factory=dict)
    column_comments: dict[str, str] = field(default_factory=dict)
    column_tags: dict[str, dict[str, str]] = field(default_factory=dict)
    masking: dict[str, str] = field(default_factory=dict)
    keys: list[str] = field(default_factory=list)
    cluster_by: str | None = None
    secure: bool = False
    transient: bool = False

    def by_column(self) -> tuple[dict[str, Any], ...]:
        """Return everything that is kept by column."""
        return self.column_types, self.column_comments, self.column_tags, self.masking


@dataclass
class Table(Relation):
    """A table."""

    KIND: ClassVar[str] = "TABLE"


@dataclass
class View(Relation):
    """A view.

    Attributes:
        text: the statement that made it.
        query: its query with full names.
        sources: the parts of the names of what it reads.
        dynamic: whether its rows depend on the session that asks.
        never_null: of each column, whether it is one that is NOT NULL.
    """

    KIND: ClassVar[str] = "VIEW"
    text: str = ""
    query: str = ""
    sources: list[list[str]] = field(default_factory=list)
    dynamic: bool = False
    never_null: list[bool] = field(default_factory=list)


@dataclass
class Sequence(CatalogObject):
    """A sequence; DuckDB keeps its values. They come in order, whether it is said to be ordered or not."""

    KIND: ClassVar[str] = "SEQUENCE"
    ordered: bool = False


@dataclass
class Role(CatalogObject):
    """A role; grants are kept beside the objects."""

    KIND: ClassVar[str] = "ROLE"


@dataclass
class User(CatalogObject):
    """A user.

    Attributes:
        password: its salted hash; without one it cannot log in.
        of_a_dbt_run: whether it was made for the process of one dbt run, and goes with it.
    """

    KIND: ClassVar[str] = "USER"
    password: str | None = None
    rsa_public_key: str | None = None
    rsa_public_key_2: str | None = None
    disabled: bool = False
    must_change_password: bool = False
    default_role: str | None = None
    default_warehouse: str | None = None
    default_secondary_roles: list[str] | None = None
    days_to_expiry: int | None = None
    mins_to_unlock: int | None = None
    type: str | None = None
    login_name: str | None = None
    display_name: str | None = None
    first_name: str | None = None
    middle_name: str | None = None
    last_name: str | None = None
    email: str | None = None
    default_namespace: str | None = None
    network_policy: str | None = None
    of_a_dbt_run: bool = False


@dataclass
class Warehouse(CatalogObject):
    """A warehouse; nothing here is ever waiting for one. Times are in seconds."""

    KIND: ClassVar[str] = "WAREHOUSE"
    state: str = "STARTED"
    resumed_on: str | None = None
    warehouse_type: str = "STANDARD"
    warehouse_size: str = "X-Small"
    max_cluster_count: int = 1
    min_cluster_count: int = 1
    scaling_policy: str = "STANDARD"
    auto_suspend: int | None = 600
    auto_resume: bool = True
    resource_monitor: str | None = None
    enable_query_acceleration: bool = False
    query_acceleration_max_scale_factor: int = 8
    max_concurrency_level: int | None = None
    statement_queued_timeout_in_seconds: int | None = None
    statement_timeout_in_seconds: int | None = None
    resource_constraint: str | None = None
    generation: str | None = None


@dataclass
class ResourceMonitor(CatalogObject):
    """A resource monitor; credits are never used here."""

    KIND: ClassVar[str] = "RESOURCE MONITOR"
    credit_quota: int | None = None
    frequency: str = "MONTHLY"
    start_timestamp: str | None = None
    end_timestamp: str | None = None
    notify_users: list[str] = field(default_factory=list)
    notify_at: str | None = None
    suspend_at: str | None = None
    suspend_immediate_at: str | None = None


@dataclass
class NotificationIntegration(CatalogObject):
    """An e-mail integration."""

    KIND: ClassVar[str] = "NOTIFICATION INTEGRATION"
    type: str | None = None
    enabled: bool = False
    allowed_recipients: list[str] = field(default_factory=list)
    default_recipients: list[str] = field(default_factory=list)
    default_subject: str | None = None


@dataclass
class StorageIntegration(CatalogObject):
    """A storage integration: what an external stage may reach, and as whom."""

    KIND: ClassVar[str] = "STORAGE INTEGRATION"
    enabled: bool = False
    storage_provider: str = "S3"
    storage_aws_role_arn: str = ""
    storage_aws_external_id: str = ""
    storage_aws_object_acl: str = ""
    storage_allowed_locations: list[str] = field(default_factory=list)
    storage_blocked_locations: list[str] = field(default_factory=list)


@dataclass
class FileFormat(CatalogObject):
    """A file format: its type, and the options that were given."""

    KIND: ClassVar[str] = "FILE FORMAT"
    type: str = "CSV"
    options: dict[str, Any] = field(default_factory=dict)


@dataclass
class Stage(CatalogObject):
    """A stage; one without a URL is internal, and one with a session's id is temporary, and that session's."""

    KIND: ClassVar[str] = "STAGE"
    url: str | None = None
    storage_integration: str | None = None
    file_format: dict[str, Any] = field(default_factory=dict)
    directory: dict[str, Any] = field(default_factory=dict)
    encryption: dict[str, Any] = field(default_factory=dict)
    session: int | None = None


@dataclass
class Routine(CatalogObject):
    """A procedure or function; its name carries the types of its arguments, `called` does not.

    Attributes:
        called: its name without arguments.
        arguments: name, type, and default as SQL or None, of each.
        returns: the type that it returns, as DESCRIBE writes it.
        columns: name and type of each column of the table that it returns, or None.
        body: what it does.
    """

    called: str = ""
    arguments: list[tuple[str, str, str | None]] = field(default_factory=list)
    returns: str = ""
    columns: list[tuple[str, str]] | None = None
    body: str = ""

    def __post_init__(self) -> None:
        self.arguments = [(name, kind, default) for name, kind, default in self.arguments]  # JSON has lists only
        self.columns = self.columns and [(name, kind) for name, kind in self.columns]


@dataclass
class Procedure(Routine):
    """A procedure, whose body is a block of Snowflake Scripting.

    Attributes:
        execute_as: OWNER or CALLER.
    """

    KIND: ClassVar[str] = "PROCEDURE"
    execute_as: str = "OWNER"


@dataclass
class Function(Routine):
    """A function, whose body is an expression or a query."""

    KIND: ClassVar[str] = "FUNCTION"


@dataclass
class Task(CatalogObject):
    """A task. Moments are UTC in ISO format.

    Attributes:
        id: what stays when it is changed.
        state: started or suspended.
        definition: the statement that it runs.
        condition: of WHEN, as SQL.
        predecessors: full names of the tasks that it runs after.
        finalize: full name of the root that it ends.
        graph_version: of a root, counted at each change of the graph.
        failures: runs of the graph that failed, since the last good one.
        session_parameters: what a run's session starts with.
    """

    KIND: ClassVar[str] = "TASK"
    id: str = ""
    state: str = "suspended"
    definition: str = ""
    condition: str | None = None
    predecessors: list[str] = field(default_factory=list)
    finalize: str | None = None
    graph_version: int = 1
    failures: int = 0
    last_committed_on: str | None = None
    last_suspended_on: str | None = None
    last_suspended_reason: str | None = None
    session_parameters: dict[str, Value] = field(default_factory=dict)
    warehouse: str | None = None
    schedule: str | None = None
    config: str | None = None
    allow_overlapping_execution: bool = False
    user_task_timeout_ms: int | None = None
    suspend_task_after_num_failures: int | None = None
    task_auto_retry_attempts: int | None = None


@dataclass
class Alert(CatalogObject):
    """An alert: a condition, and what is done where it holds."""

    KIND: ClassVar[str] = "ALERT"
    warehouse: str | None = None
    schedule: str | None = None
    state: str = "suspended"
    condition: str = ""
    action: str = ""


@dataclass
class DbtProject(CatalogObject):
    """A dbt project; its files are in a folder of the account."""

    KIND: ClassVar[str] = "DBT PROJECT"
    source: str = ""
    default_target: str | None = None
    dbt_version: str | None = None
    auto_compile: bool = True


@dataclass
class Streamlit(CatalogObject):
    """An app; url_id is made once."""

    KIND: ClassVar[str] = "STREAMLIT"
    root_location: str | None = None
    main_file: str | None = None
    query_warehouse: str | None = None
    title: str | None = None
    url_id: str | None = None


@dataclass
class SemanticView(CatalogObject):
    """A semantic view; definition is its model as YAML, whose name and description are the view's name and comment."""

    KIND: ClassVar[str] = "SEMANTIC VIEW"
    definition: str = ""


def model_of(item: SemanticView) -> SemanticModel:
    """Return what a semantic view declares: the same object for the same, for what others work out for a model."""
    return _read_model(item.definition, item.name.name, item.comment)


@lru_cache(maxsize=64)
def _read_model(definition: str, name: str, description: str) -> SemanticModel:
    if definition.startswith("{"):
        raise invalid_value(f"Semantic view {name} was made by an older version of the local account: make it again.")
    return replace(yaml_form.read(definition), name=name, description=description)


@dataclass
class Tag(CatalogObject):
    """A tag: its allowed values, and the masking policies that it brings, by the type that they are for."""

    KIND: ClassVar[str] = "TAG"
    allowed_values: list[str] = field(default_factory=list)
    propagate: str = "NONE"
    policies: dict[str, str] = field(default_factory=dict)


@dataclass
class MaskingPolicy(CatalogObject):
    """A masking policy: the name and type of its argument, and what is read in place of a value."""

    KIND: ClassVar[str] = "MASKING POLICY"
    argument: str = ""
    type: str = ""
    body: str = ""


@dataclass
class ClassificationModel(CatalogObject):
    """A trained model; file is the name of its file, rows is how many it learned from."""

    KIND: ClassVar[str] = "SNOWFLAKE.ML.CLASSIFICATION"
    file: str = ""
    rows: int = 0


_CLASSES = (
    Database, Schema, Table, View, Sequence, Role, User, Warehouse, ResourceMonitor, NotificationIntegration,
    StorageIntegration, FileFormat, Stage, Procedure, Function, Task, Alert, DbtProject, Streamlit, SemanticView, Tag,
    MaskingPolicy, ClassificationModel,
)  # fmt: skip
CLASSES: dict[str, type[CatalogObject]] = {cls.KIND: cls for cls in _CLASSES}
