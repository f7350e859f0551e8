"""What the page of one customer reads is what independent SQL over silver and bronze says, in every hard case."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
import pytest
from customer_360.access import customers
from customer_360.access.churn import MEASURES, load_standing
from customer_360.access.customers import load_profile, load_segment_history, load_versions, search
from customer_360.access.spending import load_category_spend, load_monthly_spend, load_recent_transactions

if TYPE_CHECKING:
    from collections.abc import Sequence

    from customer_360.database import Query

    from tests.support.platforms import Platform

Rows = Callable[[str], list[tuple[Any, ...]]]

AS_OF = "'2024-12-31'::date"
_COUNT = "(select count(*) from {} as t where t.customer_id = p.customer_id{}) desc, customer_id"
# One customer for each hard case.
KINDS = {
    "at high risk": "customer_status = 'Active' order by churn_probability desc",
    "at low risk": "customer_status = 'Active' order by churn_probability",
    "lapsed": "customer_status = 'Lapsed' order by customer_id",
    "never bought": "customer_status = 'Not yet active' order by customer_id",
    "new": "transaction_count > 0 order by account_open_date desc, customer_id",
    "of many versions": "true order by " + _COUNT.format("GOLD.DIM_CUSTOMER", ""),
    "often declined": "true order by " + _COUNT.format("BRONZE.BRONZE_TRANSACTIONS", " and status = 'declined'"),
}


@pytest.fixture(scope="module", params=KINDS)
def customer_id(request: pytest.FixtureRequest, platform: Platform) -> str:
    ((found,),) = platform.ask(
        f"select customer_id from GOLD.CUSTOMER_360_PROFILE as p where {KINDS[request.param]} limit 1"
    )
    return found


@pytest.fixture
def rows(platform: Platform, customer_id: str) -> Rows:
    """Ask as the engineer about the customer: `{who}` is the condition."""
    return lambda sql: platform.ask(sql.format(who=f"customer_id = '{customer_id}'"))


def test_the_profile_is_what_silver_says(ask: Query, rows: Rows, customer_id: str) -> None:
    found = load_profile(ask, customer_id, sees_names=True)
    assert found
    ((name, email, opened, tenure),) = rows(
        f"select name, email, account_open_date, datediff(day, account_open_date, {AS_OF})"
        " from SILVER.STG_CUSTOMERS where {who}"
    )
    assert (found.name, found.email, found.account_open_date) == (name, email, opened)
    assert found.account_tenure_days == tenure
    ((spend, spend_90, spend_30, count, count_90, silence, value_90),) = rows(
        f"""select coalesce(sum(net_amount), 0), coalesce(sum(iff(transaction_date > {AS_OF} - 90, net_amount, 0)), 0),
        coalesce(sum(iff(transaction_date > {AS_OF} - 30, net_amount, 0)), 0), count(*),
        count_if(transaction_date > {AS_OF} - 90), datediff(day, max(transaction_date), {AS_OF}),
        coalesce(avg(iff(transaction_date > {AS_OF} - 90, amount, null)), 0)
        from SILVER.STG_TRANSACTIONS where {{who}}"""
    )
    assert (found.total_lifetime_value, found.ltv_last_90_days) == (float(spend), float(spend_90))
    assert found.current_month_spend == float(spend_30)
    assert (found.transaction_count, found.transaction_count_90d) == (count, count_90)
    assert found.days_since_last_transaction == silence
    assert found.avg_transaction_value_90d == pytest.approx(float(value_90), abs=0.0051)


def test_the_months_are_what_silver_says(ask: Query, rows: Rows, customer_id: str) -> None:
    profile = load_profile(ask, customer_id, sees_names=False)
    assert profile
    found = load_monthly_spend(ask, customer_id, profile.as_of_date)
    wanted = rows(
        "select date_trunc('month', transaction_date)::date, count(*), sum(net_amount) from SILVER.STG_TRANSACTIONS"
        " where {who} and transaction_date >= '2023-11-01' group by 1 order by 1"
    )
    assert [(m.date(), n, s) for m, n, s in found.itertuples(index=False)] == [(m, n, float(s)) for m, n, s in wanted]


def test_the_categories_are_what_silver_says(ask: Query, rows: Rows, customer_id: str) -> None:
    found = load_category_spend(ask, customer_id)[["category", "transaction_count", "spend"]]
    wanted = rows(
        "select merchant_category, count(*), sum(net_amount) from SILVER.STG_TRANSACTIONS where {who}"
        " group by 1 order by 3 desc, 1"
    )
    assert list(found.itertuples(index=False, name=None)) == [(c, n, float(s)) for c, n, s in wanted]


def test_the_newest_transactions_are_those_of_bronze_declined_ones_too(
    ask: Query, rows: Rows, customer_id: str
) -> None:
    found = load_recent_transactions(ask, customer_id)
    wanted = rows(
        "select transaction_id, transaction_timestamp, merchant_category, amount, status"
        f" from BRONZE.BRONZE_TRANSACTIONS where {{who}} and transaction_date <= {AS_OF}"
        " order by 2 desc, 1 desc limit 50"
    )
    columns = ["transaction_id", "transaction_timestamp", "merchant_category", "amount", "status"]
    assert list(found[columns].itertuples(index=False, name=None)) == [(*r[:3], float(r[3]), r[4]) for r in wanted]


def test_the_segments_are_the_changes_of_the_recalculations(ask: Query, rows: Rows, customer_id: str) -> None:
    evaluated = rows(
        "select recalculation_date, segment, segment_reason from GOLD.CUSTOMER_SEGMENT_EVALUATIONS"
        " where {who} order by 1"
    )
    changes = [row for n, row in enumerate(evaluated) if n == 0 or row[1] != evaluated[n - 1][1]]
    found = load_segment_history(ask, customer_id)
    assert [(p.segment_assigned_date, p.segment, p.segment_reason) for p in found] == changes
    assert [p.segment_end_date for p in found] == [row[0] for row in changes[1:]] + [None]
    assert [p.previous_segment for p in found] == [None] + [row[1] for row in changes[:-1]]


def test_the_versions_lead_from_the_opening_to_the_profile_s_card(ask: Query, rows: Rows, customer_id: str) -> None:
    profile = load_profile(ask, customer_id, sees_names=False)
    assert profile
    found = load_versions(ask, customer_id)
    ((opened, card, limit),) = rows(
        "select account_open_date, card_type, credit_limit from BRONZE.BRONZE_CUSTOMERS where {who}"
    )
    assert (found[0].effective_date, found[0].card_type, found[0].credit_limit) == (opened, card, float(limit))
    assert [v.end_date for v in found] == [v.effective_date for v in found[1:]] + [None]
    assert [v.version_number for v in found] == list(range(1, len(found) + 1))
    assert (found[-1].card_type, found[-1].credit_limit) == (profile.card_type, profile.credit_limit)


def test_the_standing_is_counted_over_all_active_customers(ask: Query, platform: Platform, customer_id: str) -> None:
    names = ["customer_id", "customer_status", "total_lifetime_value", "churn_probability", *MEASURES]
    everyone = pd.DataFrame(
        platform.ask(
            "select p.customer_id, customer_status, total_lifetime_value::float, churn_probability, "
            f"{', '.join(f's.{feature}' for feature in MEASURES)} from GOLD.CHURN_SCORING_DATA as s"
            " inner join GOLD.CUSTOMER_360_PROFILE as p on s.customer_id = p.customer_id"
        ),
        columns=names,
    )
    mine = everyone[everyone["customer_id"] == customer_id].iloc[0]
    active = everyone[everyone["customer_status"] == "Active"]
    found = load_standing(ask, customer_id)
    assert found
    assert found.active_customers == len(active)
    assert found.average_probability == pytest.approx(active["churn_probability"].mean())
    assert found.value_share_below == pytest.approx(_share_below(active, mine, "total_lifetime_value"))
    for measured in found.measured:
        values = active[measured.feature]
        assert measured.value == mine[measured.feature]
        assert measured.typical == pytest.approx(values.median())
        assert measured.share_below == pytest.approx(_share_below(active, mine, measured.feature))
        assert measured.correlation == pytest.approx(np.corrcoef(values, active["churn_probability"])[0, 1])
        for part, alike in (("up", values >= measured.value), ("down", values <= measured.value)):
            risk = active.loc[alike, "churn_probability"]
            wanted = pytest.approx(risk.mean()) if len(risk) else None
            assert getattr(measured, f"risk_from_here_{part}") == wanted, (measured.feature, part)


def _share_below(active: pd.DataFrame, mine: pd.Series, column: str) -> float:
    return float(((active[column] < mine[column]) + 0.5 * (active[column] == mine[column])).mean())


def test_the_model_s_own_share_is_that_of_its_explanation(ask: Query, platform: Platform) -> None:
    ((customer_id, feature, contribution),) = platform.ask(
        "select customer_id, feature, contribution from GOLD.CHURN_RISK_FACTORS order by contribution desc limit 1"
    )
    found = load_standing(ask, customer_id)
    assert found
    shares = {m.feature: m.contribution for m in found.measured}
    assert shares[feature] == float(contribution)
    assert list(shares.values()).count(None) > 0


@pytest.fixture(scope="module")
def everybody(platform: Platform) -> dict[str, str]:
    return dict(platform.ask("select customer_id, name from SILVER.STG_CUSTOMERS"))


@pytest.mark.parametrize(
    "text", ["42", "c000042", " C000042 ", "000042", "C0009", "smith", "SMITH a", "an mi", "jose", "José", "e"]
)
def test_a_search_finds_whom_python_finds(ask: Query, everybody: dict[str, str], text: str) -> None:
    found = search(ask, text, sees_names=True)
    words = [word.replace("é", "e") for word in text.lower().split()]
    number = text.strip().upper()
    whole = f"C{int(digits):06d}" if (digits := number.removeprefix("C")).isdecimal() else number
    wanted = {
        customer_id
        for customer_id, name in everybody.items()
        if number in customer_id or customer_id == whole or all(word in name.lower() for word in words)
    }
    assert found.total == len(wanted)
    assert len(found.matches) == min(10, len(wanted))
    assert {m.customer_id for m in found.matches} <= wanted
    assert all(m.name == everybody[m.customer_id] for m in found.matches)


@pytest.mark.parametrize("text", ["42", "C42", "c000042", "0042", "C000042"])
def test_a_customer_number_is_found_first_however_short(ask: Query, text: str) -> None:
    assert search(ask, text, sees_names=True).matches[0].customer_id == "C000042"


def test_a_whole_name_comes_before_names_that_begin_with_it_and_those_before_the_rest(
    ask: Query, everybody: dict[str, str]
) -> None:
    whole = everybody["C000042"]
    assert search(ask, whole.upper(), sees_names=True).matches[0].name == whole
    first = whole.split()[0]
    names = [str(m.name) for m in search(ask, first, sees_names=True).matches]
    begins = [name.startswith(first) for name in names]
    assert begins == sorted(begins, reverse=True)
    assert begins[0]


@pytest.mark.parametrize("text", ["", "  ", "%", "--", "'", "_%_", "x'; drop table T; --", "no such person", "\\"])
def test_signs_of_sql_are_only_signs(ask: Query, text: str) -> None:
    assert search(ask, text, sees_names=True) == customers.Found((), 0)


@pytest.mark.parametrize("name", ["José Ñandú", "ZOË Ångström", "Łukasz Kučera", "O'Brien"])
def test_marks_on_letters_do_not_matter_on_either_side(ask: Query, name: str) -> None:
    rows = ask(f"select {customers._NAME} as folded from (select ? as name) as t", [name])
    assert rows["folded"].iloc[0] == customers.folded(name)
    assert customers.folded(name).isascii()


def test_who_may_not_see_names_does_not_ask_for_personal_data(ask: Query) -> None:
    asked: list[str] = []

    def listening(sql: str, params: Sequence[object] = ()) -> pd.DataFrame:
        asked.append(sql)
        return ask(sql, params)

    found = search(listening, "42", sees_names=False)
    assert found.matches[0].customer_id == "C000042"
    assert search(listening, "smith", sees_names=False).total == 0
    profile = load_profile(listening, "C000042", sees_names=False)
    assert profile
    assert {match.name for match in found.matches} | {profile.name, profile.email} == {None}
    assert profile.title == "C000042"
    assert len(asked) == 3
    for sql in asked:
        assert not re.search(r"\b(name|email|phone|zip_code|date_of_birth)\b|\*(?!\))", sql), sql


def test_a_number_that_nobody_has_has_no_profile(ask: Query) -> None:
    assert load_profile(ask, "C999999", sees_names=True) is None
