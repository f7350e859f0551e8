"""What the pages ask of the database: all SQL is here, and nothing here draws or remembers."""
