"""SNOWFLAKE.ML.CLASSIFICATION: create, PREDICT, the SHOW_... methods, SHOW, DROP, and the model's own roles."""

from __future__ import annotations

import json
import uuid
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from fakesnow import statement_type
from snowflake.connector.errors import ProgrammingError
from sqlglot import Expr, exp, parse_one

from local_account.catalog.objects import ClassificationModel
from local_account.catalog.rights import Grant
from local_account.errors import insufficient_privileges, invalid_value, not_supported, syntax_error
from local_account.identifiers import Name, quoted
from local_account.ml.models import FUNCTION, Models
from local_account.queries import rewrite
from local_account.queries.parse import parsed
from local_account.results import Result, status_result, table_result
from local_account.statements.kinds import admit, alters, comment_of, drops, takes_comment
from local_account.statements.listing import like, visible
from local_account.statements.registry import Statement, handles
from local_account.tokens import unquote

if TYPE_CHECKING:
    from local_account.ml.classification import Feature
    from local_account.parsing import Cursor
    from local_account.session.session import Session
    from local_account.tokens import Token

_ROLES = ("MLADMIN", "MLCONSUMER")
_TYPES = {"number": "DOUBLE", "category": "VARCHAR", "time": "TIMESTAMP"}
_METHODS: dict[str, list[tuple[str, str]]] = {
    "SHOW_EVALUATION_METRICS": [
        ("DATASET_TYPE", "text"), ("CLASS", "text"), ("ERROR_METRIC", "text"), ("METRIC_VALUE", "real"),
        ("LOGS", "variant"),
    ],
    "SHOW_GLOBAL_EVALUATION_METRICS": [
        ("DATASET_TYPE", "text"), ("AVERAGE_TYPE", "text"), ("ERROR_METRIC", "text"), ("METRIC_VALUE", "real"),
        ("LOGS", "variant"),
    ],
    "SHOW_CONFUSION_MATRIX": [
        ("DATASET_TYPE", "text"), ("ACTUAL_CLASS", "text"), ("PREDICTED_CLASS", "text"), ("COUNT", "fixed"),
        ("LOGS", "variant"),
    ],
    "SHOW_THRESHOLD_METRICS": [
        ("DATASET_TYPE", "text"), ("CLASS", "text"), ("THRESHOLD", "real"), ("PRECISION", "real"), ("RECALL", "real"),
        ("F1", "real"), ("TPR", "real"), ("FPR", "real"), ("TP", "fixed"), ("FP", "fixed"), ("TN", "fixed"),
        ("FN", "fixed"), ("ACCURACY", "real"), ("SUPPORT", "fixed"), ("LOGS", "variant"),
    ],
    "SHOW_FEATURE_IMPORTANCE": [("RANK", "fixed"), ("FEATURE", "text"), ("SCORE", "real"), ("FEATURE_TYPE", "text")],
}  # fmt: skip


@dataclass
class Source:
    """Where INPUT_DATA points: a query over what was referenced."""

    query: str


@handles("CREATE SNOWFLAKE . ML . CLASSIFICATION")
def create_model(session: Session, statement: Statement) -> Result:
    """Train a model; a model of that name stays in use until the new one is there whole."""
    from local_account.ml import classification  # noqa: PLC0415 - scikit-learn takes a second to import

    cursor = statement.cursor
    guarded = cursor.accept("IF", "NOT", "EXISTS")
    name = session.resolve(cursor.name())
    replace = "OR REPLACE" in statement.modifiers
    if answer := admit(session, ClassificationModel, name, guarded=guarded, replace=replace):
        return answer
    source, target, config = _arguments(session, cursor, statement.binds)
    comment = comment_of(cursor.properties()) if not cursor.done else ""
    if not session.autocommit or session.in_transaction:
        raise not_supported("Training a model within a transaction (AUTOCOMMIT must be on)")
    data = session.execute(source.query)
    types = {c["name"]: c["type"] for c in data.rowtype}
    column = next((n for n in types if n == target), None) or next((n for n in types if n == target.upper()), None)
    if column is None:
        raise invalid_value(f"The target column {target} is not in the input data.")
    model = classification.train(
        data.arrow, types, column, evaluate=config["evaluate"], test_fraction=config["test_fraction"],
        skip_errors=config["on_error"] == "SKIP",
    )  # fmt: skip
    models = session.account.service(Models)
    file = f"{name.file_name}.{uuid.uuid4().hex}"
    made = ClassificationModel(name, session.role, comment, file=file, rows=model.rows)
    classification.save(model, models.path(made))
    session.add_object(made)
    models.keep_used(name)
    return status_result(f"Instance {name.name} successfully created.")


def _arguments(session: Session, cursor: Cursor, binds: list[Any]) -> tuple[Source, str, dict[str, Any]]:
    """Read `(INPUT_DATA => .., TARGET_COLNAME => .., CONFIG_OBJECT => ..)`."""
    source, target, given = None, None, {}
    waiting = list(binds)
    cursor.expect("(")
    while not cursor.accept(")"):
        key = cursor.identifier()
        cursor.expect("=>")
        if key == "INPUT_DATA":
            source = _reference(session, cursor, waiting)
        elif key == "TARGET_COLNAME":
            target = str(_value(cursor, waiting))
        elif key == "CONFIG_OBJECT":
            given = _value(cursor, waiting)
        else:
            raise invalid_value(f"Unknown argument {key}; there are INPUT_DATA, TARGET_COLNAME and CONFIG_OBJECT.")
        cursor.accept(",")
    if source is None or target is None:
        raise invalid_value("INPUT_DATA and TARGET_COLNAME are required.")
    return source, target, _config(given)


def _config(given: dict[str, Any]) -> dict[str, Any]:
    """Check CONFIG_OBJECT and fill in Snowflake's defaults."""
    folded = {k.lower(): v for k, v in given.items()}
    inner = {k.lower(): v for k, v in (folded.pop("evaluation_config", None) or {}).items()}
    config = {"evaluate": folded.pop("evaluate", True), "on_error": str(folded.pop("on_error", "ABORT")).upper(),
              "test_fraction": inner.pop("test_fraction", None)}  # fmt: skip
    if unknown := next(iter([*folded, *inner]), None):
        raise invalid_value(f"Unknown key '{unknown}' in CONFIG_OBJECT.")
    if not isinstance(config["evaluate"], bool) or config["on_error"] not in ("ABORT", "SKIP"):
        raise invalid_value("CONFIG_OBJECT: evaluate must be TRUE or FALSE, on_error 'ABORT' or 'SKIP'.")
    fraction = config["test_fraction"]
    if fraction is not None and not 0 < fraction < 1:
        raise invalid_value("CONFIG_OBJECT: test_fraction must lie between 0 and 1.")
    return config


def _reference(session: Session, cursor: Cursor, binds: list[Any]) -> Source:
    """Read a reference to a table, view or query. Raises: ProgrammingError for a bare name, as on Snowflake."""
    word = cursor.next()
    known = ("SYSTEM$REFERENCE", "SYSTEM$QUERY_REFERENCE", "TABLE")
    if word.upper not in known or not cursor.accept("("):
        raise invalid_value(
            f"Invalid argument INPUT_DATA: '{word.text}' is not a reference. Use SYSTEM$REFERENCE('TABLE', '<name>'), "
            "SYSTEM$QUERY_REFERENCE('<select>') or TABLE(<name>)."
        )
    if word.upper == "TABLE":
        return _table_keyword(session, cursor)
    values = []
    while not cursor.accept(")"):
        _require_escaped(word.upper, cursor.peek())
        values.append(_value(cursor, binds))
        cursor.accept(",")
    if word.upper == "SYSTEM$QUERY_REFERENCE":
        return Source(str(values[0]).strip().rstrip(";"))
    if len(values) < 2 or str(values[0]).upper() not in ("TABLE", "VIEW"):  # noqa: PLR2004 - kind and name
        raise invalid_value("SYSTEM$REFERENCE takes 'TABLE' or 'VIEW' and a name.")
    name = session.resolve(Name.parse(str(values[1])))
    kind = session.find_relation(name)
    if kind != str(values[0]).upper():
        raise invalid_value(f"{str(values[0]).capitalize()} '{name}' does not exist or not authorized.")
    return Source(f"select * from {name}")


def _require_escaped(function: str, literal: Token | None) -> None:
    """Refuse a query with line breaks in quotes, as the page says: they are escaped there.

    https://docs.snowflake.com/en/sql-reference/functions/system_query_reference
    """
    if literal is not None and literal.kind == "string" and {"\n", "\r"} & {*literal.text}:
        raise invalid_value(
            f"Invalid argument of {function}: line breaks in the text of a query must be escaped (\\n), or the query "
            "be given as TABLE(SELECT ...)."
        )


def _table_keyword(session: Session, cursor: Cursor) -> Source:
    first = cursor.peek()
    if first and first.upper in ("SELECT", "WITH", "("):
        return Source(cursor.inside().rest())
    name = session.resolve(cursor.name())
    cursor.expect(")")
    return Source(f"select * from {name}")


def _value(cursor: Cursor, binds: list[Any]) -> Any:
    """Read a literal, a bound value, or an object literal such as {'evaluate': TRUE}."""
    if cursor.accept("?"):
        if not binds:
            raise syntax_error("a value for ? is missing.")
        return binds.pop(0)
    if not cursor.accept("{"):
        return cursor.value()
    found = {}
    while not cursor.accept("}"):
        token = cursor.next()
        if token.kind != "string":
            raise syntax_error(f"expected a key in quotes, found '{token.text}'.")
        cursor.expect(":")
        found[unquote(token)] = _value(cursor, binds)
        cursor.accept(",")
    return found


@drops(ClassificationModel, "SNOWFLAKE . ML . CLASSIFICATION")
def drop_model(session: Session, found: ClassificationModel) -> None:
    """Drop a model and its file."""
    session.drop_object(found)
    session.account.service(Models).path(found).unlink(missing_ok=True)


@alters(ClassificationModel, "SNOWFLAKE . ML . CLASSIFICATION")
def alter_model(session: Session, found: ClassificationModel, cursor: Cursor) -> None:
    """ALTER [IF EXISTS] name RENAME TO name | SET COMMENT = '..' | UNSET COMMENT.

    https://docs.snowflake.com/en/sql-reference/classes/classification/commands/alter-classification writes the new
    name in quotes; a plain name is taken too.
    """
    session.require("OWNERSHIP", ClassificationModel.KIND, found.name)
    if cursor.accept("RENAME", "TO"):
        following = cursor.peek()
        is_text = following is not None and following.kind == "string"
        session.rename_object(found, session.resolve(Name.parse(str(cursor.value())) if is_text else cursor.name()))
        return
    if not takes_comment(found, cursor):
        raise not_supported(f"ALTER {ClassificationModel.KIND} {cursor.rest()}")
    session.account.catalog.save(found)


@handles("SHOW SNOWFLAKE . ML . CLASSIFICATION")
def show_models(session: Session, statement: Statement) -> Result:
    """List models with Snowflake's columns."""
    rows = [
        (o.created_on, o.name.name, o.name.database, o.name.schema, "1.0", o.comment, o.owner)
        for o in visible(session, ClassificationModel, statement.cursor)
    ]
    names = ("name", "database_name", "schema_name", "current_version", "comment", "owner")
    return table_result([("created_on", "timestamp_ltz"), *((n, "text") for n in names)], rows)


@handles("GRANT SNOWFLAKE . ML . CLASSIFICATION", "REVOKE SNOWFLAKE . ML . CLASSIFICATION")
def grant_model_role(session: Session, statement: Statement) -> Result:
    """Give or take a model's role: mlconsumer may predict, mladmin may read the metrics too."""
    cursor = statement.cursor
    cursor.expect("ROLE")
    name = session.resolve(cursor.name())
    cursor.expect("!")
    role = cursor.identifier()
    giving = statement.phrase.startswith("GRANT")
    cursor.expect("TO" if giving else "FROM", "ROLE")
    grantee = Name(cursor.identifier())
    if role not in _ROLES:
        raise invalid_value(f"A model has the roles mladmin and mlconsumer, not {role.lower()}.")
    session.account.catalog.get("ROLE", grantee)
    session.account.catalog.get(ClassificationModel, name)
    session.require("OWNERSHIP", ClassificationModel.KIND, name)
    grant = Grant(role, ClassificationModel.KIND, str(name), grantee.name, granted_by=session.role)
    if giving:
        session.account.access.add([grant])
    else:
        session.account.access.remove([grant])
    return status_result("Statement executed successfully.")


def _usable(session: Session, name: Name, role: str) -> ClassificationModel:
    """Return a model that the current role may use as mlconsumer or mladmin."""
    found = session.account.catalog.get(ClassificationModel, name)
    session.require_containers(name)
    held = session.account.access.held(session.role, ClassificationModel.KIND, name)
    if not held & {"OWNERSHIP", "MLADMIN", role}:
        raise insufficient_privileges(role, ClassificationModel.KIND, name, session.role)
    return found


@rewrite.method("PREDICT")
def predict(session: Session, node: exp.ModelAttribute, params: list[Any] | None) -> Expr:
    """Turn `m!PREDICT(INPUT_DATA => {*})` into a function over the model's features, one row at a time."""
    del params
    item = _usable(session, session.resolve(_model_name(node.this)), "MLCONSUMER")
    models = session.account.service(Models)
    model = models.get(item)
    named = {a.this.name.upper(): a.expression for a in node.expression.expressions if isinstance(a, exp.Kwarg)}
    positional = [a for a in node.expression.expressions if not isinstance(a, exp.Kwarg)]
    given = named.get("INPUT_DATA") or (positional[0] if positional else None)
    if given is None:
        raise invalid_value("PREDICT needs INPUT_DATA => {*} or another object.")
    config = named.get("CONFIG_OBJECT")
    skip = config is not None and "'SKIP'" in config.sql(dialect="snowflake").upper()
    inputs = [_cast(_input(given, f), f, skip=skip) for f in model.features]
    call = exp.Anonymous(this=FUNCTION, expressions=[exp.Literal.string(str(item.name)), *inputs])
    return exp.ParseJSON(this=call)


def _model_name(node: Expr) -> Name:
    return Name.parse(node.sql(dialect="snowflake"))


def _cast(value: Expr, feature: Feature, *, skip: bool) -> Expr:
    kind = exp.DataType.build(_TYPES[feature.kind])
    return exp.TryCast(this=value, to=kind) if skip else exp.Cast(this=value, to=kind)


def _input(given: Expr, feature: Feature) -> Expr:
    """Return the expression that fills one feature; a key that is missing is NULL."""
    star = _star(given)
    if star is not None:
        table = given.find(exp.Column)
        qualifier = table.args.get("table") if table is not None and isinstance(table.this, exp.Star) else None
        if not _starred(star, feature.name):
            return exp.Null()
        return exp.column(exp.to_identifier(feature.name, quoted=True), table=qualifier.copy() if qualifier else None)
    if isinstance(given, exp.Struct | exp.JSONObject):
        pairs = {e.this.name: e.expression for e in given.expressions}
        return pairs[feature.name].copy() if feature.name in pairs else exp.Null()
    return parse_one(f"({given.sql(dialect='snowflake')}):{quoted(feature.name)}", dialect="snowflake")


def _star(given: Expr) -> exp.Star | None:
    """Return the star of {*}, OBJECT_CONSTRUCT(*) or OBJECT_CONSTRUCT_KEEP_NULL(*)."""
    inner = (
        given.this if isinstance(given, exp.StarMap) else given.expressions[0] if len(given.expressions) == 1 else None
    )
    if isinstance(inner, exp.Column):
        inner = inner.this
    return inner if isinstance(inner, exp.Star) else None


def _starred(star: exp.Star, name: str) -> bool:
    """Tell whether `* EXCLUDE (..)` or `* ILIKE '..'` keeps a column."""
    if star.args.get("rename") or star.args.get("replace"):
        raise not_supported("{* RENAME ...} and {* REPLACE ...}")
    excluded = {
        i.this if i.args.get("quoted") else i.this.upper()
        for e in star.args.get("except_") or star.args.get("except") or []
        for i in e.find_all(exp.Identifier)
    }
    pattern = star.args.get("ilike")
    return name not in excluded and (pattern is None or like(pattern.name, name))


@handles("CALL !")
def call_method(session: Session, statement: Statement) -> Result:
    """Run CALL m!METHOD(...): PREDICT or one of the SHOW_... methods."""
    cursor = statement.cursor
    cursor.index = 1
    name = session.resolve(cursor.name())
    cursor.expect("!")
    method = cursor.identifier()
    if method == "PREDICT":
        return _call_predict(session, name, cursor, statement.binds)
    cursor.expect("(")
    cursor.expect(")")
    if method not in _METHODS and method != "SHOW_TRAINING_LOGS":
        raise syntax_error(f"Unknown method {method} of {ClassificationModel.KIND}.")
    model = session.account.service(Models).get(_usable(session, name, "MLADMIN"))
    if method == "SHOW_TRAINING_LOGS":
        return table_result(
            [("LOGS", "variant")], [(json.dumps(model.logs) if model.logs else None,)], statement_type.SELECT
        )
    if method not in model.metrics:
        reason = model.logs[-1] if model.logs else "It was trained with 'evaluate': FALSE."
        raise ProgrammingError(msg=f"Model {name} has no evaluation metrics. {reason}", errno=100357, sqlstate="P0000")
    return table_result(_METHODS[method], model.metrics[method], statement_type.SELECT)


def _call_predict(session: Session, name: Name, cursor: Cursor, binds: list[Any]) -> Result:
    """Answer CALL m!PREDICT(INPUT_DATA => <reference>): each row's object, or the rows with one more column."""
    cursor.expect("(")
    cursor.expect("INPUT_DATA", "=>")
    source = _reference(session, cursor, list(binds))
    query = parsed(source.query)
    objects = [p for p in query.selects if isinstance(p.unalias(), exp.Struct)] if isinstance(query, exp.Select) else []
    for projection in objects:
        call = exp.maybe_parse(
            f"select {name}!PREDICT(INPUT_DATA => {{*}})", into=exp.Select, dialect="snowflake"
        ).selects[0]
        call.expression.expressions[0].set("expression", projection.unalias().copy())
        projection.replace(exp.alias_(call, "PREDICTIONS", quoted=True))
    if objects:
        return session.execute(query.sql(dialect="snowflake"))
    return session.execute(f"select *, {name}!PREDICT(INPUT_DATA => {{*}}) as PREDICTIONS from ({source.query})")
