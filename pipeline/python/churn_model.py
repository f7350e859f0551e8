"""The churn model without SNOWFLAKE.ML.CLASSIFICATION: handlers of the procedures FIT_CHURN_MODEL and SCORE_CHURN.

Runs in a Snowpark procedure and so imports only what its runtime offers. Models are kept as text in
PLATFORM.CHURN_MODELS; the results have the shapes of those of the class.
"""

from __future__ import annotations

import base64
import json
import pickle
from typing import TYPE_CHECKING, Any

import numpy as np
from sklearn.compose import make_column_transformer
from sklearn.ensemble import HistGradientBoostingClassifier
from sklearn.inspection import permutation_importance
from sklearn.metrics import log_loss, precision_recall_fscore_support, roc_auc_score
from sklearn.model_selection import train_test_split
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import OrdinalEncoder

if TYPE_CHECKING:
    import pandas as pd

SEED = 360
CHURNED = "CHURNED"
TRAINING = """
select * exclude (
  customer_id, part, label_date, is_churned,
  total_spend_90d, transaction_count_90d, avg_transaction_value_90d,
  distinct_merchant_categories_90d, active_days_180d, days_between_transactions_avg, declined_transaction_count
)
from GOLD.ML_TRAINING_DATA
where part = 'TRAIN'
order by customer_id
"""
KEEP = """
insert into PLATFORM.CHURN_MODELS (name, description, model, trained_at)
select 'CHURN_MODEL_CANDIDATE', null, ?, sysdate()
"""


def fit(session: Any) -> str:
    """Train the candidate on the training part and keep it.

    Args:
        session: of Snowpark.

    Returns:
        JSON with model_reports (metrics of a fifth of the rows, held out) and feature_importance, as of the class.
    """
    frame = session.sql(TRAINING).to_pandas()
    labels = frame.pop("CHURN_LABEL")
    model, report = train(frame, labels)
    session.sql("delete from PLATFORM.CHURN_MODELS where name = 'CHURN_MODEL_CANDIDATE'").collect()
    session.sql(KEEP, params=[base64.b64encode(pickle.dumps(model)).decode()]).collect()
    return json.dumps(report)


def score(session: Any, model_name: str, source: str, key_columns: str, target_table: str) -> str:
    """Write the key columns and churn_probability of every row of a source into a table.

    Args:
        session: of Snowpark.
        model_name: GOLD.CHURN_MODEL, or another one of GOLD; the last part is its row in PLATFORM.CHURN_MODELS.
        source: a table, or a query in parentheses.
        key_columns: separated by commas.
        target_table: replaced.

    Raises:
        ValueError: where there is no such model.
    """
    name = model_name.rpartition(".")[2]
    kept = session.sql("select model from PLATFORM.CHURN_MODELS where name = ?", params=[name]).collect()
    if not kept:
        raise ValueError(f"There is no model {name} in PLATFORM.CHURN_MODELS: run TRAIN_CHURN_MODEL first.")
    model = pickle.loads(base64.b64decode(kept[0][0]))  # noqa: S301 - written by `fit` into a table of the platform's own
    frame = session.sql(f"select * from {source}").to_pandas()
    keys = [key.strip().upper() for key in key_columns.split(",")]
    found = frame[keys].copy()
    found["CHURN_PROBABILITY"] = probabilities(model, frame)
    session.create_dataframe(found).write.mode("overwrite").save_as_table(target_table)
    return target_table


def train(frame: pd.DataFrame, labels: pd.Series) -> tuple[Any, dict[str, Any]]:
    """Train on all rows, and another one on four fifths to report on.

    Args:
        frame: one column per feature; text columns are categories.
        labels: CHURNED or ACTIVE.

    Returns:
        The model, and the report.
    """
    inputs, held_out, known, actual = train_test_split(frame, labels, test_size=0.2, random_state=SEED, stratify=labels)
    trial = _estimator(frame).fit(inputs, known)
    chance = trial.predict_proba(held_out)
    names = list(trial.classes_)
    guessed = np.array(names)[chance.argmax(axis=1)]
    auc = float(roc_auc_score(actual == CHURNED, chance[:, names.index(CHURNED)]))
    reports: dict[str, float] = {"log_loss": float(log_loss(actual, chance, labels=names))}
    for average in ("macro", "weighted"):
        precision, recall, f1, _ = precision_recall_fscore_support(actual, guessed, average=average, zero_division=0)
        for name, value in (("precision", precision), ("recall", recall), ("f1", f1)):
            reports[f"{name}_{average}"] = float(np.asarray(value))
        reports[f"auc_{average}"] = auc
    lost = permutation_importance(trial, held_out, actual, scoring="roc_auc", n_repeats=1, random_state=SEED)
    scores = np.maximum(lost["importances_mean"], 0)
    shares = scores / (scores.sum() or 1)
    ranked = sorted(zip(frame.columns, shares, strict=True), key=lambda item: (-item[1], item[0]))
    importance = [{"feature": str(name), "score": round(float(share), 4)} for name, share in ranked]
    return _estimator(frame).fit(frame, labels), {"model_reports": reports, "feature_importance": importance}


def probabilities(model: Any, frame: pd.DataFrame) -> np.ndarray:
    """Return the probability of churn of each row, 0-1."""
    inputs = frame[list(model.feature_names_in_)]
    return model.predict_proba(inputs)[:, list(model.classes_).index(CHURNED)]


def _estimator(frame: pd.DataFrame) -> Any:
    words = [name for name in frame.columns if frame[name].dtype == object]
    encoder = make_column_transformer(
        (OrdinalEncoder(handle_unknown="use_encoded_value", unknown_value=np.nan), words),
        remainder="passthrough",
    )
    boosting = HistGradientBoostingClassifier(
        learning_rate=0.06, max_iter=150, max_leaf_nodes=15, l2_regularization=1.0, random_state=SEED,
        categorical_features=list(range(len(words))) or None, early_stopping=False,
    )  # fmt: skip
    return make_pipeline(encoder, boosting)
