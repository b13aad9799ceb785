"""The processes that compute: runs, groups of sweeps, background jobs."""
