"""Guardrails: rules that `pulumi preview --policy-pack policies` and the tests hold every stack to."""
