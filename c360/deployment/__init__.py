"""Deploys the Pulumi program into the local account without Pulumi's engine."""
