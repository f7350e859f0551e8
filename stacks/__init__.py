"""The one Pulumi program: configuration, names, and the composition of components."""
