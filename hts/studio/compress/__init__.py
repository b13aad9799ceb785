"""The pruning of a stored run: measured, seen from several sides, exported, reported."""
