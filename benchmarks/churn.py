"""Measure the churn model of a stack against a recency rule, logistic regression and the oracle.

Every one of them ranks the same held-out customers; thresholds come from the validation part. Prints the comparison and
the model's figures with their targets; the exit status is 1 where one is missed. Needs a stack after a run (`c360 up`);
`C360_HOME` says which local one. The oracle knows the generator's hazards and so exists for synthetic data only.
"""

from __future__ import annotations

import argparse
import json
import sys
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import average_precision_score, brier_score_loss, precision_recall_curve, roc_auc_score
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

from c360.account_process import serving
from c360.commands.context import home_folder
from c360.connection import Ports, connect, target
from c360.text_table import text_table
from pipeline.cards import CARD_TYPE_NAMES
from pipeline.sql_files import query

if TYPE_CHECKING:
    from snowflake.connector.cursor import SnowflakeCursor

_TASKS = ("LABEL_CHURN", "BUILD_CHURN_FEATURES", "TRAIN_CHURN_MODEL", "PREDICT_CHURN")
_CARD_TYPES = CARD_TYPE_NAMES[::-1]
_BINS = 10


@dataclass(frozen=True)
class Held:
    """Labelled customers: part (VALIDATION, TEST or TRAIN), whether each churned, scores by ranker (0-1, or days)."""

    part: np.ndarray
    churned: np.ndarray
    scores: dict[str, np.ndarray]


@dataclass(frozen=True)
class Quality:
    """What a ranker achieves on the test part; brier and calibration_error are None where it gives no probability.

    threshold: the best on the validation part; calibration_error: mean gap of ten bins of equal width, 0-1;
    lift: share of churned among the first tenth against the share among all.
    """

    threshold: float
    f1: float
    roc_auc: float
    pr_auc: float
    lift: float
    brier: float | None
    calibration_error: float | None


def quality(held: Held, ranker: str) -> Quality:
    """Measure one ranker on the test part, with the threshold that is best on the validation part."""
    scores = held.scores[ranker]
    tuning, test = held.part == "VALIDATION", held.part == "TEST"
    precision, recall, thresholds = precision_recall_curve(held.churned[tuning], scores[tuning])
    f1 = 2 * precision * recall / np.maximum(precision + recall, 1e-12)
    threshold = float(thresholds[int(np.argmax(f1[:-1]))])
    churned, found = held.churned[test], scores[test]
    alarms = found >= threshold
    is_probability = bool(found.min() >= 0 and found.max() <= 1)
    first = np.argsort(-found, kind="stable")[: -(-len(found) // 10)]
    return Quality(
        threshold,
        float(2 * (alarms & churned).sum() / max(1, alarms.sum() + churned.sum())),
        float(roc_auc_score(churned, found)),
        float(average_precision_score(churned, found)),
        float(churned[first].mean() / churned.mean()),
        float(brier_score_loss(churned, found)) if is_probability else None,
        calibration_error(churned, found) if is_probability else None,
    )


def calibration_error(churned: np.ndarray, scores: np.ndarray) -> float:
    """Return the gap between predicted and observed shares over ten bins of equal width, weighted by customers."""
    bins = np.minimum((scores * _BINS).astype(int), _BINS - 1)
    gaps = [abs((churned - scores)[bins == b].sum()) for b in range(_BINS)]
    return float(sum(gaps) / len(scores))


def strongest_feature(features: dict[str, np.ndarray], churned: np.ndarray) -> tuple[str, float]:
    """Return the feature that ranks best alone, in either direction, and its area under the ROC curve."""
    areas = {name: roc_auc_score(churned, values) for name, values in features.items()}
    best = max(areas, key=lambda name: max(areas[name], 1 - areas[name]))
    return best, float(max(areas[best], 1 - areas[best]))


def regression(features: dict[str, np.ndarray], part: np.ndarray, churned: np.ndarray) -> np.ndarray:
    """Return the probabilities of a logistic regression on standardized features, fitted on the training part."""
    inputs = np.column_stack(list(features.values()))
    training = part == "TRAIN"
    fitted = make_pipeline(StandardScaler(), LogisticRegression(max_iter=2000))
    return fitted.fit(inputs[training], churned[training]).predict_proba(inputs)[:, 1]


def main() -> int:
    """Print the comparison; 1 where a target is missed."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument(
        "--port", type=int, default=Ports.account, help="port of the local account, where it is to be started"
    )
    parser.add_argument("--s3-port", type=int, default=Ports.s3)
    options = parser.parse_args()
    home = home_folder()
    with (
        serving(home, Ports(options.port, options.s3_port)) as running,
        connect(target("local", running.ports, home)) as connection,
        connection.cursor() as cursor,
    ):
        held, features = _read(cursor)
        seconds = _seconds(cursor)
        ((version, details),) = _rows(
            cursor,
            "select model_version, details from OBSERVABILITY.MODEL_EXECUTION_LOG where model_name = 'CHURN_MODEL'"
            " and operation = 'TRAIN' and status = 'SUCCEEDED' order by executed_at desc limit 1",
        )
    found = {ranker: quality(held, ranker) for ranker in held.scores}
    print(f"Churn model {version} on {(held.part == 'TEST').sum():,} customers that no training saw\n")
    rows = [(ranker, *vars(measured).values()) for ranker, measured in found.items()]
    _print_table(("ranker", *vars(found["model"])), rows)
    logged = json.loads(details)
    print(f"What the platform itself logged: {json.dumps({name: logged[name] for name in _LOGGED})}\n")
    for heading in ("segments", "deciles"):
        names = _COLUMNS[heading]
        _print_table(names, [tuple(line.get(name) for name in names) for line in logged[heading]])
    targets = _targets(held, features, found, seconds)
    _print_table(
        ("figure", "measured", "from", "to", "met"),
        [(t.name, t.measured, t.low, t.high, "yes" if t.is_met else "NO") for t in targets],
    )
    return 0 if all(t.is_met for t in targets) else 1


_LOGGED = ("f1", "precision", "recall", "roc_auc", "pr_auc", "brier", "calibration_error", "confusion_matrix")
_COLUMNS = {
    "segments": ("segment", "customers", "churned", "predicted", "precision", "recall", "roc_auc"),
    "deciles": ("decile", "customers", "predicted", "observed"),
}


@dataclass(frozen=True)
class Target:
    """One figure with its bounds, both included; None where there is none."""

    name: str
    measured: float
    low: float | None = None
    high: float | None = None

    @property
    def is_met(self) -> bool:
        """Whether the figure lies within its bounds."""
        return (self.low is None or self.measured >= self.low) and (self.high is None or self.measured <= self.high)


def _targets(
    held: Held, features: dict[str, np.ndarray], found: dict[str, Quality], seconds: float
) -> tuple[Target, ...]:
    model, oracle = found["model"], found["oracle"]
    feature, area = strongest_feature(features, held.churned)
    return (
        Target("churned customers, %", 100 * float(held.churned.mean()), 8, 15),
        Target("F1", model.f1, 0.65),
        Target("ROC AUC", model.roc_auc, 0.85),
        Target("ROC AUC as a share of the oracle's", model.roc_auc / oracle.roc_auc, 0.97),
        Target("PR AUC beyond that of the recency rule", model.pr_auc - found["recency rule"].pr_auc, 0),
        Target("PR AUC beyond that of logistic regression", model.pr_auc - found["logistic regression"].pr_auc, 0),
        Target("calibration error", model.calibration_error or 0, None, 0.03),
        Target("ROC AUC of the oracle", oracle.roc_auc, None, 0.97),
        Target(f"ROC AUC of {feature} alone", area, None, 0.9),
        Target("labels, features, training and scoring, s", seconds, None, 40),
    )


def _print_table(names: tuple[str, ...], rows: list[tuple[Any, ...]]) -> None:
    shown = [tuple(round(value, 4) if isinstance(value, float) else value for value in row) for row in rows]
    print(f"{text_table(names, shown)}\n")


def _read(cursor: SnowflakeCursor) -> tuple[Held, dict[str, np.ndarray]]:
    """Read every labelled customer with part, label, inputs of the model and scores; TRAIN rows have no model score."""
    inputs_only = "select feature from GOLD.CHURN_FEATURES where kind <> 'level' order by feature"
    names = [str(name).lower() for (name,) in _rows(cursor, inputs_only)]
    columns = ", ".join(f"d.{name}" for name in names)
    oracle = query("oracle_churn").strip().rstrip(";")
    rows = _rows(
        cursor,
        f"select d.part, d.is_churned, e.churn_probability, o.churn_probability, {columns} from GOLD.ML_TRAINING_DATA d"
        f" inner join ({oracle}) o on d.customer_id = o.customer_id"
        " left join GOLD.CHURN_EVALUATION e on d.customer_id = e.customer_id order by d.customer_id",
    )
    part, churned, model, true_chance, *values = (np.array(column) for column in zip(*rows, strict=True))
    features = {name: v.astype(float) for name, v in zip(names, values, strict=True) if name != "card_type"}
    cards = values[names.index("card_type")]
    churned = churned.astype(bool)
    inputs = features | {f"card_type_{card}": (cards == card).astype(float) for card in _CARD_TYPES}
    scores = {
        "recency rule": features["days_since_last_transaction"],
        "logistic regression": regression(inputs, part, churned),
        "model": model.astype(float),
        "oracle": true_chance.astype(float),
    }
    return Held(part, churned, scores), features


def _seconds(cursor: SnowflakeCursor) -> float:
    """Return how long the four steps took in the newest run that trained."""
    tasks = ", ".join(f"'{task}'" for task in _TASKS)
    ((seconds,),) = _rows(
        cursor,
        "select sum(datediff('millisecond', started_at, ended_at)) / 1000 from OBSERVABILITY.PIPELINE_RUN_METADATA"
        f" where task_name in ({tasks}) and run_id = (select max_by(run_id, executed_at)"
        " from OBSERVABILITY.MODEL_EXECUTION_LOG where operation = 'TRAIN' and status = 'SUCCEEDED')",
    )
    return float(seconds)


def _rows(cursor: SnowflakeCursor, sql: str) -> list[tuple[Any, ...]]:
    cursor.execute(sql)
    return [tuple(row) for row in cursor.fetchall()]


if __name__ == "__main__":
    sys.exit(main())
