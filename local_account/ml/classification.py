"""The model behind SNOWFLAKE.ML.CLASSIFICATION: gradient boosting on a table, its evaluation, its file."""

from __future__ import annotations

import json
import pickle
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from sklearn.ensemble import HistGradientBoostingClassifier
from sklearn.metrics import log_loss, precision_recall_fscore_support, roc_auc_score
from sklearn.model_selection import train_test_split
from threadpoolctl import ThreadpoolController

from local_account.errors import execution_error, invalid_value

if TYPE_CHECKING:
    from pathlib import Path

VERSION = 1
SEED = 360
MOST_CLASSES = 255
_CATEGORIES = 254  # HistGradientBoosting holds at most 255 values a category; rarer ones count as missing
_MINORITY_ROWS = 500
_LARGEST_TEST = 0.2
_MANY_ROWS = 1000
_STOPPING_ROWS = 50  # rows of the rarest class from which a part can be spared to decide when to stop
_THRESHOLDS = np.round(np.linspace(0, 1, 101), 2)
_TIME_PARTS = ("EPOCH", "DAY_OF_WEEK", "WEEK", "MONTH")
_THREADS = ThreadpoolController()
Rows = list[tuple[Any, ...]]
_arrow: Any = pc  # its functions are made at run time, which a type checker cannot see


@dataclass(frozen=True)
class Feature:
    """One input column: kind is number, category or time; categories are the known values, most frequent first."""

    name: str
    kind: str
    categories: tuple[str, ...] = ()

    @property
    def derived(self) -> list[tuple[str, str]]:
        """The columns that the model sees: (name, feature_type as SHOW_FEATURE_IMPORTANCE prints it)."""
        if self.kind == "time":
            return [(f"{self.name}_{part}", "derived_features") for part in _TIME_PARTS]
        return [(self.name, "user_provided")]


@dataclass
class Model:
    """A trained classifier with what SHOW_... returns; `metrics` maps each method to its rows."""

    features: list[Feature]
    target: str
    classes: list[str]
    estimator: HistGradientBoostingClassifier
    rows: int
    evaluated: bool
    metrics: dict[str, Rows] = field(default_factory=dict)
    logs: list[str] = field(default_factory=list)
    version: int = VERSION

    def predict(self, table: pa.Table) -> np.ndarray:
        """Return the probability of each class (columns) for each row, columns of `table` named as the features."""
        return _probabilities(self.estimator, matrix(self.features, table))

    def objects(self, probabilities: np.ndarray) -> pa.Array:
        """Return PREDICT's objects as JSON text, their keys in order: class, logs, probability by class."""
        labels = pa.array([json.dumps(c, ensure_ascii=False) for c in self.classes])
        best = labels.take(pa.array(np.argmax(probabilities, axis=1)))
        parts: list[Any] = ['{"class":', best, ',"logs":null,"probability":{']
        for index, name in enumerate(self.classes):
            key = f"{',' if index else ''}{json.dumps(name, ensure_ascii=False)}:"
            parts += [key, pc.cast(pa.array(np.round(probabilities[:, index], 10)), pa.string())]
        return _arrow.binary_join_element_wise(*parts, "}}", "")


def kind_of(name: str, sf_type: str) -> str:
    """Return how a column of a Snowflake type is used. Raises: ProgrammingError for types that must be cast."""
    match sf_type:
        case "fixed" | "real":
            return "number"
        case "text" | "boolean":
            return "category"
        case "timestamp_ntz":
            return "time"
    raise invalid_value(
        f"Column {name} has type {sf_type.upper()}, which is not supported as a feature; "
        "cast it to NUMBER, FLOAT, VARCHAR, BOOLEAN or TIMESTAMP_NTZ, or leave it out."
    )


def labels_of(column: pa.ChunkedArray, sf_type: str) -> np.ndarray:
    """Return the target as text (TRUE as `True`). Raises: ProgrammingError for a type that cannot be a target."""
    if sf_type not in ("text", "fixed", "boolean", "real"):
        raise invalid_value(f"The target column has type {sf_type.upper()}; it must be BOOLEAN, NUMBER or VARCHAR.")
    return np.array([None if v is None else str(v) for v in column.to_pylist()], dtype=object)


def matrix(features: list[Feature], table: pa.Table) -> np.ndarray:
    """Turn the features' columns into the numbers that the estimator sees; NULL and unseen categories are NaN."""
    columns = []
    for feature in features:
        values = table.column(feature.name)
        if feature.kind == "number":
            columns.append(_numbers(values))
        elif feature.kind == "category":
            known = pa.array(feature.categories, pa.string())
            found = _arrow.index_in(_words(values), value_set=known, skip_nulls=True)
            columns.append(_numbers(found))
        else:
            stamps = pc.cast(values, pa.timestamp("us"))
            columns += [
                _numbers(pc.cast(pc.cast(stamps, pa.timestamp("s"), safe=False), pa.int64())),
                _numbers(_arrow.day_of_week(stamps)),
                _numbers(_arrow.iso_week(stamps)),
                _numbers(_arrow.month(stamps)),
            ]
    return np.column_stack(columns) if columns else np.empty((table.num_rows, 0))


def _numbers(values: Any) -> np.ndarray:
    return pc.cast(values, pa.float64()).to_numpy(zero_copy_only=False).astype(float)


def _words(values: Any) -> Any:
    return pc.cast(values, pa.string())


def train(  # noqa: PLR0913 - CONFIG_OBJECT's keys by name
    table: pa.Table, types: dict[str, str], target: str, *, evaluate: bool = True, test_fraction: float | None = None,
    skip_errors: bool = False,
) -> Model:  # fmt: skip
    """Train a classifier; with `evaluate` another one on a part of the rows, measured on the rest.

    Args:
        table: the features and the target.
        types: Snowflake's type of each column.
        target: name of the target column.
        evaluate: whether to hold rows out and compute metrics.
        test_fraction: share of rows held out (0-1); by default 500 rows of the rarest class, at most 20 %.
        skip_errors: whether rows without a target are left out instead of failing.

    Raises: ProgrammingError for types, classes or rows that the class does not accept.
    """
    names = [n for n in table.column_names if n != target]
    kinds = {n: kind_of(n, types[n]) for n in names}
    if not names:
        raise invalid_value("The input has no feature column beside the target.")
    labels = labels_of(table.column(target), types[target])
    logs = []
    present = np.array([v is not None for v in labels])
    if not present.all():
        missing = int((~present).sum())
        if not skip_errors:
            raise execution_error(
                f"Target column {target} is NULL in {missing} rows; remove them or set on_error to 'SKIP'."
            )
        logs.append(f"{missing} rows without a target were skipped.")
        table, labels = table.filter(pa.array(present)), labels[present]
    classes, counts = np.unique(labels.astype(str), return_counts=True)
    if not 1 < len(classes) <= MOST_CLASSES or len(classes) >= len(labels):
        raise execution_error(
            f"Target column {target} has {len(classes)} classes in {len(labels)} rows; there must be more than 1, "
            f"at most {MOST_CLASSES}, and fewer than rows."
        )
    features = [Feature(n, kinds[n], _categories(table.column(n)) if kinds[n] == "category" else ()) for n in names]
    inputs, text_labels = _in_one_order(matrix(features, table), labels.astype(str))
    model = Model(
        features, target, list(classes), _fitted(features, inputs, text_labels), len(labels), evaluate, logs=logs
    )
    model.metrics["SHOW_FEATURE_IMPORTANCE"] = _importance(model)
    if evaluate:
        fraction = test_fraction or min(_LARGEST_TEST, _MINORITY_ROWS / int(counts.min()))
        _evaluate(model, inputs, text_labels, fraction, int(counts.min()))
    return model


def _in_one_order(inputs: np.ndarray, labels: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Sort rows by what they hold: a table's rows have no order, so the model must not depend on one."""
    order = np.lexsort((labels, *inputs.T))
    return inputs[order], labels[order]


def _categories(values: pa.ChunkedArray) -> tuple[str, ...]:
    counted = sorted(
        _arrow.value_counts(_words(values).combine_chunks()).to_pylist(), key=lambda c: (-c["counts"], str(c["values"]))
    )
    return tuple(c["values"] for c in counted if c["values"] is not None)[:_CATEGORIES]


def _fitted(features: list[Feature], inputs: np.ndarray, labels: np.ndarray) -> HistGradientBoostingClassifier:
    smallest = int(np.unique(labels, return_counts=True)[1].min())
    classifier = HistGradientBoostingClassifier(
        learning_rate=0.06,
        max_iter=300,
        max_leaf_nodes=15,
        min_samples_leaf=20 if len(labels) >= _MANY_ROWS else 5,
        l2_regularization=1.0,
        categorical_features=[f.kind == "category" for f in features for _ in f.derived],
        early_stopping=smallest >= _STOPPING_ROWS,
        validation_fraction=0.15,
        n_iter_no_change=15,
        random_state=SEED,
    )
    # OpenMP's threads wait by spinning: on a computer with other work, two of them are many times slower than one.
    with _THREADS.limit(limits=1, user_api="openmp"):
        return classifier.fit(inputs, labels)


def _probabilities(estimator: HistGradientBoostingClassifier, inputs: np.ndarray) -> np.ndarray:
    with _THREADS.limit(limits=1, user_api="openmp"):
        return estimator.predict_proba(inputs)


def _evaluate(model: Model, inputs: np.ndarray, labels: np.ndarray, fraction: float, smallest: int) -> None:
    """Train on a part of the rows and measure on the rest (stratified where every class has two rows)."""
    train_rows, test_rows = train_test_split(
        np.arange(len(labels)), test_size=fraction, random_state=SEED, stratify=labels if smallest > 1 else None
    )
    if len(np.unique(labels[train_rows])) < len(model.classes) or smallest * fraction < 1:
        model.logs.append("Too few rows of some class to evaluate the model.")
        model.evaluated = False
        return
    estimator = _fitted(model.features, inputs[train_rows], labels[train_rows])
    actual, probabilities = labels[test_rows], _probabilities(estimator, inputs[test_rows])
    predicted = np.array(model.classes)[np.argmax(probabilities, axis=1)]
    model.metrics["SHOW_EVALUATION_METRICS"] = _class_metrics(model, actual, predicted)
    model.metrics["SHOW_GLOBAL_EVALUATION_METRICS"] = _global_metrics(model, actual, predicted, probabilities)
    model.metrics["SHOW_CONFUSION_MATRIX"] = [
        ("EVAL", a, p, int(((actual == a) & (predicted == p)).sum()), None)
        for a in model.classes
        for p in model.classes
    ]
    model.metrics["SHOW_THRESHOLD_METRICS"] = _threshold_metrics(model, actual, probabilities)


def _class_metrics(model: Model, actual: np.ndarray, predicted: np.ndarray) -> Rows:
    values = precision_recall_fscore_support(actual, predicted, labels=model.classes, zero_division=0)
    names = ("precision", "recall", "f1", "support")
    return [
        ("EVAL", c, name, float(np.asarray(v)[i]), None)
        for i, c in enumerate(model.classes)
        for name, v in zip(names, values, strict=True)
    ]


def _global_metrics(model: Model, actual: np.ndarray, predicted: np.ndarray, probabilities: np.ndarray) -> Rows:
    rows: Rows = []
    for average in ("macro", "weighted"):
        values = precision_recall_fscore_support(
            actual, predicted, labels=model.classes, average=average, zero_division=0
        )
        rows += [
            ("EVAL", average, n, float(v or 0), None)
            for n, v in zip(("precision", "recall", "f1"), values, strict=False)
        ]
        if len(model.classes) == 2:  # noqa: PLR2004 - binary
            auc = roc_auc_score(actual == model.classes[1], probabilities[:, 1])
        else:
            auc = roc_auc_score(actual, probabilities, labels=model.classes, multi_class="ovr", average=average)
        rows.append(("EVAL", average, "auc", float(auc), None))
    rows.append(("EVAL", None, "log_loss", float(log_loss(actual, probabilities, labels=model.classes)), None))
    return rows


def _threshold_metrics(model: Model, actual: np.ndarray, probabilities: np.ndarray) -> Rows:
    rows: Rows = []
    for index, name in enumerate(model.classes):
        positive, scores = actual == name, probabilities[:, index]
        for threshold in _THRESHOLDS:
            chosen = scores >= threshold
            tp, fp = int((chosen & positive).sum()), int((chosen & ~positive).sum())
            fn, tn = int((~chosen & positive).sum()), int((~chosen & ~positive).sum())
            precision, recall = tp / (tp + fp) if tp + fp else 0.0, tp / (tp + fn) if tp + fn else 0.0
            f1 = 2 * precision * recall / (precision + recall) if precision + recall else 0.0
            fpr = fp / (fp + tn) if fp + tn else 0.0
            accuracy, support = (tp + tn) / len(actual), int(positive.sum())
            rows.append(("EVAL", name, float(threshold), precision, recall, f1, recall, fpr, tp, fp, tn, fn, accuracy,
                         support, None))  # fmt: skip
    return rows


def _importance(model: Model) -> Rows:
    """Count the splits on each feature, as Snowflake's score does, and scale them to a sum of 1."""
    columns = [(derived, f.kind) for f in model.features for derived in f.derived]
    # scikit-learn numbers the categories first, then the numbers.
    names = [d for d, kind in columns if kind == "category"] + [d for d, kind in columns if kind != "category"]
    counts = np.zeros(len(names))
    for trees in vars(model.estimator)["_predictors"]:  # scikit-learn shows split counts nowhere else
        for tree in trees:
            nodes = tree.nodes[tree.nodes["is_leaf"] == 0]
            np.add.at(counts, nodes["feature_idx"], 1)
    total = counts.sum() or 1.0
    order = sorted(range(len(names)), key=lambda i: (-counts[i], names[i][0]))
    return [(rank, names[i][0], float(counts[i] / total), names[i][1]) for rank, i in enumerate(order, start=1)]


def save(model: Model, path: Path) -> None:
    """Write a model's file whole or not at all."""
    path.parent.mkdir(parents=True, exist_ok=True)
    fresh = path.with_suffix(".new")
    fresh.write_bytes(pickle.dumps(model))
    fresh.replace(path)


def load(path: Path) -> Model:
    """Read a model's file. Raises: ProgrammingError where it is missing or of another version of this program."""
    if not path.exists():
        raise execution_error(f"The model's file {path.name} is missing; create the model again.")
    model = pickle.loads(path.read_bytes())  # noqa: S301 - written by this account into its own folder
    if model.version != VERSION:
        raise execution_error("The model was trained by another version of the local account; create it again.")
    return model
