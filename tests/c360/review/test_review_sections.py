"""Each section of the report, from snapshots of the program with one thing changed."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest

from c360.review import operations, sections
from c360.review.changes import compare, destructive
from c360.review.effective_rights import compare_access, effective_access
from c360.review.entries import Entry, merge, translations
from c360.review.report import MOST_CHARACTERS, build_report
from c360.review.sections import Compared
from c360.review.semantic_changes import semantic_entries
from c360.review.snapshot import Resource, Revision, Snapshot
from tests.support.recorded import STACKS, recorded

if TYPE_CHECKING:
    from collections.abc import Callable

GRANT = "snowflake:index/grantAccountRole:GrantAccountRole"
PRIVILEGES = "snowflake:index/grantPrivilegesToAccountRole:GrantPrivilegesToAccountRole"


def _with(snapshot: Snapshot, name: str, **inputs: Any) -> Snapshot:
    """Set inputs of one resource; None takes one away."""

    def changed(resource: Resource) -> Resource:
        merged = {k: v for k, v in (resource.inputs | inputs).items() if v is not None}
        return replace(resource, inputs=merged) if resource.name == name else resource

    assert any(r.name == name for r in snapshot.resources), name
    return replace(snapshot, resources=tuple(map(changed, snapshot.resources)))


def _with_options(snapshot: Snapshot, which: str, **options: Any) -> Snapshot:
    resources = tuple(replace(r, **options) if r.name == which else r for r in snapshot.resources)
    assert resources != snapshot.resources
    return replace(snapshot, resources=resources)


def _without(snapshot: Snapshot, name: str) -> Snapshot:
    return replace(snapshot, resources=tuple(r for r in snapshot.resources if r.name != name))


def _plus(snapshot: Snapshot, *resources: Resource) -> Snapshot:
    return replace(snapshot, resources=(*snapshot.resources, *resources))


def _compared(new: Snapshot, old: Snapshot | None = None) -> Compared:
    old = old or recorded(new.stack)
    return Compared(old, new, compare(old, new))


def _dangers(new: Snapshot, old: Snapshot | None = None) -> str:
    return "\n".join(entry.cells[0] for entry in sections.destructive_entries(_compared(new, old)))


# --- destructive changes -------------------------------------------------------------------------------------------


def test_a_column_in_front_of_those_that_are_there_is_told() -> None:
    base = recorded("prod")
    columns = base.named("tables-bronze-bronze-customers").inputs["columns"]
    fresh = {"name": "FRESH", "type": "DATE", "nullable": True}
    for position, is_told in ((0, True), (len(columns) - 1, True), (len(columns), False)):
        wanted = [*columns[:position], fresh, *columns[position:]]
        said = _dangers(_with(base, "tables-bronze-bronze-customers", columns=wanted))
        assert ("column FRESH is declared in front of columns that are there" in said) is is_told


def test_blanks_and_case_of_a_statement_change_nothing_as_the_provider_sees_it() -> None:
    base = recorded("prod")
    for name, key in (
        ("procedures-close-run", "procedureDefinition"), ("tables-observability-v-incidents", "statement"),
        ("pipeline-run-pipeline", "sqlStatement"), ("governance-mask-varchar", "body"),
        ("incidents-alert", "condition"),
    ):  # fmt: skip
        text = base.named(name).inputs[key]
        for same in (f"{text}\n", text.replace(" ", "\n  "), text.upper()):
            assert compare(base, _with(base, name, **{key: same})).changes == ()
        assert compare(base, _with(base, name, **{key: f"{text} x"})).changes != ()


def test_a_replaced_schema_takes_its_tables_along() -> None:
    base = recorded("prod")
    found = _compared(_with(base, "warehouse-gold", database="OTHER"))
    replaced = {c.resource.name: c.because for c in found.changes.of("replaced")}
    assert replaced["warehouse-gold"] == "`database` cannot be altered"
    dragged = [r for r in base.of("Table") if base.named("warehouse-gold").urn in r.uses.get("schema", ())]
    assert all(table.name in replaced for table in dragged)
    said = _dangers(_with(base, "warehouse-gold", database="OTHER"))
    assert "**Schema `OTHER.GOLD`** is replaced with all that is in it; it is protected" in said


def test_stages_follow_a_replaced_integration() -> None:
    found = _compared(_with(recorded(), "lake-access-integration", storageProvider="S3GOV"))
    replaced = {c.resource.name: c.because for c in found.changes.of("replaced")}
    assert "`lake-access-integration`, on which it depends, is replaced" in replaced["stages-customers-stage"]


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (lambda s: _without(s, "lake-bucket"), "is deleted with all that is in it; it is protected"),
        (lambda s: _with_options(s, "warehouse-gold", protect=False), "GOLD`** is no longer protected"),
        (lambda s: _with(s, "warehouse-database", dataRetentionTimeInDays=1), "time travel shrinks from 14 to 1 days"),
        (lambda s: _with(s, "lake-bucket", forceDestroy=True), "may now be deleted with what is in it"),
        (lambda s: _without(s, "dbt-project"), "is deleted, which runs `DROP DBT PROJECT"),
    ],
)  # fmt: skip
def test_what_loses_data_or_protection_is_said(change: Callable[[Snapshot], Snapshot], said: str) -> None:
    assert said in _dangers(change(recorded("prod")))


def test_an_option_changes_nothing_in_the_account_and_is_told() -> None:
    compared = _compared(_with_options(recorded("prod"), "warehouse-gold", protect=False))
    assert [c.operation for c in compared.changes.changes] == ["options"]
    assert compared.changes.unchanged == len(recorded("prod").resources)
    (entry,) = sections.changed_entries(compared)
    assert entry.detail == ("- option `protect`: `true` → `false`",)


def test_a_dropped_column_and_a_replaced_grant_are_destructive() -> None:
    base = recorded("prod")
    table = base.of("Table")[0]
    first = table.inputs["columns"][0]["name"]
    assert f"column {first} is dropped" in _dangers(_with(base, table.name, columns=table.inputs["columns"][1:]))
    grant = next(r for r in base.of("GrantPrivilegesToAccountRole") if "onSchema" in r.inputs)
    assert "is revoked and granted again" in _dangers(_with(base, grant.name, onSchema={"schemaName": '"X"."Y"'}))


def test_the_worst_comes_first() -> None:
    base = recorded("prod")
    worse = _without(_with_options(base, "warehouse-gold", protect=False), "lake-bucket")
    kinds = [change.resource.kind for change, _ in destructive(_compared(worse).changes)]
    assert kinds[0] == "Bucket"


def test_growth_is_not_destructive() -> None:
    base = recorded("prod")
    table = base.of("Table")[0]
    more = [*table.inputs["columns"], {"name": "ONE_MORE", "type": "VARCHAR"}]
    assert _dangers(_with(base, table.name, columns=more)) == ""
    assert _dangers(_with(base, "warehouse-database", dataRetentionTimeInDays=30)) == ""
    assert _dangers(_without(base, base.of("StageFile")[0].name)) == ""


def test_a_file_that_leaves_the_dbt_project_is_said_once() -> None:
    (whole,) = recorded().of("ExclusiveFiles")
    (*kept, gone) = whole.inputs["files"].items()
    compared = _compared(_without(_with(recorded(), whole.name, files=dict(kept)), f"dbt-files/{gone[0]}"))
    (entry,) = sections.file_entries(compared)
    assert entry.detail == (f"- `dbt/{gone[0]}`",)
    assert sections.changed_entries(compared) == sections.removed_entries(compared) == []


# --- access --------------------------------------------------------------------------------------------------------


def _grant(name: str, **inputs: Any) -> Resource:
    return Resource(f"urn:pulumi:prod::customer-360::{GRANT}::{name}", GRANT, name, inputs)


def test_widening_an_access_role_shows_for_those_who_hold_it_and_not_for_itself() -> None:
    old = Snapshot("s", (_grant("a", roleName="READ", parentRoleName="MARKETING_MANAGER"),
                         _grant("b", roleName="MARKETING_MANAGER", userName="ANNA"),
                         _grant("c", roleName="MARKETING_MANAGER", parentRoleName="SYSADMIN")))  # fmt: skip
    select = {"accountRoleName": "READ", "privileges": ["SELECT"],
              "onSchemaObject": {"future": {"objectTypePlural": "TABLES", "inSchema": '"D"."BRONZE"'}}}  # fmt: skip
    new = _plus(old, Resource("urn:x::y::t::w", PRIVILEGES, "w", select))
    gained, lost = compare_access(old, new)
    assert [(g.holder, g.privileges, g.target, g.through) for g in gained] == [
        ("MARKETING_MANAGER", ("SELECT",), "future tables in D.BRONZE", ("READ",)),
        ("user ANNA", ("SELECT",), "future tables in D.BRONZE", ("READ",)),
    ]
    assert lost == []
    assert compare_access(new, old) == ([], gained)


def test_a_role_for_everyone_comes_first() -> None:
    base = recorded("prod")
    more = _plus(base, _grant("p", roleName="DATA_ANALYST", parentRoleName="PUBLIC"))
    gained, _ = compare_access(base, more)
    assert gained[0].holder == "PUBLIC"
    assert {change.holder for change in gained} == {"PUBLIC"}


def test_effective_access_is_what_the_roles_are_for() -> None:
    access = effective_access(recorded("prod"))
    marketing = {(r.privilege, r.target) for r in access["MARKETING_MANAGER"]}
    assert ("SELECT", "future tables in CUSTOMER_ANALYTICS.GOLD") in marketing
    assert not any("BRONZE" in target or "SILVER" in target for _, target in marketing)
    (reader,) = (r for r in recorded("prod").of("Role"))
    allowed = {(r.privilege, r.target) for r in access[f"AWS role {reader.inputs['name']}"]}
    assert any(p == "s3:GetObject" and t.endswith("/transactions/*") for p, t in allowed)


def test_a_role_that_trusts_someone_else_shows() -> None:
    base = recorded("prod")
    policy = base.named("lake-reader-role").inputs["assumeRolePolicy"]
    open_to_all = policy.replace('"AWS": "arn:aws:iam::999999999999:user/snowflake-made-this"', '"AWS": "*"')
    gained, lost = compare_access(base, _with(base, "lake-reader-role", assumeRolePolicy=open_to_all))
    assert [g.holder for g in gained] == ["AWS principal *"]
    assert [one.holder for one in lost] == ["AWS principal arn:aws:iam::999999999999:user/snowflake-made-this"]


def test_what_masks_data_and_grants_of_other_kinds_are_pointed_at() -> None:
    base = recorded("prod")
    mask = Resource("urn:1", "snowflake:index/maskingPolicy:MaskingPolicy", "mask", {"name": "M"})
    share = Resource("urn:2", "snowflake:index/grantPrivilegesToShare:GrantPrivilegesToShare", "share", {})
    said = "\n".join(entry.cells[0] for entry in sections.access_notes(_compared(_plus(base, mask, share))))
    assert "**MaskingPolicy `M`**, which decides what may be seen, is added" in said
    assert "**GrantPrivilegesToShare `share`** is a grant that this comparison cannot read" in said


# --- resources -----------------------------------------------------------------------------------------------------


def test_changes_are_shown_property_by_property() -> None:
    base = recorded("prod")
    task = base.named("pipeline-run-pipeline")
    config = task.inputs["config"].replace('"seed": 360', '"seed": 361')
    (entry,) = sections.changed_entries(_compared(_with(base, task.name, config=config, comment="Other")))
    assert entry.cells == ("Task `CUSTOMER_ANALYTICS.PLATFORM.RUN_PIPELINE`",)
    assert entry.detail == (f"- `comment`: `{task.inputs['comment']}` → `Other`", "- `config.seed`: `360` → `361`")


def test_lists_are_compared_by_what_they_hold() -> None:
    base = recorded("prod")
    table = base.of("Table")[0]
    columns = [{**table.inputs["columns"][0], "comment": "Other"}, *table.inputs["columns"][2:]]
    (entry,) = sections.changed_entries(_compared(_with(base, table.name, columns=columns)))
    first, second = (column["name"] for column in table.inputs["columns"][:2])
    assert any(line.startswith(f"- `columns[{first}].comment`:") for line in entry.detail)
    assert f"- `columns[{second}]`: dropped" in entry.detail
    grant = base.named("access-data-engineer-on-account")
    (entry,) = sections.changed_entries(_compared(_with(base, grant.name, privileges=["EXECUTE MANAGED TASK"])))
    assert entry.detail[0].startswith("- `privileges`: adds `EXECUTE MANAGED TASK`; drops `EXECUTE")


def test_a_body_is_a_diff_and_ends_its_fence() -> None:
    base = recorded("prod")
    body = base.named("procedures-count-records").inputs["procedureDefinition"]
    changed = _with(base, "procedures-count-records", procedureDefinition=body.replace("\n", "\n-- ```\n", 1))
    (entry,) = sections.replaced_entries(_compared(changed))
    assert entry.detail[1] == "  ````diff"
    assert entry.detail[-1] == "  ````"
    assert "  +-- ```" in entry.detail


def test_an_alias_makes_it_the_same_resource() -> None:
    base = recorded("prod")
    old = base.named("warehouses-ml")
    renamed = _with_options(base, "warehouses-ml", name="warehouses-churn", urn=old.urn + "x", aliases=(old.urn,))
    changes = _compared(renamed).changes
    assert changes.changes == ()
    assert {c.operation for c in _compared(_with_options(renamed, "warehouses-churn", aliases=())).changes.changes} == {
        "added", "removed",
    }  # fmt: skip


def test_secrets_are_not_shown() -> None:
    (entry,) = sections.changed_entries(_compared(_with(recorded(), "snowflake-admin", password="hunter2")))
    assert "hunter2" not in str(entry)
    assert entry.detail == ("- `password`: changes (secret)",)


def test_a_type_that_is_not_classified_is_named() -> None:
    pipe = Resource("urn:p", "snowflake:index/pipe:Pipe", "pipe", {"name": "P"})
    old = _plus(recorded(), pipe)
    new = _with(old, "pipe", comment="x")
    text = build_report(Revision("a", {"local": old}), Revision("b", {"local": new})).text
    assert "Whether these types are altered or replaced is not known here: Pipe." in text


# --- tasks and cost ------------------------------------------------------------------------------------------------


def test_the_graph_and_its_schedule() -> None:
    base = recorded("prod")
    task = base.of("Task")[3]
    moved = _with(base, task.name, afters=['"CUSTOMER_ANALYTICS"."PLATFORM"."RUN_PIPELINE"'])
    (entry,) = sections.operation_entries(_compared(moved))
    assert entry.cells[0].startswith(f"`{task.inputs['name']}` is after `RUN_PIPELINE`, on `")
    paused = _with(base, "pipeline-run-pipeline", started=False)
    (entry,) = sections.operation_entries(_compared(paused))
    assert entry.cells[0] == "`RUN_PIPELINE` runs 30 5 * * * UTC (suspended) (before: 30 5 * * * UTC)"


def test_the_ceiling_is_credits_by_size_clusters_and_hours_unless_a_monitor_suspends() -> None:
    wh = "snowflake:index/warehouse:Warehouse"
    big = Resource("urn:w", wh, "w", {"name": "W", "warehouseSize": "LARGE", "maxClusterCount": 2})
    assert operations.ceilings(Snapshot("s", (big,)))["W"].as_text() == "LARGE, 16 credits/h, at most 384 credits/day"
    kept = {"name": "M", "creditQuota": 280, "frequency": "MONTHLY", "suspendTrigger": 100}
    monitor = Resource("urn:m", "snowflake:index/resourceMonitor:ResourceMonitor", "m", kept)
    watched = replace(big, inputs=big.inputs | {"resourceMonitor": "M"})
    ceiling = operations.ceilings(Snapshot("s", (monitor, watched)))["W"]
    assert (ceiling.per_day, ceiling.limited_by) == (10, "M")
    other = replace(watched, urn="urn:v", name="v", inputs=watched.inputs | {"name": "V"})
    assert operations.total_per_day(Snapshot("s", (monitor, watched, other))) == 10
    talks = replace(monitor, inputs={k: v for k, v in kept.items() if k != "suspendTrigger"})
    assert operations.total_per_day(Snapshot("s", (talks, watched))) == 384


def test_what_a_change_of_the_semantic_model_means_is_said_formulas_first() -> None:
    base = recorded("prod")
    text = base.named("semantic-view").inputs["yaml"]
    changed = text.replace("SUM(transactions.net_amount)", "SUM(transactions.transaction_amount)", 1)
    changed = re.sub(r" *- turnover\n", "", changed, count=1).replace("name: WEEKENDS_ONLY", "name: WEEKEND_DAYS")
    new = _with(base, "semantic-view", yaml=changed)
    formulas = "`SUM(transactions.net_amount)` → `SUM(transactions.transaction_amount)`"
    assert [entry.cells[0] for entry in semantic_entries(_compared(new))] == [
        f"metric `TRANSACTIONS.TOTAL_REVENUE`: formula {formulas}",
        "filter `DATES.WEEKENDS_ONLY` is gone: `is_weekend`",
        "filter `DATES.WEEKEND_DAYS` is new: `is_weekend`",
        "metric `TRANSACTIONS.TOTAL_REVENUE`: synonyms - turnover",
    ]
    (entry,) = sections.changed_entries(_compared(new))
    assert entry.detail == (), "the text is not shown a second time"
    page = build_report(Revision("a", {"prod": base}), Revision("b", {"prod": new})).text
    assert page.index("### Questions in plain English") < page.index("### Access")
    assert semantic_entries(_compared(base)) == []


def test_a_semantic_view_of_another_resource_has_nothing_to_compare_with() -> None:
    new = recorded("prod")
    old = _with(new, "semantic-view", yaml=None, tables=[])
    (entry,) = semantic_entries(_compared(new, old))
    assert "is made of YAML from now on" in entry.cells[0]


# --- all stacks ----------------------------------------------------------------------------------------------------


def test_what_all_stacks_share_is_said_once_in_the_words_of_prod() -> None:
    snapshots = {stack: recorded(stack) for stack in STACKS}
    translate = translations(snapshots)
    assert translate["dev"]("CUSTOMER_ANALYTICS_DEV.GOLD of MARKETING_MANAGER_DEV") == (
        "CUSTOMER_ANALYTICS.GOLD of MARKETING_MANAGER"
    )
    entries = {"dev": [Entry(("APP_WH_DEV",))], "prod": [Entry(("APP_WH",)), Entry(("prod only",))]}
    found = merge(entries, translate)
    assert [(m.entry.cells, m.stacks) for m in found] == [(("APP_WH",), ("dev", "prod")), (("prod only",), ("prod",))]
    assert merge({"dev": [Entry(("APP_WH_DEV",))]}, translate)[0].entry.cells == ("APP_WH_DEV",)


def test_a_new_stack_is_added_and_a_lost_one_named() -> None:
    base, head = Revision("a", {"local": recorded()}), Revision("b", {"dev": recorded("dev")})
    report = build_report(base, head)
    assert report.errors == {}
    assert "Stack dev is new" in report.text
    assert "Stack local leaves the repository" in report.text


def test_a_comment_fits_into_github() -> None:
    base = recorded("prod")
    new = base
    for procedure in base.of("ProcedureSql"):
        new = _with(new, procedure.name, procedureDefinition="\n".join(f"line {i}" * 9 for i in range(400)))
    text = build_report(Revision("a", {"prod": base}), Revision("b", {"prod": new})).text
    assert len(text) <= MOST_CHARACTERS + 200
    assert "… cut here:" in text
    assert text.count("<details>") == text.count("</details>")
