"""A small semantic model without a fault, and for each rule of the checker changes of it that the rule finds."""

from __future__ import annotations

from typing import NamedTuple

GOOD = """\
name: shop
description: What people order.
tables:
  - name: people
    description: People, one row each.
    synonyms: [persons]
    base_table: {schema: GOLD, table: PEOPLE}
    primary_key: {columns: [person_id]}
    unique_keys: [{columns: [email]}]
    dimensions:
      - {name: person_id, expr: person_id, data_type: VARCHAR, description: Key of the person}
      - {name: email, expr: email, data_type: VARCHAR, personal: true, description: Address}
      - name: stature
        expr: CASE WHEN height < 170 THEN 'small' ELSE 'tall' END
        data_type: VARCHAR
        description: Whether tall
        synonyms: [build]
        is_enum: true
        sample_values: [small, tall]
      - {name: is_old, expr: age >= 65, data_type: BOOLEAN, labels: [filter], description: Whether old}
    time_dimensions:
      - name: birthday
        expr: birthday
        data_type: DATE
        hierarchy: [birth_year, birthday]
        description: Day of birth
        sample_values: ["1990-01-31"]
      - {name: birth_year, expr: YEAR(birthday), data_type: "NUMBER(4,0)", description: Year of birth}
    facts:
      - {name: age, expr: age, data_type: "NUMBER(38,0)", unit: years, description: Completed years}
      - {name: discount, expr: discount, data_type: FLOAT, unit: percent, description: Discount}
    metrics:
      - {name: person_count, expr: COUNT(people.person_id), unit: people, description: Number of people}
    filters:
      - {name: grown_up, expr: age >= 18, description: Who is of age}
  - name: orders
    description: Orders, one row each.
    base_table: {schema: GOLD, table: ORDERS}
    primary_key: {columns: [order_id]}
    dimensions:
      - {name: order_id, expr: order_id, data_type: VARCHAR, description: Key of the order}
      - {name: buyer_id, expr: buyer_id, data_type: VARCHAR, description: Who ordered}
      - {name: buyer_age, expr: people.age, data_type: "NUMBER(38,0)", description: Age of who ordered}
    time_dimensions:
      - {name: ordered_on, expr: ordered_on, data_type: DATE, description: Day of the order}
    facts:
      - {name: amount, expr: amount, data_type: "NUMBER(12,2)", unit: USD, description: Price of the order}
    metrics:
      - {name: revenue, expr: SUM(orders.amount), unit: USD, description: Price of all}
      - name: mean_price
        expr: SUM(orders.amount) / NULLIF(COUNT(orders.order_id), 0)
        unit: USD
        description: Mean price
relationships:
  - name: orders_of_people
    left_table: orders
    right_table: people
    relationship_columns: [{left_column: buyer_id, right_column: person_id}]
metrics:
  - name: revenue_per_person
    expr: orders.revenue / NULLIF(people.person_count, 0)
    unit: USD
    description: Price of all per person
verified_queries:
  - name: revenue_of_the_old
    question: What do the old spend?
    sql: SELECT SUM(orders.amount) AS revenue FROM orders JOIN people ON orders.buyer_id = people.person_id WHERE is_old
    verified_at: 1790000000
    verified_by: Sales
    use_as_onboarding_question: true
  - name: people_by_stature
    question: How many people are tall?
    sql: SELECT stature, COUNT(person_id) AS n FROM people GROUP BY stature ORDER BY n DESC LIMIT 5
    verified_at: 1790000000
    verified_by: Sales
module_custom_instructions:
  question_categorization: Answer about orders.
  sql_generation: Amounts are in USD.
"""
COLUMNS = {
    "GOLD.PEOPLE": dict.fromkeys(["PERSON_ID", "HEIGHT", "AGE", "BIRTHDAY", "DISCOUNT"], False) | {"EMAIL": True},
    "GOLD.ORDERS": dict.fromkeys(["ORDER_ID", "BUYER_ID", "ORDERED_ON", "AMOUNT"], False),
}


class Fault(NamedTuple):
    """What is replaced by what, what the finding says, and which rules find the same besides."""

    old: str
    new: str
    says: str
    also: str = ""


MEAN = "SUM(orders.amount) / NULLIF(COUNT(orders.order_id), 0)"
PER_PERSON = "orders.revenue / NULLIF(people.person_count, 0)"
OLD = "SELECT SUM(orders.amount) AS revenue FROM orders JOIN people ON orders.buyer_id = people.person_id WHERE is_old"
BY_STATURE = "SELECT stature, COUNT(person_id) AS n FROM people GROUP BY stature ORDER BY n DESC LIMIT 5"
RELATIONSHIP = GOOD[GOOD.index("  - name: orders_of_people") : GOOD.index("metrics:\n  - name: revenue_per_person")]
THIRD = """\
  - name: third
    description: Once more.
    base_table: {schema: GOLD, table: PEOPLE}
    metrics: [{name: head_count, expr: COUNT(height), unit: people, description: Heads}]
"""
FAULTS: dict[str, list[Fault]] = {
    "N01": [
        Fault("name: shop", "name: my-shop", "did you mean my_shop?"),
        Fault("grown_up", '"grown up"', "grown_up?"),
    ],
    "N02": [Fault("name: grown_up", "name: order", "reserved word")],
    "N03": [Fault("name: grown_up", f"name: {'a' * 256}", "longer than 255")],
    "N04": [
        Fault("relationships:\n", THIRD.replace("third", "peo_ple") + "relationships:\n", "same name as people", "T08")
    ],
    "N05": [Fault("name: grown_up", "name: isold", "same name as is_old")],
    "N06": [Fault("name: revenue_per_person", "name: mean_price", "has the name of orders.mean_price")],
    "N07": [Fault("name: person_count, ", "name: mean_price, ", "name of people.mean_price", "E09")],
    "N08": [Fault("name: grown_up", "name: orders", "name of the table orders")],
    "N09": [Fault(RELATIONSHIP, RELATIONSHIP * 2, "same name as orders_of_people", "R07 R09")],
    "N10": [Fault("name: people_by_stature", "name: revenue_of_the_old", "same name as revenue_of_the_old")],
    "T01": [
        Fault(
            GOOD,
            "name: shop\ndescription: Nothing.\nmodule_custom_instructions: {question_categorization: a, "
            "sql_generation: b}\n",
            "has no tables",
        )
    ],
    "T02": [Fault("relationships:\n", THIRD[: THIRD.index("    metrics")] + "relationships:\n", "neither", "T08")],
    "T03": [Fault("table: ORDERS", "table: ORDER", "did you mean GOLD.ORDERS?")],
    "T04": [Fault("schema: GOLD, table: ORDERS", "schema: SILVER, table: ORDERS", "reads SILVER.ORDERS")],
    "T05": [Fault("[{columns: [email]}]", "[{columns: [mail]}]", "did you mean EMAIL?")],
    "T06": [Fault("[{columns: [email]}]", "[{columns: [email, EMAIL]}]", "names a column twice")],
    "T07": [Fault("[{columns: [email]}]", "[{columns: [person_id]}]", "is there already")],
    "T08": [
        Fault(GOOD[GOOD.index("relationships:") : GOOD.index("metrics:\n  - name: rev")], "", "No relationship", "E10")
    ],
    "W01": [
        Fault("description: What people order.", 'description: " "', "The model has no description"),
        Fault("    description: People, one row each.\n", "", "people has no description"),
        Fault(", description: Who is of age", "", "people.grown_up has no description"),
    ],
    "W02": [Fault("SUM(orders.amount), unit: USD,", "SUM(orders.amount),", "orders.revenue has no unit")],
    "W03": [Fault("unit: years, ", "", "people.age has no unit")],
    "W04": [Fault("Completed years", "x" * 1001, "longer than 1,000")],
    "W05": [Fault("description: Mean price", "description: Price of all", "described as revenue is")],
    "W06": [Fault("[build]", "[build, Build]", "'build' already"), Fault("[build]", "[Stature]", "'Stature' already")],
    "W07": [Fault("[persons]", "[persons, orders]", "'orders' means orders already")],
    "W08": [Fault("[build]", "[Discount]", "'Discount' means discount already")],
    "W09": [Fault("[build]", '["build "]', "has blanks around it"), Fault("[build]", '[" "]', "is blank")],
    "W10": [Fault("Price of all}", "Price $$ of all}", "orders.revenue holds $$")],
    "W11": [Fault("  sql_generation: Amounts are in USD.\n", "", "has no sql_generation")],
    "V01": [Fault("data_type: FLOAT", "data_type: FLAOT", "did you mean FLOAT?")],
    "V02": [Fault("data_type: FLOAT", "data_type: VARCHAR(9)", "is no number but VARCHAR(9)")],
    "V03": [Fault("ordered_on, data_type: DATE", "ordered_on, data_type: VARCHAR", "is no time but VARCHAR")],
    "V04": [Fault("        sample_values: [small, tall]\n", "", "without sample_values")],
    "V05": [Fault("[small, tall]", "[small, tall, small]", "lists the value 'small' twice")],
    "V06": [
        Fault("personal: true,", "personal: true, sample_values: [a@b],", "people.email is personal"),
        Fault("personal: true,", "sample_values: [a@b],", "people.email is personal", "V07"),
        Fault(
            'expr: people.age, data_type: "NUMBER(38,0)"',
            "expr: people.email, data_type: VARCHAR, personal: true, sample_values: [a@b]",
            "orders.buyer_age is personal",
        ),
    ],
    "V07": [
        Fault("personal: true, ", "", "mark it `personal: true`"),
        Fault(
            'expr: people.age, data_type: "NUMBER(38,0)"', "expr: people.email, data_type: VARCHAR", "orders.buyer_age"
        ),
        Fault(
            'expr: people.age, data_type: "NUMBER(38,0)"',
            "expr: UPPER(people.email), data_type: VARCHAR",
            "orders.buyer_age",
        ),
    ],
    "V08": [Fault("personal: true,", "personal: true, is_enum: true,", "cannot be both", "V04")],
    "V09": [
        Fault('["1990-01-31"]', '["31 January"]', "is no DATE"),
        Fault(
            "description: Age of who ordered", "sample_values: [old], description: Age of who ordered", "is no NUMBER"
        ),
        Fault("labels: [filter]", "sample_values: [perhaps], labels: [filter]", "is no BOOLEAN"),
    ],
    "V10": [Fault("[small, tall]", "[small]", "can be 'tall'")],
    "V11": [
        Fault("[birth_year, birthday]", "[birth_yaer, birthday]", "did you mean birth_year?"),
        Fault("[birth_year, birthday]", "[birthday, birth_year]", "ends with birth_year"),
        Fault("[birth_year, birthday]", "[birthday, birth_year, birthday]", "names a level twice"),
    ],
    "V12": [
        Fault("labels: [filter]", "labels: [fliter]", "did you mean filter?"),
        Fault("personal: true,", "personal: true, labels: [filter],", "not BOOLEAN"),
    ],
    "V13": [Fault("data_type: BOOLEAN, labels: [filter]", "data_type: VARCHAR", "declare it BOOLEAN")],
    "E01": [
        Fault("expr: age >= 18", "expr: age >= >= 18", "cannot be read"),
        Fault(MEAN, "SUM(amount), 1", "cannot be read"),
    ],
    "E02": [Fault("expr: age >= 18", "expr: age >= (SELECT 18)", "holds a query")],
    "E03": [Fault("expr: age >= 18", "expr: age >= AVG(age)", "aggregates (AVG); make it a metric")],
    "E04": [Fault("expr: age >= 18", "expr: age >= AVG(age) OVER (PARTITION BY email)", "computes a window")],
    "E05": [
        Fault("expr: age >= 18", "expr: birthday <= CURRENT_DATE", "asks a clock"),
        Fault("expr: age >= 18", "expr: birthday <= GETDATE()", "asks a clock"),
    ],
    "E06": [Fault("expr: age >= 18", "expr: age >= RANDOM()", "draws by chance")],
    "E07": [Fault("expr: age >= 18", "expr: agee >= 18", "did you mean AGE?")],
    "E08": [Fault("expr: people.age", "expr: peopel.age", "did you mean people?")],
    "E09": [Fault("expr: people.age", "expr: people.heigth", "did you mean HEIGHT?")],
    "E10": [Fault("expr: age >= 18", "expr: orders.amount >= 18", "no relationship leads from people there")],
    "E11": [Fault("expr: YEAR(birthday)", "expr: YEAR(people.birth_year)", "people.birth_year -> people.birth_year")],
    "E12": [
        Fault("expr: age >= 18", "expr: age + 18", "is no condition"),
        Fault("expr: age >= 18", "expr: age", "condition"),
    ],
    "E13": [Fault("expr: age >= 18", "expr: age >= person_count", "reads the metric people.person_count")],
    "E14": [
        Fault("NULLIF(COUNT(orders.order_id), 0)", "COUNT(orders.order_id)", "write NULLIF(COUNT(orders.order_id), 0)"),
        Fault("expr: age >= 18", "expr: age / discount >= 18", "divides by discount"),
    ],
    "E15": [
        Fault("expr: age >= 18", "expr: email = CURRENT_USER()", "depends on who asks"),
        Fault("expr: age >= 18", "expr: IS_ROLE_IN_SESSION('X')", "depends on who asks"),
    ],
    "M01": [Fault(MEAN, "orders.revenue / 2", "contains no aggregate")],
    "M02": [Fault(MEAN, "SUM(orders.amount + COUNT(orders.order_id))", "aggregates an aggregate")],
    "M03": [Fault(MEAN, "SUM(orders.revenue)", "aggregates the metric orders.revenue")],
    "M04": [Fault(MEAN, "SUM(orders.amount) + orders.amount", "outside of any aggregate")],
    "M05": [Fault(PER_PERSON, "orders.revenue + orders.amount", "orders.amount, which is no metric")],
    "M06": [Fault(PER_PERSON, "1 + 1", "reads no metric")],
    "M07": [Fault(PER_PERSON, "revenue / NULLIF(people.person_count, 0)", "did you mean orders.revenue?")],
    "M08": [Fault(PER_PERSON, "SUM(orders.revenue) OVER ()", "computes a window", "M03")],
    "M09": [Fault(f"{PER_PERSON}\n", f"{PER_PERSON}\n    using_relationships: [orders_of_people]\n", "has using_rel")],
    "M10": [
        Fault(
            f"{MEAN}\n", f"{MEAN}\n        using_relationships: [orders_of_peopel]\n", "did you mean orders_of_people?"
        )
    ],
    "M11": [Fault(", unit: people,", ", unit: people, using_relationships: [orders_of_people],", "begins at orders")],
    "M12": [
        Fault(
            f"{MEAN}\n", f"{MEAN}\n        non_additive_dimensions: [{{table: oders, dimension: x}}]\n", "mean orders?"
        ),
        Fault(
            f"{MEAN}\n",
            f"{MEAN}\n        non_additive_dimensions: [{{table: orders, dimension: order_on}}]\n",
            "mean ORDERED_ON?",
        ),
        Fault(
            ", unit: people,",
            ", unit: people, non_additive_dimensions: [{table: orders, dimension: ordered_on}],",
            "there",
        ),
    ],
    "M13": [
        Fault(
            f"{MEAN}\n",
            f"{MEAN}\n        non_additive_dimensions: [{{table: orders, dimension: ordered_on}}, "
            "{table: orders, dimension: ordered_on}]\n",
            "ordered_on twice",
        )
    ],
    "M14": [
        Fault("COUNT(people.person_id)", "COUNT(*)", "count the key of its rows"),
        Fault("COUNT(people.person_id)", "COUNT(1)", "count the key of its rows"),
        Fault("COUNT(people.person_id)", "SUM(1)", "count the key of its rows"),
    ],
    "M15": [Fault("COUNT(people.person_id)", "SUM(people.discount)", "is in percent; take a mean")],
    "R01": [Fault("left_table: orders", "left_table: order", "did you mean orders?", "E10 T08")],
    "R02": [Fault("left_table: orders", "left_table: people", "with itself", "R05 T08 E10")],
    "R03": [
        Fault(
            RELATIONSHIP,
            RELATIONSHIP
            + RELATIONSHIP.replace("orders_of", "back_of")
            .replace("left_table: orders", "left_table: orderz")
            .replace("right_table: people", "right_table: orders")
            .replace("orderz", "people")
            .replace("left_column: buyer_id", "left_column: person_id")
            .replace("right_column: person_id", "right_column: order_id"),
            "lead around",
        )
    ],
    "R04": [Fault("right_column: person_id", "right_column: stature", "keys are: (person_id) or (email)")],
    "R05": [
        Fault("name: buyer_id", "name: buyer", "joins by buyer_id, which is no dimension", "Q05"),
        Fault("{name: person_id", "{name: person", "joins by person_id, which is no dimension", "Q05"),
    ],
    "R06": [
        Fault(
            "right_column: person_id}",
            "right_column: person_id}, {left_column: buyer_id, right_column: email}",
            "twice",
            "R04",
        )
    ],
    "R07": [Fault(RELATIONSHIP, RELATIONSHIP + RELATIONSHIP.replace("orders_of", "more_of"), "says what", "R09")],
    "R08": [Fault("buyer_id, data_type: VARCHAR", "buyer_id, data_type: NUMBER", "two types: NUMBER and VARCHAR")],
    "R09": [
        Fault(
            RELATIONSHIP,
            RELATIONSHIP + RELATIONSHIP.replace("orders_of", "mails_of").replace("person_id", "email"),
            "say in using_relationships which orders.revenue goes",
        )
    ],
    "Q14": [
        Fault(
            "unit: USD, description: Price of the order",
            "unit: USD, access_modifier: private_access, description: Price",
            "reads orders.amount, which is private",
        ),
    ],
    "Q01": [Fault(OLD, "SELECT FROM WHERE", "cannot be read")],
    "Q02": [Fault(OLD, "DELETE FROM orders", "is not one query"), Fault(OLD, f"{OLD}; SELECT 1", "is not one query")],
    "Q03": [Fault(BY_STATURE, BY_STATURE.replace("FROM people", "FROM GOLD.PEOPLE"), "did you mean people?")],
    "Q04": [Fault(BY_STATURE, BY_STATURE.replace("FROM people", "FROM peolpe"), "did you mean people?")],
    "Q05": [
        Fault(BY_STATURE, BY_STATURE.replace("COUNT(person_id)", "COUNT(persn_id)"), "did you mean PERSON_ID?"),
        Fault(OLD, OLD.replace("orders.amount", "orders.revenue"), "write out SUM(orders.amount)"),
        Fault(OLD, f"{OLD} AND age > (SELECT MIN(a.heigth) FROM people AS a)", "a.heigth, which is not declared"),
    ],
    "Q06": [Fault("WHERE is_old", "WHERE birthday < CURRENT_DATE", "asks a clock")],
    "Q07": [Fault(BY_STATURE, "SELECT * FROM people", "selects *")],
    "Q08": [Fault(" ORDER BY n DESC LIMIT 5", " LIMIT 5", "add ORDER BY")],
    "Q09": [Fault(BY_STATURE, "SELECT email, COUNT(person_id) AS n FROM people GROUP BY email", "groups by email")],
    "Q10": [Fault("How many people are tall?", "what do the OLD spend", "asks what revenue_of_the_old asks")],
    "Q11": [Fault("verified_at: 1790000000", "verified_at: 1790000000000", "no time in seconds")],
    "Q12": [Fault("    verified_by: Sales\n", "", "does not say verified_by")],
    "Q13": [Fault("    use_as_onboarding_question: true\n", "", "mark some")],
}
# Changes that are none: what looks like a fault of these rules, and is right.
AGE_OF_ORDER = 'expr: people.age, data_type: "NUMBER(38,0)"'
SOUND: dict[str, tuple[str, str]] = {
    "E03: a fact of the rows that belong to it": ("expr: age, data_type", "expr: SUM(orders.amount), data_type"),
    "E12: a function that is true or false": ("expr: age >= 18", 'expr: "CONTAINS(email, \'x\')"'),
    "E12: what was made true or false": ("expr: age >= 18", "expr: age::BOOLEAN"),
    "E12: a dimension that is true or false": ("expr: age >= 18", "expr: is_old"),
    "E14: divided by what a CASE has looked at": (
        "expr: age, data_type", "expr: CASE WHEN discount > 0 THEN age / discount END, data_type",
    ),
    "E14: divided by a number": ("expr: age, data_type", "expr: age / 12.5, data_type"),
    "V03: a year is a number": ("expr: YEAR(birthday)", "expr: YEAR(people.birthday)"),
    "V07: a personal column that only decides": (
        AGE_OF_ORDER, "expr: CASE WHEN people.email LIKE '%.com' THEN 'yes' ELSE 'no' END, data_type: VARCHAR",
    ),
    "V10: an enumeration may list more": ("[small, tall]", "[small, tall, unknown]"),
    "M14: a column within a group": (
        MEAN, "PERCENTILE_CONT(0.9) WITHIN GROUP (ORDER BY orders.amount)",
    ),
    "Q05: a query within another": (OLD, f"{OLD} AND age > (SELECT AVG(a.age) FROM people AS a)"),
    "Q05: a name that the query gives": (
        BY_STATURE, "WITH few AS (SELECT person_id AS key FROM people) SELECT key FROM few",
    ),
    "Q04: a table with two underscores before it": (BY_STATURE, BY_STATURE.replace("FROM people", "FROM __people")),
}  # fmt: skip
