"""The tool that people run: command line, run and watch, connection, doctor, review, in-process deployment.

Commands and what they join:
    cli: Joins the commands; the one place where a failure becomes a sentence and an exit status.
    commands: Each command, thin: options, checks, and the parts below.
    workflow: What `up` and `run` do, step by step; `last-run.json`.
    errors: Failures that are sentences.
    doctor: What the machine or an account lacks.
    doctor_account: What an account lacks for a first deployment, asked of it.
    check: One finding of the doctor.

A stack, and how it is reached:
    connection: Account, bucket and names of a stack, by its outputs.
    account_process: The local account as a process for the time of a command.
    app_server: The deployed app, fetched from its stage and served.
    page_session: One session of a served page, over the socket that a browser speaks.
    state_folder: The folder of the local stack's state.
    past_deployments: The programs that stood before, for a rollback.
    churn_model: Which model is in use, and the return to the one before.

A run:
    own_data: Which of an issuer's files go where in the bucket.
    lake: What lies in the bucket, and how it is taken out.
    upload: Files into the bucket, verified.
    runner: The task graph, executed and followed by the account's own records.
    display: A run on a terminal or in a log.
    summary: What a run left behind.
    measure: Seconds and memory of each phase.
    text_table: Rows as aligned text.

A question in English, asked through `analyst_client/`:
    answer_text: An answer for people, and as JSON.
    conversation: The last conversation, for follow-ups.

The program without the engine:
    recorder: Evaluates it and records what it registers; the monitor under the two below.
    deployment: Applies it to the local account.
    review: What a change of it does to every stack, and what an account's grants differ in.
    grant_target: On what a grant is; read by both.
    cost: What it is expected to cost: rates, assumptions, formula.
"""
