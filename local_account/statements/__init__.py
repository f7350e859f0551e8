"""Handlers of control-plane statements, one subject a file; each registers itself with the registry."""
