"""The offline checker of the semantic model: what Snowflake, Cortex Analyst or good sense would find fault with.

    subject: the model under check, its expressions parsed, and what its names can mean
    rules: what a rule is, and the finding that it makes
    names, tables, texts, values, expressions, metrics, relationships, queries: the rules
    warehouse: the columns that the base tables have, by the dbt project
    checking: all rules over a model

`python -m semantic.check` checks the model of the repository; the stack refuses a model with findings.
"""
