"""The policy pack as the engine runs it; every rule stops a deployment."""

from __future__ import annotations

import sys
from pathlib import Path

from pulumi_policy import EnforcementLevel, PolicyPack

# The engine runs this folder as a script; the packages beside it must be found whether or not they are installed.
sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from policies.rules import POLICIES

PolicyPack("customer-360", POLICIES, EnforcementLevel.MANDATORY)
