"""Task graphs: schedules, runs and their history."""
