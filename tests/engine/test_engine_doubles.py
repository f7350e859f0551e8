"""The double of the AWS provider: it goes when its engine goes, however that ends."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

_PROVIDER = [sys.executable, "-m", "tests.support.engine.aws_provider"]
# Starts the provider, as the engine does, and ends without ending it.
_ENGINE = f"import os, subprocess; p = subprocess.Popen({_PROVIDER}); os.read(0, 1); os._exit(1)"


def test_the_double_of_aws_does_not_outlive_a_killed_engine() -> None:
    root = Path(__file__).resolve().parents[2]
    engine = subprocess.Popen(
        [sys.executable, "-c", _ENGINE], cwd=root, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    assert engine.stdout
    assert int(engine.stdout.readline()) > 0  # its port: it serves
    engine.kill()
    # The provider holds the other end of this pipe for as long as it lives.
    assert engine.communicate(timeout=30) == ("", None)
