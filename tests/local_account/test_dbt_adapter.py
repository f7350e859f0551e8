"""dbt-snowflake works against the account: tables, views, incremental models twice, tests, comments."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from pathlib import Path

    from tests.support.loaded_dbt import LoadedDbt

_FILES = {
    "dbt_project.yml": """
name: probe
version: "1.0"
profile: probe
model-paths: [models]
seed-paths: [seeds]
snapshot-paths: [snapshots]
models:
  +persist_docs: {relation: true, columns: true}
  +query_tag: probe
""",
    "seeds/raw_orders.csv": "order_id,customer_id,amount,ordered_at\n1,10,5.50,2024-01-01\n2,10,7.00,2024-01-02\n"
    "3,11,1.25,2024-01-03\n",
    "models/schema.yml": """
version: 2
models:
  - name: stg_orders
    description: Orders, cast. It's quoted.
    columns:
      - name: order_id
        description: The key.
        data_tests: [unique, not_null]
  - name: orders_by_merge
    columns:
      - name: customer_id
        data_tests:
          - relationships: {arguments: {to: ref('stg_orders'), field: customer_id}}
""",
    "models/stg_orders.sql": "{{ config(materialized='view') }}\n"
    "select order_id, customer_id, amount::number(12,2) as amount, ordered_at::date as ordered_at"
    " from {{ ref('raw_orders') }}",
    "models/totals.sql": "{{ config(materialized='table', cluster_by=['customer_id']) }}\n"
    "with orders as (select * from {{ ref('stg_orders') }})\n"
    "select customer_id, sum(amount) as total, count(*) as orders from orders group by 1",
    "models/orders_by_merge.sql": "{{ config(materialized='incremental', unique_key='order_id') }}\n"
    "select *, '{{ var('day') }}' as loaded from {{ ref('stg_orders') }}\n"
    "{% if is_incremental() %} where ordered_at >= (select max(ordered_at) from {{ this }}) {% endif %}",
    "models/orders_by_delete.sql": "{{ config(materialized='incremental', unique_key='order_id',"
    " incremental_strategy='delete+insert') }}\n"
    "select *, '{{ var('day') }}' as loaded from {{ ref('stg_orders') }}\n"
    "{% if is_incremental() %} where order_id > 1 {% endif %}",
    "models/orders_appended.sql": "{{ config(materialized='incremental', incremental_strategy='append',"
    " on_schema_change='append_new_columns') }}\n"
    "select order_id {% if var('day') == '2' %}, 'new' as added {% endif %} from {{ ref('stg_orders') }}",
    "snapshots/order_snapshot.yml": """
snapshots:
  - name: order_snapshot
    relation: ref('totals')
    config: {unique_key: customer_id, strategy: check, check_cols: [total]}
""",
}


@pytest.fixture
def project(tmp_path: Path, cursor: Any, database: str, connection_settings: dict[str, Any]) -> Path:
    for name, text in _FILES.items():
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    cursor.execute("create role if not exists DBT_BUILDER")
    cursor.execute("grant role DBT_BUILDER to user LOCAL")
    cursor.execute(f"grant usage, create schema on database {database} to role DBT_BUILDER")
    (tmp_path / "profiles.yml").write_text(
        f"""
probe:
  target: local
  outputs:
    local:
      type: snowflake
      account: local
      user: local
      password: local
      host: 127.0.0.1
      port: {connection_settings["port"]}
      protocol: http
      role: DBT_BUILDER
      warehouse: COMPUTE_WH
      database: {database}
      schema: BUILT
      threads: 2
"""
    )
    return tmp_path


def test_two_builds_leave_what_dbt_promises(loaded_dbt: LoadedDbt, project: Path, cursor: Any, database: str) -> None:
    for command in (["build", "--vars", "{day: '1'}"], ["build", "--vars", "{day: '2'}"],
                    ["docs", "generate", "--vars", "{day: '2'}"]):  # fmt: skip
        finished = loaded_dbt.run(*command, project=project, profiles=project)
        assert finished.returncode == 0, finished.stdout

    cursor.execute("use role DBT_BUILDER")
    cursor.execute(f"use schema {database}.BUILT")

    def rows(sql: str) -> list[Any]:
        return cursor.execute(sql).fetchall()

    assert rows("select customer_id, total, orders from totals order by 1") == [(10, 12.5, 2), (11, 1.25, 1)]
    assert rows("select order_id, loaded from orders_by_merge order by 1") == [(1, "1"), (2, "1"), (3, "2")]
    assert rows("select order_id, loaded from orders_by_delete order by 1") == [(1, "1"), (2, "2"), (3, "2")]
    assert rows("select count(*), count(added) from orders_appended") == [(6, 3)]
    assert rows("select count(*) from order_snapshot where dbt_valid_to is null") == [(2,)]
    shown = cursor.execute("show objects like 'STG_ORDERS' in schema").fetchall()
    assert [(row[1], row[4], row[5]) for row in shown] == [("STG_ORDERS", "VIEW", "Orders, cast. It's quoted.")]
    comments = {row[0]: row[9] for row in cursor.execute("describe view stg_orders").fetchall()}
    assert comments["ORDER_ID"] == "The key."
    assert {row[1] for row in cursor.execute("show tables").fetchall()} == {
        "RAW_ORDERS", "TOTALS", "ORDERS_BY_MERGE", "ORDERS_BY_DELETE", "ORDERS_APPENDED", "ORDER_SNAPSHOT"
    }  # fmt: skip
