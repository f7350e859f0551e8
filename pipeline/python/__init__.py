"""Python that runs inside the platform: the handlers of procedures, deployed as text."""
