"""Pulumi component resources, one subject a file; they take arguments and import no stack."""
