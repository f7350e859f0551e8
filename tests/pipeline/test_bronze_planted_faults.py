"""Every check of VALIDATE_BRONZE is seen failing: a fault is planted into sound data, and only what it breaks fails."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import pytest
import snowflake.connector

from pipeline.jobs import RunSettings
from pipeline.procedures import PROCEDURES

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from tests.support.bronze_jobs import Ingestion

COUNT = 100
RUN = "planted"
CUSTOMERS, CHANGES, TRANSACTIONS = "BRONZE_CUSTOMERS", "BRONZE_CUSTOMER_CHANGES", "BRONZE_TRANSACTIONS"


@dataclass(frozen=True)
class Fault:
    """What is wrong in bronze, and which checks say so."""

    table: str
    check: str
    plant: tuple[str, ...]
    failed_rows: int = 1
    status: str = "WARN"
    also: dict[str, int] = field(default_factory=dict)
    """Other checks, with their tables, that the same fault breaks, and for how many rows."""
    source: str = "synthetic"

    @property
    def expected(self) -> dict[str, int]:
        return {f"{self.table}.{self.check}": self.failed_rows, **self.also}


def one(table: str, change: str, key: str, value: str) -> str:
    return f"update BRONZE.{table} set {change} where {key} = '{value}'"


def customer(change: str, number: int = 1) -> str:
    return one(CUSTOMERS, change, "customer_id", f"C{number:06d}")


def transaction(change: str, number: int = 1) -> str:
    return one(TRANSACTIONS, change, "transaction_id", f"T{number:011d}")


def transaction_of(segment: str, change: str) -> str:
    """Change one transaction of one customer of a segment."""
    chosen = (
        "select min(t.transaction_id) from BRONZE.BRONZE_TRANSACTIONS t join BRONZE.BRONZE_CUSTOMERS c "
        f"on c.customer_id = t.customer_id where c.segment = '{segment}'"
    )
    return f"update BRONZE.BRONZE_TRANSACTIONS set {change} where transaction_id = ({chosen})"


def moved(days: int, where: str) -> str:
    return (
        f"update BRONZE.BRONZE_TRANSACTIONS set transaction_date = transaction_date + {days}, "
        f"transaction_timestamp = dateadd('day', {days}, transaction_timestamp) where {where}"
    )


def change_of_one(change: str) -> str:
    first = "select min(customer_id || change_date::varchar) from BRONZE.BRONZE_CUSTOMER_CHANGES"
    return f"update BRONZE.BRONZE_CUSTOMER_CHANGES set {change} where customer_id || change_date::varchar = ({first})"


def refused(table: str) -> Fault:
    rows = f"insert into OBSERVABILITY.REJECTED_ROWS (run_id, table_name) values ('{RUN}', '{table}')"
    other = f"insert into OBSERVABILITY.REJECTED_ROWS (run_id, table_name) values ('another run', '{table}')"
    return Fault(table, "rows_refused", (rows, rows, other), 2)


LAST_OPENED = "(select max_by(customer_id, account_open_date) from BRONZE.BRONZE_CUSTOMERS)"
FIRST_STABLE = (
    "(select min_by(customer_id, account_open_date) from BRONZE.BRONZE_CUSTOMERS where segment = 'Stable Mid-Spenders')"
)
ORDER = "substr(transaction_id, 2)::integer"
EMPTY_COLUMNS = (
    "name", "email", "phone", "date_of_birth", "credit_limit", "card_type", "segment", "city", "state", "zip_code",
)  # fmt: skip

FAULTS = (
    Fault(CUSTOMERS, "customer_id_is_unique", (
        "insert into BRONZE.BRONZE_CUSTOMERS select * from BRONZE.BRONZE_CUSTOMERS where customer_id <= 'C000002'",
    ), 2),
    Fault(CUSTOMERS, "required_values", tuple(
        customer(f"{column} = null", number) for number, column in enumerate(EMPTY_COLUMNS, start=1)
    ), len(EMPTY_COLUMNS), "FAIL"),
    Fault(CUSTOMERS, "required_values", (customer("segment = null"), customer("city = null", 2)), status="FAIL",
          source="files"),
    Fault(CUSTOMERS, "credit_limit_in_range", (
        customer("credit_limit = 499.99"), customer("credit_limit = 50000.01", 2), customer("credit_limit = 500", 3),
        customer("credit_limit = 50000", 4),
    ), 2, "FAIL"),
    Fault(CUSTOMERS, "credit_limit_in_range", (customer("credit_limit = 499.99"),), source="files"),
    Fault(CUSTOMERS, "card_type_known", (customer("card_type = 'gold'"),), status="FAIL"),
    Fault(CUSTOMERS, "segment_known", (customer("segment = 'Stable'"),), status="FAIL"),
    Fault(CUSTOMERS, "email_well_formed", (
        customer("email = 'nobody@example'"), customer("email = '@example.com'", 2), customer("email = 'a@b.c'", 3),
    ), 2),
    Fault(CUSTOMERS, "opened_by_as_of_date", (
        ("insert into BRONZE.BRONZE_CUSTOMERS select * replace ('2025-01-01'::date as account_open_date) "
        "from BRONZE.BRONZE_CUSTOMERS where customer_id = 'C000001'"),
        ("insert into BRONZE.BRONZE_CUSTOMERS select * replace ('2024-12-31'::date as account_open_date) "
        "from BRONZE.BRONZE_CUSTOMERS where customer_id = 'C000002'"),
    ), also={f"{CUSTOMERS}.customer_id_is_unique": 2}),
    Fault(CUSTOMERS, "customers_are_still_delivered", (
        customer("_loaded_at = dateadd('second', -1, _loaded_at)"),
    )),
    Fault(CUSTOMERS, "adult_at_opening", (
        customer("date_of_birth = dateadd('day', 1, dateadd('year', -18, account_open_date))"),
        customer("date_of_birth = dateadd('year', -18, account_open_date)", 2),
    )),
    Fault(CHANGES, "customer_exists", (change_of_one("customer_id = 'C999999'"),)),
    Fault(CHANGES, "not_before_opening", (change_of_one(
        "change_date = (select max(c.account_open_date) - 1 from BRONZE.BRONZE_CUSTOMERS c where c.customer_id = "
        "(select min(customer_id) from BRONZE.BRONZE_CUSTOMER_CHANGES))"
    ),)),
    Fault(CHANGES, "credit_limit_in_range", (change_of_one("credit_limit = 50000.01"),), status="FAIL"),
    Fault(CHANGES, "credit_limit_in_range", (change_of_one("credit_limit = 499.99"),), source="files"),
    Fault(TRANSACTIONS, "required_values", tuple(
        transaction(f"{column} = null", number)
        for number, column in enumerate(
            ("transaction_id", "transaction_timestamp", "transaction_date", "amount", "status"), start=1
        )
    ), 5, "FAIL"),
    Fault(TRANSACTIONS, "required_values", (transaction("merchant_category = null"),), status="FAIL",
          also={f"{TRANSACTIONS}.merchant_category_known": 1}),
    Fault(TRANSACTIONS, "customer_exists", (
        transaction("customer_id = 'C999999'"), transaction("customer_id = null", 2),
    ), 2, "FAIL"),
    Fault(TRANSACTIONS, "not_before_opening", (
        ("update BRONZE.BRONZE_TRANSACTIONS set transaction_date = transaction_date - 1700, "
        "transaction_timestamp = dateadd('day', -1700, transaction_timestamp) where transaction_id in "
        f"(select max(transaction_id) from BRONZE.BRONZE_TRANSACTIONS where customer_id = {LAST_OPENED})"),
    ), status="FAIL"),
    Fault(TRANSACTIONS, "not_after_as_of_date", (transaction("transaction_date = '2025-01-01', "
        "transaction_timestamp = '2025-01-01'"),)),
    Fault(TRANSACTIONS, "date_is_that_of_timestamp", (
        transaction("transaction_timestamp = dateadd('day', 1, transaction_timestamp)"),
    ), status="FAIL"),
    Fault(TRANSACTIONS, "amount_is_not_zero", (transaction("amount = 0"),),
          also={f"{TRANSACTIONS}.amount_in_range_of_segment": 1}),
    *(
        Fault(TRANSACTIONS, "amount_in_range_of_segment", (transaction_of(segment, f"amount = {amount}"),))
        for segment, amount in (
            ("High-Value Travelers", 74.99), ("High-Value Travelers", 2500.01), ("Stable Mid-Spenders", 14.99),
            ("Stable Mid-Spenders", 300.01), ("Budget-Conscious", 4.99), ("Budget-Conscious", 100.01),
            ("Declining", 9.99), ("Declining", 600.01), ("New & Growing", 4.99), ("New & Growing", 600.01),
        )
    ),
    Fault(TRANSACTIONS, "status_known", (transaction("status = 'pending'"),), status="FAIL"),
    Fault(TRANSACTIONS, "merchant_category_known", (transaction("merchant_category = 'Groceries'"),), status="FAIL"),
    Fault(TRANSACTIONS, "declined_percent", (
        f"update BRONZE.BRONZE_TRANSACTIONS set status = iff({ORDER} <= {COUNT * 270} * 0.041, 'declined', 'approved')",
    )),
    Fault(TRANSACTIONS, "declined_percent", (
        f"update BRONZE.BRONZE_TRANSACTIONS set status = iff({ORDER} <= {COUNT * 270} * 0.019, 'declined', 'approved')",
    )),
    Fault(TRANSACTIONS, "transaction_count", (
        f"delete from BRONZE.BRONZE_TRANSACTIONS where {ORDER} <= 3",
    ), 3, "FAIL"),
    Fault(TRANSACTIONS, "transaction_id_is_unique", (
        (f"insert into BRONZE.BRONZE_TRANSACTIONS select * replace ('{RUN}' as _batch_id) "
        f"from BRONZE.BRONZE_TRANSACTIONS where {ORDER} <= 2"),
    ), 2, source="files"),
    Fault(TRANSACTIONS, "every_month_has_transactions", (
        moved(31, "date_trunc('month', transaction_date) = '2024-03-01'"),
    )),
    Fault(TRANSACTIONS, "each_of_the_last_30_days_has_transactions", (
        moved(1, "transaction_date = '2024-12-02'"), moved(1, "transaction_date = '2024-12-15'"),
    ), 2),
    Fault(TRANSACTIONS, "reaches_as_of_date", (moved(-2, "transaction_date >= '2024-12-30'"),), 2,
          also={f"{TRANSACTIONS}.each_of_the_last_30_days_has_transactions": 2}),
    Fault(TRANSACTIONS, "customers_without_transactions_percent", (
        "delete from BRONZE.BRONZE_TRANSACTIONS where customer_id <= 'C000006'",
    ), source="files"),
    Fault(TRANSACTIONS, "most_transactions_of_a_customer", (
        (f"update BRONZE.BRONZE_TRANSACTIONS set customer_id = {FIRST_STABLE} where customer_id in "
        "(select customer_id from BRONZE.BRONZE_CUSTOMERS where segment = 'Stable Mid-Spenders')"),
    ), also={f"{TRANSACTIONS}.customers_without_transactions_percent": 1}),
    Fault(TRANSACTIONS, "merchant_category_shares", (
        ("update BRONZE.BRONZE_TRANSACTIONS set merchant_category = 'Hotels' "
        "where merchant_category = 'Airlines' and transaction_id not in (select transaction_id "
        "from BRONZE.BRONZE_TRANSACTIONS where merchant_category = 'Airlines' order by transaction_id limit 50)"),
    )),
    Fault(TRANSACTIONS, "merchant_category_shares", (
        f"update BRONZE.BRONZE_TRANSACTIONS set merchant_category = 'Grocery' where {ORDER} % 5 = 0",
    )),
    Fault(TRANSACTIONS, "merchant_category_shares", (
        "update BRONZE.BRONZE_TRANSACTIONS set merchant_category = 'Hotels' where merchant_category = 'Airlines'",
    )),
    refused(CUSTOMERS), refused(CHANGES), refused(TRANSACTIONS),
)  # fmt: skip

# Empty tables break much at once: what their own check says is told apart.
EMPTIED = (
    Fault(CUSTOMERS, "customers_exist", ("delete from BRONZE.BRONZE_CUSTOMERS",), status="FAIL"),
    Fault(TRANSACTIONS, "transactions_exist", ("delete from BRONZE.BRONZE_TRANSACTIONS",), status="FAIL"),
)


@pytest.fixture(scope="module")
def sound(deploy_ingestion: Callable[..., Ingestion]) -> Ingestion:
    """Bronze after a run that passed, and the checks as procedures of a run of their own, one for each source."""
    ingestion = deploy_ingestion(RunSettings())
    ingestion.stage_customers(COUNT)
    assert {state for state, _ in ingestion.run().values()} == {"SUCCEEDED"}
    ingestion.rows(
        "insert into OBSERVABILITY.PIPELINE_RUN_METADATA "
        "(run_id, pipeline_name, task_name, status, as_of_date, started_at) "
        f"select '{RUN}', 'customer_360', 'RUN_PIPELINE', 'RUNNING', '2024-12-31'::date, sysdate()"
    )
    (procedure,) = [p for p in PROCEDURES if p.name == "VALIDATE_BRONZE"]
    for source in ("synthetic", "files"):
        text = procedure.declaration
        for asked, answer in (
            ("platform.validate_bronze()", f"platform.validate_bronze_of_{source}()"),
            ("system$task_runtime_info('CURRENT_TASK_GRAPH_RUN_GROUP_ID')", f"'{RUN}'"),
            ("system$get_task_graph_config('source')", f"'{source}'"),
        ):
            assert text.count(asked) == 1
            text = text.replace(asked, answer)
        ingestion.rows(text)
    return ingestion


def checks(ingestion: Ingestion, source: str) -> dict[str, tuple[str, int]]:
    """Run the checks outside of a task and return status and failed rows of those that did not pass."""
    failure = None
    try:
        ingestion.rows(f"call PLATFORM.VALIDATE_BRONZE_OF_{source}()")
    except snowflake.connector.ProgrammingError as error:
        failure = str(error)
    found = {
        f"{table}.{check}": (status, failed)
        for table, check, status, failed in ingestion.rows(
            "select table_name, check_name, status, failed_rows from OBSERVABILITY.DATA_QUALITY_METRICS "
            f"where run_id = '{RUN}' and status <> 'PASS'"
        )
    }
    named = [check for check, (status, _) in found.items() if status == "FAIL"]
    assert (failure is not None) == bool(named)
    assert all(check in (failure or "") for check in named)
    return found


@pytest.fixture
def planted(sound: Ingestion) -> Iterator[Callable[[Fault], dict[str, tuple[str, int]]]]:
    """Plant a fault and return the checks that did not pass; afterwards the data is sound again."""

    def plant(fault: Fault) -> dict[str, tuple[str, int]]:
        for statement in fault.plant:
            sound.rows(statement)
        return checks(sound, fault.source)

    sound.rows("begin transaction")
    yield plant
    sound.rows("rollback")


@pytest.mark.parametrize("source", ["synthetic", "files"])
def test_sound_data_passes_every_check(sound: Ingestion, source: str) -> None:
    assert checks(sound, source) == {}


@pytest.mark.parametrize("fault", FAULTS, ids=lambda fault: f"{fault.table}-{fault.check}-{fault.source}")
def test_a_planted_fault_fails_its_check(planted: Callable[[Fault], dict[str, tuple[str, int]]], fault: Fault) -> None:
    found = planted(fault)
    assert {check: failed for check, (_, failed) in found.items()} == fault.expected
    assert found[f"{fault.table}.{fault.check}"][0] == fault.status


@pytest.mark.parametrize("fault", EMPTIED, ids=lambda fault: fault.check)
def test_an_empty_table_fails_its_check(planted: Callable[[Fault], dict[str, tuple[str, int]]], fault: Fault) -> None:
    assert planted(fault)[f"{fault.table}.{fault.check}"] == (fault.status, fault.failed_rows)


def test_every_check_has_a_planted_fault(sound: Ingestion) -> None:
    checks(sound, "synthetic")
    made = sound.rows(
        f"select table_name || '.' || check_name from OBSERVABILITY.DATA_QUALITY_METRICS where run_id = '{RUN}'"
    )
    assert len(made) == 35
    assert {check for (check,) in made} == {f"{fault.table}.{fault.check}" for fault in (*FAULTS, *EMPTIED)}
