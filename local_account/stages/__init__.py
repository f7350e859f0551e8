"""Files on stages: where they are, who may read them, what is in them, and which were loaded."""
