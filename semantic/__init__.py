"""The semantic model: what can be asked of the platform, in which words, and what each figure means.

The files in `model/` are its one source; `source` reads them, `rendering` writes them as Snowflake wants them.
`check` finds what is wrong with them; `evaluation` holds questions whose right answers are known by independent SQL.
"""
