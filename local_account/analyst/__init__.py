"""The analyst: questions in English about a semantic model, read by the model alone; it is right, asks, or refuses."""
