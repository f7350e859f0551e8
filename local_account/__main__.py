"""Serves the local account in the foreground: `python -m local_account --home .c360 --port 8084 --s3-port 8085`."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from local_account.loading import hide_warnings, leave_out_pandas, loading

hide_warnings()
leave_out_pandas()
with loading():
    from local_account.server.lifetime import end_when_unlocked
    from local_account.server.serve import PortTakenError, serve_forever


def main() -> int:
    """Serve until SIGTERM or SIGINT. Returns: the exit status."""
    parser = argparse.ArgumentParser(prog="local_account", description=__doc__)
    parser.add_argument("--home", type=Path, default=Path(".c360"), help="folder of the account's state")
    parser.add_argument("--port", type=int, default=8084, help="port of the Snowflake protocol (0: any free port)")
    parser.add_argument("--s3-port", type=int, default=8085, help="port of S3, IAM and STS (0: any free port)")
    parser.add_argument("--until-unlocked", type=Path, metavar="FILE", help="end when nobody else locks this file")
    parser.add_argument("--ahead", action="store_true", help="load scikit-learn at once and dbt at the first login")
    arguments = parser.parse_args()
    if arguments.until_unlocked:
        end_when_unlocked(arguments.until_unlocked)
    if arguments.ahead:
        with loading():
            import local_account.ml.classification  # noqa: F401, PLC0415
    try:
        serve_forever(arguments.home, arguments.port, arguments.s3_port, loads_dbt=arguments.ahead)
    except PortTakenError as error:
        sys.stderr.write(f"{error}\n")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
