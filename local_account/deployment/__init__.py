"""Deploys the Pulumi program into the local account without Pulumi's engine."""

from local_account.deployment.engine import deploy, destroy, outputs_path
from local_account.deployment.model import Deployment, DeploymentError, Event

__all__ = ["Deployment", "DeploymentError", "Event", "deploy", "destroy", "outputs_path"]
