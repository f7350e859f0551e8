"""Questions with independent answers, and what an analyst's answers are worth by them.

    questions: the typed questions, read from the YAML files of a part
    typing_errors: one typing error a question, always the same one
    comparison: whether two tables of rows say the same
    scoring: a verdict for each question, and the figures by kind

The part `development` is there to work with; `unseen` is asked when the work is done. Who asks and runs the SQL is
`benchmarks/analyst.py`: this package opens no connection and knows nothing of the analyst.
"""
