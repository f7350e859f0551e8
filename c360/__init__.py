"""The tool that people run: command line, run and watch, connection, doctor, review, in-process deployment."""
