"""The figures of a training that is watched: its course, and one layer as it was last seen."""
