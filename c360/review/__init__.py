"""What a change of the program does to every stack, without credentials: snapshots, their difference, one report."""
