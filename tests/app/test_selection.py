import io
import math

import pandas as pd
import pytest
from customer_360 import segment_explorer
from customer_360.charts import segment_distribution
from customer_360.selection import SEGMENTS, Selection, by_segment, figures, limit_bounds

BOUNDS = (500, 50_000)


@pytest.fixture
def customers() -> pd.DataFrame:
    return pd.DataFrame(
        {
            "customer_id": ["C000001", "C000002", "C000003", "C000004"],
            "name": ["Ann O'Brien", "Bob, Jr.", "Cem", "Dee"],
            "segment": ["Declining", "Budget-Conscious", "Declining", "High-Value Travelers"],
            "card_type": ["Gold", "Basic", "Silver", "Platinum"],
            "credit_limit": [12_000.0, 700.0, 5_000.0, 49_900.0],
            "total_lifetime_value": [1_000.0, 3_000.0, 2_000.0, 10_000.0],
            "ltv_last_90_days": [0.0, 150.25, 50.0, 6_000.0],
            "mom_absolute_change": [-10.0, 5.0, 0.0, 1.0],
            "mom_percent_change": [-100.0, 5.0, float("nan"), 1.0],
            "churn_probability": [0.9, 0.1, 0.5, 0.05],
            "churn_risk_category": ["High", "Low", "Medium", "Low"],
        }
    )


@pytest.mark.parametrize(
    ("selection", "expected"),
    [
        (Selection(), "1234"),
        (Selection(segments=("Declining",)), "13"),
        (Selection(segments=("Declining", "Budget-Conscious"), churn_risks=("Low", "High")), "12"),
        (Selection(card_types=("Silver",), churn_risks=("High",)), ""),
        (Selection(credit_limit=(700, 5_000)), "23"),
    ],
)
def test_filters_combine(customers: pd.DataFrame, selection: Selection, expected: str) -> None:
    assert "".join(selection.of(customers)["customer_id"].str[-1]) == expected


def test_figures(customers: pd.DataFrame) -> None:
    found = figures(Selection(segments=("Declining",)).of(customers))
    assert (found.customers, found.average_lifetime_value, found.spend_90_days) == (2, 1_500.0, 50.0)
    assert found.average_churn_probability == pytest.approx(0.7)


def test_figures_of_nobody_are_not_zero(customers: pd.DataFrame) -> None:
    found = figures(customers.iloc[:0])
    assert found.customers == 0
    assert math.isnan(found.average_lifetime_value)
    assert segment_explorer.dollars(found.average_lifetime_value) == "n/a"


def test_an_address_gives_back_the_selection() -> None:
    selection = Selection(("Declining",), ("Gold", "Basic"), ("High",), (1_000, 20_000))
    assert Selection.from_params(selection.to_params(), BOUNDS) == selection
    assert Selection().to_params() == {}


@pytest.mark.parametrize("limit", ["", "abc", "9-", "-5-10", "20000-1000", "1e3-2e3", "500-50000", "0-99999999"])
def test_nonsense_in_an_address_is_dropped(limit: str) -> None:
    params = {"segment": ["Nope", "' or 1=1 --"], "card": ["gold"], "limit": [limit], "other": ["x"]}
    assert Selection.from_params(params, BOUNDS) == Selection()


def test_limits_in_an_address_are_brought_within_bounds() -> None:
    assert Selection.from_params({"limit": ["5000-90000"]}, BOUNDS).credit_limit == (5_000, 50_000)


def test_slider_bounds_enclose_every_limit(customers: pd.DataFrame) -> None:
    assert limit_bounds(customers) == BOUNDS


def test_segments_come_in_their_fixed_order_with_shares_of_the_selection(customers: pd.DataFrame) -> None:
    rows = by_segment(customers)
    assert list(rows["segment"]) == [s for s in SEGMENTS if s in set(customers["segment"])]
    assert list(rows["customers"]) == [1, 1, 2]
    assert rows["share"].sum() == pytest.approx(1)


def test_the_chart_draws_exactly_the_rows_it_is_given(customers: pd.DataFrame) -> None:
    chart = segment_distribution(by_segment(customers)).to_dict()
    (drawn,) = chart["datasets"].values()
    assert {row["segment"]: row["customers"] for row in drawn} == {
        "High-Value Travelers": 1, "Budget-Conscious": 1, "Declining": 2,
    }  # fmt: skip
    assert "http" not in str({key: value for key, value in chart.items() if key != "$schema"})


def test_the_list_is_bounded_sorted_and_stable() -> None:
    many = pd.DataFrame({"customer_id": [f"C{n:06d}" for n in range(1_500)], "churn_probability": 0.5})
    rows = segment_explorer.first_rows(many, "Highest churn probability")
    assert len(rows) == 1_000
    assert rows["customer_id"].iloc[0] == "C000000"


def test_missing_values_are_listed_last(customers: pd.DataFrame) -> None:
    assert segment_explorer.first_rows(customers, "Steepest fall in monthly spend")["customer_id"].iloc[-1] == "C000003"


def test_the_steepest_falls_begin_with_who_took_most_away() -> None:
    fallen = pd.DataFrame(
        {
            "customer_id": ["C1", "C2", "C3", "C4"],
            "mom_percent_change": [-100.0, -100.0, float("nan"), -50.0],
            "mom_absolute_change": [-20.0, -900.0, 0.0, -5_000.0],
        }
    )
    listed = segment_explorer.first_rows(fallen, "Steepest fall in monthly spend")
    assert listed["customer_id"].to_list() == ["C2", "C1", "C4", "C3"]


def test_the_list_of_other_customers_begins_with_its_first_page(customers: pd.DataFrame) -> None:
    whole = segment_explorer._fingerprint(customers)
    assert whole == segment_explorer._fingerprint(customers.copy())
    assert whole not in (
        segment_explorer._fingerprint(customers.iloc[:3]),
        segment_explorer._fingerprint(customers[1:]),
    )


def test_the_file_has_every_customer_in_the_list_s_order(customers: pd.DataFrame) -> None:
    written = segment_explorer.to_csv(customers, "Highest lifetime value")
    assert written.startswith(b"\xef\xbb\xbf")
    lines = written.decode("utf-8-sig").splitlines()
    assert lines[0].startswith("customer_id,name,segment,card_type,credit_limit,total_lifetime_value")
    assert [line[:7] for line in lines[1:]] == ["C000004", "C000002", "C000003", "C000001"]
    assert lines[2].startswith('C000002,"Bob, Jr.",')


@pytest.mark.parametrize("name", ["=1+1", "+1", "-1", "@SUM(A1)", "\tx", '=HYPERLINK("x")'])
def test_no_name_is_a_formula_in_a_spreadsheet(customers: pd.DataFrame, name: str) -> None:
    written = segment_explorer.to_csv(customers.assign(name=[name, "José", "A=B", None]), "Customer number")
    read = pd.read_csv(io.BytesIO(written), encoding="utf-8-sig")
    assert read["name"].to_list()[:3] == [f"'{name}", "José", "A=B"]
    assert read["mom_percent_change"].iloc[0] == -100  # a number below zero stays one


@pytest.mark.parametrize(
    ("amount", "text"), [(950.4, "$950"), (12_345.6, "$12,346"), (12_500_000, "$12.5M"), (3.2e9, "$3.2B")]
)
def test_dollars(amount: float, text: str) -> None:
    assert segment_explorer.dollars(amount) == text


def test_comparisons() -> None:
    assert segment_explorer.relative(110, 100) == "+10.0% against all"
    assert segment_explorer.relative(1, 0) is None
    assert segment_explorer.points(0.25, 0.2) == "+5.0 points against all"
    assert segment_explorer.percent(0.1234) == "12.3%"


def test_a_segment_that_nobody_chosen_is_in_has_no_row(customers: pd.DataFrame) -> None:
    known = customers.assign(segment=customers["segment"].astype(pd.CategoricalDtype(SEGMENTS)))
    found = by_segment(known)
    assert sorted(found["segment"]) == sorted(set(customers["segment"]))
    assert found["share"].sum() == 1
