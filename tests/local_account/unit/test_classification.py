"""The classifier's own arithmetic: what may be trained on, what is held out, and each metric of a small example."""

from __future__ import annotations

import json
import math
from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow as pa
import pytest
from snowflake.connector.errors import ProgrammingError
from threadpoolctl import threadpool_info

from local_account.ml import classification
from local_account.ml.classification import Feature, Model, kind_of, labels_of, load, matrix, save, train

if TYPE_CHECKING:
    from pathlib import Path

_TYPES = {"SPEND": "real", "CARD": "text", "LABEL": "text"}


class _BeginsToFit(Exception):  # noqa: N818 - no error: the checks before it are over
    pass


@pytest.fixture
def no_fit(monkeypatch: pytest.MonkeyPatch) -> None:
    def begin(*_: object) -> None:
        raise _BeginsToFit

    monkeypatch.setattr(classification, "_fitted", begin)


def labelled(labels: list[str | None]) -> pa.Table:
    return pa.table({"SPEND": [float(n) for n in range(len(labels))], "LABEL": labels})


@pytest.fixture(scope="module")
def trained() -> Model:
    rows = range(120)
    table = pa.table(
        {
            "SPEND": [float(row % 10) for row in rows],
            "CARD": [("Gold", "Silver", None)[row % 3] for row in rows],
            "LABEL": ["CHURNED" if row % 10 < 4 else "ACTIVE" for row in rows],
        }
    )
    return train(table, _TYPES, "LABEL", test_fraction=0.25)


@pytest.mark.parametrize(
    ("labels", "message"),
    [
        (["A"] * 10, r"has 1 classes in 10 rows"),
        ([f"{n}" for n in range(256)] * 2, r"has 256 classes in 512 rows.*at most 255"),
        (["A", "B", "C"], r"has 3 classes in 3 rows"),
    ],
)
@pytest.mark.usefixtures("no_fit")
def test_a_target_needs_two_to_255_classes_and_more_rows_than_classes(labels: list[str | None], message: str) -> None:
    with pytest.raises(ProgrammingError, match=message):
        train(labelled(labels), _TYPES, "LABEL")


@pytest.mark.parametrize("labels", [["A", "B"] * 5, [f"{n}" for n in range(255)] * 2, ["A", "B", "B"]])
@pytest.mark.usefixtures("no_fit")
def test_targets_within_these_bounds_are_trained(labels: list[str | None]) -> None:
    with pytest.raises(_BeginsToFit):
        train(labelled(labels), _TYPES, "LABEL")


def test_rows_without_a_target_are_refused_unless_they_shall_be_skipped() -> None:
    table = labelled(["A", "B", None] * 10)
    with pytest.raises(ProgrammingError, match="LABEL is NULL in 10 rows"):
        train(table, _TYPES, "LABEL", evaluate=False)
    model = train(table, _TYPES, "LABEL", evaluate=False, skip_errors=True)
    assert (model.rows, model.logs) == (20, ["10 rows without a target were skipped."])


def test_a_target_alone_is_refused() -> None:
    with pytest.raises(ProgrammingError, match="no feature column"):
        train(pa.table({"LABEL": ["A", "B", "B"]}), _TYPES, "LABEL")


@pytest.mark.parametrize(
    ("sf_type", "kind"),
    [("fixed", "number"), ("real", "number"), ("text", "category"), ("boolean", "category"),
     ("timestamp_ntz", "time")],
)  # fmt: skip
def test_what_a_column_of_each_type_is_used_as(sf_type: str, kind: str) -> None:
    assert kind_of("A", sf_type) == kind


@pytest.mark.parametrize("sf_type", ["date", "variant", "timestamp_tz", "binary"])
def test_other_types_are_neither_feature_nor_target(sf_type: str) -> None:
    with pytest.raises(ProgrammingError, match=f"type {sf_type.upper()}, which is not supported"):
        kind_of("A", sf_type)
    with pytest.raises(ProgrammingError, match=f"target column has type {sf_type.upper()}"):
        labels_of(pa.chunked_array([[1]]), sf_type)


def test_labels_are_text_and_null_stays_null() -> None:
    assert list(labels_of(pa.chunked_array([[True, False, None]]), "boolean")) == ["True", "False", None]
    assert list(labels_of(pa.chunked_array([[3, None]]), "fixed")) == ["3", None]


def test_features_become_numbers() -> None:
    moments = pa.array([1_704_628_800, 0], pa.timestamp("s"))  # noon of a Sunday, 7 January 2024, and 1 January 1970
    table = pa.table({"N": [1.5, None], "C": ["b", "never seen"], "T": moments})
    features = [Feature("N", "number"), Feature("C", "category", ("a", "b")), Feature("T", "time")]
    found = matrix(features, table)
    # Days of the week are counted from Monday, 0; both moments are in the first week of their year.
    np.testing.assert_equal(
        found, [[1.5, 1.0, 1_704_628_800.0, 6.0, 1.0, 1.0], [math.nan, math.nan, 0.0, 3.0, 1.0, 1.0]]
    )
    assert [name for f in features for name, _ in f.derived] == [
        "N",
        "C",
        "T_EPOCH",
        "T_DAY_OF_WEEK",
        "T_WEEK",
        "T_MONTH",
    ]


def test_the_most_frequent_254_categories_are_known() -> None:
    rare = [f"rare {n:03}" for n in range(300)]
    found = classification._categories(pa.chunked_array([["often"] * 3 + [None] * 9 + rare + ["twice"] * 2]))
    assert found == ("often", "twice", *rare[:252])


class _Classifier:
    """It keeps how it was made, and with how many threads it was used."""

    def __init__(self, **options: Any) -> None:
        self.options = options

    def fit(self, *_: object) -> _Classifier:
        self.threads = _openmp_threads()
        return self

    def predict_proba(self, _: object) -> set[int]:
        return _openmp_threads()


def _openmp_threads() -> set[int]:
    return {library["num_threads"] for library in threadpool_info() if library["user_api"] == "openmp"}


@pytest.mark.parametrize(
    ("rows", "rarest", "leaf", "stops_early"),
    [(999, 50, 5, True), (1_000, 50, 20, True), (1_000, 49, 20, False), (90, 49, 5, False)],
)
def test_small_tables_have_small_leaves_and_spare_no_rows_for_stopping(
    monkeypatch: pytest.MonkeyPatch, rows: int, rarest: int, leaf: int, stops_early: bool
) -> None:
    monkeypatch.setattr(classification, "HistGradientBoostingClassifier", _Classifier)
    labels = np.array(["rare"] * rarest + ["often"] * (rows - rarest))
    features = [Feature("T", "time"), Feature("C", "category", ("a",)), Feature("N", "number")]
    made: Any = classification._fitted(features, np.zeros((rows, 6)), labels)
    assert (made.options["min_samples_leaf"], made.options["early_stopping"]) == (leaf, stops_early)
    assert made.options["categorical_features"] == [False] * 4 + [True, False]


def test_one_thread_trains_and_predicts(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(classification, "HistGradientBoostingClassifier", _Classifier)
    made: Any = classification._fitted([], np.zeros((2, 0)), np.array(["a", "b"]))
    assert made.threads == {1}
    assert classification._probabilities(made, np.zeros((2, 0))) == {1}


def test_the_order_of_rows_is_forgotten() -> None:
    inputs, labels = np.array([[2.0, 1.0], [1.0, 5.0], [1.0, 5.0]]), np.array(["a", "c", "b"])
    for rows in ([0, 1, 2], [2, 1, 0], [1, 2, 0]):
        ordered, names = classification._in_one_order(inputs[rows], labels[rows])
        assert (ordered.tolist(), names.tolist()) == ([[2.0, 1.0], [1.0, 5.0], [1.0, 5.0]], ["a", "b", "c"])


@pytest.mark.parametrize(
    ("rarest", "fraction", "held_out"),
    [(40, None, 20), (4_000, None, 1_250), (40, 0.5, 50)],
)  # of 100 rows a fifth at most; of 10,000 those with 500 of the rarest class
def test_which_share_is_held_out(
    monkeypatch: pytest.MonkeyPatch, rarest: int, fraction: float | None, held_out: int
) -> None:
    found: list[tuple[float, int]] = []
    monkeypatch.setattr(classification, "_fitted", lambda *_: None)
    monkeypatch.setattr(classification, "_importance", lambda _: [])
    monkeypatch.setattr(classification, "_evaluate", lambda *given: found.append((given[3], given[4])))
    rows = 100 if rarest == 40 else 10_000
    train(labelled(["A"] * rarest + ["B"] * (rows - rarest)), _TYPES, "LABEL", test_fraction=fraction)
    assert [(round(share * rows), smallest) for share, smallest in found] == [(held_out, rarest)]


@pytest.mark.parametrize(("rarest", "is_evaluated"), [(1, False), (3, False), (4, True)])
def test_a_class_of_too_few_rows_is_not_evaluated(rarest: int, is_evaluated: bool) -> None:
    model = train(labelled(["A"] * rarest + ["B"] * 16), _TYPES, "LABEL", test_fraction=0.25)
    assert model.evaluated == is_evaluated
    assert bool(model.logs) != is_evaluated
    assert ("SHOW_CONFUSION_MATRIX" in model.metrics) == is_evaluated


@pytest.fixture
def example() -> tuple[Model, np.ndarray, np.ndarray, np.ndarray]:
    """Five rows held out: two of three who churned were found, and one of two who stayed was taken for churned."""
    model = Model([], "LABEL", ["ACTIVE", "CHURNED"], None, 5, evaluated=True)
    actual = np.array(["CHURNED", "CHURNED", "CHURNED", "ACTIVE", "ACTIVE"])
    churned = np.array([0.9, 0.8, 0.3, 0.6, 0.1])
    predicted = np.where(churned >= 0.5, "CHURNED", "ACTIVE")
    return model, actual, predicted, np.column_stack([1 - churned, churned])


def test_metrics_of_each_class(example: tuple[Model, np.ndarray, np.ndarray, np.ndarray]) -> None:
    model, actual, predicted, _ = example
    found = {(row[1], row[2]): row[3] for row in classification._class_metrics(model, actual, predicted)}
    assert found == pytest.approx(
        {
            **{("ACTIVE", name): 1 / 2 for name in ("precision", "recall", "f1")}, ("ACTIVE", "support"): 2,
            **{("CHURNED", name): 2 / 3 for name in ("precision", "recall", "f1")}, ("CHURNED", "support"): 3,
        }
    )  # fmt: skip


def test_metrics_of_all_classes(example: tuple[Model, np.ndarray, np.ndarray, np.ndarray]) -> None:
    model, actual, predicted, probabilities = example
    found = {(r[1], r[2]): r[3] for r in classification._global_metrics(model, actual, predicted, probabilities)}
    macro, weighted = (1 / 2 + 2 / 3) / 2, (2 * 1 / 2 + 3 * 2 / 3) / 5
    auc = 5 / 6  # of six pairs of one who churned and one who stayed, one is in the wrong order
    lost = -sum(math.log(p) for p in (0.9, 0.8, 0.3, 0.4, 0.9)) / 5
    assert found == pytest.approx(
        {
            **{("macro", name): macro for name in ("precision", "recall", "f1")}, ("macro", "auc"): auc,
            **{("weighted", name): weighted for name in ("precision", "recall", "f1")}, ("weighted", "auc"): auc,
            (None, "log_loss"): lost,
        }
    )  # fmt: skip


def test_three_classes_have_the_mean_auc_of_each_against_the_rest() -> None:
    model = Model([], "LABEL", ["A", "B", "C"], None, 4, evaluated=True)
    actual = np.array(["A", "B", "C", "C"])
    probabilities = np.array([[0.6, 0.3, 0.1], [0.2, 0.5, 0.3], [0.7, 0.1, 0.2], [0.1, 0.2, 0.7]])
    found = classification._global_metrics(model, actual, actual, probabilities)
    areas = {"A": 2 / 3, "B": 1.0, "C": 3 / 4}
    assert {row[1]: row[3] for row in found if row[2] == "auc"} == pytest.approx(
        {"macro": sum(areas.values()) / 3, "weighted": (areas["A"] + areas["B"] + 2 * areas["C"]) / 4}
    )


@pytest.mark.parametrize(
    ("threshold", "expected"),
    [
        # precision, recall, f1, true positive rate, false positive rate, TP, FP, TN, FN, accuracy, support
        (0.0, (3 / 5, 1.0, 3 / 4, 1.0, 1.0, 3, 2, 0, 0, 3 / 5, 3)),
        (0.6, (2 / 3, 2 / 3, 2 / 3, 2 / 3, 1 / 2, 2, 1, 1, 1, 3 / 5, 3)),
        (0.61, (1.0, 2 / 3, 4 / 5, 2 / 3, 0.0, 2, 0, 2, 1, 4 / 5, 3)),
        (1.0, (0.0, 0.0, 0.0, 0.0, 0.0, 0, 0, 2, 3, 2 / 5, 3)),
    ],
)
def test_metrics_at_a_threshold(
    example: tuple[Model, np.ndarray, np.ndarray, np.ndarray], threshold: float, expected: tuple[float, ...]
) -> None:
    model, actual, _, probabilities = example
    rows = classification._threshold_metrics(model, actual, probabilities)
    assert len(rows) == 2 * 101
    (row,) = (row for row in rows if row[1:3] == ("CHURNED", threshold))
    assert row[3:-1] == pytest.approx(expected)


def test_as_many_rows_of_each_outcome_make_every_rate_a_half() -> None:
    model = Model([], "LABEL", ["A", "B"], None, 4, evaluated=True)
    chance = np.array([0.9, 0.2, 0.8, 0.1])
    rows = classification._threshold_metrics(
        model, np.array(["B", "B", "A", "A"]), np.column_stack([1 - chance, chance])
    )
    (row,) = (row for row in rows if row[1:3] == ("B", 0.5))
    assert row[3:] == (0.5, 0.5, 0.5, 0.5, 0.5, 1, 1, 1, 1, 0.5, 2, None)


def test_a_class_without_rows_has_metrics_of_zero() -> None:
    model = Model([], "LABEL", ["A", "B"], None, 2, evaluated=True)
    rows = classification._threshold_metrics(model, np.array(["B", "B"]), np.array([[0.2, 0.8], [0.4, 0.6]]))
    assert [row[3:8] for row in rows if row[1:3] in {("A", 1.0), ("B", 1.0)}] == [(0.0, 0.0, 0.0, 0.0, 0.0)] * 2


def test_the_counts_of_a_confusion_matrix_are_those_of_the_rows_held_out(trained: Model) -> None:
    matrix_rows = trained.metrics["SHOW_CONFUSION_MATRIX"]
    assert [(row[1], row[2], row[3]) for row in matrix_rows] == [
        ("ACTIVE", "ACTIVE", 18), ("ACTIVE", "CHURNED", 0), ("CHURNED", "ACTIVE", 0), ("CHURNED", "CHURNED", 12),
    ]  # fmt: skip


def test_the_feature_that_decides_is_the_most_important(trained: Model) -> None:
    (first, second) = trained.metrics["SHOW_FEATURE_IMPORTANCE"]
    assert (first[:2], second[:2]) == ((1, "SPEND"), (2, "CARD"))
    assert first[2] + second[2] == pytest.approx(1)
    assert first[2] > second[2]


def test_a_row_s_object_names_the_likeliest_class(trained: Model) -> None:
    objects = trained.objects(np.array([[0.25, 0.75], [0.6, 0.4]])).to_pylist()
    assert [json.loads(text) for text in objects] == [
        {"class": "CHURNED", "logs": None, "probability": {"ACTIVE": 0.25, "CHURNED": 0.75}},
        {"class": "ACTIVE", "logs": None, "probability": {"ACTIVE": 0.6, "CHURNED": 0.4}},
    ]


def test_a_model_is_read_as_it_was_written(tmp_path: Path, trained: Model) -> None:
    path = tmp_path / "models" / "churn"
    save(trained, path)
    table = pa.table({"SPEND": [1.0, 9.0], "CARD": ["Gold", None]})
    assert load(path).predict(table).tolist() == trained.predict(table).tolist()
    assert [file.name for file in path.parent.iterdir()] == ["churn"]


def test_a_file_that_is_missing_or_of_another_version_is_refused(tmp_path: Path, trained: Model) -> None:
    with pytest.raises(ProgrammingError, match="file churn is missing"):
        load(tmp_path / "churn")
    save(Model(**(vars(trained) | {"version": 0})), tmp_path / "churn")
    with pytest.raises(ProgrammingError, match="another version"):
        load(tmp_path / "churn")
