"""One run and ensembles of runs in memory: session, training, snapshots, outcome, presets."""
