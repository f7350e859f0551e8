"""What the assistant knows without a page: its conversation, suggestions, parts of a reading, which chart fits."""
