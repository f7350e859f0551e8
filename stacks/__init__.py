"""The one Pulumi program: configuration in, names, the composition of components, outputs out.

The way of a value: `config` (typed) -> `composition` -> `foundation`, `data`, `work`, `questions`, `dashboards` (one
part each) -> the arguments of a component. `environment` makes the names, `apps` those of the app's objects, `roles`
says who gets what, `outputs` what the tool is told.
"""
